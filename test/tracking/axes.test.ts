import { expect, test } from 'vitest';
import { rotate } from '../../src/core/quat.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { decodeFreeD } from '../../src/tracking/decode-freed.ts';
import { encodeFreeD } from '../../src/tracking/encode-freed.ts';
import { sampleFromOpenTrackIo } from '../../src/tracking/opentrackio-sample.ts';
import { panTiltRollFromQuat, quatFromPanTiltRoll } from '../../src/tracking/pan-tilt-roll.ts';

const S = Math.SQRT1_2;

interface Axis {
  readonly what: string;
  /** Metres and degrees in the protocol's own axes. */
  readonly set: { x?: number; y?: number; z?: number; pan?: number; tilt?: number; roll?: number };
  readonly position?: Vec3;
  /** Where the camera looks and where its top points, stage axes (Y up, −Z ahead). */
  readonly forward?: Vec3;
  readonly up?: Vec3;
}

/** From the words of the protocols: x right, y ahead, z up; tilt + looks up; roll + turns the camera's top to the right. */
const COMMON: readonly Axis[] = [
  { what: 'nothing', set: {} },
  { what: '+x is right', set: { x: 2 }, position: [2, 0, 0] },
  { what: '+y is ahead', set: { y: 2 }, position: [0, 0, -2] },
  { what: '+z is up', set: { z: 2 }, position: [0, 2, 0] },
  { what: '+tilt looks up', set: { tilt: 45 }, forward: [0, S, -S], up: [0, S, S] },
  { what: '+roll is clockwise from behind', set: { roll: 45 }, up: [S, S, 0] },
];
const OPENTRACKIO: readonly Axis[] = [
  ...COMMON,
  { what: '+pan turns left', set: { pan: 45 }, forward: [-S, 0, -S] },
  { what: 'pan, then tilt, then roll', set: { pan: 90, tilt: 90, roll: 90 }, forward: [0, 1, 0], up: [0, 0, -1] },
  { what: 'a turn and a half', set: { pan: 540 }, forward: [0, 0, 1] },
];
const FREED: readonly Axis[] = [
  ...COMMON,
  { what: '+pan turns right', set: { pan: 45 }, forward: [S, 0, -S] },
  { what: 'pan, then tilt, then roll', set: { pan: -90, tilt: 90, roll: 90 }, forward: [0, 1, 0], up: [0, 0, -1] },
];

function otrk({ x = 0, y = 0, z = 0, pan = 0, tilt = 0, roll = 0 }: Axis['set']): CameraSample {
  const tree = { transforms: [{ translation: { x, y, z }, rotation: { pan, tilt, roll } }] };
  return sampleFromOpenTrackIo(tree, { receivedAtNs: 5n, sourceAddress: 'test' }) as CameraSample;
}

function freed({ x = 0, y = 0, z = 0, pan = 0, tilt = 0, roll = 0 }: Axis['set']): CameraSample {
  const fields = {
    cameraId: 1,
    panDeg: pan,
    tiltDeg: tilt,
    rollDeg: roll,
    xMm: x * 1000,
    yMm: y * 1000,
    zMm: z * 1000,
    zoom: 0,
    focus: 0,
    spare: 0,
  };
  return decodeFreeD(encodeFreeD(fields), 5n) as CameraSample;
}

function expectVec(got: Vec3, expected: Vec3): void {
  got.forEach((component, i) => {
    expect(component).toBeCloseTo(expected[i]!, 12);
  });
}

for (const [protocol, decode, axes] of [
  ['OpenTrackIO', otrk, OPENTRACKIO],
  ['FreeD', freed, FREED],
] as const) {
  test.each(axes)(`${protocol}: $what`, ({ set, position = [0, 0, 0], forward = [0, 0, -1], up = [0, 1, 0] }) => {
    const sample = decode(set);
    expectVec(sample.positionM, position);
    expectVec(rotate(sample.rotation, [0, 0, -1]), forward);
    expectVec(rotate(sample.rotation, [0, 1, 0]), up);
  });
}

test('the rotation is Rz(pan)·Rx(tilt)·Ry(roll) of the Z-up axes, looking +Y', () => {
  const [pan, tilt, roll] = [0.7, -0.4, 1.1];
  const z = ([x, y, w]: Vec3, a: number): Vec3 => [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a), w];
  const x = ([u, y, w]: Vec3, a: number): Vec3 => [u, y * Math.cos(a) - w * Math.sin(a), y * Math.sin(a) + w * Math.cos(a)];
  const y = ([u, v, w]: Vec3, a: number): Vec3 => [u * Math.cos(a) + w * Math.sin(a), v, -u * Math.sin(a) + w * Math.cos(a)];
  const yUp = ([a, b, c]: Vec3): Vec3 => [a, c, -b];
  const rotation = quatFromPanTiltRoll({ panRad: pan, tiltRad: tilt, rollRad: roll });
  for (const axis of [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ] as const) {
    expectVec(rotate(rotation, yUp(axis)), yUp(z(x(y(axis, roll), tilt), pan)));
  }
});

test('angles come back from the rotation, straight up and down included', () => {
  for (const tilt of [-90, -89.9, -30, 0, 45, 89.99, 90]) {
    for (const pan of [-170, -90, 0, 33, 179]) {
      for (const roll of [-120, 0, 15, 90]) {
        const angles = { panRad: (pan * Math.PI) / 180, tiltRad: (tilt * Math.PI) / 180, rollRad: (roll * Math.PI) / 180 };
        const rotation = quatFromPanTiltRoll(angles);
        const again = quatFromPanTiltRoll(panTiltRollFromQuat(rotation));
        for (const axis of [
          [0, 0, -1],
          [0, 1, 0],
        ] as const) {
          rotate(again, axis).forEach((component, i) => {
            expect(component).toBeCloseTo(rotate(rotation, axis)[i]!, 7);
          });
        }
        if (Math.abs(tilt) > 89.95) continue;
        const got = panTiltRollFromQuat(rotation);
        expect(got.panRad).toBeCloseTo(angles.panRad, 9);
        expect(got.tiltRad).toBeCloseTo(angles.tiltRad, 9);
        expect(got.rollRad).toBeCloseTo(angles.rollRad, 9);
      }
    }
  }
});
