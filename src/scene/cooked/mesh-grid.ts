import type { LodInput } from '../lod/lod-mesh.ts';
import { ATTRIBUTES, type MeshGeometry } from '../mesh-geometry.ts';
import type { MeshGrid } from '../packed-scene.ts';
import { GRID_BITS } from '../packed-words.ts';
import { findEqualVertices } from '../weld-vertices.ts';

/** Bits of a float32's mantissa, with the hidden one. */
const FLOAT32_BITS = 24;
/** Finest step 2^−100 m: far below any size, far above where float32 loses bits. */
const SMALLEST_EXPONENT = -100;

/**
 * Steps of the grids of a scene's meshes, one per input: the finest power of two with which 21 bits reach over the mesh's longest side, but never
 * finer than the input's own float32 far from its origin, so that every grid point is a float32 exactly. A 10 m mesh has a step of 7.6 µm and moves
 * by at most half of it, a 1 km terrain by half of 0.49 mm. Meshes that end in the same vertices (`LodInput.keep`) get the same step: all grids are
 * multiples of their step, so such meshes still touch exactly; others that coincide in the file come apart by at most half of each step.
 */
export function chooseSteps(inputs: readonly LodInput[]): Float64Array {
  const steps = Float64Array.from(inputs, ({ geometry }) => finestStep(geometry));
  const root = Int32Array.from(inputs, (_, i) => i);
  const find = (mesh: number): number => {
    let at = mesh;
    while (root[at] !== at) at = root[at] = root[root[at]!]!;
    return at;
  };
  const owner = new Map<string, number>();
  inputs.forEach(({ geometry: { positions }, keep }, mesh) => {
    for (let v = 0; keep && v < keep.length; v++) {
      if (!keep[v]) continue;
      const key = `${positions[v * 3]} ${positions[v * 3 + 1]} ${positions[v * 3 + 2]}`;
      const other = owner.get(key);
      if (other === undefined) owner.set(key, mesh);
      else root[find(mesh)] = find(other);
    }
  });
  const largest = steps.slice();
  for (let mesh = 0; mesh < steps.length; mesh++) largest[find(mesh)] = Math.max(largest[find(mesh)]!, steps[mesh]!);
  return steps.map((_, mesh) => largest[find(mesh)]!);
}

function finestStep(geometry: MeshGeometry): number {
  const { min, max } = usedBounds(geometry);
  const extent = Math.max(...max.map((high, k) => high - min[k]!));
  const farthest = Math.max(...min.map(Math.abs), ...max.map(Math.abs));
  // One step is lost to the origin, which is rounded down to a multiple, and one to rounding.
  return Math.max(powerOfTwoAbove(extent / (2 ** GRID_BITS - 3)), powerOfTwoAbove(farthest / 2 ** FLOAT32_BITS));
}

/** Smallest power of two that is not below `value`, and no smaller than what leaves a float32 its precision. */
function powerOfTwoAbove(value: number): number {
  let power = 2 ** SMALLEST_EXPONENT;
  if (value > power) power = 2 ** Math.floor(Math.log2(value));
  while (power < value) power *= 2;
  return power;
}

/** A mesh on its grid, fit for `packGridPositions` without any loss. */
export interface SnappedMesh {
  /** `null` when no triangle is left. */
  readonly input: LodInput | null;
  readonly grid: MeshGrid;
}

/**
 * Moves positions to the grid before anything is computed from them: bounds, cones and errors of the clusters are those of what is drawn.
 * Vertices that become equal are welded, triangles that lose a corner are dropped.
 */
export function snapToGrid(input: LodInput, step: number): SnappedMesh {
  const { geometry, keep } = input;
  const [x, y, z] = usedBounds(geometry).min.map((low) => Math.floor(low / step) * step + 0) as [number, number, number];
  // Adding zero turns −0 into 0: equal positions must be equal in every bit.
  const positions = geometry.positions.map((value) => Math.round(value / step) * step + 0);
  const snapped = { ...geometry, positions };
  const present = ATTRIBUTES.flatMap(([name, size]) => (snapped[name] ? [{ data: snapped[name], size }] : []));
  const firstEqual = findEqualVertices(positions.length / 3, present);
  const kept = keep?.slice() ?? null;
  if (keep && kept) for (let v = 0; v < keep.length; v++) if (keep[v]) kept[firstEqual[v]!] = 1;
  const indices = new Uint32Array(geometry.indices.length);
  let used = 0;
  for (let i = 0; i < geometry.indices.length; i += 3) {
    const a = firstEqual[geometry.indices[i]!]!;
    const b = firstEqual[geometry.indices[i + 1]!]!;
    const c = firstEqual[geometry.indices[i + 2]!]!;
    if (a === b || b === c || c === a) continue;
    indices[used++] = a;
    indices[used++] = b;
    indices[used++] = c;
  }
  const grid: MeshGrid = [x, y, z, step];
  return { input: used === 0 ? null : { ...input, geometry: { ...snapped, indices: indices.slice(0, used) }, keep: kept }, grid };
}

/** Box around the vertices that triangles use: unused ones may be anything, even no numbers. */
function usedBounds({ positions, indices }: MeshGeometry): { readonly min: number[]; readonly max: number[] } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < indices.length; i++) {
    for (let k = 0; k < 3; k++) {
      const value = positions[indices[i]! * 3 + k]!;
      if (value < min[k]!) min[k] = value;
      if (value > max[k]!) max[k] = value;
    }
  }
  return { min, max };
}
