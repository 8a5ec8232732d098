import { mix, smoothstep } from '../kit/noise.ts';
import { HALL } from './hall-plan.ts';

type Light = [number, number, number];

const SKY: Light = [0.86, 1.06, 1.36];
const HORIZON: Light = [1.45, 1.28, 1.03];
const STONE: Light = [0.2, 0.165, 0.12];
const EYE_M = 1.6;

const band = (v: number, lo: number, hi: number, soft: number): number =>
  smoothstep(lo - soft, lo + soft, v) * smoothstep(hi + soft, hi - soft, v);

/** Daylight outside by height of the ray. */
export function outside(y: number): Light {
  const t = smoothstep(0.0, 0.6, y);
  return [mix(HORIZON[0], SKY[0], t), mix(HORIZON[1], SKY[1], t), mix(HORIZON[2], SKY[2], t)];
}

/** Light arriving at the stage centre from a direction: the hall as a box with its windows, skylight, lamps and sun patches painted on. */
export function probeRadiance(dx: number, dy: number, dz: number): Light {
  const tx = (dx > 0 ? HALL.halfWidthM : -HALL.halfWidthM) / (dx || 1e-9);
  const ty = (dy > 0 ? HALL.heightM - EYE_M : -EYE_M) / (dy || 1e-9);
  const tz = (dz > 0 ? HALL.southZ : HALL.northZ) / (dz || 1e-9);
  const t = Math.min(tx, ty, tz);
  const [x, y, z] = [dx * t, EYE_M + dy * t, dz * t];
  const blend = (base: Light, over: Light, amount: number): Light => [
    mix(base[0], over[0], amount),
    mix(base[1], over[1], amount),
    mix(base[2], over[2], amount),
  ];
  if (t === ty && dy > 0) {
    const open =
      band(x, -HALL.skylightHalfM * 1.15, HALL.skylightHalfM * 1.15, 0.4) * band(z, HALL.skylightNorthZ, HALL.skylightSouthZ, 0.5);
    let light = blend([0.26, 0.22, 0.17], SKY, open);
    for (const lampZ of [-8.5, 0, 8.5]) light = blend(light, [3.2, 2.3, 1.3], 0.8 * smoothstep(1.2, 0.5, Math.hypot(x, z - lampZ * 1.35)));
    return light;
  }
  if (t === ty) {
    const patch = band(x, -5, -1.5, 0.4) * smoothstep(-0.2, 0.5, Math.sin(((z + 2) / HALL.bayM) * 2 * Math.PI));
    return blend([0.16, 0.125, 0.085], [0.95, 0.74, 0.48], patch);
  }
  if (t === tx && dx > 0) {
    const bay = ((((z - HALL.northZ) % HALL.bayM) + HALL.bayM) % HALL.bayM) / HALL.bayM - 0.5;
    const glass = band(bay, -0.32, 0.32, 0.02) * Math.max(band(y, 0.8, 4.15, 0.05), band(y, 6, 10.6, 0.1));
    return blend(STONE, outside(dy), Math.max(glass, smoothstep(0.36, 0.42, dy)));
  }
  if (t === tz && dz < 0) {
    const arch = y < 7.6 ? band(x, -3, 3, 0.05) * band(y, 3.6, 8, 0.05) : smoothstep(3.05, 2.95, Math.hypot(x, y - 7.6));
    return blend([0.24, 0.2, 0.15], outside(dy), arch);
  }
  const shelves: Light = [0.085, 0.055, 0.034];
  const strip = band(y, 4.55, 4.75, 0.06);
  return blend(t === tx ? shelves : STONE, [0.9, 0.65, 0.36], strip * 0.7);
}
