import { anisoFootprint } from '../../src/core/aniso.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import { addTextureLookup, type Rgba } from './texture-sampler.ts';
import type { WorldTriangles } from './world-triangles.ts';

/**
 * Scene-linear RGB where the ray E + t·D meets the plane of world triangle `k`, for unlit materials: factor × texture × vertex colour.
 * The texture is filtered over one step of the ray, dDx and dDy (ray differentials, Igehy 1999), by the footprint of src/core/aniso.ts.
 * @param clampToTriangle Pull the point into the triangle, as the engine does for a centroid of samples that lies outside it.
 * @throws When the material is lit or not opaque: this reference knows no lights.
 */
export function shadeUnlit(
  triangles: WorldTriangles,
  k: number,
  eye: Vec3,
  ray: Vec3,
  dDx: Vec3,
  dDy: Vec3,
  clampToTriangle = false,
): Vec3 {
  const { scene, positions: p, vertex } = triangles;
  const material = scene.materials[scene.instances.material[triangles.instance[k]]];
  if (!material.unlit || material.alphaMode !== 'opaque') {
    throw new Error(`material ${material.name}: the CPU reference shades unlit opaque materials only`);
  }
  const o = k * 9;
  const a: Vec3 = [p[o] - eye[0], p[o + 1] - eye[1], p[o + 2] - eye[2]];
  const e1: Vec3 = [p[o + 3] - p[o], p[o + 4] - p[o + 1], p[o + 5] - p[o + 2]];
  const e2: Vec3 = [p[o + 6] - p[o], p[o + 7] - p[o + 1], p[o + 8] - p[o + 2]];
  const normal: Vec3 = [e1[1] * e2[2] - e1[2] * e2[1], e1[2] * e2[0] - e1[0] * e2[2], e1[0] * e2[1] - e1[1] * e2[0]];
  const dot = (u: Vec3, v: Vec3): number => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  const facing = dot(normal, ray);
  const t = dot(normal, a) / facing;

  // Barycentric weights of a point in the plane are linear in it: solved once by normal equations.
  const [g11, g12, g22] = [dot(e1, e1), dot(e1, e2), dot(e2, e2)];
  const gram = g11 * g22 - g12 * g12;
  const weights = (q: Vec3): [number, number] => {
    const [q1, q2] = [dot(q, e1), dot(q, e2)];
    return [(q1 * g22 - q2 * g12) / gram, (q2 * g11 - q1 * g12) / gram];
  };
  let [b1, b2] = weights([t * ray[0] - a[0], t * ray[1] - a[1], t * ray[2] - a[2]]);
  if (clampToTriangle) {
    const b0 = Math.max(0, 1 - b1 - b2);
    b1 = Math.max(0, b1);
    b2 = Math.max(0, b2);
    const sum = b0 + b1 + b2;
    b1 /= sum;
    b2 /= sum;
  }
  const stepWeights = (d: Vec3): [number, number] => {
    const s = dot(normal, d) / facing;
    return weights([t * (d[0] - s * ray[0]), t * (d[1] - s * ray[1]), t * (d[2] - s * ray[2])]);
  };

  const corners = [vertex[k * 3], vertex[k * 3 + 1], vertex[k * 3 + 2]];
  const mix = (data: Float32Array, size: number, c: number, w1: number, w2: number, w0 = 1 - w1 - w2): number =>
    data[corners[0] * size + c] * w0 + data[corners[1] * size + c] * w1 + data[corners[2] * size + c] * w2;
  const texel: Rgba = [1, 1, 1, 1];
  const texture = material.baseColorTexture;
  if (texture) {
    const uvTable = texture.texCoord === 1 ? scene.vertices.uv1 : scene.vertices.uv0;
    const m = texture.uvTransform;
    const uvOf = (w1: number, w2: number, w0: number, shift: 0 | 1): [number, number] => {
      const [u, v] = [mix(uvTable, 2, 0, w1, w2, w0), mix(uvTable, 2, 1, w1, w2, w0)];
      return [m[0] * u + m[1] * v + shift * m[2], m[3] * u + m[4] * v + shift * m[5]];
    };
    const [u, v] = uvOf(b1, b2, 1 - b1 - b2, 1);
    const [x1, x2] = stepWeights(dDx);
    const [y1, y2] = stepWeights(dDy);
    const [dudx, dvdx] = uvOf(x1, x2, -x1 - x2, 0);
    const [dudy, dvdy] = uvOf(y1, y2, -y1 - y2, 0);
    const image = scene.images[texture.image];
    const { lod, majorU, majorV, ...footprint } = anisoFootprint(dudx, dvdx, dudy, dvdy, image.widthPx, image.heightPx);
    // A nearest filter asks for one texel: no spreading of taps.
    const filter = lod <= 0 ? texture.sampler.magFilter : texture.sampler.minFilter;
    const taps = filter === 'nearest' ? 1 : footprint.taps;
    texel.fill(0);
    for (let n = 0; n < taps; n++) {
      const along = (n + 0.5) / taps - 0.5;
      addTextureLookup(image, texture.sampler, u + majorU * along, v + majorV * along, lod, 1 / taps, texel);
    }
  }
  const color = (c: number): number => texel[c] * material.baseColorFactor[c] * mix(scene.vertices.colors, 4, c, b1, b2);
  return [color(0), color(1), color(2)];
}
