import { OutputError } from '../core/errors.ts';

/** `00000042`; numbers of a live show (11 digits) keep all of theirs. */
export const frameDigits = (frame: bigint): string => (frame < 0n ? `-${String(-frame).padStart(8, '0')}` : String(frame).padStart(8, '0'));

/** Path of one canvas of one frame inside the output folder: `<processor>/<processor>.<frame>.png`. */
export const canvasFileName = (processor: string, frame: bigint): string => {
  const name = safeName(processor);
  return `${name}/${name}.${frameDigits(frame)}.png`;
};

/** Path of a camera's picture inside the output folder: `<camera>-photograph.<frame>.png`, `<camera>-direct.<frame>.png`. */
export const cameraFileName = (camera: string, kind: 'photograph' | 'direct', frame: bigint): string =>
  `${safeName(camera)}-${kind}.${frameDigits(frame)}.png`;

/** Letters, digits, `.`, `_` and `-` stay; anything else, which a file system may refuse, becomes `_`. */
export function safeName(name: string): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]/gu, '_').replace(/^\.+/, '_');
  return safe === '' ? '_' : safe;
}

/** @throws OutputError NAME_CLASH when two of `names` would write the same files. */
export function checkDistinctFileNames(names: readonly string[], file: string): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const key = safeName(name).toLowerCase();
    const other = seen.get(key);
    if (other !== undefined)
      throw new OutputError('NAME_CLASH', 'two processors would write the same files', {
        file,
        got: `"${other}" and "${name}"`,
        expected: 'names that differ in letters (not only in case), digits, ".", "_" or "-"',
      });
    seen.set(key, name);
  }
}
