import { expect, test } from 'vitest';
import type { LensState } from '../../src/core/lens.ts';
import { sensorFromDirection } from '../../src/core/lens-math.ts';
import { createRng } from '../../src/core/rng.ts';
import type { Quat, Vec3 } from '../../src/core/vec.ts';
import { FACET_VIEWS_OFFSET, MAX_FACETS, NO_VIEW, VIEW_BYTES, VIEWS_OFFSET } from '../../src/passes/frame/frame-layout.ts';
import { FrameWriter } from '../../src/passes/frame/frame-writer.ts';
import type { BakedStage, Facet } from '../../src/stage/baked-stage.ts';
import type { CameraState, FrameState } from '../../src/stage/frame-state.ts';
import { arcStage, lStage } from '../support/stages.ts';

const LENSES: Readonly<Record<string, LensState>> = {
  'no distortion': lens({}),
  barrel: lens({ distortion: polynomial('undistorted-to-distorted', [-0.18, 0.04, 0]) }),
  pincushion: lens({ distortion: polynomial('undistorted-to-distorted', [0.12, 0.02, 0]) }),
  'D-U with tangential part': lens({
    distortion: { ...polynomial('distorted-to-undistorted', [0.1, -0.02, 0]), tangential: [0.004, -0.006] },
  }),
  'shifted centres': lens({
    projectionOffsetMm: [1.5, -1],
    distortionOffsetMm: [-0.7, 0.4],
    distortion: polynomial('undistorted-to-distorted', [-0.1, 0.01, 0]),
  }),
  'wide and folding': lens({ pinholeFocalLengthMm: 14, distortion: polynomial('undistorted-to-distorted', [-0.25, 0, 0]) }),
};

function lens(changes: Partial<LensState>): LensState {
  const base = {
    projectionOffsetMm: [0, 0],
    distortionOffsetMm: [0, 0],
    entrancePupilOffsetM: 0,
    distortion: null,
    focusDistanceM: null,
  } as const;
  return { pinholeFocalLengthMm: 24, ...base, ...changes };
}

function polynomial(direction: 'undistorted-to-distorted' | 'distorted-to-undistorted', numerator: readonly [number, number, number]) {
  return { direction, numerator, denominator: [0, 0, 0] as const, tangential: [0, 0] as const };
}

function randomCamera(random: () => number, state: LensState): CameraState {
  const [yaw, pitch, roll] = [(random() - 0.5) * 5, (random() - 0.5) * 1.2, (random() - 0.5) * 0.8];
  return {
    id: 'A',
    entrancePupilM: [(random() - 0.5) * 5, 0.5 + random() * 2.5, (random() - 0.5) * 5 + 1.5],
    stageFromCamera: multiply(multiply(turn(1, yaw), turn(0, pitch)), turn(2, roll)),
    lens: state,
    sensorMm: [36, 20.25],
    overscanPercent: random() * 15,
    featherPercent: random() * 8,
    enabled: true,
    sampleTimestampNs: null,
  };
}

const turn = (axis: number, rad: number): Quat =>
  [0, 1, 2, 3].map((k) => (k === 3 ? Math.cos(rad / 2) : k === axis ? Math.sin(rad / 2) : 0)) as unknown as Quat;

function multiply([ax, ay, az, aw]: Quat, [bx, by, bz, bw]: Quat): Quat {
  return [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
}

/** Stage direction → camera axes: the inverse rotation. */
function toCamera([x, y, z, w]: Quat, [dx, dy, dz]: Vec3): Vec3 {
  const [tx, ty, tz] = [2 * (z * dy - y * dz), 2 * (x * dz - z * dx), 2 * (y * dx - x * dy)];
  return [dx + w * tx + (z * ty - y * tz), dy + w * ty + (x * tz - z * tx), dz + w * tz + (y * tx - x * ty)];
}

/** Whether an LED belongs to the camera at all: inside the sensor grown by margin and feather (conventions, "overscan"). */
function belongs(camera: CameraState, facet: Facet, i: number, j: number): boolean {
  const a = (i + 0.5) * facet.pitchUM;
  const b = (j + 0.5) * facet.pitchVM;
  const d = [0, 1, 2].map((k) => facet.originM[k] + a * facet.u[k] + b * facet.v[k] - camera.entrancePupilM[k]) as unknown as Vec3;
  const sensor = sensorFromDirection(camera.lens, toCamera(camera.stageFromCamera, d));
  const grow = ((camera.overscanPercent + camera.featherPercent) / 100) * camera.sensorMm[0];
  return sensor !== null && Math.abs(sensor[0]) < camera.sensorMm[0] / 2 + grow && Math.abs(sensor[1]) < camera.sensorMm[1] / 2 + grow;
}

function stateOf(stage: BakedStage, camera: CameraState): FrameState {
  const worldFromStage = { positionM: [0, 0, 0], yawRad: 0, scale: 1 } as const;
  const numbers = { exposureStops: 0, nitsPerUnit: 100, samplesPerLed: 1, outerRate: 1, lodErrorPx: 0, seed: 0 } as const;
  return { frame: 0n, timeNs: 0n, sceneTimeS: 0, worldFromStage, outerEyeM: stage.outerEyeM, cameras: [camera], ...numbers };
}

/** LEDs that belong to the camera, and those of them outside the window that the renderer would draw. */
function judge(stage: BakedStage, writer: FrameWriter, camera: CameraState): { inside: number; lost: string[]; drawn: number } {
  const result = { inside: 0, lost: [] as string[], drawn: 0 };
  writer.write(stateOf(stage, camera), [camera], { entries: 1, records: 1, nodes: 1, clusters: 1 });
  for (const facet of stage.facets) {
    const view = writer.words[FACET_VIEWS_OFFSET / 4 + facet.id];
    const at = (VIEWS_OFFSET + view * VIEW_BYTES) / 4;
    const [x, y, w, h] = view === NO_VIEW ? [0, 0, 0, 0] : [3, 7, 11, 15].map((k) => writer.words[at + k]);
    result.drawn += w * h;
    for (let j = 0; j < facet.heightPx; j += 3) {
      for (let i = 0; i < facet.widthPx; i += 3) {
        if (facingAway(facet, camera.entrancePupilM) || !belongs(camera, facet, i, j)) continue;
        result.inside++;
        if (!(i >= x && i < x + w && j >= y && j < y + h)) result.lost.push(`facet ${facet.id}, LED ${i}, ${j}`);
      }
    }
  }
  return result;
}

const facingAway = (facet: Facet, eye: Vec3): boolean =>
  [0, 1, 2].reduce((sum, k) => sum + (facet.originM[k] - eye[k]) * facet.n[k], 0) > -1e-4;

const windowsOf = (stage: BakedStage) => stage.facets.map(({ id, widthPx, heightPx }) => ({ facet: id, i0: 0, j0: 0, widthPx, heightPx }));

for (const [name, state] of Object.entries(LENSES)) {
  test(`${name}: no LED of the camera lies outside the window that is drawn, and the window is no wall`, () => {
    const random = createRng(name.length);
    let [inside, drawn, all] = [0, 0, 0];
    for (const stage of [arcStage({ pitchM: 0.1 }), lStage({ pitchM: 0.1 })]) {
      const writer = new FrameWriter(stage, windowsOf(stage));
      for (let k = 0; k < 40; k++) {
        const result = judge(stage, writer, randomCamera(random, state));
        expect(result.lost).toEqual([]);
        inside += result.inside;
        drawn += result.drawn;
        all += stage.facets.reduce((sum, f) => sum + f.widthPx * f.heightPx, 0);
      }
    }
    expect(inside).toBeGreaterThan(1000);
    expect(drawn).toBeLessThan(all * 0.75);
  });
}

test('numbers of the stage beyond what a node draws are refused', () => {
  const stage = arcStage();
  const facets = Array.from({ length: MAX_FACETS + 1 }, (_, id) => ({ ...stage.facets[0], id }));
  expect(() => new FrameWriter({ ...stage, facets }, [])).toThrow(/TOO_MANY_FACETS/);
});
