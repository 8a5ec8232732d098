import { createSystemClock } from '../../core/clock.ts';
import { TrackingError } from '../../core/errors.ts';
import { stringifyExact } from '../../core/exact-json.ts';
import { nodeRepeatTimer } from '../../platform/node/create-source.ts';
import { openSampleSender } from '../../platform/node/sample-sender.ts';
import { readTake, type Take } from '../../platform/node/take-file.ts';
import { reportSample } from '../../tracking/sample-report.ts';
import { createTakeSource } from '../../tracking/take-source.ts';
import { badArgument, createStop } from './track-options.ts';
import { type TargetOptions, targetFromOptions } from './track-target.ts';

export interface ReplayOptions extends TargetOptions {
  readonly json?: boolean;
  readonly loop?: boolean;
}

/** `cyc track replay FILE`: prints the samples at once, or sends them with the timing they were recorded with. */
export async function runReplay(file: string, options: ReplayOptions): Promise<void> {
  if (options.json && (options.to !== undefined || options.multicast !== undefined))
    throw badArgument('--json', 'with --to', 'one of the two');
  const take = await readTake(file);
  for (const warning of take.warnings) process.stderr.write(`${warning}\n`);
  if (options.json)
    for (const { source, sample } of take.samples) process.stdout.write(`${stringifyExact(reportSample(source, sample))}\n`);
  else await sendTake(file, take, options);
}

async function sendTake(file: string, take: Take, options: ReplayOptions): Promise<void> {
  const samples = take.samples.map(({ sample }) => sample);
  if (samples.length === 0) throw new TrackingError('EMPTY_PATH', 'the take has no tracking samples', { file });
  const sender = await openSampleSender(targetFromOptions(options, { num: meanRate(take), den: 1 }));
  const { stopped, finish } = createStop();
  const load = async () => samples;
  const source = createTakeSource({
    name: file,
    load,
    clock: createSystemClock(),
    every: nodeRepeatTimer,
    loop: options.loop ?? false,
    onEnd: finish,
  });
  process.stderr.write(`replaying ${file} as ${sender.target}; Ctrl-C ends\n`);
  await source.start((sample) => sender.send(sample));
  await stopped;
  await source.stop();
  await sender.close();
  process.stderr.write(`${sender.counters.samples} samples in ${sender.counters.packets} packets sent\n`);
}

/** Samples a second, whole, at least 1: OpenTrackIO's `sampleRate` of a recording that says none. */
function meanRate({ samples }: Take): number {
  const spanNs = Number(samples.at(-1)!.sample.receivedAtNs - samples[0]!.sample.receivedAtNs);
  return spanNs > 0 ? Math.max(1, Math.round(((samples.length - 1) * 1e9) / spanNs)) : 1;
}
