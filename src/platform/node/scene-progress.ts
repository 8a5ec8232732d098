import type { ShowEvent } from '../../engine/show-ports.ts';
import type { CookedScene } from '../../scene/cooked/read-cooked.ts';
import { type AnyScene, isPacked, type SceneChunk, type TexelSupport } from '../../scene/packed-scene.ts';

const TELL_EVERY_MS = 1000;

/**
 * The same scene; whoever reads it has its progress told: at most one event a second while chunks come in, one when the last is. A scene that is in
 * memory is told nothing of. Each reader (the renderer of a rebuilt device is another) starts anew.
 */
export function withProgress(scene: AnyScene, onEvent: (event: ShowEvent) => void): AnyScene {
  return isCooked(scene) ? { ...scene, chunks: (support) => readTelling(scene, support, onEvent) } : scene;
}

async function* readTelling(scene: CookedScene, support: TexelSupport, onEvent: (event: ShowEvent) => void): AsyncGenerator<SceneChunk> {
  const { chunkTable } = scene;
  const totalBytes = chunkTable.reduce((sum, { bytes }) => sum + bytes, 0);
  const startMs = performance.now();
  let toldMs = startMs;
  let [index, inBytes] = [0, 0];
  for await (const chunk of scene.chunks(support)) {
    yield chunk;
    // Asked for the next one: this one is in.
    inBytes += chunkTable[index++]!.bytes;
    const now = performance.now();
    if (index === chunkTable.length || now - toldMs < TELL_EVERY_MS) continue;
    toldMs = now;
    onEvent({
      level: 'info',
      text: `scene ${Math.floor((100 * inBytes) / totalBytes)} % in (${megabytes(inBytes)} of ${megabytes(totalBytes)} MB)`,
    });
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  onEvent({ level: 'info', text: `scene all in, at full detail: ${megabytes(totalBytes)} MB in ${seconds} s` });
}

const isCooked = (scene: AnyScene): scene is CookedScene => isPacked(scene) && 'chunkTable' in scene;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);
