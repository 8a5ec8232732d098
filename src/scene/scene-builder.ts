import type { Vec3 } from '../core/vec.ts';
import { buildClusterHierarchy, hierarchyReady } from './lod/build-cluster-hierarchy.ts';
import { concatMeshes } from './lod/concat-meshes.ts';
import type { LodDetail, LodInput, LodMesh, ShownAttributes } from './lod/lod-mesh.ts';
import { findSharedBorders } from './lod/shared-borders.ts';
import { multiply4x4, writeRows3x4 } from './matrix.ts';
import { ATTRIBUTES, type MeshGeometry } from './mesh-geometry.ts';
import type { InstanceTable, Material, MeshRange, PunctualLight, SceneCamera, SceneData, TextureImage } from './scene-data.ts';
import { findEqualVertices } from './weld-vertices.ts';

export type { MeshGeometry } from './mesh-geometry.ts';

/** A mesh without its tables, and what they are made from. */
interface PlannedMesh {
  readonly name: string;
  readonly material: number;
  readonly input: Omit<LodInput, 'keep'>;
}

/** How a scene is built. */
export interface SceneBuilderOptions {
  /** Levels of detail; 'flat' when left out. */
  readonly detail?: LodDetail | undefined;
}

/** Collects the parts of a scene in file order and packs them as `SceneData`. Order of calls is the order of ids. */
export class SceneBuilder {
  readonly warnings: string[] = [];
  readonly #detail: LodDetail;
  readonly #meshes: PlannedMesh[] = [];
  readonly #materials: Material[] = [];
  readonly #images: TextureImage[] = [];
  readonly #lights: PunctualLight[] = [];
  readonly #cameras: SceneCamera[] = [];
  readonly #nodes: { name: string; parent: number; local: Float64Array; world: Float64Array }[] = [];
  readonly #instances: { node: number; mesh: number; matrix: ArrayLike<number> }[] = [];

  private constructor(detail: LodDetail) {
    this.#detail = detail;
  }

  /** Waits for the meshlet builder. */
  static async create({ detail = 'flat' }: SceneBuilderOptions = {}): Promise<SceneBuilder> {
    await hierarchyReady();
    return new SceneBuilder(detail);
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
   * Welds equal vertices, drops degenerate triangles (a corner twice, a position that is no number); `build` cuts the rest into meshlets.
   * @returns The mesh's number, `null` when no triangle is left; and how many were dropped.
   */
  addMesh(name: string, geometry: MeshGeometry, material: number): { mesh: number | null; dropped: number } {
    const indices = usableTriangles(geometry);
    const dropped = (geometry.indices.length - indices.length) / 3;
    if (indices.length === 0) return { mesh: null, dropped };
    const shading = this.#materials[material];
    const input = {
      geometry: { ...geometry, indices },
      detail: this.#detail,
      doubleSided: shading.doubleSided,
      shown: attributesShownBy(shading),
    };
    return { mesh: this.#meshes.push({ name, material, input }) - 1, dropped };
  }

  /** Draws a mesh at a node. @param worldFromMesh Column-major; the node's world matrix when left out. */
  addInstance(node: number, mesh: number, worldFromMesh: ArrayLike<number> = this.#nodes[node].world): void {
    this.#instances.push({ node, mesh, matrix: worldFromMesh });
  }

  /**
   * What the meshes' tables will be made from, for a caller that makes them elsewhere (in worker threads). Asked for once all instances are in: borders
   * where meshes of one place meet are kept.
   */
  meshInputs(): readonly LodInput[] {
    if (this.#detail === 'flat') return this.#meshes.map(({ input }) => ({ ...input, keep: null }));
    const places = this.#places();
    const keep = findSharedBorders(this.#meshes.map(({ input }, m) => ({ geometry: input.geometry, place: places[m] })));
    return this.#meshes.map(({ input }, m) => ({ ...input, keep: keep[m] }));
  }

  /** For each mesh a number of the place where it is drawn first: the same for meshes under equal matrices. */
  #places(): number[] {
    const places = this.#meshes.map(() => -1);
    const known = new Map<string, number>();
    for (const { mesh, matrix } of this.#instances) {
      if (places[mesh] >= 0) continue;
      const key = Array.from(matrix).join(' ');
      if (!known.has(key)) known.set(key, known.size);
      places[mesh] = known.get(key)!;
    }
    return places;
  }

  /**
   * @param file As the user named it.
   * @param built `buildClusterHierarchy` of each of `meshInputs()`, in their order; made here, one after another, when left out.
   */
  build(name: string, file: string, built: readonly LodMesh[] = this.meshInputs().map(buildClusterHierarchy)): SceneData {
    if (built.length !== this.#meshes.length)
      throw new RangeError(`build: got ${built.length} built meshes, expected ${this.#meshes.length}`);
    const { starts, ...tables } = concatMeshes(built);
    const meshes = this.#meshes.map((mesh, m): MeshRange => {
      const { geometry } = mesh.input;
      return {
        name: mesh.name,
        rootNode: starts[m].node,
        firstMeshlet: starts[m].meshlet,
        meshletCount: built[m].meshlets.count,
        triangleCount: geometry.indices.length / 3,
        material: mesh.material,
        ...boundsOf(built[m].vertices.positions),
      };
    });
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
      ...tables,
      meshes,
      instances: this.#packInstances(),
      materials: this.#materials,
      images: this.#images,
      lights: this.#lights,
      cameras: this.#cameras,
      triangleCount: this.#instances.reduce((sum, i) => sum + meshes[i.mesh].triangleCount, 0),
      warnings: this.warnings,
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

/** Farther than any scene (a light year): beyond it squares overflow float32. */
const MAX_COORDINATE_M = 1e16;

/** Triangles over the first of equal vertices, without degenerate ones. */
function usableTriangles(geometry: MeshGeometry): Uint32Array {
  const { indices, positions } = geometry;
  const present = ATTRIBUTES.flatMap(([name, size]) => (geometry[name] ? [{ data: geometry[name], size }] : []));
  const firstEqual = findEqualVertices(positions.length / 3, present);
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

/** Attributes that a material's picture depends on. */
function attributesShownBy(material: Material): ShownAttributes {
  const textures = [
    material.baseColorTexture,
    material.metallicRoughnessTexture,
    material.normalTexture,
    material.occlusionTexture,
    material.emissiveTexture,
  ];
  return {
    normals: !material.unlit,
    uv0: textures.some((texture) => texture?.texCoord === 0),
    uv1: textures.some((texture) => texture?.texCoord === 1),
    colors: true,
  };
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
