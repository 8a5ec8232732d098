import type { LensState } from '../core/lens.ts';
import type { Rational } from '../core/rational.ts';
import type { Mat3, Vec2, Vec3 } from '../core/vec.ts';

/**
 * A planar rectangle of LEDs. Centre of LED (i, j): `originM + (i + ½)·pitchUM·u + (j + ½)·pitchVM·v`, stage space, metres.
 * Facets depend on the wall alone, never on how canvases cut it (the facet-local rule, architecture §1).
 */
export interface Facet {
  /** Index in `BakedStage.facets`; stable for a stage version. */
  readonly id: number;
  readonly wall: string;
  /** Panel columns and rows covered, inclusive. */
  readonly columns: readonly [number, number];
  readonly rows: readonly [number, number];
  /** Outer corner of LED (0, 0). */
  readonly originM: Vec3;
  /** Unit axes: `u` is LED +x, `v` is LED +y (down the wall), `n = v × u` faces the audience. */
  readonly u: Vec3;
  readonly v: Vec3;
  readonly n: Vec3;
  readonly pitchUM: number;
  readonly pitchVM: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Index in `BakedStage.panelTypes`. */
  readonly panelType: number;
}

export interface PanelType {
  readonly name: string;
  readonly sizeMm: Vec2;
  readonly pixels: Vec2;
  readonly peakNits: number;
  /** CIE xy of red, green, blue and white. */
  readonly primaries: { readonly red: Vec2; readonly green: Vec2; readonly blue: Vec2; readonly white: Vec2 };
}

/** How linear light becomes signal. `srgb` and `gamma`: signal 1 = `whiteNits`; `pq`: absolute nits (ST 2084), clipped at the panel's peak. */
export type Transfer =
  | { readonly kind: 'srgb'; readonly whiteNits: number }
  | { readonly kind: 'gamma'; readonly gamma: number; readonly whiteNits: number }
  | { readonly kind: 'pq' };

/** The raster that one LED processor takes. */
export interface Canvas {
  readonly processor: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: 8 | 10 | 12;
  readonly transfer: Transfer;
  /** Outputs towards the panels and what one of them carries; absent: not stated, not checked. */
  readonly ports?: { readonly count: number; readonly maxPixels: number };
}

/**
 * A window of a facet placed in a canvas. LED (i0 + a, j0 + b), 0 ≤ a < widthPx, 0 ≤ b < heightPx, lands at
 * (xPx, yPx) + place(a, b): first `flip` mirrors a' = widthPx−1−a, then `turnDeg` turns clockwise:
 * 0 → (a', b); 90 → (heightPx−1−b, a'); 180 → (widthPx−1−a', heightPx−1−b); 270 → (b, widthPx−1−a').
 */
export interface Tile {
  readonly facet: number;
  readonly i0: number;
  readonly j0: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly canvas: number;
  readonly xPx: number;
  readonly yPx: number;
  readonly turnDeg: 0 | 90 | 180 | 270;
  readonly flip: boolean;
}

/** A film camera as the stage file describes it; its pose comes from tracking. */
export interface StageCamera {
  readonly id: string;
  readonly sensorMm: Vec2;
  readonly resolutionPx: Vec2;
  /** Lens used where tracking says nothing about it. */
  readonly lens: LensState;
  /** Margin of the inner frustum: percent of the sensor's width, on tangents. */
  readonly overscanPercent: number;
  /** Blend band outside the margin, percent of the sensor's width. */
  readonly featherPercent: number;
  /** Higher wins where inner frusta overlap. */
  readonly priority: number;
  /** Tracking source and subject, as the stage file's `tracking` block names them; null: not tracked. */
  readonly tracking: TrackingSourceConfig | null;
  /** Pose where nothing is tracked: position (stage, metres), pan (+ left), tilt (+ up), roll (+ clockwise seen from behind), radians. */
  readonly restPose: { readonly positionM: Vec3; readonly panRad: number; readonly tiltRad: number; readonly rollRad: number };
}

/** Where a camera's samples come from. `subject`: FreeD camera id or OpenTrackIO sourceId/camera label; null takes any. */
export interface TrackingSourceConfig {
  readonly kind: 'opentrackio-udp' | 'opentrackio-ws' | 'freed-udp' | 'simulated' | 'take';
  readonly port: number | null;
  readonly multicast: string | null;
  readonly subject: string | null;
  /** `simulated` only. */
  readonly move: 'handheld' | 'dolly' | 'crane' | null;
  /** `take` only: path of the recording. */
  readonly file: string | null;
  /** Rigid transform from tracker space (Y-up metres) to stage space. */
  readonly stageFromTracker: { readonly positionM: Vec3; readonly yawRad: number };
  /** Added to sample timestamps, milliseconds. */
  readonly delayMs: number;
}

/** A stage ready to render: immutable; a new version is a new object. */
export interface BakedStage {
  readonly name: string;
  readonly file: string;
  readonly rate: Rational;
  readonly outerEyeM: Vec3;
  readonly panelTypes: readonly PanelType[];
  readonly facets: readonly Facet[];
  readonly canvases: readonly Canvas[];
  readonly tiles: readonly Tile[];
  readonly cameras: readonly StageCamera[];
}

/** RGB → RGB, linear light. */
export type ColorMatrix = Mat3;
