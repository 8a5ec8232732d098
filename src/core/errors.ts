/** What an error message must name, so that the reader can mend it without asking. */
export interface ErrorDetail {
  /** File as the user named it. */
  readonly file?: string;
  /** JSON path (`walls[0].panelType`), field or byte offset inside the file. */
  readonly path?: string;
  readonly got?: string;
  readonly expected?: string;
  /** What to do about it. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** Base of all errors thrown at start-up and while loading files; `code` is stable and may be scripted against. */
export class CycError extends Error {
  readonly code: string;
  readonly detail: ErrorDetail;
  constructor(code: string, message: string, detail: ErrorDetail = {}) {
    const parts = [detail.file, detail.path].filter(Boolean).join(': ');
    const tail = [
      detail.got === undefined ? '' : `got ${detail.got}`,
      detail.expected === undefined ? '' : `expected ${detail.expected}`,
      detail.hint ?? '',
    ].filter(Boolean);
    super(`${parts ? `${parts}: ` : ''}${message}${tail.length ? `; ${tail.join('; ')}` : ''} [${code}]`, { cause: detail.cause });
    this.name = new.target.name;
    this.code = code;
    this.detail = detail;
  }
}
/** Stage and show files: parsing, validation, baking. */
export class StageError extends CycError {}
/** Scenes, textures, environments. */
export class SceneError extends CycError {}
/** Tracking set-up (sockets, takes, lens tables). Packets never throw. */
export class TrackingError extends CycError {}
/** Devices, shaders, limits. */
export class GpuError extends CycError {}
/** Sinks and files written. */
export class OutputError extends CycError {}
