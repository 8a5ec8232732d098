import { expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { quatFromPanTiltRoll } from '../../src/tracking/pan-tilt-roll.ts';
import { SampleHistory } from '../../src/tracking/sample-history.ts';
import { angleBetween, MS, S, sampleAt } from './samples.ts';

const pan = (panRad: number) => quatFromPanTiltRoll({ panRad, tiltRad: 0, rollRad: 0 });
const T0 = 1_795_354_728_000_000_001n;

test('between two samples positions go on a line and rotations on the arc', () => {
  const history = new SampleHistory();
  history.insert(sampleAt(T0, { positionM: [0, 1, 2], rotation: pan(0) }));
  history.insert(sampleAt(T0 + 10n * MS, { positionM: [1, 1, 0], rotation: pan(1) }));
  for (const part of [0, 0.25, 0.5, 0.9]) {
    const { state, sample, ageNs } = history.evaluate(T0 + BigInt(part * 10e6));
    expect([state, ageNs]).toEqual(['live', BigInt(part * 10e6)]);
    [part, 1, 2 - 2 * part].forEach((expected, i) => {
      expect(sample!.positionM[i]).toBeCloseTo(expected, 12);
    });
    expect(angleBetween(sample!.rotation, pan(part))).toBeLessThan(1e-9);
  }
});

test('the arc is the shorter one, also between quaternions of opposite sign', () => {
  const history = new SampleHistory();
  const [x, y, z, w] = pan(0.4);
  history.insert(sampleAt(0n, { rotation: pan(0) }));
  history.insert(sampleAt(10n, { rotation: [-x, -y, -z, -w] }));
  expect(angleBetween(history.evaluate(5n).sample!.rotation, pan(0.2))).toBeLessThan(1e-9);
});

test('lens fields are interpolated where both samples have them', () => {
  const history = new SampleHistory();
  const distortion = (n: number) =>
    ({ direction: 'undistorted-to-distorted', numerator: [n, 0, 0], denominator: [0, 0, 0], tangential: [0, n] }) as const;
  const a = {
    pinholeFocalLengthMm: 20,
    focusDistanceM: 2,
    distortion: distortion(0.1),
    encoders: { zoom: 0 },
    projectionOffsetMm: [0, 1] as const,
  };
  const b = {
    pinholeFocalLengthMm: 40,
    distortion: distortion(0.3),
    encoders: { zoom: 1, iris: 0.5 },
    projectionOffsetMm: [1, 0] as const,
  };
  history.insert(sampleAt(0n, { lens: a }));
  history.insert(sampleAt(4n, { lens: b }));
  const { lens } = history.evaluate(1n).sample!;
  expect(lens).toMatchObject({
    pinholeFocalLengthMm: 25,
    focusDistanceM: 2,
    encoders: { zoom: 0.25, iris: 0.5 },
    projectionOffsetMm: [0.25, 0.75],
  });
  expect(lens.distortion!.numerator[0]).toBeCloseTo(0.15, 15);
  expect(lens.distortion!.tangential[1]).toBeCloseTo(0.15, 15);
});

test('a lens sent now and then is carried on', () => {
  const history = new SampleHistory();
  history.insert(sampleAt(0n, { lens: { pinholeFocalLengthMm: 35 } }));
  history.insert(sampleAt(1n));
  history.insert(sampleAt(2n, { lens: { focusDistanceM: 4 } }));
  expect(history.evaluate(9n).sample!.lens).toEqual({ pinholeFocalLengthMm: 35, focusDistanceM: 4 });
});

test('past the newest sample it is held, first live, then held; before the first it is held', () => {
  const history = new SampleHistory({ staleAfterNs: 100n * MS });
  expect(history.evaluate(5n)).toEqual({ state: 'none', sample: null, ageNs: 0n });
  history.insert(sampleAt(S, { positionM: [3, 0, 0] }));
  expect(history.evaluate(S + 100n * MS)).toMatchObject({ state: 'live', ageNs: 100n * MS, sample: { positionM: [3, 0, 0] } });
  expect(history.evaluate(S + 100n * MS + 1n)).toMatchObject({ state: 'held', sample: { positionM: [3, 0, 0] } });
  expect(history.evaluate(1_000_000n * S)).toMatchObject({ state: 'held', sample: { positionM: [3, 0, 0] } });
  expect(history.evaluate(S - 7n)).toMatchObject({ state: 'held', ageNs: -7n, sample: { positionM: [3, 0, 0] } });
});

test('the order of arrival does not matter, and a second copy changes nothing', () => {
  const random = createRng(3);
  const times = Array.from({ length: 200 }, (_, i) => BigInt(i) * 5n * MS);
  const inOrder = new SampleHistory();
  const shuffled = new SampleHistory();
  const of = (timeNs: bigint) => sampleAt(timeNs, { positionM: [Number(timeNs), Math.sin(Number(timeNs)), 0], receivedAtNs: S });
  for (const time of times) inOrder.insert(of(time));
  const mixed = [...times, ...times].map((time) => ({ time, key: random() })).toSorted((a, b) => a.key - b.key);
  for (const { time } of mixed) shuffled.insert(of(time));
  expect(shuffled.size).toBe(200);
  for (let i = 0; i < 500; i++) {
    const at = BigInt(Math.floor(random() * 1e9));
    expect(shuffled.evaluate(at)).toEqual(inOrder.evaluate(at));
  }
});

test('it is bounded, and what is older than all of it is late', () => {
  const history = new SampleHistory({ capacity: 16 });
  for (let i = 0; i < 1000; i++) expect(history.insert(sampleAt(BigInt(i) * MS))).toBe('added');
  expect(history.size).toBe(16);
  expect(history.insert(sampleAt(900n * MS, { receivedAtNs: 999n * MS }))).toBe('late');
  expect(history.evaluate(0n)).toMatchObject({ state: 'held', sample: { sampleTimestampNs: 984n * MS } });
});

test('a clock that is set, back or ahead, is followed with the second sample', () => {
  for (const stepS of [-3600n, 3600n]) {
    const history = new SampleHistory();
    const at = (i: bigint, offsetNs: bigint) =>
      sampleAt(i * 10n * MS + offsetNs, { receivedAtNs: i * 10n * MS, positionM: [Number(i), 0, 0] });
    for (let i = 0n; i < 50n; i++) history.insert(at(i, 0n));
    expect(history.insert(at(50n, stepS * S))).toBe('suspect');
    expect(history.evaluate(500n * MS)).toMatchObject({ state: 'live', sample: { positionM: [49, 0, 0] } });
    expect(history.insert(at(51n, stepS * S))).toBe('clock-step');
    expect(history.size).toBe(2);
    expect(history.evaluate(505n * MS + stepS * S).sample!.positionM[0]).toBeCloseTo(50.5, 9);
    expect(history.clockSteps).toBe(1);
  }
});

test('one sample from the far future or past spoils nothing', () => {
  const history = new SampleHistory();
  const at = (i: bigint, offsetNs = 0n) => sampleAt(i * 10n * MS + offsetNs, { receivedAtNs: i * 10n * MS, positionM: [Number(i), 0, 0] });
  for (let i = 0n; i < 100n; i++) {
    if (i % 10n === 5n) history.insert(at(i, i % 20n === 5n ? 1_000_000n * S : -1_000_000n * S));
    else history.insert(at(i));
  }
  expect(history.clockSteps).toBe(0);
  expect(history.glitches).toBe(10);
  for (let i = 0n; i < 99n; i++) expect(history.evaluate(i * 10n * MS).sample!.positionM[0]).toBeCloseTo(Number(i), 9);
});
