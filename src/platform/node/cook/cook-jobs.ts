import { snapToGrid } from '../../../scene/cooked/mesh-grid.ts';
import { buildClusterHierarchy, hierarchyReady } from '../../../scene/lod/build-cluster-hierarchy.ts';
import type { LodInput, LodMesh } from '../../../scene/lod/lod-mesh.ts';
import type { MeshGrid, TexelFormat } from '../../../scene/packed-scene.ts';
import { contentHash } from '../content-hash.ts';
import { encodeBc7 } from './block-codec.ts';

/** Changes whenever the same input would cook to other bytes: what an older cook left behind is not mixed in, and outputs are made again. */
export const COOKER = 'cyc cook 4';

export interface MeshJob {
  readonly kind: 'mesh';
  readonly input: LodInput;
  /** Step of the mesh's grid, metres. */
  readonly step: number;
}
export interface CookedMesh {
  readonly mesh: LodMesh;
  readonly grid: MeshGrid;
}

export interface TextureJob {
  readonly kind: 'texture';
  readonly widthPx: number;
  readonly heightPx: number;
  readonly format: TexelFormat;
  /** RGBA8. */
  readonly levels: readonly Uint8Array[];
}
/** As the format says. */
export type CookedTexture = readonly Uint8Array[];

export type CookJob = MeshJob | TextureJob;
export type CookResult = CookedMesh | CookedTexture;

/** Name of the piece that a job makes: its kind and the hash of all that its result depends on. */
export const pieceName = (job: CookJob): string => `${job.kind}-${contentHash({ cooker: COOKER, job }).slice('sha256:'.length, 40)}.bin`;

/** Does a job. Pure: same job, same bytes. */
export async function runJob(job: CookJob): Promise<CookResult> {
  if (job.kind === 'mesh') {
    await hierarchyReady();
    const { input, grid } = snapToGrid(job.input, job.step);
    return { mesh: input ? buildClusterHierarchy(input) : EMPTY_MESH, grid };
  }
  const { levels, widthPx, heightPx, format } = job;
  if (format === 'rgba8') return levels;
  const coded: Uint8Array[] = [];
  for (const [level, rgba] of levels.entries()) {
    coded.push(await encodeBc7(rgba, Math.max(1, widthPx >> level), Math.max(1, heightPx >> level)));
  }
  return coded;
}

/** A mesh without triangles: takes the place of one that is drawn as another. */
export const EMPTY_MESH: LodMesh = {
  vertices: {
    positions: new Float32Array(0),
    normals: new Float32Array(0),
    tangents: null,
    uv0: null,
    uv1: null,
    colors: null,
    indices: new Uint32Array(0),
  },
  meshlets: {
    count: 0,
    bounds: new Float32Array(0),
    cone: new Float32Array(0),
    vertexRange: new Uint32Array(0),
    triangleRange: new Uint32Array(0),
    vertexIndices: new Uint32Array(0),
    triangles: new Uint32Array(0),
  },
  hierarchy: {
    groups: { count: 0, sphere: new Float32Array(0), error: new Float32Array(0) },
    selfGroup: new Uint32Array(0),
    parentGroup: new Uint32Array(0),
    nodes: {
      count: 0,
      sphere: new Float32Array(0),
      lodSphere: new Float32Array(0),
      maxError: new Float32Array(0),
      first: new Uint32Array(0),
      size: new Uint32Array(0),
      leaf: new Uint8Array(0),
    },
    depth: 0,
  },
};
