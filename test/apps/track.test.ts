import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { SampleReport } from '../../src/tracking/sample-report.ts';
import { waitFor } from '../contracts/tracking-source.ts';
import { sharedPath } from '../tracking/shared-data.ts';

/** A program with the track commands alone, so that this test does not depend on the others. */
const PROGRAM = `
import { Command } from 'commander';
import { CycError } from './src/core/errors.ts';
import { registerTrack } from './src/apps/commands/track.ts';
const program = new Command();
registerTrack(program);
program.parseAsync(process.argv.slice(1), { from: 'user' }).catch((error) => {
  console.error(error.message);
  process.exit(error instanceof CycError ? 2 : 1);
});`;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Run {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  out: string;
  err: string;
  readonly code: Promise<number | null>;
}

const running: Run[] = [];
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cyc-track-'));
});
afterEach(() => {
  for (const { child } of running.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true }));

function track(...words: string[]): Run {
  const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, 'track', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const run: Run = { child, out: '', err: '', code: new Promise((resolve) => child.on('close', resolve)) };
  child.stdout.on('data', (data: Buffer) => {
    run.out += data;
  });
  child.stderr.on('data', (data: Buffer) => {
    run.err += data;
  });
  running.push(run);
  return run;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const listening = (run: Run) => waitFor(`"listening" (${run.err})`, () => run.err.includes('Ctrl-C ends'), 20_000);
const lines = (text: string): SampleReport[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SampleReport);

test.each(['freed', 'opentrackio-json', 'opentrackio-cbor', 'opentrackio-ws'])(
  'what is sent as %s is monitored, line by line',
  async (protocol) => {
    const port = String(await freePort());
    const monitor = track('monitor', '--protocol', protocol, '--port', port, '--json', '--count', '20', '--interface', '127.0.0.1');
    await listening(monitor);
    const send = track(
      'send',
      '--protocol',
      protocol,
      '--to',
      `127.0.0.1:${port}`,
      '--move',
      'crane',
      '--camera-id',
      '4',
      '--duration',
      '0.5',
    );
    expect([await monitor.code, await send.code, send.err]).toEqual([0, 0, expect.stringContaining('50 samples')]);
    const reports = lines(monitor.out);
    expect(reports.length).toBe(20);
    const keys =
      'source subject sourceNumber label sequence timecode recording sampleTimestampNs receivedAtNs positionM panDeg tiltDeg rollDeg rotation sensorMm lens';
    for (const report of reports) {
      expect(Object.keys(report)).toEqual(keys.split(' '));
      expect([...report.positionM, ...report.rotation, report.panDeg, report.tiltDeg, report.rollDeg].every(Number.isFinite)).toBe(true);
    }
    if (protocol === 'freed') expect(reports[0]).toMatchObject({ subject: '4', sequence: null });
    else
      expect(reports.map(({ sequence, sourceNumber, label }) => [sequence, sourceNumber, label])).toEqual(
        reports.map((_, i) => [i, 4, 'Camera 4']),
      );
  },
);

test('record, replay as JSON, replay over the network: the same samples; Ctrl-C ends in order', async () => {
  const port = String(await freePort());
  const file = join(folder, 'a.take');
  const receive = ['--port', port, '--interface', '127.0.0.1'];
  const record = track('record', file, ...receive);
  await listening(record);
  const tum = sharedPath('assets/tracking/tum_fr2_desk_groundtruth.txt');
  const send = track('send', '--to', `127.0.0.1:${port}`, '--file', tum, '--duration', '0.4', '--segment', '200');
  expect(await send.code).toBe(0);
  await waitFor('the last sample on the disk', () => record.err.length > 0, 100);
  await new Promise((resolve) => setTimeout(resolve, 200));
  record.child.kill('SIGINT');
  expect([await record.code, record.err]).toEqual([0, expect.stringContaining('40 recorded')]);
  expect((await readFile(file, 'utf8')).trim().split('\n').length).toBe(41);

  const replay = track('replay', file, '--json');
  expect(await replay.code).toBe(0);
  const recorded = lines(replay.out);
  expect(recorded.length).toBe(40);

  const monitor = track('monitor', ...receive, '--json', '--count', '40');
  await listening(monitor);
  const again = track('replay', file, '--to', `127.0.0.1:${port}`);
  expect([await again.code, await monitor.code]).toEqual([0, 0]);
  const replayed = lines(monitor.out);
  expect(replayed.map(({ sequence }) => sequence)).toEqual(recorded.map(({ sequence }) => sequence));
  replayed.forEach(({ positionM, panDeg }, i) => {
    positionM.forEach((m, axis) => {
      expect(m).toBeCloseTo(recorded[i]!.positionM[axis]!, 12);
    });
    expect(panDeg).toBeCloseTo(recorded[i]!.panDeg, 9);
  });
  expect(await track('record', file, ...receive).code).toBe(2);
});

test('the table names the camera, its rate and what was rejected', async () => {
  const port = String(await freePort());
  const monitor = track('monitor', '--protocol', 'freed', '--port', port, '--interface', '127.0.0.1', '--duration', '4');
  await listening(monitor);
  const send = track('send', '--protocol', 'freed', '--to', `127.0.0.1:${port}`, '--camera-id', '9', '--rate', '50', '--duration', '0.6');
  expect(await send.code).toBe(0);
  expect(await monitor.code).toBe(0);
  expect(monitor.out).toMatch(/^9 +\d+\.\d /m);
  expect(monitor.err).toContain('30 packets, 30 samples; rejected: none');
});

test('a port that is taken ends with code 2 and names the port', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  const monitor = track('monitor', '--port', String(port), '--interface', '127.0.0.1');
  expect([await monitor.code, monitor.err]).toEqual([2, expect.stringContaining(`UDP port ${port} is taken`)]);
  socket.close();
});

test.each([
  [['send', '--rate', '0'], '--rate: wrong argument; got 0'],
  [['send', '--to', 'a:b:c'], '--to: wrong argument; got a:b:c'],
  [['send', '--camera-id', '0'], '--camera-id: wrong argument; got 0; expected 1 to 200'],
  [['send', '--multicast', '10.0.0.1'], '--multicast: wrong argument; got 10.0.0.1'],
  [['send', '--file', '/nowhere.txt'], '/nowhere.txt: cannot read the path; got ENOENT'],
  [['send', '--move', 'flight'], '--move: wrong argument; got flight'],
  [['send', '--protocol', 'opentrackio-ws', '--to', '127.0.0.1:9'], 'no consumer answers at ws://127.0.0.1:9'],
  [['monitor', '--url', 'ws://x'], '--url: wrong argument'],
  [['replay', '/nowhere.take', '--json'], '/nowhere.take: cannot read the take; got ENOENT'],
])('track %s ends with code 2 and says why', async (words, message) => {
  const run = track(...words);
  expect([await run.code, run.err]).toEqual([2, expect.stringContaining(message)]);
});
