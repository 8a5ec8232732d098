import type { mat4 } from 'gl-matrix';
import type { Bvh } from './bvh.ts';
import type { IndexedMesh } from './soup.ts';
import type { Rgb } from './texture.ts';

export interface OcclusionOptions {
  readonly rays: number;
  /** Hits farther than this darken nothing, metres. */
  readonly reachM: number;
  /** Exponent on the open share of the hemisphere. */
  readonly power: number;
  /** Colour of light bounced in fully closed corners, linear; keeps corners from going black. */
  readonly bounce: Rgb;
}

/** Cosine-weighted directions about +Z, the same for every vertex: neighbours get smooth results. */
function hemisphere(rays: number): Float64Array {
  const out = new Float64Array(rays * 3);
  for (let i = 0; i < rays; i++) {
    const r = Math.sqrt((i + 0.5) / rays);
    const a = i * 2.399963229728653;
    out.set([r * Math.cos(a), r * Math.sin(a), Math.sqrt(1 - r * r)], i * 3);
  }
  return out;
}

/** Multiplies vertex colours by ambient occlusion: the openness of each vertex's hemisphere among all placed triangles. */
export function bakeOcclusion(mesh: IndexedMesh, worldFromMesh: mat4, bvh: Bvh, options: OcclusionOptions): void {
  const m = worldFromMesh;
  const directions = hemisphere(options.rays);
  for (let i = 0; i < mesh.positions.length; i += 3) {
    const [px, py, pz] = [mesh.positions[i], mesh.positions[i + 1], mesh.positions[i + 2]];
    const [nx, ny, nz] = [mesh.normals[i], mesh.normals[i + 1], mesh.normals[i + 2]];
    let [wx, wy, wz] = [m[0] * nx + m[4] * ny + m[8] * nz, m[1] * nx + m[5] * ny + m[9] * nz, m[2] * nx + m[6] * ny + m[10] * nz];
    const l = 1 / Math.hypot(wx, wy, wz);
    [wx, wy, wz] = [wx * l, wy * l, wz * l];
    const lift = 0.02;
    const ox = m[0] * px + m[4] * py + m[8] * pz + m[12] + wx * lift;
    const oy = m[1] * px + m[5] * py + m[9] * pz + m[13] + wy * lift;
    const oz = m[2] * px + m[6] * py + m[10] * pz + m[14] + wz * lift;
    // Basis about the normal without a branch (Duff et al. 2017).
    const s = wz >= 0 ? 1 : -1;
    const a = -1 / (s + wz);
    const b = wx * wy * a;
    let open = 0;
    for (let r = 0; r < directions.length; r += 3) {
      const x = directions[r];
      const y = directions[r + 1];
      const z = directions[r + 2];
      const dx = x * (1 + s * wx * wx * a) + y * b + z * wx;
      const dy = x * (s * b) + y * (s + wy * wy * a) + z * wy;
      const dz = x * (-s * wx) + y * -wy + z * wz;
      const t = bvh.cast(ox, oy, oz, dx, dy, dz, options.reachM, true) / options.reachM;
      open += t * (2 - t);
    }
    const light = (open / options.rays) ** options.power;
    for (let c = 0; c < 3; c++) mesh.colors[i + c] *= light + (1 - light) * options.bounce[c];
  }
}
