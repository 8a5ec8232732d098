import { TakeWriter } from '../../platform/node/take-file.ts';
import { countersText } from './track-monitor.ts';
import { createStop } from './track-options.ts';
import { type ReceiveOptions, sourceFromOptions } from './track-receive.ts';

/** `cyc track record FILE`: writes what arrives until Ctrl-C, `--count` or `--duration`. */
export async function runRecord(file: string, options: ReceiveOptions & { readonly force?: boolean }): Promise<void> {
  const source = sourceFromOptions(options);
  const say = (message: string): void => void process.stderr.write(`${message}\n`);
  const { stopped, finish } = createStop(options.duration);
  let writer: TakeWriter | null = null;
  let left = options.count ?? Number.POSITIVE_INFINITY;
  const onSample = (sample: Parameters<TakeWriter['sample']>[1]): void => {
    if (left <= 0 || writer === null) return;
    left--;
    writer.sample(source.name, sample);
    if (left <= 0) finish();
  };
  // The socket first: a port that is taken must leave no empty file behind.
  await source.start(onSample, say);
  try {
    writer = await TakeWriter.create(file, { overwrite: options.force ?? false, onEvent: say });
    say(`recording ${source.name} to ${file}; Ctrl-C ends`);
    await stopped;
  } finally {
    finish();
    await source.stop();
    await writer?.close();
  }
  say(`${countersText(source.counters)}; ${writer.records} recorded to ${file}${writer.dropped > 0 ? `, ${writer.dropped} LOST` : ''}`);
  if (writer.dropped > 0) process.exitCode = 1;
}
