import { radFromDeg } from '../core/angles.ts';
import type { Distortion, LensState } from '../core/lens.ts';
import type { StageCamera, TrackingSourceConfig } from './baked-stage.ts';
import { resolveRelativePath } from './resolve-path.ts';
import type { CameraEntry, DistortionEntry, LensEntry, TrackingEntry } from './stage-document.ts';

/** OpenTrackIO's registered port (SMPTE RIS OSVP). */
const OPENTRACKIO_PORT = 55555;

/** A camera of the stage file with defaults filled in, angles in radians and its lens in tangent units. */
export function bakeCamera(camera: CameraEntry, stageFile: string): StageCamera {
  const { positionM, panDeg = 0, tiltDeg = 0, rollDeg = 0 } = camera.restPose;
  return {
    id: camera.id,
    sensorMm: camera.sensorMm,
    resolutionPx: camera.resolutionPx,
    lens: bakeLens(camera.lens),
    overscanPercent: camera.overscanPercent ?? 10,
    featherPercent: camera.featherPercent ?? 2,
    priority: camera.priority ?? 0,
    tracking: camera.tracking ? bakeTracking(camera.tracking, stageFile) : null,
    restPose: { positionM, panRad: radFromDeg(panDeg), tiltRad: radFromDeg(tiltDeg), rollRad: radFromDeg(rollDeg) },
  };
}

/** Lens of the stage file → `LensState`. */
export function bakeLens(lens: LensEntry): LensState {
  return {
    pinholeFocalLengthMm: lens.focalLengthMm,
    projectionOffsetMm: lens.projectionOffsetMm ?? [0, 0],
    distortionOffsetMm: lens.distortionOffsetMm ?? [0, 0],
    entrancePupilOffsetM: lens.entrancePupilOffsetM ?? 0,
    focusDistanceM: lens.focusDistanceM ?? null,
    distortion: lens.distortion ? bakeDistortion(lens.distortion, lens.focalLengthMm) : null,
  };
}

/**
 * OpenCV coefficients are in tangent units already. OpenLensIO's are in mm on the sensor: with x_mm = F·x, the coefficient of r^2m
 * grows by F^2m and the tangential ones by F (OpenLensIO v1.0.1; protocols.md §1.6).
 */
function bakeDistortion(entry: DistortionEntry, focalLengthMm: number): Distortion {
  if (entry.model === 'opencv') {
    const { k1 = 0, k2 = 0, k3 = 0, k4 = 0, k5 = 0, k6 = 0, p1 = 0, p2 = 0 } = entry;
    return { direction: 'undistorted-to-distorted', numerator: [k1, k2, k3], denominator: [k4, k5, k6], tangential: [p1, p2] };
  }
  const f2 = focalLengthMm * focalLengthMm;
  const k = (index: number): number => (entry.radial[index] ?? 0) * f2 ** (1 + (index >> 1));
  const [p1, p2] = entry.tangential ?? [0, 0];
  return {
    direction: entry.model === 'openlensio-u-d' ? 'undistorted-to-distorted' : 'distorted-to-undistorted',
    numerator: [k(0), k(2), k(4)],
    denominator: [k(1), k(3), k(5)],
    tangential: [p1 * focalLengthMm, p2 * focalLengthMm],
  };
}

function bakeTracking(tracking: TrackingEntry, stageFile: string): TrackingSourceConfig {
  return {
    kind: tracking.kind,
    port: tracking.port ?? (tracking.kind === 'opentrackio-udp' ? OPENTRACKIO_PORT : null),
    multicast: tracking.multicast ?? null,
    subject: tracking.subject ?? null,
    move: tracking.kind === 'simulated' ? (tracking.move ?? 'handheld') : null,
    file: tracking.file === undefined ? null : resolveRelativePath(stageFile, tracking.file),
    stageFromTracker: {
      positionM: tracking.stageFromTracker?.positionM ?? [0, 0, 0],
      yawRad: radFromDeg(tracking.stageFromTracker?.yawDeg ?? 0),
    },
    delayMs: tracking.delayMs ?? 0,
  };
}
