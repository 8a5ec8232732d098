import { appendFile, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { readTake, TakeWriter } from '../../src/platform/node/take-file.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { frameStateFromJson, parseFrameState, stringifyFrameState } from '../../src/stage/frame-state-json.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { sampleAt } from './samples.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cyc-take-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Any double there is: random bits, the awkward ones among them. */
function doubles(seed: number): () => number {
  const random = createRng(seed);
  const awkward = [-0, 0, 5e-324, -5e-324, Number.MAX_VALUE, Number.MIN_VALUE, 1 / 3, 0.1, 2 ** 53 + 2, 1e21, 1e-7];
  const view = new DataView(new ArrayBuffer(8));
  return () => {
    if (random() < 0.2) return awkward[Math.floor(random() * awkward.length)]!;
    for (;;) {
      view.setUint32(0, random() * 2 ** 32);
      view.setUint32(4, random() * 2 ** 32);
      const value = view.getFloat64(0);
      if (Number.isFinite(value)) return value;
    }
  };
}

function frameOf(seed: number): FrameState {
  const d = doubles(seed);
  const v2 = () => [d(), d()] as const;
  const v3 = () => [d(), d(), d()] as const;
  const camera = (i: number) => ({
    id: `camera "${i}" \u2028 é`,
    entrancePupilM: v3(),
    stageFromCamera: [d(), d(), d(), d()] as const,
    lens: {
      pinholeFocalLengthMm: d(),
      projectionOffsetMm: v2(),
      distortionOffsetMm: v2(),
      entrancePupilOffsetM: d(),
      distortion: i === 0 ? null : { direction: 'undistorted-to-distorted' as const, numerator: v3(), denominator: v3(), tangential: v2() },
      focusDistanceM: i === 0 ? d() : null,
    },
    sensorMm: v2(),
    overscanPercent: d(),
    featherPercent: d(),
    enabled: i === 0,
    sampleTimestampNs: i === 0 ? -(2n ** 70n) + BigInt(seed) : null,
  });
  return {
    frame: 2n ** 64n + BigInt(seed),
    timeNs: 1_795_354_728_516_666_667n,
    sceneTimeS: d(),
    worldFromStage: { positionM: v3(), yawRad: d(), scale: d() },
    outerEyeM: v3(),
    cameras: [camera(0), camera(1)],
    exposureStops: d(),
    nitsPerUnit: d(),
    samplesPerLed: ([1, 4, 8] as const)[seed % 3]!,
    outerRate: ([1, 2, 4] as const)[seed % 3]!,
    lodErrorPx: Math.abs(d()),
    seed,
  };
}

function sampleOf(seed: number): CameraSample {
  const d = doubles(seed + 1000);
  return sampleAt(BigInt(seed) * 10_000_000n, {
    subject: 'urn:uuid:x',
    sourceNumber: 3,
    label: 'A',
    positionM: [d(), d(), d()],
    rotation: [d(), d(), d(), d()],
    lens: {
      pinholeFocalLengthMm: d(),
      distortion: null,
      encoders: { zoom: d() },
      rawEncoders: { focus: 3 },
      projectionOffsetMm: [d(), d()],
    },
    sensorMm: [d(), d()],
    receivedAtNs: 2n ** 62n + 1n,
    sequence: seed,
    timecode: '01:02:03;04',
    recording: true,
  });
}

test('a frame state comes back in every bit', () => {
  // toStrictEqual tells −0 from 0.
  for (let seed = 0; seed < 200; seed++) expect(parseFrameState(stringifyFrameState(frameOf(seed)))).toStrictEqual(frameOf(seed));
});

test.each([
  ['a frame as number', 'frame', 5, 'frame', 'got 5'],
  ['no cameras', 'cameras', undefined, 'cameras', 'got nothing; expected an array'],
  ['three samples', 'samplesPerLed', 3, 'samplesPerLed', 'got 3; expected one of 1, 4, 8'],
  ['a third of the lattice', 'outerRate', 3, 'outerRate', 'got 3; expected one of 1, 2, 4'],
  ['a negative error', 'lodErrorPx', -1, 'lodErrorPx', 'got -1; expected LED pixels, 0 or more'],
  ['a null number', 'exposureStops', null, 'exposureStops', 'got null; expected a finite number'],
  ['a short vector', 'outerEyeM', [1, 2], 'outerEyeM', 'got [1,2]; expected an array of 3 numbers'],
  ['a broken camera', 'cameras', [{ id: 7 }], 'cameras[0].id', 'got 7; expected a text'],
])('%s is refused by name', (_name, key, value, path, rest) => {
  const json = { ...JSON.parse(stringifyFrameState(frameOf(1))), [key]: value };
  expect(() => frameStateFromJson(json, 'a.take')).toThrow(`a.take: ${path}: wrong value; ${rest}`);
  expect(() => frameStateFromJson(json)).toThrow('[BAD_FRAME_STATE]');
});

test('a state recorded before there were lattice rates and levels of detail is drawn as it was then: whole lattice, full detail', () => {
  const { outerRate: _rate, lodErrorPx: _error, ...old } = JSON.parse(stringifyFrameState(frameOf(2))) as Record<string, unknown>;
  expect(frameStateFromJson(old)).toStrictEqual({ ...frameOf(2), outerRate: 1, lodErrorPx: 0 });
});

async function record(name: string, count: number): Promise<string> {
  const file = join(folder, name);
  const writer = await TakeWriter.create(file, { show: 'a.show.json', stage: 'a.stage.json' });
  for (let i = 0; i < count; i++) {
    writer.sample('udp 1', sampleOf(i));
    writer.input(BigInt(i), { exposureStops: i / 3 });
    writer.frame(frameOf(i));
  }
  await writer.close();
  expect([writer.records, writer.dropped]).toEqual([3 * count, 0]);
  return file;
}

test('what is recorded is read back in every bit', async () => {
  const take = await readTake(await record('whole.take', 50));
  expect(take.header).toMatchObject({ schema: 'cyclorama.take/1', show: 'a.show.json', stage: 'a.stage.json' });
  expect(take.samples.map(({ sample }) => sample)).toStrictEqual(Array.from({ length: 50 }, (_, i) => sampleOf(i)));
  expect(take.frames).toStrictEqual(Array.from({ length: 50 }, (_, i) => frameOf(i)));
  expect(take.inputs[7]).toMatchObject({ timeNs: 7n, input: { exposureStops: 7 / 3 } });
  expect(take.warnings).toEqual([]);
});

test('a take cut anywhere reads up to the cut, with a warning when the cut is inside a line', async () => {
  const file = await record('cut.take', 3);
  const whole = await readFile(file);
  const headerEnd = whole.indexOf('\n');
  for (let size = whole.length; size >= 0; size -= 97) {
    await truncate(file, size);
    if (size < headerEnd) {
      await expect(readTake(file)).rejects.toThrow('no header');
      continue;
    }
    const take = await readTake(file);
    const lines = whole.subarray(0, size).toString().split('\n');
    const rest = lines.pop()!;
    // A line that lacks only its end-of-line is whole.
    const cutShort = rest !== '' && !rest.endsWith('}');
    expect(take.samples.length + take.inputs.length + take.frames.length).toBeGreaterThanOrEqual(lines.length - 1);
    if (cutShort) expect(take.warnings).toEqual([expect.stringContaining(`line ${lines.length + 1} is cut short`)]);
    await writeFile(file, whole);
  }
});

test.each([
  ['not JSON', '{"kind"\n', 'line 8: not JSON'],
  ['another kind', '{"kind":"picture"}\n', 'line 8.kind: wrong value; got "picture"; expected one of sample, input, frame'],
  ['a frame without number', '{"kind":"frame","state":{}}\n', 'line 8.state.frame: wrong value; got nothing'],
  ['a sample without rotation', '{"kind":"sample","source":"a","sample":{"subject":"a","positionM":[1,2,3]}}\n', 'line 8.sample.rotation'],
])('a line in the middle that is %s is refused by number', async (_name, line, message) => {
  const file = await record(`broken-${_name}.take`, 2);
  await appendFile(file, line);
  await appendFile(file, '{"kind":"input","timeNs":"1","input":null}\n');
  await expect(readTake(file)).rejects.toThrow(message);
});

test('files that are no takes are refused', async () => {
  await expect(readTake(join(folder, 'none.take'))).rejects.toThrow('[TAKE_NOT_FOUND]');
  await writeFile(join(folder, 'other.take'), '{"schema":"cyclorama.take/9"}\n');
  await expect(readTake(join(folder, 'other.take'))).rejects.toThrow('line 1.schema: wrong value; got "cyclorama.take/9"');
  await writeFile(join(folder, 'huge.take'), 'x'.repeat(3 << 20));
  await expect(readTake(join(folder, 'huge.take'))).rejects.toThrow('a line is too long');
});

test('records are on the disk within 100 ms, and no take is overwritten unasked', async () => {
  const file = join(folder, 'flush.take');
  const writer = await TakeWriter.create(file);
  const before = (await stat(file)).size;
  expect(before).toBeGreaterThan(0);
  const began = performance.now();
  writer.sample('a', sampleOf(1));
  let size = before;
  while (size === before && performance.now() - began < 1000) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    size = (await stat(file)).size;
  }
  expect(performance.now() - began).toBeLessThan(100);
  await writer.close();
  await expect(TakeWriter.create(file)).rejects.toThrow('[TAKE_EXISTS]');
  await expect(TakeWriter.create(join(folder, 'no', 'folder.take'))).rejects.toThrow('[CANNOT_WRITE]');
  await (await TakeWriter.create(file, { overwrite: true })).close();
  expect((await readTake(file)).samples).toEqual([]);
});
