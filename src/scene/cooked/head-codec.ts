import type { Vec3 } from '../../core/vec.ts';
import type { GeometrySizes, MeshGrid, PackedImage } from '../packed-scene.ts';
import type { Material, PunctualLight, SceneCamera, SceneHead } from '../scene-data.ts';
import { concatBytes } from './cooked-format.ts';
import { asType, bytesPerElement, decodeTable, encodeTable, type TableOf, type TableType } from './table-codec.ts';

/** Where a cooked scene came from: enough to know without cooking whether it would come out the same. */
export interface CookOrigin {
  /** Name and version of what cooked it. */
  readonly cooker: string;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** Files that were read, names as the scene file has them; `sha256` is `null` for one that was missing. */
  readonly sources: readonly { readonly name: string; readonly bytes: number; readonly sha256: string | null }[];
}

/** Length, threshold and hash of each chunk, in the order of the file. */
export interface ChunkTable {
  readonly count: number;
  readonly bytes: Uint32Array;
  readonly residentError: Float32Array;
  /** 32 bytes per chunk: SHA-256. */
  readonly hash: Uint8Array;
}

/** Everything of a cooked scene but its chunks. `file` is not kept: it is the name under which the scene is opened. */
export interface CookedHead extends Omit<SceneHead, 'file'> {
  readonly sizes: GeometrySizes;
  readonly grids: readonly MeshGrid[];
  readonly images: readonly PackedImage[];
  readonly chunkTable: ChunkTable;
  readonly origin: CookOrigin;
}

type Counts = Readonly<Record<'nodes' | 'meshes' | 'instances' | 'meshlets' | 'groups' | 'treeNodes' | 'chunks', number>>;

/** Numbers that are too many for JSON: type, numbers per item, and what the items are. */
const TABLES = {
  nodeParent: ['i32', 1, 'nodes'],
  nodeLocal: ['f64', 16, 'nodes'],
  nodeWorld: ['f64', 16, 'nodes'],
  /** rootNode, firstMeshlet, meshletCount, triangleCount, material */
  mesh: ['u32', 5, 'meshes'],
  meshBounds: ['f64', 6, 'meshes'],
  meshGrid: ['f64', 4, 'meshes'],
  instanceNode: ['i32', 1, 'instances'],
  instanceMesh: ['u32', 1, 'instances'],
  instanceMaterial: ['u32', 1, 'instances'],
  instanceMatrix: ['f64', 12, 'instances'],
  instanceDynamic: ['u8', 1, 'instances'],
  selfGroup: ['u32', 1, 'meshlets'],
  parentGroup: ['u32', 1, 'meshlets'],
  groupSphere: ['f32', 4, 'groups'],
  groupError: ['f32', 1, 'groups'],
  treeSphere: ['f32', 4, 'treeNodes'],
  treeLodSphere: ['f32', 4, 'treeNodes'],
  treeMaxError: ['f32', 1, 'treeNodes'],
  treeFirst: ['u32', 1, 'treeNodes'],
  treeSize: ['u32', 1, 'treeNodes'],
  treeLeaf: ['u8', 1, 'treeNodes'],
  chunkBytes: ['u32', 1, 'chunks'],
  chunkError: ['f32', 1, 'chunks'],
  chunkHash: ['u8', 32, 'chunks'],
} as const satisfies Readonly<Record<string, readonly [TableType, number, keyof Counts]>>;
type TableName = keyof typeof TABLES;
type Tables = { readonly [K in TableName]: TableOf<(typeof TABLES)[K][0]> };
const NAMES = Object.keys(TABLES) as TableName[];
/** The vertex codec takes items of whole words. */
const itemBytes = (name: TableName): number => Math.max(4, bytesPerElement(TABLES[name][0]) * TABLES[name][1]);

/** What the JSON holds. */
interface HeadJson {
  readonly name: string;
  readonly origin: CookOrigin;
  readonly counts: Counts;
  readonly sizes: GeometrySizes;
  readonly triangleCount: number;
  readonly depth: number;
  readonly nodeNames: readonly string[];
  readonly meshNames: readonly string[];
  readonly materials: readonly Material[];
  readonly lights: readonly PunctualLight[];
  readonly cameras: readonly (Omit<SceneCamera, 'worldMatrix'> & { readonly worldMatrix: readonly number[] })[];
  readonly images: readonly PackedImage[];
  readonly warnings: readonly string[];
  /** Bytes of each coded table, in the order of TABLES. */
  readonly tableBytes: readonly number[];
}

/** A head: u32 bytes of JSON, the JSON, the tables. Same input, same bytes. */
export function encodeHead(head: CookedHead): Uint8Array {
  const tables = tablesOf(head);
  const coded = NAMES.map((name) => encodeTable(tables[name], itemBytes(name)));
  const json: HeadJson = {
    name: head.name,
    origin: head.origin,
    counts: {
      nodes: head.nodes.count,
      meshes: head.meshes.length,
      instances: head.instances.count,
      meshlets: head.sizes.meshlets,
      groups: head.hierarchy.groups.count,
      treeNodes: head.hierarchy.nodes.count,
      chunks: head.chunkTable.count,
    },
    sizes: head.sizes,
    triangleCount: head.triangleCount,
    depth: head.hierarchy.depth,
    nodeNames: head.nodes.names,
    meshNames: head.meshes.map((mesh) => mesh.name),
    materials: head.materials,
    lights: head.lights,
    cameras: head.cameras.map((camera) => ({ ...camera, worldMatrix: [...camera.worldMatrix] })),
    images: head.images,
    warnings: head.warnings,
    tableBytes: coded.map((table) => table.length),
  };
  const text = new TextEncoder().encode(JSON.stringify(json, (_, value) => (value === Infinity ? 'Infinity' : value)));
  return concatBytes([new Uint8Array(Uint32Array.of(text.length).buffer), text, ...coded]);
}

/** @throws Error in words when the bytes are no head */
export function decodeHead(bytes: Uint8Array): CookedHead {
  if (bytes.length < 4) throw new Error('too short');
  const textEnd = 4 + new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  if (textEnd > bytes.length) throw new Error('its JSON is cut off');
  const json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(4, textEnd))) as HeadJson;
  if (json.tableBytes.length !== NAMES.length) throw new Error(`${json.tableBytes.length} tables instead of ${NAMES.length}`);
  if (json.counts.meshlets !== json.sizes.meshlets) throw new Error('two different numbers of meshlets');
  if (json.nodeNames.length !== json.counts.nodes || json.meshNames.length !== json.counts.meshes) throw new Error('names are missing');
  let at = textEnd;
  const tables = Object.fromEntries(
    NAMES.map((name, i) => {
      const [type, size, items] = TABLES[name];
      const length = json.tableBytes[i]!;
      const byteLength = json.counts[items] * size * bytesPerElement(type);
      // The codec shrinks to a few bytes per 256 items at best.
      if (at + length > bytes.length || byteLength > 8192 * (length + 1)) throw new Error(`table ${name} is cut off`);
      at += length;
      return [name, asType(type, decodeTable(bytes.subarray(at - length, at), byteLength, itemBytes(name)))];
    }),
  ) as unknown as Tables;
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes too many`);
  return headOf(json, tables);
}

function tablesOf({ nodes, meshes, instances, hierarchy, grids, chunkTable }: CookedHead): Tables {
  const mesh = meshes.flatMap((m) => [m.rootNode, m.firstMeshlet, m.meshletCount, m.triangleCount, m.material]);
  return {
    nodeParent: nodes.parent,
    nodeLocal: nodes.localMatrix,
    nodeWorld: nodes.worldMatrix,
    mesh: Uint32Array.from(mesh),
    meshBounds: Float64Array.from(meshes.flatMap((m) => [...m.boundsMin, ...m.boundsMax])),
    meshGrid: Float64Array.from(grids.flat()),
    instanceNode: instances.node,
    instanceMesh: instances.mesh,
    instanceMaterial: instances.material,
    instanceMatrix: instances.worldFromMesh,
    instanceDynamic: instances.dynamic ?? new Uint8Array(instances.count),
    selfGroup: hierarchy.selfGroup,
    parentGroup: hierarchy.parentGroup,
    groupSphere: hierarchy.groups.sphere,
    groupError: hierarchy.groups.error,
    treeSphere: hierarchy.nodes.sphere,
    treeLodSphere: hierarchy.nodes.lodSphere,
    treeMaxError: hierarchy.nodes.maxError,
    treeFirst: hierarchy.nodes.first,
    treeSize: hierarchy.nodes.size,
    treeLeaf: hierarchy.nodes.leaf,
    chunkBytes: chunkTable.bytes,
    chunkError: chunkTable.residentError,
    chunkHash: chunkTable.hash,
  };
}

function headOf(json: HeadJson, t: Tables): CookedHead {
  const { counts } = json;
  const mesh = (m: number, k: number): number => t.mesh[m * 5 + k]!;
  const corner = (m: number, k: number): Vec3 => [t.meshBounds[m * 6 + k]!, t.meshBounds[m * 6 + k + 1]!, t.meshBounds[m * 6 + k + 2]!];
  return {
    name: json.name,
    origin: json.origin,
    sizes: json.sizes,
    triangleCount: json.triangleCount,
    warnings: json.warnings,
    materials: json.materials,
    images: json.images,
    lights: json.lights.map((light) => ({ ...light, rangeM: Number(light.rangeM) })),
    cameras: json.cameras.map((camera) => ({ ...camera, worldMatrix: Float64Array.from(camera.worldMatrix) })),
    nodes: { count: counts.nodes, names: json.nodeNames, parent: t.nodeParent, localMatrix: t.nodeLocal, worldMatrix: t.nodeWorld },
    meshes: json.meshNames.map((name, m) => ({
      name,
      rootNode: mesh(m, 0),
      firstMeshlet: mesh(m, 1),
      meshletCount: mesh(m, 2),
      triangleCount: mesh(m, 3),
      material: mesh(m, 4),
      boundsMin: corner(m, 0),
      boundsMax: corner(m, 3),
    })),
    grids: json.meshNames.map((_, m) => [t.meshGrid[m * 4]!, t.meshGrid[m * 4 + 1]!, t.meshGrid[m * 4 + 2]!, t.meshGrid[m * 4 + 3]!]),
    instances: {
      count: counts.instances,
      node: t.instanceNode,
      mesh: t.instanceMesh,
      material: t.instanceMaterial,
      worldFromMesh: t.instanceMatrix,
      ...(t.instanceDynamic.includes(1) ? { dynamic: t.instanceDynamic } : {}),
    },
    hierarchy: {
      groups: { count: counts.groups, sphere: t.groupSphere, error: t.groupError },
      selfGroup: t.selfGroup,
      parentGroup: t.parentGroup,
      nodes: {
        count: counts.treeNodes,
        sphere: t.treeSphere,
        lodSphere: t.treeLodSphere,
        maxError: t.treeMaxError,
        first: t.treeFirst,
        size: t.treeSize,
        leaf: t.treeLeaf,
      },
      depth: json.depth,
    },
    chunkTable: { count: counts.chunks, bytes: t.chunkBytes, residentError: t.chunkError, hash: t.chunkHash },
  };
}
