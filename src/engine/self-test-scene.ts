import { createRng } from '../core/rng.ts';
import { buildTextureImage } from '../scene/mip-chain.ts';
import { type MeshGeometry, SceneBuilder } from '../scene/scene-builder.ts';
import type { Material, SceneData, TextureRef } from '../scene/scene-data.ts';
import type { WorldFromStage } from '../stage/frame-state.ts';

type Corners = readonly (readonly [number, number, number])[];

/**
 * What a rasteriser gets wrong first: a floor through the eye's plane, a wall twice at one depth, slivers that share edges, triangles from
 * one LED to the whole wall, and cut-outs.
 */
export async function selfTestScene(placement: WorldFromStage): Promise<SceneData> {
  const builder = await SceneBuilder.create();
  const add = (name: string, geometry: MeshGeometry, material: Partial<Material>): void => {
    const number = builder.addMaterial({ ...UNLIT, name, ...material });
    const { mesh } = builder.addMesh(name, geometry, number);
    if (mesh !== null) builder.addInstance(builder.addNode(name, -1, matrixOf(placement)), mesh);
  };
  const floor = quad(20_000, 0, [0, 0, 0], 'floor');
  add('floor', floor, { baseColorFactor: [0.2, 0.4, 0.2, 1] });
  add('floor again', floor, { baseColorFactor: [0.8, 0.1, 0.1, 1] });
  add('wall', quad(30, 12, [0, 0, -40], 'wall'), { baseColorFactor: [0.3, 0.3, 0.8, 1] });
  add('wall again', quad(30, 12, [0, 0, -40], 'wall'), { baseColorFactor: [0.9, 0.8, 0.1, 1] });
  add('slivers', slivers(12), { baseColorFactor: [1, 0.5, 0, 1], doubleSided: true });
  add('rubble', rubble(300), { baseColorFactor: [0.5, 0.6, 0.7, 1], doubleSided: true });
  builder.addImage(dots());
  const texture: TextureRef = { image: 0, sampler: SAMPLER, texCoord: 0, uvTransform: [6, 0, 0, 0, 6, 0] };
  add('cut-out', quad(7, 5, [2, 0, -9], 'wall'), { baseColorTexture: texture, alphaMode: 'mask', doubleSided: true });
  return builder.build('self-test', 'self-test');
}

const SAMPLER = { wrapU: 'repeat', wrapV: 'repeat', magFilter: 'linear', minFilter: 'linear', mipFilter: 'linear' } as const;
/** A white surface that shows its colour as it is; `name` is to be given. */
export const UNLIT: Material = {
  name: '',
  baseColorFactor: [1, 1, 1, 1],
  metallicFactor: 0,
  roughnessFactor: 1,
  emissiveFactor: [0, 0, 0],
  normalScale: 1,
  occlusionStrength: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false,
  unlit: true,
  baseColorTexture: null,
  metallicRoughnessTexture: null,
  normalTexture: null,
  occlusionTexture: null,
  emissiveTexture: null,
};

/** Two triangles: a floor of `width` on a side, or a wall that stands on `at`. Metres. */
function quad(width: number, height: number, at: readonly [number, number, number], kind: 'floor' | 'wall'): MeshGeometry {
  const [x, y, z] = at;
  const w = width / 2;
  const corners: Corners =
    kind === 'floor'
      ? [
          [x - w, y, z + w],
          [x + w, y, z + w],
          [x + w, y, z - w],
          [x - w, y, z - w],
        ]
      : [
          [x - w, y, z],
          [x + w, y, z],
          [x + w, y + height, z],
          [x - w, y + height, z],
        ];
  return geometryOf(
    [0, 1, 2, 0, 2, 3].map((k) => corners[k]!),
    [0, 1, 2, 0, 2, 3].map((k) => [k === 1 || k === 2 ? 1 : 0, k >= 2 ? 0 : 1]),
  );
}

/** A fan about a point behind the eye: each blade is thin, shares its edges and passes through the eye's plane. */
function slivers(count: number): MeshGeometry {
  const ring = (k: number): readonly [number, number, number] => {
    const angle = (k / count) * 2 * Math.PI;
    return [Math.cos(angle) * 9, 3.2 + Math.sin(angle) * 0.9, -25];
  };
  return geometryOf(Array.from({ length: count }, (_, k) => [[0.4, 2.6, 3] as const, ring(k), ring(k + 1)]).flat());
}

/** Triangles of all sizes anywhere before the walls, many through each other. */
function rubble(count: number): MeshGeometry {
  const random = createRng(7);
  return geometryOf(
    Array.from({ length: count }, () => {
      const distance = 4 + random() ** 2 * 60;
      const angle = (random() - 0.5) * 2.4;
      const size = distance * 0.004 * 2 ** (random() * 7);
      const offset = (): number => (random() - 0.5) * size;
      const [x, y, z] = [Math.sin(angle) * distance, random() * 3 * (distance / 8), -Math.cos(angle) * distance];
      return [0, 1, 2].map(() => [x + offset(), y + offset(), z + offset()] as const);
    }).flat(),
  );
}

/** Three corners per triangle, none shared. */
function geometryOf(corners: Corners, uv: readonly (readonly number[])[] = []): MeshGeometry {
  return {
    positions: Float32Array.from(corners.flat()),
    normals: Float32Array.from(corners.flatMap(() => [0, 1, 0])),
    tangents: null,
    uv0: uv.length ? Float32Array.from(uv.flat()) : null,
    uv1: null,
    colors: null,
    indices: Uint32Array.from(corners, (_, k) => k),
  };
}

/** A white disc in a hole: alpha 1 inside, 0 outside. */
function dots() {
  const size = 32;
  const rgba = new Uint8Array(size * size * 4).fill(255);
  for (let k = 0; k < size * size; k++) rgba[k * 4 + 3] = Math.hypot((k % size) - 15.5, Math.floor(k / size) - 15.5) < 11 ? 255 : 0;
  return buildTextureImage(rgba, size, size, { name: 'dots', srgb: true });
}

/** Column-major: the self-test's scene stands around the stage wherever that lies in the world. */
function matrixOf({ positionM, yawRad, scale }: WorldFromStage): Float64Array {
  const [c, s] = [Math.cos(yawRad) * scale, Math.sin(yawRad) * scale];
  return Float64Array.from([c, 0, -s, 0, 0, scale, 0, 0, s, 0, c, 0, ...positionM, 1]);
}
