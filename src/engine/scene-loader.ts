import type { SceneBuffers } from '../passes/scene/scene-buffers.ts';
import type { SceneChunk } from '../scene/packed-scene.ts';

/** Brings the rest of a scene in while frames are drawn: each chunk as it arrives, between frames. */
export class SceneLoader {
  /** Resolves when everything is in or the renderer is gone; rejects with what reading failed with: the scene then stays as coarse as it is. */
  readonly whole: Promise<void>;
  #stopped = false;

  constructor(buffers: SceneBuffers, rest: AsyncIterator<SceneChunk>) {
    this.whole = this.#load(buffers, rest);
    // Whoever cares asks; a wall goes on with what it has.
    this.whole.catch(() => undefined);
  }

  stop(): void {
    this.#stopped = true;
  }

  async #load(buffers: SceneBuffers, rest: AsyncIterator<SceneChunk>): Promise<void> {
    for (;;) {
      const next = await rest.next();
      if (next.done) return;
      if (this.#stopped) {
        await rest.return?.();
        return;
      }
      buffers.add(next.value);
    }
  }
}
