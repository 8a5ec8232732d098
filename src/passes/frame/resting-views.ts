import type { FrameState } from '../../stage/frame-state.ts';
import { FACET_VIEWS_OFFSET, MAX_EYES, MAX_FACETS, NO_VIEW, VIEW_BYTES, VIEWS_OFFSET } from './frame-layout.ts';

/** What of a frame writer the outer eye's views take part in. */
interface ViewTotals {
  readonly words: Uint32Array;
  viewCount: number;
  sampleCount: number;
  texelCount: number;
  maxViewWidth: number;
  maxViewHeight: number;
}

/** Keeps the outer eye's views while eye, turn, scale and samples rest: views are relative to their eye, so the stage may travel. */
export class RestingViews {
  readonly #key = new Float64Array(7).fill(Number.NaN);
  readonly #next = new Float64Array(7);
  readonly #facetViews = new Uint32Array(MAX_FACETS);
  readonly #totals = { viewCount: 0, sampleCount: 0, texelCount: 0, maxViewWidth: 0, maxViewHeight: 0 };

  /** Takes the views over as they stand in the buffer. @returns false when they must be written anew. */
  restore(writer: ViewTotals, eye: number, previousEye: number, state: FrameState): boolean {
    const k = this.#next;
    k[0] = state.outerEyeM[0];
    k[1] = state.outerEyeM[1];
    k[2] = state.outerEyeM[2];
    k[3] = state.worldFromStage.yawRad;
    k[4] = state.worldFromStage.scale;
    k[5] = state.samplesPerLed;
    k[6] = state.outerRate;
    let rests = true;
    for (let i = 0; i < k.length; i++) {
      rests &&= k[i] === this.#key[i];
      this.#key[i] = k[i]!;
    }
    if (!rests) return false;
    Object.assign(writer, this.#totals);
    writer.words.set(this.#facetViews, FACET_VIEWS_OFFSET / 4 + eye * MAX_FACETS);
    for (let v = 0; v < this.#totals.viewCount; v++) {
      const at = (VIEWS_OFFSET + v * VIEW_BYTES) / 4;
      writer.words[at + 41] = previousEye < MAX_EYES ? v : NO_VIEW;
      writer.words[at + 45] = eye;
    }
    return true;
  }

  /** Remembers the views just written, the first of their frame. */
  keep(writer: ViewTotals, eye: number): void {
    const { viewCount, sampleCount, texelCount, maxViewWidth, maxViewHeight } = writer;
    Object.assign(this.#totals, { viewCount, sampleCount, texelCount, maxViewWidth, maxViewHeight });
    const at = FACET_VIEWS_OFFSET / 4 + eye * MAX_FACETS;
    this.#facetViews.set(writer.words.subarray(at, at + MAX_FACETS));
  }
}
