import { expect, test } from 'vitest';
import { createSystemClock } from '../../src/core/clock.ts';
import { rotate } from '../../src/core/quat.ts';
import { openSampleSender, type SendProtocol } from '../../src/platform/node/sample-sender.ts';
import { createUdpSource } from '../../src/platform/node/udp-source.ts';
import type { CameraSample } from '../../src/tracking/camera-sample.ts';
import { SampleHistory } from '../../src/tracking/sample-history.ts';
import { parseTumPath, SamplePath } from '../../src/tracking/sample-path.ts';
import { waitFor } from '../contracts/tracking-source.ts';
import { angleBetween, distanceM, MS } from './samples.ts';
import { readSharedText } from './shared-data.ts';

const FILE = 'assets/tracking/tum_fr2_desk_groundtruth.txt';
const path = new SamplePath(parseTumPath(readSharedText(FILE), FILE, 'operator'), FILE);

test('the recorded path is a person holding a camera upright, looking down at a desk', () => {
  expect(path.samples.length).toBeGreaterThan(20_000);
  expect(path.samples.length).toBeLessThanOrEqual(20_957);
  // First line of the file, Z-up to Y-up.
  expect(path.samples[0]!.positionM).toEqual([-0.1357, 1.4764, 1.4217]);
  for (let i = 0; i < path.samples.length; i += 50) {
    const { positionM, rotation } = path.samples[i]!;
    expect(positionM[1]).toBeGreaterThan(0.9);
    expect(positionM[1]).toBeLessThan(2);
    expect(rotate(rotation, [0, 1, 0])[1]).toBeGreaterThan(0.4);
    expect(rotate(rotation, [0, 0, -1])[1]).toBeLessThan(0);
  }
});

test('lines that are no poses are refused by number', () => {
  expect(() => parseTumPath('# c\n1 2 3 4 0 0 0 1\n1 2 3 x 0 0 0 1\n', 'a.txt', 's')).toThrow('a.txt: line 3: not a TUM trajectory line');
  expect(() => parseTumPath('1 2 3 4 0 0 0 0\n', 'a.txt', 's')).toThrow('[BAD_PATH]');
  expect(() => new SamplePath([], 'a.txt')).toThrow('[EMPTY_PATH]');
});

/** Resolution of the fields: FreeD 1/64 mm and 1/32768°, with half of it lost each way. */
const PROTOCOLS: readonly (readonly [SendProtocol, 'freed' | 'opentrackio', number, number])[] = [
  ['freed', 'freed', 1.4e-5, 1e-6],
  ['opentrackio-json', 'opentrackio', 1e-12, 1e-9],
  ['opentrackio-cbor', 'opentrackio', 1e-12, 1e-9],
];

test.each(PROTOCOLS)(
  'a second of it through %s over UDP comes out of the history as it went in',
  async (protocol, listen, metres, radians) => {
    const clock = createSystemClock();
    const source = createUdpSource({ protocol: listen, port: 0, address: '127.0.0.1', clock });
    const history = new SampleHistory();
    const arrivals: bigint[] = [];
    await source.start((sample) => {
      arrivals.push(sample.sampleTimestampNs);
      history.insert(sample);
    });
    const sender = await openSampleSender({ protocol, host: '127.0.0.1', port: source.port, cameraId: 3, rate: { num: 100, den: 1 } });
    const startNs = clock.nowNs();
    const sent: CameraSample[] = [];
    for (let i = 0n; i < 100n; i++) {
      const timeNs = startNs + i * 10n * MS;
      const sample = {
        ...path.evaluate(path.startNs + 5_000n * MS + i * 10n * MS),
        sampleTimestampNs: timeNs,
        receivedAtNs: timeNs,
        sequence: Number(i),
      };
      sent.push(sample);
      sender.send(sample);
      // One at a time, so that FreeD's samples, stamped on arrival, have times of their own.
      await waitFor(`sample ${i}`, () => arrivals.length > Number(i));
    }
    await sender.close();
    await source.stop();
    expect(source.counters).toMatchObject({ samples: 100, rejected: {} });
    let largestM = 0;
    let largestRad = 0;
    sent.forEach((sample, i) => {
      const at = history.evaluate(arrivals[i]!).sample!;
      largestM = Math.max(largestM, distanceM(at.positionM, sample.positionM));
      largestRad = Math.max(largestRad, angleBetween(at.rotation, sample.rotation));
    });
    expect(largestM).toBeLessThan(metres);
    expect(largestRad).toBeLessThan(radians);
    if (listen === 'freed') return;
    // Halfway between samples, against the 200 Hz recording. What is left is the recording's own: 0.1 mm and 1e-4 a digit, and its jitter.
    const halfway = sent.slice(1).map((_, i) => {
      const between = history.evaluate(sent[i]!.sampleTimestampNs + 5n * MS).sample!;
      const truth = path.evaluate(path.startNs + 5_000n * MS + BigInt(i) * 10n * MS + 5n * MS);
      return { metres: distanceM(between.positionM, truth.positionM), radians: angleBetween(between.rotation, truth.rotation) };
    });
    const sorted = (key: 'metres' | 'radians') => halfway.map((error) => error[key]).toSorted((x, y) => x - y);
    expect(sorted('metres')[49]).toBeLessThan(0.0003);
    expect(sorted('radians')[49]).toBeLessThan(0.002);
    expect(sorted('metres').at(-1)).toBeLessThan(0.001);
    expect(sorted('radians').at(-1)).toBeLessThan(0.01);
  },
);
