import { GpuError } from '../../core/errors.ts';
import { type Primaries, rgbFromRgb } from '../../core/primaries.ts';
import type { BakedStage } from '../../stage/baked-stage.ts';
import { MAX_OUTPUTS, OUTPUT_BYTES, OUTPUTS_OFFSET } from './frame-layout.ts';
import type { FrameWriter } from './frame-writer.ts';

const TRANSFER = { srgb: 0, gamma: 1, pq: 2 } as const;

/** Index in the shader's output table of each pair of canvas and panel type that a tile uses. */
export type OutputIndex = (canvas: number, panelType: number) => number;

/** Writes how light becomes signal for every pair of canvas and panel type. @throws GpuError TOO_MANY_OUTPUTS */
export function writeOutputs(writer: FrameWriter, stage: BakedStage, working: Primaries): OutputIndex {
  const index = new Map<string, number>();
  for (const tile of stage.tiles) {
    const { panelType } = stage.facets[tile.facet]!;
    const key = `${tile.canvas}/${panelType}`;
    if (index.has(key)) continue;
    if (index.size >= MAX_OUTPUTS)
      throw new GpuError('TOO_MANY_OUTPUTS', 'more pairs of canvas and panel type than one node drives', {
        got: `${index.size + 1}`,
        expected: `at most ${MAX_OUTPUTS}`,
      });
    writeOutput(writer, index.size, stage, tile.canvas, panelType, working);
    index.set(key, index.size);
  }
  return (canvas, panelType) => index.get(`${canvas}/${panelType}`)!;
}

/** Writes what of the transfer changes from frame to frame. */
export function writeExposure(writer: FrameWriter, nitsPerUnit: number, exposureStops: number, debugWord: number): void {
  writer.floats[OUTPUTS_OFFSET / 4] = nitsPerUnit * 2 ** exposureStops;
  writer.words[OUTPUTS_OFFSET / 4 + 1] = debugWord;
}

function writeOutput(
  writer: FrameWriter,
  slot: number,
  stage: BakedStage,
  canvasIndex: number,
  panelTypeIndex: number,
  working: Primaries,
): void {
  const { floats, words } = writer;
  const canvas = stage.canvases[canvasIndex]!;
  const panel = stage.panelTypes[panelTypeIndex]!;
  const at = (OUTPUTS_OFFSET + 16 + slot * OUTPUT_BYTES) / 4;
  const m = samePrimaries(working, panel.primaries) ? ([1, 0, 0, 0, 1, 0, 0, 0, 1] as const) : rgbFromRgb(working, panel.primaries);
  for (let row = 0; row < 3; row++) floats.set(m.slice(row * 3, row * 3 + 3), at + row * 4);
  words[at + 3] = canvas.bitDepth;
  words[at + 7] = TRANSFER[canvas.transfer.kind];
  floats[at + 11] = canvas.transfer.kind === 'gamma' ? canvas.transfer.gamma : 1;
  floats[at + 12] = canvas.transfer.kind === 'pq' ? panel.peakNits : canvas.transfer.whiteNits;
  floats[at + 13] = panel.peakNits;
}

/** Equal primaries must give the identity to the bit, not to rounding. */
function samePrimaries(a: Primaries, b: Primaries): boolean {
  return (['red', 'green', 'blue', 'white'] as const).every((key) => a[key][0] === b[key][0] && a[key][1] === b[key][1]);
}
