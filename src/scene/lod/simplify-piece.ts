import { MeshoptSimplifier } from 'meshoptimizer/simplifier';
import type { ShownAttribute } from './attributes.ts';

/** A piece of surface cut out of a mesh, to be simplified: few vertices, numbered from 0. */
export interface Piece {
  /** Three per triangle. */
  readonly indices: Uint32Array;
  /** 3 per vertex, metres. */
  readonly positions: Float32Array;
  /** The same, but equal in every bit where they count as one position: what hangs together must be simplified together. */
  readonly weldedPositions: Float32Array;
  /** Piece's vertex → vertex of the mesh. */
  readonly vertices: Uint32Array;
  /** Piece's vertex → its first vertex with the same position. */
  readonly positionOf: Uint32Array;
  /** 1 per vertex that must stay where it is. */
  readonly locked: Uint8Array;
  readonly anyLocked: boolean;
}

/** A piece with fewer triangles. */
export interface SimplifiedIndices {
  readonly indices: Uint32Array;
  /** Size of the largest island that was left out, metres; or what the coarse simplifier says of its result. */
  readonly lostM: number;
}

/** A result with more than this part of the triangles is none. */
const LEAST_PROGRESS = 0.85;
/** Above this part of the triangles, seams of attributes are tried without protection. */
const GOOD_PROGRESS = 0.65;
/** Any error is taken: it is measured afterwards. Relative to the piece's size. */
const ANY_ERROR = 1e6;
/** Weight of normals and colours in the simplifier's order of collapses (of 0.05, 0.25, 1 and 4 the best on bike and FlightHelmet). */
const CHANGE_WEIGHT = 1;
/** Weight of a slip of the picture against the same distance in space. */
const SLIP_WEIGHT = 1;

/**
 * Simplifies to a number of triangles with locked vertices in place, first along seams of attributes only, then across them, at last (where nothing is
 * locked) by merging what is close. Islands may vanish, except those that touch a locked vertex.
 * @param coarsely Allows the last, which keeps neither seams nor small holes: for what is as good as a speck.
 * @returns `null` where less than 15 % of the triangles could go.
 */
export function simplifyPiece(
  piece: Piece,
  attributes: readonly ShownAttribute[],
  targetTriangles: number,
  coarsely: boolean,
): SimplifiedIndices | null {
  const before = piece.indices.length;
  const target = targetTriangles * 3;
  const interleaved = interleave(piece, attributes);
  let best = collapse(piece, interleaved, target, ['Prune']);
  if (best.length > before * GOOD_PROGRESS) {
    const across = collapse(piece, interleaved, target, ['Prune', 'Permissive']);
    if (across.length > 0 && across.length < best.length * 0.9) best = across;
  }
  if (best.length > 0 && best.length <= before * LEAST_PROGRESS) return { indices: best, lostM: vanishedSize(piece, best) };
  if (piece.anyLocked || !coarsely) return null;
  const [coarse, relative] = MeshoptSimplifier.simplifySloppy(piece.indices, piece.weldedPositions, 3, null, target, 1);
  if (coarse.length === 0 || coarse.length > before * LEAST_PROGRESS) return null;
  return { indices: coarse, lostM: relative * MeshoptSimplifier.getScale(piece.positions, 3) };
}

/** Attributes side by side, and the simplifier's weights for them. */
interface Interleaved {
  readonly data: Float32Array;
  readonly weights: number[];
}

function interleave(piece: Piece, attributes: readonly ShownAttribute[]): Interleaved {
  const stride = attributes.reduce((sum, attribute) => sum + attribute.size, 0);
  const count = piece.vertices.length;
  const data = new Float32Array(count * stride);
  const weights: number[] = [];
  const extent = MeshoptSimplifier.getScale(piece.positions, 3);
  let offset = 0;
  for (const { data: source, size, scale, kind } of attributes) {
    for (let k = 0; k < size; k++) weights.push(kind === 'slip' ? (extent > 0 ? (SLIP_WEIGHT * scale) / extent : 0) : CHANGE_WEIGHT);
    for (let v = 0; v < count; v++) {
      for (let k = 0; k < size; k++) data[v * stride + offset + k] = source[piece.vertices[v] * size + k];
    }
    offset += size;
  }
  return { data, weights };
}

function collapse(piece: Piece, { data, weights }: Interleaved, target: number, flags: ('Prune' | 'Permissive')[]): Uint32Array {
  const { indices, weldedPositions: positions, locked } = piece;
  const [simplified] = weights.length
    ? MeshoptSimplifier.simplifyWithAttributes(indices, positions, 3, data, weights.length, weights, locked, target, ANY_ERROR, flags)
    : MeshoptSimplifier.simplifyWithAttributes(indices, positions, 3, positions, 3, [0], locked, target, ANY_ERROR, flags);
  return piece.anyLocked ? restoreIslands(piece, simplified) : simplified;
}

/** The simplifier drops small islands with their locked vertices: those go back in whole, or the surface would open beside them. */
function restoreIslands(piece: Piece, simplified: Uint32Array): Uint32Array {
  const island = islands(piece);
  const LOCKED = 1;
  const PRESENT = 2;
  const state = new Uint8Array(piece.vertices.length);
  for (let v = 0; v < state.length; v++) if (piece.locked[v] === 1) state[island[v]] |= LOCKED;
  for (const v of simplified) state[island[v]] |= PRESENT;
  const lost: number[] = [];
  for (let i = 0; i < piece.indices.length; i += 3) {
    if (state[island[piece.indices[i]]] === LOCKED) lost.push(piece.indices[i], piece.indices[i + 1], piece.indices[i + 2]);
  }
  if (lost.length === 0) return simplified;
  const out = new Uint32Array(simplified.length + lost.length);
  out.set(simplified);
  out.set(lost, simplified.length);
  return out;
}

/** Largest side of the box of any island that has vanished, metres: what it covered is no longer covered. */
function vanishedSize(piece: Piece, simplified: Uint32Array): number {
  const island = islands(piece);
  const present = new Uint8Array(piece.vertices.length);
  for (const v of simplified) present[island[v]] = 1;
  const boxes = new Map<number, number[]>();
  for (const v of piece.indices) {
    if (present[island[v]]) continue;
    let box = boxes.get(island[v]);
    if (!box) {
      box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      boxes.set(island[v], box);
    }
    for (let k = 0; k < 3; k++) {
      box[k] = Math.min(box[k], piece.positions[v * 3 + k]);
      box[3 + k] = Math.max(box[3 + k], piece.positions[v * 3 + k]);
    }
  }
  let size = 0;
  for (const box of boxes.values()) size = Math.max(size, box[3] - box[0], box[4] - box[1], box[5] - box[2]);
  return size;
}

/** For each vertex the number of its island: triangles that hang together by positions. */
function islands({ indices, positionOf }: Piece): Uint32Array {
  const root = positionOf.slice();
  const find = (v: number): number => {
    let at = v;
    while (root[at] !== at) {
      root[at] = root[root[at]];
      at = root[at];
    }
    return at;
  };
  for (let i = 0; i < indices.length; i += 3) {
    const a = find(indices[i]);
    const b = find(indices[i + 1]);
    const c = find(indices[i + 2]);
    const low = Math.min(a, b, c);
    root[a] = root[b] = root[c] = low;
  }
  for (let v = 0; v < root.length; v++) root[v] = find(v);
  return root;
}
