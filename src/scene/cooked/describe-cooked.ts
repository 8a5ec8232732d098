import { describeHead, type SceneReport } from '../describe-scene.ts';
import { POSITION_WORDS } from '../packed-scene.ts';
import { ATTRIBUTE_WORDS, MESHLET_WORDS } from '../packed-words.ts';
import { type ClusterHierarchy, NONE } from '../scene-data.ts';
import type { CookOrigin } from './head-codec.ts';
import { levelBytes } from './plan-chunks.ts';
import type { CookedScene } from './read-cooked.ts';

/** What a person wants to know of a cooked scene; plain data, fit for JSON. */
export interface CookedReport extends SceneReport {
  readonly contentHash: string;
  readonly origin: CookOrigin;
  readonly fileBytes: number;
  /** Levels of detail of the mesh that has most, full detail counted. */
  readonly levels: number;
  /** Triangles of all meshes, each counted once: at full detail, and of all levels together. */
  readonly uniqueTriangles: number;
  readonly trianglesOfAllLevels: number;
  /** Finest and coarsest step of the meshes' grids, metres; `null` for a scene without meshes. */
  readonly gridStepsM: readonly [number, number] | null;
  /** `residentErrorM`: largest error that is not yet there when the chunk is in; below 0: everything is. */
  readonly chunks: readonly { readonly bytes: number; readonly residentErrorM: number }[];
}

/** Sums a cooked scene up from its head alone. Bytes are those on a device that takes BC texels. */
export function describeCooked(scene: CookedScene): CookedReport {
  const { sizes } = scene;
  const words =
    sizes.meshlets * MESHLET_WORDS +
    sizes.vertexIndices +
    sizes.triangles +
    sizes.vertices * (POSITION_WORDS[scene.positions] + ATTRIBUTE_WORDS);
  const textures = scene.images({ bc: true }).map((image) => ({
    name: image.name,
    widthPx: image.widthPx,
    heightPx: image.heightPx,
    levels: image.levels,
    srgb: image.srgb,
    bytes: Array.from({ length: image.levels }, (_, level) => levelBytes(image, level)).reduce((sum, bytes) => sum + bytes, 0),
  }));
  const steps = scene.grids.map(([, , , step]) => step);
  return {
    ...describeHead(scene, { vertices: sizes.vertices, meshlets: sizes.meshlets, geometryBytes: words * 4, textures }),
    contentHash: scene.contentHash,
    origin: scene.origin,
    fileBytes: scene.fileBytes,
    levels: countLevels(scene.hierarchy),
    uniqueTriangles: scene.meshes.reduce((sum, mesh) => sum + mesh.triangleCount, 0),
    trianglesOfAllLevels: sizes.triangles,
    gridStepsM: steps.length ? [steps.reduce((a, b) => Math.min(a, b)), steps.reduce((a, b) => Math.max(a, b))] : null,
    chunks: scene.chunkTable.map(({ bytes, residentError }) => ({ bytes, residentErrorM: residentError })),
  };
}

/** Longest way from full detail to a coarsest cluster. */
function countLevels({ groups, selfGroup, parentGroup }: ClusterHierarchy): number {
  const level = new Uint32Array(groups.count);
  // Numbers of groups say nothing of their order: repeated until nothing changes, which is as often as there are levels.
  for (let changed = true, round = 0; changed && round <= groups.count; round++) {
    changed = false;
    for (let m = 0; m < parentGroup.length; m++) {
      const parent = parentGroup[m]!;
      if (parent === NONE) continue;
      const self = selfGroup[m]!;
      const above = 1 + (self === NONE ? 0 : level[self]!);
      if (level[parent]! >= above) continue;
      level[parent] = above;
      changed = true;
    }
  }
  return 1 + level.reduce((most, value) => Math.max(most, value), 0);
}
