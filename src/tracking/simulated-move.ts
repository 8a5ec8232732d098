import { radFromDeg } from '../core/angles.ts';
import { quatFromAxisAngle, rotate } from '../core/quat.ts';
import { createRng } from '../core/rng.ts';
import type { Quat, Vec3 } from '../core/vec.ts';
import { add, sub } from '../core/vec.ts';
import { type PanTiltRoll, quatFromPanTiltRoll } from './pan-tilt-roll.ts';

export type SimulatedMove = 'handheld' | 'dolly' | 'crane';
export const SIMULATED_MOVES: readonly SimulatedMove[] = ['handheld', 'dolly', 'crane'];

/** Pose of the simulated camera, tracker space (Y up), metres. */
export interface SimulatedPose {
  readonly positionM: Vec3;
  readonly rotation: Quat;
}

/** Where the simulated operator stands and looks when nothing moves. */
export interface SimulatedBase extends PanTiltRoll {
  readonly positionM: Vec3;
}

/** Head height, four metres back from the origin, looking at −Z. */
export const DEFAULT_BASE: SimulatedBase = { positionM: [0, 1.5, 4], panRad: 0, tiltRad: 0, rollRad: 0 };

/** Every move repeats after an hour exactly, so that a time of day of any size keeps its precision. */
const PERIOD_S = 3600;
const PERIOD_NS = BigInt(PERIOD_S) * 1_000_000_000n;
/** Distance of what dolly and crane keep in the middle of the picture, metres ahead of the base. */
const TARGET_M = 4;

/** A pure function of time: the same move, seed and base give the same pose for the same nanosecond on every machine. */
export type PoseOfTime = (timeNs: bigint) => SimulatedPose;

/** Makes the move. `handheld` is noise about the base, `dolly` tracks sideways, `crane` sweeps an arc and looks down. */
export function createSimulatedMove(move: SimulatedMove, seed: number, base: SimulatedBase = DEFAULT_BASE): PoseOfTime {
  const shape = { handheld: createHandheld, dolly: createDolly, crane: createCrane }[move](seed, base);
  return (timeNs) => shape(Number(((timeNs % PERIOD_NS) + PERIOD_NS) % PERIOD_NS) / 1e9);
}

type PoseOfSeconds = (timeS: number) => SimulatedPose;

/** A band of frequencies, Hz, and how strong it is: rms of the whole band, in the unit of the channel. */
interface Band {
  readonly fromHz: number;
  readonly toHz: number;
  readonly rms: number;
}

/**
 * Amplitudes of an operator with a camera on the shoulder: sway of the body below 0.6 Hz, centimetres; breathing near 0.3 Hz, millimetres
 * up and down; tremor of 2–8 Hz, tenths of a millimetre and hundredths of a degree.
 */
const HANDHELD = {
  x: [
    { fromHz: 0.08, toHz: 0.6, rms: 0.018 },
    { fromHz: 2, toHz: 8, rms: 0.0003 },
  ],
  y: [
    { fromHz: 0.25, toHz: 0.35, rms: 0.004 },
    { fromHz: 0.08, toHz: 0.6, rms: 0.006 },
    { fromHz: 2, toHz: 8, rms: 0.0003 },
  ],
  z: [
    { fromHz: 0.08, toHz: 0.6, rms: 0.014 },
    { fromHz: 2, toHz: 8, rms: 0.0003 },
  ],
  panDeg: [
    { fromHz: 0.1, toHz: 1, rms: 0.7 },
    { fromHz: 2, toHz: 8, rms: 0.03 },
  ],
  tiltDeg: [
    { fromHz: 0.1, toHz: 1, rms: 0.45 },
    { fromHz: 0.25, toHz: 0.35, rms: 0.12 },
    { fromHz: 2, toHz: 8, rms: 0.03 },
  ],
  rollDeg: [
    { fromHz: 0.1, toHz: 0.8, rms: 0.3 },
    { fromHz: 2, toHz: 8, rms: 0.015 },
  ],
} as const satisfies Record<string, readonly Band[]>;

const SINES_PER_BAND = 12;

/** Sum of sines inside each band, phases by the generator; frequencies are whole multiples of 1/PERIOD_S. */
function createNoise(bands: readonly Band[], random: () => number): (timeS: number) => number {
  const sines = bands.flatMap(({ fromHz, toHz, rms }) =>
    Array.from({ length: SINES_PER_BAND }, (_, i) => ({
      turns: Math.round((fromHz + ((i + random()) / SINES_PER_BAND) * (toHz - fromHz)) * PERIOD_S) / PERIOD_S,
      phase: random(),
      amplitude: rms * Math.sqrt(2 / SINES_PER_BAND),
    })),
  );
  return (timeS) => sines.reduce((sum, s) => sum + s.amplitude * Math.sin(2 * Math.PI * ((s.turns * timeS + s.phase) % 1)), 0);
}

function createHandheld(seed: number, base: SimulatedBase): PoseOfSeconds {
  const random = createRng(seed);
  const noise = Object.fromEntries(Object.entries(HANDHELD).map(([name, bands]) => [name, createNoise(bands, random)])) as Record<
    keyof typeof HANDHELD,
    (timeS: number) => number
  >;
  const yaw = quatFromAxisAngle([0, 1, 0], base.panRad);
  return (t) => ({
    positionM: add(base.positionM, rotate(yaw, [noise.x(t), noise.y(t), noise.z(t)])),
    rotation: quatFromPanTiltRoll({
      panRad: base.panRad + radFromDeg(noise.panDeg(t)),
      tiltRad: base.tiltRad + radFromDeg(noise.tiltDeg(t)),
      rollRad: base.rollRad + radFromDeg(noise.rollDeg(t)),
    }),
  });
}

/** Rest, minimum-jerk travel, rest, and back: −1 → 1 → −1 in `periodS` (a divisor of the period of all moves). */
function easedThereAndBack(timeS: number, periodS: number): number {
  const phase = (((timeS / periodS) % 1) + 1) % 1;
  const there = Math.min(1, Math.max(0, phase < 0.5 ? phase / 0.45 : (0.95 - phase) / 0.45));
  return 2 * there ** 3 * (10 - 15 * there + 6 * there * there) - 1;
}

/** Three metres of track across the view, eased, with the head panned to keep the middle of the set in the middle. */
function createDolly(seed: number, base: SimulatedBase): PoseOfSeconds {
  const startS = createRng(seed)() * 12;
  const yaw = quatFromAxisAngle([0, 1, 0], base.panRad);
  return (t) => {
    const offset = rotate(yaw, [1.5 * easedThereAndBack(t + startS, 12), 0, 0]);
    return lookAt(add(base.positionM, offset), targetOf(base), base.rollRad);
  };
}

/** A three-metre arm that swings ±50° and rises from just above the base to two metres over it; the head tilts down to the set. */
function createCrane(seed: number, base: SimulatedBase): PoseOfSeconds {
  const startS = createRng(seed)() * 20;
  const yaw = quatFromAxisAngle([0, 1, 0], base.panRad);
  return (t) => {
    const sweep = radFromDeg(50) * easedThereAndBack(t + startS, 20);
    const lift = 1.05 + 0.95 * easedThereAndBack(t + startS, 15);
    const offset = rotate(yaw, [3 * Math.sin(sweep), lift, 3 * (1 - Math.cos(sweep))]);
    return lookAt(add(base.positionM, offset), targetOf(base), base.rollRad);
  };
}

function targetOf(base: SimulatedBase): Vec3 {
  return add(base.positionM, rotate(quatFromPanTiltRoll(base), [0, 0, -TARGET_M]));
}

function lookAt(positionM: Vec3, targetM: Vec3, rollRad: number): SimulatedPose {
  const [x, y, z] = sub(targetM, positionM);
  return { positionM, rotation: quatFromPanTiltRoll({ panRad: Math.atan2(-x, -z), tiltRad: Math.atan2(y, Math.hypot(x, z)), rollRad }) };
}
