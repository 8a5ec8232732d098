import type { MeshGeometry } from '../../../scene/scene-builder.ts';

/** Position of a surface at (u, v) in 0..1, metres: u to the right, v down as seen from its front. Writes three numbers. */
export type Surface = (u: number, v: number, out: Float64Array) => void;

export interface Patch {
  readonly surface: Surface;
  readonly columns: number;
  readonly rows: number;
  /** Texture repeats along u and v. */
  readonly repeats: readonly [number, number];
  /** The last row is a single point (a pole): its quads are triangles. */
  readonly pole?: boolean;
}

/** Parameter step for tangents. */
const STEP = 1e-4;
/** A slope this small, metres, means that the row is a point: its tangents are those beside it. */
const POLE = 1e-9;

/** Triangles of a patch. */
const trianglesOf = ({ columns, rows, pole }: Patch): number => columns * (2 * rows - (pole ? 1 : 0));

/** Patches as one mesh: positions of the surfaces, normals and tangents from their slopes. */
export function meshOfPatches(patches: readonly Patch[]): MeshGeometry {
  const vertices = patches.reduce((sum, { columns, rows }) => sum + (columns + 1) * (rows + 1), 0);
  const triangles = patches.reduce((sum, patch) => sum + trianglesOf(patch), 0);
  const mesh = {
    positions: new Float32Array(vertices * 3),
    normals: new Float32Array(vertices * 3),
    tangents: new Float32Array(vertices * 4),
    uv0: new Float32Array(vertices * 2),
    uv1: null,
    colors: null,
    indices: new Uint32Array(triangles * 3),
  };
  let [vertex, index] = [0, 0];
  for (const patch of patches) {
    writeVertices(patch, mesh, vertex);
    writeIndices(patch, mesh.indices, vertex, index);
    vertex += (patch.columns + 1) * (patch.rows + 1);
    index += trianglesOf(patch) * 3;
  }
  return mesh;
}

type VertexArrays = { readonly [K in 'positions' | 'normals' | 'tangents' | 'uv0']: Float32Array };

function writeVertices({ surface, columns, rows, repeats }: Patch, mesh: VertexArrays, first: number): void {
  const p = new Float64Array(3);
  const du = new Float64Array(3);
  const dv = new Float64Array(3);
  let at = first;
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++, at++) {
      const [u, v] = [i / columns, j / rows];
      // Slopes look back near the end, since surfaces need not exist beyond 1.
      const [stepU, stepV] = [u > 0.5 ? -STEP : STEP, v > 0.5 ? -STEP : STEP];
      surface(u, v, p);
      slope(surface, p, u, v + stepV, stepV, dv);
      slope(surface, p, u + stepU, v, stepU, du);
      if (length(du) < POLE) {
        surface(u, v + stepV, p);
        slope(surface, p, u + stepU, v + stepV, stepU, du);
        surface(u, v, p);
      }
      writeFrame(mesh, at, du, dv);
      mesh.positions.set(p, at * 3);
      mesh.uv0[at * 2] = u * repeats[0];
      mesh.uv0[at * 2 + 1] = v * repeats[1];
    }
  }
}

/** (surface(u, v) − p) / step. */
function slope(surface: Surface, p: Float64Array, u: number, v: number, step: number, out: Float64Array): void {
  surface(u, v, out);
  for (let k = 0; k < 3; k++) out[k] = (out[k]! - p[k]!) / step;
}

const length = (a: Float64Array): number => Math.sqrt(a[0]! * a[0]! + a[1]! * a[1]! + a[2]! * a[2]!);

/** Unit normal dv × du and the tangent du made square to it. */
function writeFrame(mesh: VertexArrays, at: number, du: Float64Array, dv: Float64Array): void {
  const nx = dv[1]! * du[2]! - dv[2]! * du[1]!;
  const ny = dv[2]! * du[0]! - dv[0]! * du[2]!;
  const nz = dv[0]! * du[1]! - dv[1]! * du[0]!;
  const n = 1 / Math.max(1e-30, Math.sqrt(nx * nx + ny * ny + nz * nz));
  const t = 1 / Math.max(1e-30, length(du));
  mesh.normals[at * 3] = nx * n;
  mesh.normals[at * 3 + 1] = ny * n;
  mesh.normals[at * 3 + 2] = nz * n;
  mesh.tangents[at * 4] = du[0]! * t;
  mesh.tangents[at * 4 + 1] = du[1]! * t;
  mesh.tangents[at * 4 + 2] = du[2]! * t;
  mesh.tangents[at * 4 + 3] = 1;
}

function writeIndices({ columns, rows, pole }: Patch, out: Uint32Array, firstVertex: number, firstIndex: number): void {
  let at = firstIndex;
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const a = firstVertex + j * (columns + 1) + i;
      const c = a + columns + 1;
      out[at++] = a;
      out[at++] = c;
      out[at++] = pole && j === rows - 1 ? a + 1 : c + 1;
      if (pole && j === rows - 1) continue;
      out[at++] = a;
      out[at++] = c + 1;
      out[at++] = a + 1;
    }
  }
}

/** Moves a point of the cube [−1, 1]³ to its place, metres. */
export type Mould = (q: Float64Array, out: Float64Array) => void;

/** A closed body of 12 · n² triangles: the six faces of a cube, moulded. Faces share their border exactly. */
export function mouldedCube(n: number, repeats: number, mould: Mould): MeshGeometry {
  const faces = [0, 1, 2].flatMap((axis) => [1, -1].map((sign) => cubeFace(axis, sign, mould)));
  return meshOfPatches(faces.map((surface) => ({ surface, columns: n, rows: n, repeats: [repeats, repeats] })));
}

function cubeFace(axis: number, sign: number, mould: Mould): Surface {
  // Right and down such that down × right points out.
  const [right, down] = sign > 0 ? [(axis + 2) % 3, (axis + 1) % 3] : [(axis + 1) % 3, (axis + 2) % 3];
  const q = new Float64Array(3);
  return (u, v, out) => {
    q[axis] = sign;
    q[right] = 2 * u - 1;
    q[down] = 2 * v - 1;
    mould(q, out);
  };
}
