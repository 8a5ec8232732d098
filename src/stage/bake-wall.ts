import { degFromRad, sinCosDeg } from '../core/angles.ts';
import { mad, type Vec3 } from '../core/vec.ts';
import type { Facet } from './baked-stage.ts';
import type { PanelTypeEntry, WallEntry } from './stage-document.ts';

/** Consecutive panel columns in one plane. `startM` is its left end in the wall's plan: x right, z towards the audience. */
interface Segment {
  readonly first: number;
  readonly count: number;
  readonly angleDeg: number;
  readonly startM: readonly [x: number, z: number];
}

/**
 * Angle between neighbouring columns of an arc whose hinge lines lie on a circle of `radiusM`: 2·asin(w / 2R), degrees.
 * NaN where the panel is wider than the circle.
 */
export const arcHingeDeg = (panelWidthM: number, radiusM: number): number => 2 * degFromRad(Math.asin(panelWidthM / (2 * radiusM)));

/** Hinge angle between column k and k+1, degrees, positive towards the audience; columns − 1 numbers. */
export function wallHingesDeg(wall: WallEntry, panel: PanelTypeEntry): readonly number[] {
  const shape = wall.shape ?? { kind: 'flat' };
  if (shape.kind === 'polyline') return shape.anglesDeg;
  const angle = shape.kind === 'arc' ? arcHingeDeg(panel.sizeMm[0] / 1000, shape.radiusM) : 0;
  return new Array(wall.columns - 1).fill(angle);
}

/**
 * Facets of one wall, left to right: columns that meet at 0° share a facet; an arc has one facet per column.
 * Facets depend on the wall alone, never on the processors' maps. Neighbours share their edge to rounding (< 1e-12 m).
 * @param firstId Id of the wall's first facet.   @param panelType Index of the panel type in the baked stage.
 */
export function bakeWall(wall: WallEntry, panel: PanelTypeEntry, panelType: number, firstId: number): Facet[] {
  const widthM = panel.sizeMm[0] / 1000;
  const heightM = (wall.rows * panel.sizeMm[1]) / 1000;
  const stageFromWall = wallAxes(wall);
  const toStage = (x: number, y: number, z: number): Vec3 =>
    mad(mad(mad([0, 0, 0], stageFromWall.x, x), stageFromWall.y, y), stageFromWall.z, z);
  return segmentsOf(wallHingesDeg(wall, panel), widthM).map((segment, k) => {
    const [sin, cos] = sinCosDeg(segment.angleDeg);
    const u = toStage(cos, 0, sin);
    const v = toStage(0, -1, 0);
    const corner = toStage(segment.startM[0], heightM, segment.startM[1]);
    return {
      id: firstId + k,
      wall: wall.name,
      columns: [segment.first, segment.first + segment.count - 1],
      rows: [0, wall.rows - 1],
      originM: mad(corner, wall.positionM, 1),
      u,
      v,
      n: toStage(-sin, 0, cos),
      pitchUM: widthM / panel.pixels[0],
      pitchVM: panel.sizeMm[1] / 1000 / panel.pixels[1],
      widthPx: segment.count * panel.pixels[0],
      heightPx: wall.rows * panel.pixels[1],
      panelType,
    };
  });
}

/** Wall axes in stage space: x to the right, y up, z towards the audience. R = Ry(yaw)·Rx(pitch)·Rz(roll), right-hand rule. */
function wallAxes(wall: WallEntry): { x: Vec3; y: Vec3; z: Vec3 } {
  const [sy, cy] = sinCosDeg(wall.yawDeg ?? 0);
  const [sp, cp] = sinCosDeg(wall.pitchDeg ?? 0);
  const [sr, cr] = sinCosDeg(wall.rollDeg ?? 0);
  const turn = (x: number, y: number, z: number): Vec3 => {
    const [x1, y1] = [cr * x - sr * y, sr * x + cr * y];
    const [y2, z2] = [cp * y1 - sp * z, sp * y1 + cp * z];
    return [cy * x1 + sy * z2, y2, -sy * x1 + cy * z2];
  };
  return { x: turn(1, 0, 0), y: turn(0, 1, 0), z: turn(0, 0, 1) };
}

/** Planes of the wall around its anchor: the point halfway along the columns, where the wall looks along its z axis. */
function segmentsOf(hingesDeg: readonly number[], widthM: number): Segment[] {
  const columns = hingesDeg.length + 1;
  const starts = [0];
  for (let c = 1; c < columns; c++) if (hingesDeg[c - 1] !== 0) starts.push(c);
  const counts = starts.map((first, s) => (starts[s + 1] ?? columns) - first);
  const middle = columns / 2;
  const pivot = starts.findLastIndex((first) => first <= middle && first < columns);
  // Middle on a hinge: the wall's z axis halves the hinge angle. Middle inside a plane: z is that plane's normal.
  const onHinge = pivot > 0 && starts[pivot] === middle;
  const angles = new Array<number>(starts.length);
  angles[pivot] = onHinge ? hingesDeg[middle - 1] / 2 : 0;
  for (let s = pivot + 1; s < starts.length; s++) angles[s] = angles[s - 1] + hingesDeg[starts[s] - 1];
  for (let s = pivot - 1; s >= 0; s--) angles[s] = angles[s + 1] - hingesDeg[starts[s + 1] - 1];
  const step = (s: number, lengthM: number, from: readonly [number, number]): [number, number] => {
    const [sin, cos] = sinCosDeg(angles[s]);
    return [from[0] + lengthM * cos, from[1] + lengthM * sin];
  };
  const points = new Array<[number, number]>(starts.length);
  points[pivot] = step(pivot, (starts[pivot] - middle) * widthM, [0, 0]);
  for (let s = pivot + 1; s < starts.length; s++) points[s] = step(s - 1, counts[s - 1] * widthM, points[s - 1]);
  for (let s = pivot - 1; s >= 0; s--) points[s] = step(s, -counts[s] * widthM, points[s + 1]);
  return starts.map((first, s) => ({ first, count: counts[s], angleDeg: angles[s], startM: points[s] }));
}
