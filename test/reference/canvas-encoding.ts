import type { CanvasImage } from '../../src/engine/frame-result.ts';
import type { BakedStage, Transfer } from '../../src/stage/baked-stage.ts';
import type { FrameState } from '../../src/stage/frame-state.ts';
import { forEachLed, type WallLight } from './wall-reference.ts';

/** Signal 0..1 of a scene-linear value, by the doc of `Transfer`: IEC 61966-2-1, a pure power, or SMPTE ST 2084. */
export function signalOf(sceneLinear: number, transfer: Transfer, state: FrameState): number {
  const nits = Math.max(0, sceneLinear * 2 ** state.exposureStops * state.nitsPerUnit);
  if (transfer.kind === 'pq') {
    const y = (Math.min(nits, 10_000) / 10_000) ** 0.1593017578125;
    return ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375;
  }
  const linear = Math.min(1, nits / transfer.whiteNits);
  if (transfer.kind === 'gamma') return linear ** (1 / transfer.gamma);
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** The canvases that a perfect renderer would send: rounded codes, no dither, panels with Rec.709 primaries. */
export function canvasesOfLight(stage: BakedStage, state: FrameState, light: WallLight): CanvasImage[] {
  const codes = stage.canvases.map((c) => new Uint16Array(c.widthPx * c.heightPx * 3));
  forEachLed(stage, ({ facet, i, j, canvas, pixel }) => {
    const { transfer, bitDepth } = stage.canvases[canvas];
    const q = j * stage.facets[facet].widthPx + i;
    for (let c = 0; c < 3; c++) {
      const signal = signalOf(light.facets[facet].color[q * 4 + c], transfer, state);
      codes[canvas][pixel * 3 + c] = Math.round(signal * (2 ** bitDepth - 1));
    }
  });
  return stage.canvases.map(({ widthPx, heightPx, bitDepth }, canvas) => {
    const pixels = widthPx * heightPx;
    const data = new Uint8Array(pixels * (bitDepth === 12 ? 8 : 4));
    const view = new DataView(data.buffer);
    for (let p = 0; p < pixels; p++) {
      const [r, g, b] = codes[canvas].subarray(p * 3, p * 3 + 3);
      if (bitDepth === 8) data.set([r, g, b, 255], p * 4);
      else if (bitDepth === 10) view.setUint32(p * 4, (r | (g << 10) | (b << 20) | (3 << 30)) >>> 0, true);
      else
        [r, g, b, 4095].forEach((code, c) => {
          view.setUint16(p * 8 + c * 2, code, true);
        });
    }
    const format = bitDepth === 8 ? 'rgba8' : bitDepth === 10 ? 'rgb10a2' : 'rgba16';
    return { canvas, widthPx, heightPx, bitDepth, format, data };
  });
}
