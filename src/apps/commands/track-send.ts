import { readFile } from 'node:fs/promises';
import { createSystemClock } from '../../core/clock.ts';
import { TrackingError } from '../../core/errors.ts';
import { formatRational, frameAtTime, type Rational, timeOfFrame } from '../../core/rational.ts';
import { timecodeOfFrame } from '../../engine/show-clock.ts';
import { openSampleSender, type SampleSender } from '../../platform/node/sample-sender.ts';
import { readTake } from '../../platform/node/take-file.ts';
import type { CameraSample } from '../../tracking/camera-sample.ts';
import { parseOpenTrackIoLines, parseTumPath, SamplePath } from '../../tracking/sample-path.ts';
import { createSimulatedMove, type SimulatedMove } from '../../tracking/simulated-move.ts';
import { TAKE_SCHEMA } from '../../tracking/take-format.ts';
import { badArgument, createStop } from './track-options.ts';
import { type TargetOptions, targetFromOptions } from './track-target.ts';

export interface SendOptions extends TargetOptions {
  readonly move?: SimulatedMove | 'file';
  readonly file?: string;
  readonly loop?: boolean;
  readonly rate: Rational;
  readonly seed: number;
  readonly focalLength?: number;
  readonly duration?: number;
}

/** The pose `elapsedNs` after the start, or null when the path has ended. */
type Move = (elapsedNs: bigint, timeNs: bigint) => Pick<CameraSample, 'positionM' | 'rotation' | 'lens' | 'sensorMm'> | null;

/** Highest rate for which a timecode can be sent (OpenTrackIO counts frames 0..119). */
const MAX_TIMECODE_RATE = 120;

/** `cyc track send`: samples on the grid of the rate, each with the time at which its pose is true. */
export async function runSend(options: SendOptions): Promise<void> {
  const target = targetFromOptions(options, options.rate);
  const move = await openMove(options);
  const sender = await openSampleSender(target);
  process.stderr.write(`sending ${sender.target}, ${formatRational(options.rate)} a second; Ctrl-C ends\n`);
  const { stopped, finish } = createStop();
  const stopTimer = startSending(options, move, sender, finish);
  await stopped;
  stopTimer();
  await sender.close();
  const { samples, packets, failed } = sender.counters;
  process.stderr.write(`${samples} samples in ${packets} packets sent${failed > 0 ? `, ${failed} failed` : ''}\n`);
}

function startSending(options: SendOptions, move: Move, sender: SampleSender, finish: () => void): () => void {
  const clock = createSystemClock();
  const { rate } = options;
  const first = frameAtTime(clock.nowNs(), rate) + 1n;
  const startNs = timeOfFrame(first, rate);
  const count = options.duration === undefined ? null : BigInt(Math.max(1, Math.round((options.duration * rate.num) / rate.den)));
  const withTimecode = rate.num / rate.den <= MAX_TIMECODE_RATE;
  let frame = first;
  let timer: NodeJS.Timeout;
  const tick = (): void => {
    for (const nowNs = clock.nowNs(); timeOfFrame(frame, rate) <= nowNs; frame++) {
      const timeNs = timeOfFrame(frame, rate);
      const pose = count !== null && frame - first >= count ? null : move(timeNs - startNs, timeNs);
      if (pose === null) {
        finish();
        return;
      }
      sender.send({
        ...pose,
        subject: `camera ${options.cameraId}`,
        lens: options.focalLength === undefined ? pose.lens : { ...pose.lens, pinholeFocalLengthMm: options.focalLength },
        sampleTimestampNs: timeNs,
        receivedAtNs: timeNs,
        sequence: Number((frame - first) & 0xffffffffn),
        timecode: withTimecode ? timecodeOfFrame(frame, rate) : null,
        recording: false,
      });
    }
    timer = setTimeout(tick, Math.max(1, Number(timeOfFrame(frame, rate) - clock.nowNs()) / 1e6));
  };
  timer = setTimeout(tick, 1);
  return () => clearTimeout(timer);
}

async function openMove(options: SendOptions): Promise<Move> {
  if (options.file !== undefined && options.move !== undefined && options.move !== 'file')
    throw badArgument('--move', options.move, 'file, or no --file');
  if (options.file === undefined) {
    if (options.move === 'file') throw badArgument('--file', 'nothing', 'the path of a recorded move');
    const poseAt = createSimulatedMove(options.move ?? 'handheld', options.seed);
    return (_elapsedNs, timeNs) => ({ ...poseAt(timeNs), lens: {}, sensorMm: null });
  }
  const path = await readPath(options.file, options.rate);
  const spanNs = path.endNs - path.startNs;
  return (elapsedNs) => {
    if (!options.loop && elapsedNs > spanNs) return null;
    return path.evaluate(path.startNs + (options.loop ? elapsedNs % (spanNs + 1n) : elapsedNs));
  };
}

/** Tells the three kinds of recording apart by what they begin with. */
async function readPath(file: string, rate: Rational): Promise<SamplePath> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new TrackingError('CANNOT_READ', 'cannot read the path', { file, got: code ?? message, cause });
  }
  if (!text.trimStart().startsWith('{')) return new SamplePath(parseTumPath(text, file, file), file);
  if (text.slice(0, 200).includes(TAKE_SCHEMA)) {
    const take = await readTake(file);
    for (const warning of take.warnings) process.stderr.write(`${warning}\n`);
    return new SamplePath(oneSubject(take.samples.map(({ sample }) => sample)), file);
  }
  return new SamplePath(oneSubject(parseOpenTrackIoLines(text, file, timeOfFrame(1n, rate))), file);
}

/** A path is one camera's: the first subject's. */
function oneSubject(samples: readonly CameraSample[]): CameraSample[] {
  return samples.filter(({ subject }) => subject === samples[0]!.subject);
}
