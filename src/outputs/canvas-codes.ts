import { OutputError } from '../core/errors.ts';
import { apply, REC709, rgbFromRgb } from '../core/primaries.ts';
import { linearFromSrgb, nitsFromPq } from '../core/transfer.ts';
import type { CanvasImage } from '../engine/frame-result.ts';
import type { BakedStage, Canvas, PanelType } from '../stage/baked-stage.ts';
import { canvasFromLed } from '../stage/tile-placement.ts';

/** RGB codes of a canvas, 3 per pixel, rows top first, 0 … 2^bitDepth − 1. @throws OutputError CANVAS_SIZE */
export function codesFromCanvas(image: CanvasImage): Uint16Array {
  const pixels = image.widthPx * image.heightPx;
  const bytesPerPixel = image.format === 'rgba16' ? 8 : 4;
  if (image.data.byteLength !== pixels * bytesPerPixel) {
    throw new OutputError('CANVAS_SIZE', 'canvas has the wrong number of bytes', {
      path: `canvases[${image.canvas}]`,
      got: `${image.data.byteLength}`,
      expected: `${pixels * bytesPerPixel} (${image.widthPx}×${image.heightPx} ${image.format})`,
    });
  }
  const codes = new Uint16Array(pixels * 3);
  const view = new DataView(image.data.buffer, image.data.byteOffset, image.data.byteLength);
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < 3; c++) {
      codes[p * 3 + c] =
        image.format === 'rgba8'
          ? image.data[p * 4 + c]
          : image.format === 'rgb10a2'
            ? (view.getUint32(p * 4, true) >>> (10 * c)) & 1023
            : view.getUint16(p * 8 + c * 2, true);
    }
  }
  return codes;
}

/** Nits of every code of a canvas: the inverse of its transfer function. */
export function nitsOfCodes(canvas: Canvas): Float64Array {
  const { transfer } = canvas;
  const last = 2 ** canvas.bitDepth - 1;
  return Float64Array.from({ length: last + 1 }, (_, code) => {
    const signal = code / last;
    if (transfer.kind === 'pq') return nitsFromPq(signal);
    return transfer.whiteNits * (transfer.kind === 'srgb' ? linearFromSrgb(signal) : signal ** transfer.gamma);
  });
}

/** Light of every LED of a facet, row-major. */
export interface FacetLight {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Nits, linear Rec.709, 3 per LED; NaN where no given canvas feeds the LED. */
  readonly nits: Float32Array;
}

/** What the LEDs emit when they are fed these canvases; one entry per facet. Canvases may be any subset of the stage's. */
export function lightOfFacets(stage: BakedStage, canvases: readonly CanvasImage[]): FacetLight[] {
  const light = stage.facets.map((f) => ({
    widthPx: f.widthPx,
    heightPx: f.heightPx,
    nits: new Float32Array(f.widthPx * f.heightPx * 3).fill(Number.NaN),
  }));
  const matrices = stage.panelTypes.map(rec709FromPanel);
  for (const image of canvases) {
    const codes = codesFromCanvas(image);
    const nits = nitsOfCodes(stage.canvases[image.canvas]);
    for (const tile of stage.tiles) {
      if (tile.canvas !== image.canvas) continue;
      const facet = light[tile.facet];
      const matrix = matrices[stage.facets[tile.facet].panelType];
      for (let b = 0; b < tile.heightPx; b++) {
        for (let a = 0; a < tile.widthPx; a++) {
          const [x, y] = canvasFromLed(tile, a, b);
          const from = (y * image.widthPx + x) * 3;
          const to = ((tile.j0 + b) * facet.widthPx + tile.i0 + a) * 3;
          const [r, g, blue] = [nits[codes[from]], nits[codes[from + 1]], nits[codes[from + 2]]];
          facet.nits.set(matrix ? apply(matrix, [r, g, blue]) : [r, g, blue], to);
        }
      }
    }
  }
  return light;
}

/** Null when the panel has Rec.709 primaries: nothing to convert, and no rounding. */
function rec709FromPanel({ primaries }: PanelType) {
  const names = ['red', 'green', 'blue', 'white'] as const;
  const same = names.every((name) => primaries[name].every((x, k) => Math.abs(x - REC709[name][k]) < 1e-6));
  return same ? null : rgbFromRgb(primaries, REC709);
}

/** Largest luminance that any LED of the stage's walls can be asked for, nits: signal 1, clipped at the panel's peak. */
export function brightestNits(stage: BakedStage): number {
  return stage.tiles.reduce((most, tile) => {
    const { transfer } = stage.canvases[tile.canvas];
    const { peakNits } = stage.panelTypes[stage.facets[tile.facet].panelType];
    return Math.max(most, transfer.kind === 'pq' ? peakNits : Math.min(peakNits, transfer.whiteNits));
  }, 0);
}
