import { doubleArea, type ShownAttribute } from './attributes.ts';
import { TriangleTree } from './triangle-tree.ts';

/** A simplified piece of surface to measure against. */
export interface SimplifiedPiece {
  /** Three per triangle, into `positions`. */
  readonly indices: Uint32Array;
  readonly positions: Float32Array;
  /** Piece's vertex → vertex of the mesh. */
  readonly vertices: Uint32Array;
}

/** How far full detail lies from a simplified piece. */
export interface Deviation {
  /** Largest over the samples, metres. */
  readonly largest: number;
  /** Exceeded by a tenth of the samples, metres. */
  readonly common: number;
  /** For each sample the triangle that stands for it now. */
  readonly triangleOf: Uint32Array;
}

/**
 * Measures how far points of full detail are from a simplified surface: for each sample, the triangle where the least is wrong. What is wrong at a
 * place of a triangle: the distance to it; for texture coordinates the slip of the picture along the surface; for normals and colours the size of the
 * triangle, as far as they are ruined. (Squares are added.) So a uv seam or the far side of a sheet is never mistaken for the near place.
 * @param samples Vertices of the mesh, at least one. @param positions Of the mesh, 3 per vertex, metres. @param attributes Of the mesh.
 */
export function measureDeviation(
  samples: Uint32Array,
  positions: Float32Array,
  attributes: readonly ShownAttribute[],
  piece: SimplifiedPiece,
): Deviation {
  const tree = new TriangleTree(piece.indices, piece.positions);
  const keptIn = triangleOfVertex(piece);
  const triangleOf = new Uint32Array(samples.length);
  const closest = new ClosestPoint();
  const wrong = new Float64Array(samples.length);
  for (let s = 0; s < samples.length; s++) {
    const v = samples[s];
    const kept = keptIn.get(v);
    if (kept !== undefined) {
      triangleOf[s] = kept;
      continue;
    }
    let best = 0;
    const visit = (t: number, within: number): number => {
      const a = tree.corners[t * 3];
      const b = tree.corners[t * 3 + 1];
      const c = tree.corners[t * 3 + 2];
      let wrong = closest.find(positions, v * 3, piece.positions, a * 3, b * 3, c * 3);
      if (wrong >= within) return within;
      if (attributes.length > 0) {
        const [va, vb, vc] = [piece.vertices[a], piece.vertices[b], piece.vertices[c]];
        const area = doubleArea(piece.positions, a * 3, b * 3, c * 3) / 2;
        for (const attribute of attributes) wrong += attributeError(attribute, v, va, vb, vc, closest.b, closest.c, area);
        if (wrong >= within) return within;
      }
      best = t;
      return wrong;
    };
    let bound = Infinity;
    tree.nearest(positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2], Infinity, (t, within) => {
      bound = visit(t, within);
      return bound;
    });
    triangleOf[s] = tree.source[best];
    wrong[s] = bound;
  }
  wrong.sort();
  return { largest: Math.sqrt(wrong[wrong.length - 1]), common: Math.sqrt(wrong[Math.floor(wrong.length * 0.9)]), triangleOf };
}

/** For each vertex of the mesh that the piece still has, one of its triangles. */
function triangleOfVertex({ indices, vertices }: SimplifiedPiece): Map<number, number> {
  const map = new Map<number, number>();
  for (let i = 0; i < indices.length; i++) map.set(vertices[indices[i]], Math.floor(i / 3));
  return map;
}

/** Square of what is wrong with an attribute at a place of a triangle, metres². @param b, c Barycentric. @param area Of the triangle, metres². */
function attributeError(
  { data, size, scale, kind }: ShownAttribute,
  v: number,
  va: number,
  vb: number,
  vc: number,
  b: number,
  c: number,
  area: number,
): number {
  let sum = 0;
  for (let k = 0; k < size; k++) {
    const here = data[va * size + k] * (1 - b - c) + data[vb * size + k] * b + data[vc * size + k] * c;
    const difference = data[v * size + k] - here;
    sum += difference * difference;
  }
  const wrong = sum * scale * scale;
  return kind === 'slip' ? wrong : Math.min(wrong, 1) * area;
}

/** Nearest point of a triangle (Ericson, Real-Time Collision Detection, 5.1.5); reused, so that nothing is allocated per point. */
class ClosestPoint {
  /** Barycentric coordinates of corners b and c. */
  b = 0;
  c = 0;

  /** @returns Square of the distance. */
  find(point: Float32Array, o: number, p: Float32Array, a: number, b: number, c: number): number {
    const abx = p[b] - p[a];
    const aby = p[b + 1] - p[a + 1];
    const abz = p[b + 2] - p[a + 2];
    const acx = p[c] - p[a];
    const acy = p[c + 1] - p[a + 1];
    const acz = p[c + 2] - p[a + 2];
    const apx = point[o] - p[a];
    const apy = point[o + 1] - p[a + 1];
    const apz = point[o + 2] - p[a + 2];
    const d1 = abx * apx + aby * apy + abz * apz;
    const d2 = acx * apx + acy * apy + acz * apz;
    const abab = abx * abx + aby * aby + abz * abz;
    const abac = abx * acx + aby * acy + abz * acz;
    const acac = acx * acx + acy * acy + acz * acz;
    // Of b and c: their dot products with the edges follow from those of a.
    const d3 = d1 - abab;
    const d4 = d2 - abac;
    const d5 = d1 - abac;
    const d6 = d2 - acac;
    let v = 0;
    let w = 0;
    const va = d3 * d6 - d5 * d4;
    const vb = d5 * d2 - d1 * d6;
    const vc = d1 * d4 - d3 * d2;
    if (d1 <= 0 && d2 <= 0) {
      // a
    } else if (d3 >= 0 && d4 <= d3) v = 1;
    else if (d6 >= 0 && d5 <= d6) w = 1;
    else if (vc <= 0 && d1 >= 0 && d3 <= 0) v = d1 / (d1 - d3);
    else if (vb <= 0 && d2 >= 0 && d6 <= 0) w = d2 / (d2 - d6);
    else if (va <= 0 && d4 - d3 >= 0 && d5 - d6 >= 0) {
      w = (d4 - d3) / (d4 - d3 + (d5 - d6));
      v = 1 - w;
    } else {
      const denominator = 1 / (va + vb + vc);
      v = vb * denominator;
      w = vc * denominator;
    }
    if (!(v >= 0 && w >= 0)) v = w = 0;
    this.b = v;
    this.c = w;
    const x = apx - abx * v - acx * w;
    const y = apy - aby * v - acy * w;
    const z = apz - abz * v - acz * w;
    return x * x + y * y + z * z;
  }
}
