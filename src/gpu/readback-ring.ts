import { GpuError } from '../core/errors.ts';
import type { GpuScope } from './gpu-scope.ts';

/** Why mapped memory could not be had. 'lost': the device is gone; 'released': the slot was given back meanwhile; 'failed': see `message`. */
export type MapResult =
  | { readonly ok: true; readonly data: Uint8Array<ArrayBuffer> }
  | { readonly ok: false; readonly reason: 'lost' | 'released' | 'failed'; readonly message: string };

/** One mappable buffer, lent until `release`. */
export interface ReadbackSlot {
  /** COPY_DST | MAP_READ; encode copies into it, submit, then call `map`. */
  readonly buffer: GPUBuffer;
  /** Resolves when the copies are done. `data` is a view of the mapped memory itself, valid until `release`. Never rejects. */
  map(sizeBytes?: number): Promise<MapResult>;
  /** Unmaps and lends the buffer to the next. A second call does nothing. */
  release(): void;
}

/**
 * Buffers through which results come back while later frames are already encoded: the mapped memory is handed over without a copy, and
 * unmapped when the consumer is done with it.
 */
export class ReadbackRing {
  readonly sizeBytes: number;
  readonly #scope: GpuScope;
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: ((slot: ReadbackSlot | null) => void)[] = [];
  readonly #mapping = new Set<(result: MapResult) => void>();
  #closed: '' | 'lost' | 'released' = '';

  /** @param slots Buffers in the ring: frames in flight plus frames held by consumers.   @throws GpuError BAD_RING */
  constructor(parent: GpuScope, name: string, sizeBytes: number, slots: number) {
    if (!(Number.isInteger(slots) && slots > 0 && sizeBytes > 0))
      throw new GpuError('BAD_RING', `the readback ring "${name}" needs room`, {
        got: `${slots} × ${sizeBytes} bytes`,
        expected: 'at least 1 × 1',
      });
    this.sizeBytes = Math.ceil(sizeBytes / 4) * 4;
    this.#scope = parent.child(name);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    for (let i = 0; i < slots; i++) this.#free.push(this.#scope.createBuffer(`${i}`, { size: this.sizeBytes, usage }));
    this.#scope.device.lost.then(() => this.#close('lost'));
  }

  /** Buffers that can be had at once. */
  get freeSlots(): number {
    return this.#free.length;
  }

  /** A slot, or null when all are lent or the ring is closed. */
  tryAcquire(): ReadbackSlot | null {
    const buffer = this.#closed ? undefined : this.#free.pop();
    return buffer ? this.#lend(buffer) : null;
  }

  /** Waits for a slot, first come, first served; null when the device is lost or the ring destroyed. */
  acquire(): Promise<ReadbackSlot | null> {
    const slot = this.tryAcquire();
    if (slot || this.#closed) return Promise.resolve(slot);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Frees the buffers; data still lent becomes invalid. */
  destroy(): void {
    this.#close('released');
    this.#scope.destroy();
  }

  #lend(buffer: GPUBuffer): ReadbackSlot {
    let lent = true;
    const end = (reason: 'lost' | 'released' | 'failed', message: string): MapResult => ({ ok: false, reason, message });
    return {
      buffer,
      map: (sizeBytes = this.sizeBytes) => {
        if (!lent || this.#closed) return Promise.resolve(end(this.#closed || 'released', 'the slot is no longer lent'));
        return new Promise<MapResult>((resolve) => {
          const settle = (result: MapResult): void => {
            this.#mapping.delete(settle);
            resolve(result);
          };
          this.#mapping.add(settle);
          const size = Math.ceil(sizeBytes / 4) * 4;
          buffer.mapAsync(GPUMapMode.READ, 0, size).then(
            () =>
              settle(
                lent && !this.#closed ? view(buffer, size, sizeBytes) : end(this.#closed || 'released', 'given back while being mapped'),
              ),
            (error: Error) => settle(end(this.#closed || (lent ? reasonOf(error) : 'released'), error.message)),
          );
        });
      },
      release: () => {
        if (!lent) return;
        lent = false;
        if (this.#closed) return;
        if (buffer.mapState !== 'unmapped') buffer.unmap();
        const next = this.#waiting.shift();
        if (next) next(this.#lend(buffer));
        else this.#free.push(buffer);
      },
    };
  }

  /** One handler for all: a handler on `device.lost` per frame would never be freed. */
  #close(reason: 'lost' | 'released'): void {
    if (this.#closed) return;
    this.#closed = reason;
    for (const settle of [...this.#mapping])
      settle({ ok: false, reason, message: reason === 'lost' ? 'the device was lost' : 'the ring was destroyed' });
    for (const resolve of this.#waiting.splice(0)) resolve(null);
  }
}

function view(buffer: GPUBuffer, size: number, sizeBytes: number): MapResult {
  try {
    return { ok: true, data: new Uint8Array(buffer.getMappedRange(0, size), 0, sizeBytes) };
  } catch (error) {
    return { ok: false, reason: 'failed', message: (error as Error).message };
  }
}

/** A pending map is aborted when the device goes, shortly before `device.lost` says so. */
function reasonOf(error: Error): 'lost' | 'failed' {
  return error.name === 'AbortError' ? 'lost' : 'failed';
}
