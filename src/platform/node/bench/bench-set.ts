import { createRng } from '../../../core/rng.ts';
import type { Quat, Vec3 } from '../../../core/vec.ts';
import { matrixFromTrs } from '../../../scene/matrix.ts';
import type { MeshGeometry } from '../../../scene/scene-builder.ts';
import type { Material, TextureImage } from '../../../scene/scene-data.ts';
import { block, boulder, brokenColumn, GROUND_TILE_M, groundHeight, groundTile, jar, landscapeTiles } from './set-bodies.ts';
import { buildMaterials, GRAIN_OF, type MaterialWish } from './set-textures.ts';

/** A mesh and everywhere it is drawn. */
export interface SetMesh {
  readonly name: string;
  readonly geometry: MeshGeometry;
  /** Index in `BenchSet.materials`. */
  readonly material: number;
  /** `worldFromMesh`, column-major, one per instance. */
  readonly placements: readonly Float64Array[];
}

/** A generated set, before any renderer has seen it: what ours and the peers' scenes are made of. */
export interface BenchSet {
  readonly name: string;
  readonly meshes: readonly SetMesh[];
  readonly materials: readonly Material[];
  readonly images: readonly TextureImage[];
  readonly uniqueTriangles: number;
  readonly drawnTriangles: number;
  readonly instances: number;
}

export interface SetSpec {
  /** Unique triangles; met within 5 % from 100,000 on. */
  readonly triangles: number;
  /** Edge of every texture, a power of two. */
  readonly textureEdgePx: number;
  readonly seed: number;
}

/** Each kind of body: meshes, share of the triangles, how often each is drawn. They add up to 64 meshes with a material each. */
const PARTS = {
  landscape: { meshes: 4, share: 0.4, copies: 1 },
  boulder: { meshes: 24, share: 0.3, copies: 2 },
  column: { meshes: 12, share: 0.15, copies: 1 },
  block: { meshes: 12, share: 0.05, copies: 4 },
  jar: { meshes: 12, share: 0.1, copies: 2 },
} as const;
type PartName = keyof typeof PARTS;

/** Triangles drawn ÷ unique triangles. */
export const DRAWN_PER_UNIQUE = Object.values(PARTS).reduce((sum, { share, copies }) => sum + share * copies, 0);
/** Landscape tiles per edge of the grid; tiles share four materials. */
const TILES = 4;

/** Ruins in a desert: a landscape to the horizon, a ring of broken columns round the stage, hewn blocks, jars, boulders. */
export function buildSet({ triangles, textureEdgePx, seed }: SetSpec): BenchSet {
  const random = createRng(seed);
  const wishes: MaterialWish[] = [];
  const meshes: SetMesh[] = [];
  const wish = (part: PartName, k: number): number => {
    const grains = GRAIN_OF[part];
    return (
      wishes.push({
        name: `${part} ${k + 1}`,
        grain: grains[k % grains.length]!,
        tint: (random() * 2 - 1) * (part === 'landscape' ? 0.15 : 1),
      }) - 1
    );
  };
  const each = (part: PartName): number => (triangles * PARTS[part].share) / PARTS[part].meshes;
  const onGround = (x: number, z: number, yaw: number, scale: number, sink = 0.1): Float64Array =>
    placement([x, groundHeight(x, z, seed) - sink, z], [0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2)], scale);
  const around = (nearM: number, farM: number): readonly [number, number] => {
    const angle = random() * 2 * Math.PI;
    // Denser near the stage: equal counts per ring of equal width.
    const r = nearM + (farM - nearM) * random() ** 1.6;
    return [Math.sin(angle) * r, -Math.cos(angle) * r];
  };
  const add = (part: PartName, k: number, geometry: MeshGeometry, placements: readonly Float64Array[]): void => {
    meshes.push({ name: `${part} ${k + 1}`, geometry, material: wish(part, k), placements });
  };

  const landscape = landscapeTiles(TILES, triangles * PARTS.landscape.share, seed);
  const sand = Array.from({ length: PARTS.landscape.meshes }, (_, k) => wish('landscape', k));
  landscape.forEach((geometry, k) => {
    const material = sand[(k + Math.floor(k / TILES)) % sand.length]!;
    meshes.push({ name: `landscape ${k + 1}`, geometry, material, placements: [placement([0, 0, 0], [0, 0, 0, 1], 1)] });
  });
  for (let k = 0; k < PARTS.column.meshes; k++) {
    const heightM = 3 + 5 * random();
    const angle = ((k + 0.5 + 0.2 * (random() - 0.5)) / PARTS.column.meshes) * 2 * Math.PI;
    const r = 12 + 2.5 * (k % 2);
    add('column', k, brokenColumn(each('column'), heightM, 0.55, seed + k), [
      onGround(Math.sin(angle) * r, -Math.cos(angle) * r, random() * 6, 1),
    ]);
  }
  const many = (part: 'boulder' | 'block' | 'jar', make: (k: number) => MeshGeometry, nearM: number, farM: number, sizes: Vec3): void => {
    for (let k = 0; k < PARTS[part].meshes; k++) {
      const places = Array.from({ length: PARTS[part].copies }, () => {
        const [x, z] = around(nearM, farM);
        // Sizes: smallest, largest, and how much larger per metre of distance.
        const scale = sizes[0] + (sizes[1] - sizes[0]) * random() + sizes[2] * Math.hypot(x, z);
        return onGround(x, z, random() * 6.28, scale);
      });
      add(part, k, make(k), places);
    }
  };
  many('boulder', (k) => boulder(each('boulder'), 0.9, seed + 100 + k), 13, 90, [0.5, 1.6, 0.05]);
  many('block', (k) => block(each('block'), [0.9 + 0.7 * random(), 0.6 + 0.4 * random(), 0.7], seed + 200 + k), 9.5, 30, [0.7, 1.4, 0]);
  many('jar', (k) => jar(each('jar'), 0.7 + 0.6 * random(), seed + 300 + k), 8.5, 20, [0.8, 1.4, 0]);
  return finish('ruins', meshes, wishes, textureEdgePx, seed);
}

function finish(name: string, meshes: readonly SetMesh[], wishes: readonly MaterialWish[], edgePx: number, seed: number): BenchSet {
  const trianglesOf = (mesh: SetMesh): number => mesh.geometry.indices.length / 3;
  return {
    name,
    meshes,
    ...buildMaterials(wishes, edgePx, seed),
    uniqueTriangles: meshes.reduce((sum, mesh) => sum + trianglesOf(mesh), 0),
    drawnTriangles: meshes.reduce((sum, mesh) => sum + trianglesOf(mesh) * mesh.placements.length, 0),
    instances: meshes.reduce((sum, mesh) => sum + mesh.placements.length, 0),
  };
}

export interface TiledSpec extends SetSpec {
  /** `triangles` is of the one mesh; this often it is drawn. */
  readonly instances: number;
}

/** One mesh, a square of landscape whose borders fit each other, drawn again and again from the stage outwards: the first one fills the view below the horizon. */
export function buildTiledSet({ triangles, textureEdgePx, seed, instances }: TiledSpec): BenchSet {
  const half = Math.ceil(Math.sqrt(instances) / 2);
  const cells = Array.from(
    { length: (2 * half + 1) ** 2 },
    (_, k) => [(k % (2 * half + 1)) - half, Math.floor(k / (2 * half + 1)) - half] as const,
  );
  cells.sort((a, b) => a[0] ** 2 + a[1] ** 2 - b[0] ** 2 - b[1] ** 2 || a[1] - b[1] || a[0] - b[0]);
  const placements = cells.slice(0, instances).map(([x, z]) => placement([x * GROUND_TILE_M, 0, z * GROUND_TILE_M], [0, 0, 0, 1], 1));
  const wishes: MaterialWish[] = [{ name: 'ground', grain: GRAIN_OF.boulder[0], tint: 0 }];
  return finish('tiles', [{ name: 'ground', geometry: groundTile(triangles, seed), material: 0, placements }], wishes, textureEdgePx, seed);
}

const placement = (positionM: Vec3, rotation: Quat, scale: number): Float64Array =>
  matrixFromTrs(positionM, rotation, [scale, scale, scale]);
