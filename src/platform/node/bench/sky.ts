import { normalize, type Vec3 } from '../../../core/vec.ts';
import { smoothStep } from './noise.ts';

/** The benchmark's light: a low sun, and a sky around it. Same for ours and the peers'. */
export const SUN_DIRECTION: Vec3 = normalize([0.55, 0.52, 0.65]);
/** Illuminance, lux-like units of KHR_lights_punctual: white paper facing it has radiance colour / π. */
export const SUN_COLOR: Vec3 = [9, 7.8, 6.2];
const WIDTH_PX = 128;

/** Lat-long picture, linear RGB, rows top first: zenith to horizon to warm ground. The sun itself is a light of its own, only its haze is here. */
export function paintSky(): { readonly widthPx: number; readonly heightPx: number; readonly rgb: Float32Array } {
  const heightPx = WIDTH_PX / 2;
  const rgb = new Float32Array(WIDTH_PX * heightPx * 3);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < WIDTH_PX; x++) rgb.set(skyLight(directionAt((x + 0.5) / WIDTH_PX, (y + 0.5) / heightPx)), (y * WIDTH_PX + x) * 3);
  }
  return { widthPx: WIDTH_PX, heightPx, rgb };
}

/** Direction of a lat-long texel: u = ½ + atan2(x, −z) / 2π, v = acos(y) / π. */
function directionAt(u: number, v: number): Vec3 {
  const azimuth = (u - 0.5) * 2 * Math.PI;
  const sin = Math.sin(v * Math.PI);
  return [Math.sin(azimuth) * sin, Math.cos(v * Math.PI), -Math.cos(azimuth) * sin];
}

/** Radiance towards `direction` (unit), linear RGB. */
export function skyLight([x, y, z]: Vec3): Vec3 {
  const up = Math.max(0, y) ** 0.6;
  const below = smoothStep(0.02, -0.12, y);
  const haze = 0.5 * Math.max(0, x * SUN_DIRECTION[0] + y * SUN_DIRECTION[1] + z * SUN_DIRECTION[2]) ** 12;
  const sky: Vec3 = [0.72 - 0.55 * up + haze, 0.78 - 0.42 * up + 0.8 * haze, 0.86 - 0.16 * up + 0.5 * haze];
  const ground: Vec3 = [0.3, 0.23, 0.17];
  return [0, 1, 2].map((k) => sky[k]! + (ground[k]! - sky[k]!) * below) as unknown as Vec3;
}
