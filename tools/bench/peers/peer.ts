import type { Vec3 } from '../../../src/core/vec.ts';
import type { BenchSet } from '../../../src/platform/node/bench/bench-set.ts';

/** One picture of a frame: a frustum, symmetric or not, as every engine takes it. World space is stage space. */
export interface PeerView {
  readonly eyeM: Vec3;
  /** Unit axes of the view: right, up, back (it looks along −back). */
  readonly right: Vec3;
  readonly up: Vec3;
  readonly back: Vec3;
  /** Edges on the near plane, metres. */
  readonly leftM: number;
  readonly rightM: number;
  readonly bottomM: number;
  readonly topM: number;
}

export const NEAR_M = 0.1;
export const FAR_M = 2000;

export interface PeerInput {
  readonly set: BenchSet;
  /** Pixels of each view: the facets, then the inner frusta. */
  readonly sizesPx: readonly (readonly [width: number, height: number])[];
  readonly viewsOf: (frame: number) => readonly PeerView[];
  readonly shadowMapPx: number;
  readonly kind: 'gpu' | 'software';
}

/** A renderer of others, ready to draw. */
export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly setup: string;
  readonly device: GPUDevice;
  /** Issues the whole frame: every view, shadows included. */
  render(views: readonly PeerView[]): void | Promise<void>;
  /** rgba16float. */
  texture(view: number): GPUTexture;
  /** Rows of `texture` run upwards. */
  readonly flipped: boolean;
}

/** Anisotropic filtering, as ours does at least. */
export const ANISOTROPY = 8;
/** Half edge of the box round the stage that the shadow map covers, and its depth, metres: our middle cascade. */
export const SHADOW_HALF_M = 45;
export const SHADOW_DEPTH_M = 240;
