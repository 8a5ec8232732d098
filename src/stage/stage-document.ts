import type { Vec2, Vec3 } from '../core/vec.ts';

/**
 * A `*.stage.json` file as written, after validation against `stage.schema.json` and its cross references.
 * Units are in the names; panel columns count from 0 at the left, rows from 0 at the top, as the audience sees the wall.
 * Absent fields take the defaults that the schema states (`bakeStage` fills them in).
 */
export interface StageDocument {
  /** File as the user named it; paths inside are relative to it. */
  readonly file: string;
  readonly schema: 'cyclorama.stage/1';
  readonly name: string;
  /** 24, "24000/1001". */
  readonly rate: number | string;
  readonly outerEyeM: Vec3;
  readonly panelTypes: Readonly<Record<string, PanelTypeEntry>>;
  readonly walls: readonly WallEntry[];
  readonly processors: readonly ProcessorEntry[];
  readonly cameras?: readonly CameraEntry[];
}

export type PrimariesName = 'rec709' | 'rec2020' | 'p3-d65';
/** CIE 1931 xy. */
export interface PrimariesXy {
  readonly red: Vec2;
  readonly green: Vec2;
  readonly blue: Vec2;
  readonly white: Vec2;
}

export interface PanelTypeEntry {
  readonly sizeMm: Vec2;
  readonly pixels: Vec2;
  readonly peakNits: number;
  readonly primaries?: PrimariesName | PrimariesXy;
}

/** How a wall bends from column to column; see the schema for the geometry. */
export type WallShape =
  | { readonly kind: 'flat' }
  | { readonly kind: 'arc'; readonly radiusM: number; readonly arcDeg?: number }
  | { readonly kind: 'polyline'; readonly anglesDeg: readonly number[] };

export interface WallEntry {
  readonly name: string;
  readonly panelType: string;
  readonly columns: number;
  readonly rows: number;
  readonly shape?: WallShape;
  /** Middle of the wall's bottom edge, stage space. */
  readonly positionM: Vec3;
  readonly yawDeg?: number;
  readonly pitchDeg?: number;
  readonly rollDeg?: number;
}

export type TurnDeg = 0 | 90 | 180 | 270;

/** A block of panels placed as one picture. */
export interface BlockMapEntry {
  readonly wall: string;
  /** Inclusive; absent: all. */
  readonly columns?: Vec2;
  readonly rows?: Vec2;
  readonly xPx: number;
  readonly yPx: number;
  readonly turnDeg?: TurnDeg;
  readonly flip?: boolean;
}
/** Panels placed one by one. */
export interface PanelMapEntry {
  readonly wall: string;
  readonly panels: readonly {
    readonly column: number;
    readonly row: number;
    readonly xPx: number;
    readonly yPx: number;
    readonly turnDeg?: TurnDeg;
    readonly flip?: boolean;
  }[];
}
export type MapEntry = BlockMapEntry | PanelMapEntry;

export type TransferEntry =
  | 'srgb'
  | 'pq'
  | { readonly kind: 'srgb'; readonly whiteNits?: number }
  | { readonly kind: 'gamma'; readonly gamma: number; readonly whiteNits?: number }
  | { readonly kind: 'pq' };

export interface ProcessorEntry {
  readonly name: string;
  readonly canvas: { readonly widthPx: number; readonly heightPx: number };
  readonly bitDepth?: 8 | 10 | 12;
  readonly transfer?: TransferEntry;
  readonly ports?: { readonly count: number; readonly maxPixels: number };
  readonly map: readonly MapEntry[];
}

export type DistortionEntry =
  | {
      readonly model: 'opencv';
      readonly k1?: number;
      readonly k2?: number;
      readonly p1?: number;
      readonly p2?: number;
      readonly k3?: number;
      readonly k4?: number;
      readonly k5?: number;
      readonly k6?: number;
    }
  | {
      readonly model: 'openlensio-d-u' | 'openlensio-u-d';
      /** k1…k6: odd in the numerator, even in the denominator; mm⁻² mm⁻² mm⁻⁴ mm⁻⁴ mm⁻⁶ mm⁻⁶. */
      readonly radial: readonly number[];
      /** mm⁻¹. */
      readonly tangential?: Vec2;
    };

export interface LensEntry {
  readonly focalLengthMm: number;
  readonly projectionOffsetMm?: Vec2;
  readonly distortionOffsetMm?: Vec2;
  readonly entrancePupilOffsetM?: number;
  readonly focusDistanceM?: number;
  readonly distortion?: DistortionEntry;
}

export interface TrackingEntry {
  readonly kind: 'opentrackio-udp' | 'opentrackio-ws' | 'freed-udp' | 'simulated' | 'take';
  readonly port?: number;
  readonly multicast?: string;
  readonly subject?: string;
  readonly move?: 'handheld' | 'dolly' | 'crane';
  readonly file?: string;
  readonly stageFromTracker?: { readonly positionM?: Vec3; readonly yawDeg?: number };
  readonly delayMs?: number;
}

export interface CameraEntry {
  readonly id: string;
  readonly sensorMm: Vec2;
  readonly resolutionPx: Vec2;
  readonly lens: LensEntry;
  readonly overscanPercent?: number;
  readonly featherPercent?: number;
  readonly priority?: number;
  readonly tracking?: TrackingEntry;
  readonly restPose: {
    readonly positionM: Vec3;
    readonly panDeg?: number;
    readonly tiltDeg?: number;
    readonly rollDeg?: number;
  };
}
