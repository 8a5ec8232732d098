import type { MeshGeometry } from '../../../src/scene/mesh-geometry.ts';
import { planeGrid } from '../../support/scenes.ts';

/** Torus about +Y; closed by position bit for bit: the seam of the picture repeats vertices. */
export function torus(radiusM: number, tubeM: number, segments: number, sides: number): MeshGeometry {
  const grid = planeGrid(1, 1, segments, sides);
  const count = grid.positions.length / 3;
  const positions = new Float32Array(count * 3);
  const normals = new Float32Array(count * 3);
  for (let v = 0; v < count; v++) {
    const i = (v % (segments + 1)) % segments;
    const j = Math.floor(v / (segments + 1)) % sides;
    const around = (i / segments) * 2 * Math.PI;
    const along = -(j / sides) * 2 * Math.PI;
    const n = [Math.cos(along) * Math.cos(around), Math.sin(along), -Math.cos(along) * Math.sin(around)];
    normals.set(n, v * 3);
    positions.set([n[0] * tubeM + radiusM * Math.cos(around), n[1] * tubeM, n[2] * tubeM - radiusM * Math.sin(around)], v * 3);
  }
  return { ...grid, positions, normals, tangents: null };
}

/** A floor grid whose height is `heightAt(x, z)`, with normals to match. */
export function terrain(sizeM: number, cells: number, heightAt: (x: number, z: number) => number): MeshGeometry {
  const grid = planeGrid(sizeM, sizeM, cells, cells);
  const step = sizeM / cells / 2;
  for (let v = 0; v < grid.positions.length / 3; v++) {
    const [x, , z] = grid.positions.subarray(v * 3, v * 3 + 3);
    grid.positions[v * 3 + 1] = heightAt(x, z);
    const slopeX = (heightAt(x + step, z) - heightAt(x - step, z)) / (2 * step);
    const slopeZ = (heightAt(x, z + step) - heightAt(x, z - step)) / (2 * step);
    const l = Math.hypot(slopeX, 1, slopeZ);
    grid.normals.set([-slopeX / l, 1 / l, -slopeZ / l], v * 3);
  }
  return { ...grid, tangents: null };
}

/** Hills of a few sizes. */
export const hills = (x: number, z: number): number => 0.3 * Math.sin(x * 1.3) * Math.cos(z * 1.1) + 0.04 * Math.sin(x * 9 + z * 7);

/** The triangles of a mesh on one side of x = 0 (by their first corner): a surface split by material, jagged where it is split. */
export function sideOf(geometry: MeshGeometry, left: boolean): MeshGeometry {
  const kept: number[] = [];
  for (let i = 0; i < geometry.indices.length; i += 3) {
    if (geometry.positions[geometry.indices[i] * 3] < 0 === left) kept.push(...geometry.indices.subarray(i, i + 3));
  }
  return { ...geometry, indices: Uint32Array.from(kept) };
}

/** Many small separate triangles, quads and fans sharing one edge, with some triangles of no area: what must not break. */
export function debris(): MeshGeometry {
  const positions: number[] = [];
  const indices: number[] = [];
  for (let q = 0; q < 300; q++) {
    const [x, y, z] = [(q * 7) % 31, (q * 13) % 17, (q * 5) % 23];
    const v = positions.length / 3;
    positions.push(x, y, z, x + 0.3, y, z, x, y + 0.3, z, x, y, z + 0.3, x + 0.1, y, z);
    // Three triangles on one edge (non-manifold), and one flat as a line.
    indices.push(v, v + 1, v + 2, v, v + 1, v + 3, v + 1, v, v + 2, v, v + 4, v + 1);
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(positions, (_, i) => (i % 3 === 1 ? 1 : 0)),
    tangents: null,
    uv0: null,
    uv1: null,
    colors: null,
    indices: Uint32Array.from(indices),
  };
}
