import { CycError } from '../core/errors.ts';
import type { BakedStage, StageCamera } from '../stage/baked-stage.ts';

const MAX_FRAMES = 10_000_000n;

/** First and last frame, both rendered. */
export interface FrameRange {
  readonly first: bigint;
  readonly last: bigint;
}

/** Reads `A-B` or `A`. @throws CycError BAD_FRAMES */
export function parseFrameRange(text: string): FrameRange {
  const match = /^(\d{1,18})(?:-(\d{1,18}))?$/.exec(text.trim());
  const first = match ? BigInt(match[1]) : 0n;
  const last = match ? BigInt(match[2] ?? match[1]) : -1n;
  if (match && last >= first && last - first < MAX_FRAMES) return { first, last };
  throw new CycError('BAD_FRAMES', 'not a range of frames', {
    path: '--frames',
    got: JSON.stringify(text),
    expected: match && last < first ? 'A-B with A ≤ B' : `A-B or A: whole numbers from 0, at most ${MAX_FRAMES} frames`,
  });
}

/** A camera nailed to a pose, whatever its tracker says. */
export interface FixedPose {
  readonly camera: string;
  readonly pose: StageCamera['restPose'];
}

/** Reads `CAMERA=x,y,z,pan,tilt,roll`, stage metres and degrees (pan + left, tilt + up, roll + clockwise). @throws CycError BAD_POSE */
export function parseFixedPose(text: string): FixedPose {
  const at = text.lastIndexOf('=');
  const parts = text.slice(at + 1).split(',');
  const numbers = parts.map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (at < 1 || numbers.length !== 6 || !numbers.every(Number.isFinite))
    throw new CycError('BAD_POSE', 'not a pose', {
      path: '--pose',
      got: JSON.stringify(text),
      expected: 'CAMERA=x,y,z,pan,tilt,roll: six numbers, stage metres and degrees',
    });
  const [x, y, z, panDeg, tiltDeg, rollDeg] = numbers;
  const rad = Math.PI / 180;
  return {
    camera: text.slice(0, at),
    pose: { positionM: [x, y, z], panRad: panDeg * rad, tiltRad: tiltDeg * rad, rollRad: rollDeg * rad },
  };
}

/** The stage with these cameras untracked at their fixed poses. @throws CycError UNKNOWN_CAMERA */
export function withFixedPoses(stage: BakedStage, poses: readonly FixedPose[]): BakedStage {
  for (const { camera } of poses)
    checkKnown(
      'camera',
      '--pose',
      [camera],
      stage.cameras.map(({ id }) => id),
      stage.file,
    );
  if (poses.length === 0) return stage;
  const byCamera = new Map(poses.map(({ camera, pose }) => [camera, pose]));
  const cameras = stage.cameras.map((camera) => {
    const restPose = byCamera.get(camera.id);
    return restPose ? { ...camera, restPose, tracking: null } : camera;
  });
  return { ...stage, cameras };
}

/** @throws CycError UNKNOWN_CAMERA, UNKNOWN_CANVAS: names the valid ones. */
export function checkKnown(
  what: 'camera' | 'canvas',
  option: string,
  names: readonly string[],
  known: readonly string[],
  file: string,
): void {
  const stranger = names.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new CycError(`UNKNOWN_${what.toUpperCase()}`, `no such ${what}`, {
    file,
    path: option,
    got: JSON.stringify(stranger),
    expected: known.length > 0 ? known.map((name) => `"${name}"`).join(', ') : `a stage with a ${what}`,
  });
}
