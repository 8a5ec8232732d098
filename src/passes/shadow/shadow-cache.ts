import { CASCADES } from '../frame/frame-layout.ts';
import type { Cascades } from './cascades.ts';
import type { WorldBox } from './casters.ts';

/** Layers of the maps: what rests in each cascade, then what is drawn over a copy of it. */
export const SHADOW_LAYERS = 2 * CASCADES;

/**
 * Largest stated error of a simplified caster, texels of its cascade's map. Most of it errs by a twelfth of that, less than the bias (¾ texel and
 * more, lighting.wgsl) that keeps surfaces from shading themselves.
 */
export const SHADOW_ERROR_TEXELS = 1;

/** What of a scene a map depends on, besides where its instances are. */
export interface CasterDetail {
  /** As `SceneBuffers`: detail that is there, and how many chunks brought it. */
  readonly residentError: number;
  readonly chunks: number;
}

/** Knows which layers of the shadow maps show something else than they would if they were drawn now. */
export class ShadowCache {
  /** Layers to draw for this frame, in order; the first `dueCount` count. */
  readonly due = new Uint8Array(SHADOW_LAYERS);
  dueCount = 0;
  readonly #hasDynamic: boolean;
  /** Cut-outs: every chunk may bring texels that change a shadow. */
  readonly #alphaTest: boolean;
  readonly #stale = new Uint8Array(SHADOW_LAYERS).fill(1);
  readonly #versions = new Uint32Array(CASCADES);
  readonly #chunks = new Uint32Array(CASCADES);
  readonly #residentErrors = new Float64Array(CASCADES);

  constructor(hasDynamic: boolean, alphaTest: boolean) {
    this.#hasDynamic = hasDynamic;
    this.#alphaTest = alphaTest;
  }

  /** Names the layers that a frame must draw, and takes them for drawn. @param maxScale Of the casters. */
  plan(cascades: Cascades, detail: CasterDetail, maxScale: number): void {
    this.dueCount = 0;
    for (let k = 0; k < CASCADES; k++) {
      const { version, texelM } = cascades.boxes[k]!;
      const resting = this.#stale[k] === 1 || version !== this.#versions[k] || this.#isCoarse(k, detail, texelM / maxScale);
      if (resting) {
        this.#add(k);
        this.#versions[k] = version;
        this.#chunks[k] = detail.chunks;
        this.#residentErrors[k] = detail.residentError;
      }
      if (this.#hasDynamic && (resting || this.#stale[CASCADES + k] === 1)) this.#add(CASCADES + k);
    }
  }

  /** A layer lacks casters: it is drawn again. */
  forget(layer: number): void {
    this.#stale[layer] = 1;
  }

  /** A caster leaves or enters a place. @param box Where, world space. */
  touch(cascades: Cascades, box: WorldBox, dynamic: boolean): void {
    for (let k = 0; k < CASCADES; k++) if (cascades.touches(k, box)) this.#stale[(dynamic ? CASCADES : 0) + k] = 1;
  }

  #add(layer: number): void {
    this.due[this.dueCount++] = layer;
    this.#stale[layer] = 0;
  }

  /** More of the scene came since the cascade was drawn, finer than what was there and not finer than the map shows. */
  #isCoarse(cascade: number, { chunks }: CasterDetail, texelM: number): boolean {
    if (chunks === this.#chunks[cascade]) return false;
    return this.#alphaTest || this.#residentErrors[cascade]! > SHADOW_ERROR_TEXELS * texelM;
  }
}
