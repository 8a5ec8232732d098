import type { MeshGeometry } from '../mesh-geometry.ts';
import type { LodInput } from './lod-mesh.ts';

/** Turn of a normal (chord of the unit sphere) and change of a colour (linear) that count as if the surface were missing there. */
const RUINED_NORMAL = 1.5;
const RUINED_COLOR = 0.5;

/** An attribute that a mesh's material shows. */
export interface ShownAttribute {
  readonly data: Float32Array;
  readonly size: number;
  /** Slip: metres of surface per unit (texture coordinates). Change: 1 / what ruins it (normals, colours). */
  readonly scale: number;
  readonly kind: 'slip' | 'change';
}

/** The attributes that count when a mesh is simplified, with what turns their differences into metres. */
export function shownAttributes({ geometry, shown }: LodInput): ShownAttribute[] {
  const list: ShownAttribute[] = [];
  if (shown.normals) list.push({ data: geometry.normals, size: 3, scale: 1 / RUINED_NORMAL, kind: 'change' });
  for (const name of ['uv0', 'uv1'] as const) {
    const data = geometry[name];
    const scale = shown[name] && data ? metresPerUv(geometry, data) : 0;
    if (data && scale > 0) list.push({ data, size: 2, scale, kind: 'slip' });
  }
  if (shown.colors && geometry.colors) list.push({ data: geometry.colors, size: 4, scale: 1 / RUINED_COLOR, kind: 'change' });
  return list;
}

/** Length on the surface of one unit of texture coordinates, over the whole mesh; 0 where the coordinates are constant. */
function metresPerUv({ positions, indices }: MeshGeometry, uv: Float32Array): number {
  let surface = 0;
  let picture = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [indices[i], indices[i + 1], indices[i + 2]];
    surface += doubleArea(positions, a * 3, b * 3, c * 3);
    picture += Math.abs(
      (uv[b * 2] - uv[a * 2]) * (uv[c * 2 + 1] - uv[a * 2 + 1]) - (uv[b * 2 + 1] - uv[a * 2 + 1]) * (uv[c * 2] - uv[a * 2]),
    );
  }
  const scale = Math.sqrt(surface / picture);
  return picture > 0 && Number.isFinite(scale) ? scale : 0;
}

/** Twice the area of a triangle; corners as places in `p`. */
export function doubleArea(p: Float32Array, a: number, b: number, c: number): number {
  const x1 = p[b] - p[a];
  const y1 = p[b + 1] - p[a + 1];
  const z1 = p[b + 2] - p[a + 2];
  const x2 = p[c] - p[a];
  const y2 = p[c + 1] - p[a + 1];
  const z2 = p[c + 2] - p[a + 2];
  const x = y1 * z2 - z1 * y2;
  const y = z1 * x2 - x1 * z2;
  const z = x1 * y2 - y1 * x2;
  return Math.sqrt(x * x + y * y + z * z);
}
