import type { Vec3 } from '../core/vec.ts';
import { multiply4x4, writeRows3x4 } from './matrix.ts';
import { buildMeshlets, meshletsReady } from './meshlets.ts';
import type {
  InstanceTable,
  Material,
  MeshletTable,
  MeshRange,
  PunctualLight,
  SceneCamera,
  SceneData,
  TextureImage,
  VertexTable,
} from './scene-data.ts';
import { findEqualVertices } from './weld-vertices.ts';

/** One primitive as triangles; attributes per vertex as in `VertexTable`, `null` where the source has none. */
export interface MeshGeometry {
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly tangents: Float32Array | null;
  readonly uv0: Float32Array | null;
  readonly uv1: Float32Array | null;
  readonly colors: Float32Array | null;
  /** Three per triangle, counter-clockwise front; no index twice in a triangle. */
  readonly indices: Uint32Array;
}

/** Floats per vertex of each attribute, and the value where absent. */
const ATTRIBUTES = [
  ['positions', 3, 0],
  ['normals', 3, 0],
  ['tangents', 4, 0],
  ['uv0', 2, 0],
  ['uv1', 2, 0],
  ['colors', 4, 1],
] as const;

/** Collects the parts of a scene in file order and packs them as `SceneData`. Order of calls is the order of ids. */
export class SceneBuilder {
  readonly warnings: string[] = [];
  readonly #vertices: MeshGeometry[] = [];
  #vertexCount = 0;
  readonly #meshlets: MeshletTable[] = [];
  #meshletCount = 0;
  readonly #meshes: MeshRange[] = [];
  readonly #materials: Material[] = [];
  readonly #images: TextureImage[] = [];
  readonly #lights: PunctualLight[] = [];
  readonly #cameras: SceneCamera[] = [];
  readonly #nodes: { name: string; parent: number; local: Float64Array; world: Float64Array }[] = [];
  readonly #instances: { node: number; mesh: number; matrix: ArrayLike<number> }[] = [];

  private constructor() {}

  /** Waits for the meshlet builder. */
  static async create(): Promise<SceneBuilder> {
    await meshletsReady();
    return new SceneBuilder();
  }

  addImage(image: TextureImage): number {
    return this.#images.push(image) - 1;
  }
  addMaterial(material: Material): number {
    return this.#materials.push(material) - 1;
  }
  addLight(light: PunctualLight): void {
    this.#lights.push(light);
  }
  addCamera(camera: SceneCamera): void {
    this.#cameras.push(camera);
  }

  /** @param parent Number of a node added before, or −1. @param localMatrix Column-major. @returns The node's number. */
  addNode(name: string, parent: number, localMatrix: ArrayLike<number>): number {
    const local = Float64Array.from(localMatrix);
    const world = parent < 0 ? local : multiply4x4(this.#nodes[parent].world, local);
    return this.#nodes.push({ name, parent, local, world }) - 1;
  }
  /** World matrix of a node, column-major. */
  worldMatrix(node: number): Float64Array {
    return this.#nodes[node].world;
  }

  /**
   * Welds equal vertices, drops unused ones and degenerate triangles (a corner twice, a position that is no number), cuts into meshlets.
   * @returns The mesh's number, `null` when no triangle is left; and how many were dropped.
   */
  addMesh(name: string, geometry: MeshGeometry, material: number): { mesh: number | null; dropped: number } {
    const packed = packVertices(geometry, this.#materials[material].doubleSided);
    const dropped = geometry.indices.length / 3 - packed.meshlets.triangles.length;
    if (packed.meshlets.count === 0) return { mesh: null, dropped };
    this.#vertices.push(packed.geometry);
    this.#meshlets.push({ ...packed.meshlets, vertexIndices: packed.meshlets.vertexIndices.map((v) => v + this.#vertexCount) });
    this.#meshes.push({
      name,
      firstMeshlet: this.#meshletCount,
      meshletCount: packed.meshlets.count,
      triangleCount: packed.meshlets.triangles.length,
      material,
      ...boundsOf(packed.geometry.positions),
    });
    this.#vertexCount += packed.geometry.positions.length / 3;
    this.#meshletCount += packed.meshlets.count;
    return { mesh: this.#meshes.length - 1, dropped };
  }

  /** Draws a mesh at a node. @param worldFromMesh Column-major; the node's world matrix when left out. */
  addInstance(node: number, mesh: number, worldFromMesh: ArrayLike<number> = this.#nodes[node].world): void {
    this.#instances.push({ node, mesh, matrix: worldFromMesh });
  }

  /** @param file As the user named it. */
  build(name: string, file: string): SceneData {
    return {
      name,
      file,
      nodes: {
        count: this.#nodes.length,
        names: this.#nodes.map((n) => n.name),
        parent: Int32Array.from(this.#nodes, (n) => n.parent),
        localMatrix: concatMatrices(this.#nodes.map((n) => n.local)),
        worldMatrix: concatMatrices(this.#nodes.map((n) => n.world)),
      },
      vertices: this.#packVertexTable(),
      meshlets: this.#packMeshletTable(),
      meshes: this.#meshes,
      instances: this.#packInstances(),
      materials: this.#materials,
      images: this.#images,
      lights: this.#lights,
      cameras: this.#cameras,
      triangleCount: this.#instances.reduce((sum, i) => sum + this.#meshes[i.mesh].triangleCount, 0),
      warnings: this.warnings,
    };
  }

  #packVertexTable(): VertexTable {
    const packed: Record<string, Float32Array> = {};
    for (const [attribute, size, absent] of ATTRIBUTES) {
      const out = new Float32Array(this.#vertexCount * size);
      let offset = 0;
      for (const geometry of this.#vertices) {
        const length = (geometry.positions.length / 3) * size;
        const data = geometry[attribute];
        if (data) out.set(data, offset);
        else if (absent !== 0) out.fill(absent, offset, offset + length);
        offset += length;
      }
      packed[attribute] = out;
    }
    return { count: this.#vertexCount, ...packed } as unknown as VertexTable;
  }

  #packMeshletTable(): MeshletTable {
    const all = this.#meshlets;
    const vertexRange = concat(Uint32Array, all, (m) => m.vertexRange);
    const triangleRange = concat(Uint32Array, all, (m) => m.triangleRange);
    let meshlet = 0;
    let vertex = 0;
    let triangle = 0;
    for (const table of all) {
      for (let m = 0; m < table.count; m++, meshlet++) {
        vertexRange[meshlet * 2] += vertex;
        triangleRange[meshlet * 2] += triangle;
      }
      vertex += table.vertexIndices.length;
      triangle += table.triangles.length;
    }
    return {
      count: meshlet,
      bounds: concat(Float32Array, all, (m) => m.bounds),
      cone: concat(Float32Array, all, (m) => m.cone),
      vertexRange,
      triangleRange,
      vertexIndices: concat(Uint32Array, all, (m) => m.vertexIndices),
      triangles: concat(Uint32Array, all, (m) => m.triangles),
    };
  }

  #packInstances(): InstanceTable {
    const all = this.#instances;
    const worldFromMesh = new Float64Array(all.length * 12);
    all.forEach((instance, i) => {
      writeRows3x4(instance.matrix, worldFromMesh, i * 12);
    });
    return {
      count: all.length,
      node: Int32Array.from(all, (i) => i.node),
      mesh: Uint32Array.from(all, (i) => i.mesh),
      material: Uint32Array.from(all, (i) => this.#meshes[i.mesh].material),
      worldFromMesh,
    };
  }
}

/** Equal vertices become one, in the order in which meshlets use them first, so that a meshlet's vertices lie close in memory. */
function packVertices(source: MeshGeometry, doubleSided: boolean): { geometry: MeshGeometry; meshlets: MeshletTable } {
  const count = source.positions.length / 3;
  const present = ATTRIBUTES.flatMap(([name, size]) => (source[name] ? [{ data: source[name], size }] : []));
  const firstEqual = findEqualVertices(count, present);
  const meshlets = buildMeshlets(usableTriangles(source, firstEqual), source.positions, doubleSided);
  const packedOf = new Int32Array(count).fill(-1);
  const order: Uint32Array = new Uint32Array(count);
  let used = 0;
  for (const v of meshlets.vertexIndices) {
    if (packedOf[v] >= 0) continue;
    packedOf[v] = used;
    order[used++] = v;
  }
  const pick = (data: Float32Array | null, size: number): Float32Array | null => {
    if (!data) return null;
    const out = new Float32Array(used * size);
    for (let v = 0; v < used; v++) for (let k = 0; k < size; k++) out[v * size + k] = data[order[v] * size + k];
    return out;
  };
  const picked = Object.fromEntries(ATTRIBUTES.map(([name, size]) => [name, pick(source[name], size)]));
  return {
    geometry: { ...(picked as unknown as MeshGeometry), indices: new Uint32Array(0) },
    meshlets: { ...meshlets, vertexIndices: meshlets.vertexIndices.map((v) => packedOf[v]) },
  };
}

/** Farther than any scene (a light year): beyond it squares overflow float32. */
const MAX_COORDINATE_M = 1e16;

function usableTriangles({ indices, positions }: MeshGeometry, firstEqual: Uint32Array): Uint32Array {
  const out = new Uint32Array(indices.length);
  let used = 0;
  const usable = (v: number): boolean => {
    for (let k = 0; k < 3; k++) if (!(Math.abs(positions[v * 3 + k]) <= MAX_COORDINATE_M)) return false;
    return true;
  };
  for (let i = 0; i < indices.length; i += 3) {
    const a = firstEqual[indices[i]];
    const b = firstEqual[indices[i + 1]];
    const c = firstEqual[indices[i + 2]];
    if (a === b || b === c || c === a || !usable(a) || !usable(b) || !usable(c)) continue;
    out[used++] = a;
    out[used++] = b;
    out[used++] = c;
  }
  return out.slice(0, used);
}

function boundsOf(positions: Float32Array): { boundsMin: Vec3; boundsMax: Vec3 } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    min[i % 3] = Math.min(min[i % 3], positions[i]);
    max[i % 3] = Math.max(max[i % 3], positions[i]);
  }
  return { boundsMin: [min[0], min[1], min[2]], boundsMax: [max[0], max[1], max[2]] };
}

function concatMatrices(matrices: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(matrices.length * 16);
  matrices.forEach((matrix, i) => {
    out.set(matrix, i * 16);
  });
  return out;
}

function concat<A extends Float32Array | Uint32Array>(
  type: new (length: number) => A,
  tables: readonly MeshletTable[],
  part: (table: MeshletTable) => A,
): A {
  const out = new type(tables.reduce((sum, table) => sum + part(table).length, 0));
  let offset = 0;
  for (const table of tables) {
    out.set(part(table), offset);
    offset += part(table).length;
  }
  return out;
}
