import type { MeshGeometry } from '../../src/scene/scene-builder.ts';

/** Vertices of a shape while it is made: position, normal, uv each. */
class ShapeWriter {
  readonly #positions: number[] = [];
  readonly #normals: number[] = [];
  readonly #tangents: number[] = [];
  readonly #uv: number[] = [];
  readonly #indices: number[] = [];

  vertex(p: readonly number[], n: readonly number[], tangent: readonly number[], uv: readonly [number, number]): number {
    this.#positions.push(...p);
    this.#normals.push(...n);
    this.#tangents.push(tangent[0], tangent[1], tangent[2], 1);
    this.#uv.push(...uv);
    return this.#positions.length / 3 - 1;
  }
  triangle(a: number, b: number, c: number): void {
    this.#indices.push(a, b, c);
  }
  done(): MeshGeometry {
    return {
      positions: Float32Array.from(this.#positions),
      normals: Float32Array.from(this.#normals),
      tangents: Float32Array.from(this.#tangents),
      uv0: Float32Array.from(this.#uv),
      uv1: null,
      colors: null,
      indices: Uint32Array.from(this.#indices),
    };
  }
}

/** Floor in the XZ plane facing +Y, centred on the origin; uv 0..1 with v growing towards +Z. Tangent +X. */
export function planeGrid(widthM: number, depthM: number, columns = 1, rows = 1): MeshGeometry {
  const writer = new ShapeWriter();
  for (let j = 0; j <= rows; j++) {
    for (let i = 0; i <= columns; i++) {
      const uv: [number, number] = [i / columns, j / rows];
      writer.vertex([(uv[0] - 0.5) * widthM, 0, (uv[1] - 0.5) * depthM], [0, 1, 0], [1, 0, 0], uv);
    }
  }
  for (let j = 0; j < rows; j++) {
    for (let i = 0; i < columns; i++) {
      const a = j * (columns + 1) + i;
      const below = a + columns + 1;
      writer.triangle(a, below, below + 1);
      writer.triangle(a, below + 1, a + 1);
    }
  }
  return writer.done();
}

/** A floor of two triangles, `sizeM` on a side: 40 000 for the "40 km floor". */
export const floorQuad = (sizeM: number): MeshGeometry => planeGrid(sizeM, sizeM);

/** Box centred on the origin, flat normals, uv 0..1 on each face. */
export function box(widthM: number, heightM = widthM, depthM = widthM): MeshGeometry {
  const writer = new ShapeWriter();
  const half = [widthM / 2, heightM / 2, depthM / 2];
  for (let axis = 0; axis < 3; axis++) {
    for (const sign of [1, -1]) {
      const u = (axis + 1) % 3;
      const v = (axis + 2) % 3;
      const normal = [0, 0, 0];
      normal[axis] = sign;
      const tangent = [0, 0, 0];
      tangent[u] = 1;
      const corners = [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ].map(([a, b]) => {
        const p = [0, 0, 0];
        p[axis] = sign * half[axis];
        p[u] = a * half[u];
        p[v] = b * half[v];
        return writer.vertex(p, normal, tangent, [(a + 1) / 2, (1 - b) / 2]);
      });
      const [a, b, c, d] = sign > 0 ? corners : [...corners].reverse();
      writer.triangle(a, b, c);
      writer.triangle(a, c, d);
    }
  }
  return writer.done();
}

/** Sphere around the origin with smooth normals; poles on ±Y. */
export function sphere(radiusM: number, segments = 24, rings = 12): MeshGeometry {
  const writer = new ShapeWriter();
  for (let j = 0; j <= rings; j++) {
    for (let i = 0; i <= segments; i++) {
      const theta = (j / rings) * Math.PI;
      const phi = (i === segments ? 0 : i / segments) * 2 * Math.PI;
      const ring = j === 0 || j === rings ? 0 : Math.sin(theta);
      const n = [ring * Math.sin(phi), j === 0 ? 1 : j === rings ? -1 : Math.cos(theta), ring * Math.cos(phi)];
      writer.vertex(
        n.map((c) => c * radiusM),
        n,
        [Math.cos(phi), 0, -Math.sin(phi)],
        [i / segments, j / rings],
      );
    }
  }
  for (let j = 0; j < rings; j++) {
    for (let i = 0; i < segments; i++) {
      const a = j * (segments + 1) + i;
      const b = a + segments + 1;
      if (j > 0) writer.triangle(a, b, a + 1);
      if (j < rings - 1) writer.triangle(a + 1, b, b + 1);
    }
  }
  return writer.done();
}
