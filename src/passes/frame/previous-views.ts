import { FACET_VIEWS_OFFSET, MAX_EYES, MAX_FACETS, NO_VIEW } from './frame-layout.ts';

/** No such eye in the frame before (shaders/view.wgsl, Eye.previousEye). */
export const NO_EYE = 0xffffffff;

/** Which eye and view of the frame before showed the same: an eye is the same camera, or the outer one, wherever it now stands in the list. */
export class PreviousViews {
  readonly #previous: string[] = [];
  readonly #current: string[] = [];
  readonly #views = new Uint32Array(MAX_EYES * MAX_FACETS);

  /** Call before a frame is written over the one before it. */
  remember(words: Uint32Array): void {
    this.#previous.length = 0;
    for (const name of this.#current) this.#previous.push(name);
    this.#current.length = 0;
    const at = FACET_VIEWS_OFFSET / 4;
    for (let k = 0; k < MAX_EYES * MAX_FACETS; k++) this.#views[k] = words[at + k]!;
  }

  /** Eyes in order. @param name The camera's id, '' for the outer eye. @returns The eye's number in the frame before, or NO_EYE. */
  addEye(name: string): number {
    this.#current.push(name);
    const index = this.#previous.indexOf(name);
    return index < 0 ? NO_EYE : index;
  }

  /** @returns The view of a facet from an eye of the frame before, or NO_VIEW. */
  viewOf(previousEye: number, facet: number): number {
    return previousEye < MAX_EYES ? this.#views[previousEye * MAX_FACETS + facet]! : NO_VIEW;
  }
}
