import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import { buildMeshlets } from '../meshlets.ts';
import { NONE } from '../scene-data.ts';
import { findEqualVertices } from '../weld-vertices.ts';
import { type ShownAttribute, shownAttributes } from './attributes.ts';
import { enclosingSphere } from './bounding-sphere.ts';
import { ClusterStore } from './cluster-store.ts';
import { cutPiece } from './cut-piece.ts';
import type { LodInput } from './lod-mesh.ts';
import { partitionClusters } from './partition-clusters.ts';
import { type Piece, simplifyPiece } from './simplify-piece.ts';
import { meanTriangleM, statedError } from './stated-error.ts';
import { measureDeviation } from './surface-deviation.ts';

/** A group as it comes out of simplification. */
export interface BuiltGroup {
  /** Clusters that it replaces. */
  readonly members: readonly number[];
  /** Round in which it was made, 0 = from full detail. */
  readonly round: number;
  /** Centre and radius, mesh-local metres, float32. */
  readonly sphere: Float32Array;
  /** Metres, float32. */
  readonly error: number;
}

/** What 'light' saves on. */
const SETTINGS = {
  full: { keep: 0.5, samplesPerGroup: 1024 },
  light: { keep: 0.3, samplesPerGroup: 256 },
} as const;

/** An object of one LED costs this many triangles, about; fewer are not worth a level. */
const FEW_TRIANGLES = 12;
/** Rounds in a row in which a cluster may find no group that shrinks, before it stays as it is. */
const PATIENCE = 3;

/** All clusters of a mesh, and the groups between levels. */
export interface BuiltLevels {
  readonly store: ClusterStore;
  readonly groups: readonly BuiltGroup[];
}

/** Makes levels of detail out of a mesh, from full detail up, until one small cluster is left or nothing shrinks any more. */
export function buildLevels(input: LodInput): BuiltLevels {
  return new LevelBuilder(input).run();
}

class LevelBuilder {
  readonly #input: LodInput;
  readonly #settings: (typeof SETTINGS)['full' | 'light'];
  readonly #attributes: ShownAttribute[];
  readonly #positions: Float32Array;
  /** For each vertex the first in the same place. */
  readonly #positionOf: Uint32Array;
  /** For each vertex the first in the same place that looks the same: seams of what is not shown are none. */
  readonly #lookOf: Uint32Array;
  /** For each position the group of this round that has it: −1 nobody yet, −2 several. */
  readonly #owner: Int32Array;
  readonly #localOf: Int32Array;
  /** Positions that stay at every level. */
  readonly #kept: Uint8Array | null;
  readonly #store = new ClusterStore();
  readonly #groups: BuiltGroup[] = [];
  #radiusM = 0;
  /** Rounds without success of each cluster. */
  readonly #stuck: number[] = [];

  constructor(input: LodInput) {
    this.#input = input;
    this.#settings = SETTINGS[input.detail === 'light' ? 'light' : 'full'];
    this.#attributes = shownAttributes(input);
    this.#positions = input.geometry.positions;
    this.#positionOf = weldPositions(this.#positions);
    this.#lookOf = weldLooks(this.#positions, this.#attributes, input.geometry.tangents);
    this.#owner = new Int32Array(this.#positionOf.length).fill(-1);
    this.#localOf = new Int32Array(this.#positionOf.length).fill(-1);
    this.#kept = input.keep && keptPositions(input.keep, this.#positionOf);
  }

  run(): BuiltLevels {
    const store = this.#store;
    const { geometry, doubleSided } = this.#input;
    const finest = buildMeshlets(geometry.indices, this.#positions, doubleSided);
    const samples = Array.from({ length: finest.count }, (_, m) =>
      finest.vertexIndices
        .subarray(finest.vertexRange[m * 2], finest.vertexRange[m * 2] + finest.vertexRange[m * 2 + 1])
        .map((v) => this.#lookOf[v]),
    );
    store.add(finest, NONE, samples);
    const whole = new Float32Array(4);
    enclosingSphere(
      finest.bounds,
      samples.map((_, m) => m),
      whole,
      0,
    );
    this.#radiusM = whole[3];
    let front = Array.from({ length: store.count }, (_, c) => c);
    for (let round = 0; ; round++) {
      const next = this.#round(front, round);
      if (!next) break;
      front = next;
    }
    return { store, groups: this.#groups };
  }

  /** One level up. @returns The new front: all clusters that nothing replaces yet; `null` when nothing changed. */
  #round(front: readonly number[], round: number): number[] | null {
    const store = this.#store;
    const places = partitionClusters(store, front, this.#positionOf, this.#owner);
    const groups = places.map((group) => group.map((place) => front[place]));
    groups.forEach((members, g) => {
      for (const c of members) {
        for (const v of store.vertices(c)) {
          const p = this.#positionOf[v];
          this.#owner[p] = this.#owner[p] === -1 || this.#owner[p] === g ? g : -2;
        }
      }
    });
    const next: number[] = [];
    let progress = false;
    for (const members of groups) {
      const made = members.every((c) => (this.#stuck[c] ?? 0) >= PATIENCE) ? null : this.#replace(members, round, groups.length === 1);
      if (made) progress = true;
      else for (const c of members) this.#stuck[c] = (this.#stuck[c] ?? 0) + 1;
      next.push(...(made ?? members));
    }
    for (const c of front) for (const v of store.vertices(c)) this.#owner[this.#positionOf[v]] = -1;
    // Once more where nothing shrank: what is stuck may be simplified more coarsely.
    return progress || next.some((c) => (this.#stuck[c] ?? 0) < 2) ? next : null;
  }

  /** Simplifies a group. @param alone There is no other. @returns Its new clusters; `null` where it would not shrink. */
  #replace(members: readonly number[], round: number, alone: boolean): number[] | null {
    const store = this.#store;
    const { doubleSided } = this.#input;
    const triangles = members.reduce((sum, c) => sum + store.triangles(c).length, 0);
    if (triangles <= FEW_TRIANGLES) return null;
    const target = Math.max(Math.floor(triangles * this.#settings.keep), Math.min(FEW_TRIANGLES - 4, triangles >> 1));
    const coarsely = alone || members.every((c) => this.#stuck[c] > 0);
    let piece = this.#cut(members, this.#kept);
    let simplified = simplifyPiece(piece, this.#attributes, target, coarsely && !this.#kept);
    // Borders shared with other meshes are given up last: the gap is part of the error then.
    const parted = !simplified && coarsely && this.#kept !== null;
    if (parted) {
      piece = this.#cut(members, null);
      simplified = simplifyPiece(piece, this.#attributes, target, true);
    }
    if (!simplified) return null;
    const meshlets = buildMeshlets(simplified.indices, piece.positions, doubleSided);
    const ordered = trianglesInOrder(meshlets);
    const carried = this.#samplesOf(members);
    const samples = carried.length > 0 ? carried : piece.vertices;
    const { largest, common, triangleOf } = measureDeviation(samples, this.#positions, this.#attributes, { ...piece, indices: ordered });
    const groupNumber = this.#groups.length;
    const lost = Math.max(simplified.lostM, parted ? largest : 0);
    const measured = { largest, common, lost, triangleM: meanTriangleM(simplified.indices, piece.positions) };
    const errorM = statedError(measured, this.#radiusM);
    this.#groups.push(this.#group(members, round, errorM));
    const clusterSamples = dealSamples(samples, triangleOf, meshlets.triangleRange, meshlets.count);
    const table = { ...meshlets, vertexIndices: meshlets.vertexIndices.map((v) => piece.vertices[v]) };
    const first = store.add(table, groupNumber, clusterSamples);
    for (const c of members) store.parentGroup[c] = groupNumber;
    return Array.from({ length: table.count }, (_, m) => first + m);
  }

  #cut(members: readonly number[], kept: Uint8Array | null): Piece {
    const isLocked = (position: number): boolean => this.#owner[position] === -2 || kept?.[position] === 1;
    return cutPiece(this.#store, members, this.#positions, this.#positionOf, this.#lookOf, isLocked, this.#localOf);
  }

  /** Error never below, sphere never inside that of the groups it was made from. */
  #group(members: readonly number[], round: number, errorM: number): BuiltGroup {
    const below = [...new Set(members.map((c) => this.#store.selfGroup[c]))].filter((g) => g !== NONE).map((g) => this.#groups[g]);
    const inside = [...members.map((c) => this.#store.sphere(c)), ...below.map((group) => group.sphere)];
    const spheres = new Float32Array(inside.length * 4);
    inside.forEach((sphere, i) => {
      spheres.set(sphere, i * 4);
    });
    const sphere = new Float32Array(4);
    enclosingSphere(
      spheres,
      inside.map((_, i) => i),
      sphere,
      0,
    );
    return { members, round, sphere, error: Math.max(Math.fround(errorM), ...below.map((group) => group.error)) };
  }

  /** Samples of the clusters; evenly thinned where they are many. */
  #samplesOf(members: readonly number[]): Uint32Array {
    const lists = members.map((c) => this.#store.samples[c]);
    const total = lists.reduce((sum, list) => sum + list.length, 0);
    const all = new Uint32Array(total);
    let offset = 0;
    for (const list of lists) {
      all.set(list, offset);
      offset += list.length;
    }
    const most = this.#settings.samplesPerGroup;
    return total <= most ? all : Uint32Array.from({ length: most }, (_, i) => all[Math.floor((i * total) / most)]);
  }
}

/** Positions closer than this are one, as part of the mesh's size: seams of generated meshes differ by a rounding or two. */
const WELD = 2 ** -22;

/** For each vertex the first in the same cell of a fine grid. */
function weldPositions(positions: Float32Array): Uint32Array {
  let size = 0;
  for (let i = 0; i < positions.length; i++) if (Number.isFinite(positions[i])) size = Math.max(size, Math.abs(positions[i]));
  // Adding 0 makes −0 and 0 one position.
  const cells = positions.map((p) => Math.round(p / (size * WELD)) + 0);
  return MeshoptSimplifier.generatePositionRemap(cells, 3);
}

/** For each vertex the first that is equal in position and shown attributes; the side of a mirrored picture counts too. */
function weldLooks(positions: Float32Array, attributes: readonly ShownAttribute[], tangents: Float32Array | null): Uint32Array {
  const count = positions.length / 3;
  const side = tangents ? [{ data: Float32Array.from({ length: count }, (_, v) => tangents[v * 4 + 3]), size: 1 }] : [];
  return findEqualVertices(count, [{ data: positions, size: 3 }, ...side, ...attributes]);
}

/** A position stays when any of its vertices must. */
function keptPositions(keep: Uint8Array, positionOf: Uint32Array): Uint8Array {
  const kept = new Uint8Array(keep.length);
  for (let v = 0; v < keep.length; v++) if (keep[v]) kept[positionOf[v]] = 1;
  return kept;
}

/** Corners of all triangles, meshlet after meshlet. */
function trianglesInOrder(meshlets: ReturnType<typeof buildMeshlets>): Piece['indices'] {
  const out = new Uint32Array(meshlets.triangles.length * 3);
  let used = 0;
  for (let m = 0; m < meshlets.count; m++) {
    const vertex = meshlets.vertexRange[m * 2];
    const first = meshlets.triangleRange[m * 2];
    for (let t = first; t < first + meshlets.triangleRange[m * 2 + 1]; t++) {
      const packed = meshlets.triangles[t];
      out[used++] = meshlets.vertexIndices[vertex + (packed & 255)];
      out[used++] = meshlets.vertexIndices[vertex + ((packed >>> 8) & 255)];
      out[used++] = meshlets.vertexIndices[vertex + (packed >>> 16)];
    }
  }
  return out;
}

/** Gives each sample to the meshlet whose triangle stands for it. */
function dealSamples(samples: Uint32Array, triangleOf: Uint32Array, triangleRange: Uint32Array, count: number): Uint32Array[] {
  const meshletOf = new Uint32Array(triangleRange[count * 2 - 2] + triangleRange[count * 2 - 1]);
  for (let m = 0; m < count; m++) meshletOf.fill(m, triangleRange[m * 2], triangleRange[m * 2] + triangleRange[m * 2 + 1]);
  const sizes = new Uint32Array(count);
  for (const t of triangleOf) sizes[meshletOf[t]]++;
  const out = Array.from(sizes, (size) => new Uint32Array(size));
  sizes.fill(0);
  for (let s = 0; s < samples.length; s++) {
    const m = meshletOf[triangleOf[s]];
    out[m][sizes[m]++] = samples[s];
  }
  return out;
}
