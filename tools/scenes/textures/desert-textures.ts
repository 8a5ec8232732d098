import { clamp01, createNoise, mix, smoothstep } from '../kit/noise.ts';
import { makeTextureSet, type Rgb, type Texel, type TextureSet } from '../kit/texture.ts';

const lerp = (a: Rgb, b: Rgb, t: number): Rgb => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
const times = (a: Rgb, k: number): Rgb => [a[0] * k, a[1] * k, a[2] * k];
const matte = (color: Rgb, heightM: number, roughness = 0.95): Texel => ({ color, heightM, roughness, metallic: 0 });

/** Wind-rippled sand with pebbles half sunk in it; 3 m. */
export function sandTexture(): Promise<TextureSet> {
  const n = createNoise(101);
  return makeTextureSet({
    name: 'sand',
    sizePx: 1024,
    tileM: 3,
    orm: false,
    shade: (u, v) => {
      const warp = n.fbm2(u * 4, v * 4, { octaves: 4, period: 4 }) * 0.16;
      const wave = (v * 26 + warp * 26 + n.fbm2(u * 3, v * 3, { octaves: 2, period: 3 }) * 1.6) % 1;
      const phase = wave < 0 ? wave + 1 : wave;
      const ripple = phase < 0.68 ? smoothstep(0, 0.68, phase) : 1 - smoothstep(0.68, 1, phase);
      const rippled = smoothstep(-0.28, 0.24, n.fbm2(u * 3 + 7, v * 3, { octaves: 3, period: 3 }));
      const grain = n.fbm2(u * 256, v * 256, { octaves: 2, period: 256 });
      const [near, second, id] = n.cells2(u * 46, v * 46, 46);
      const size = id < 0.2 ? 0.18 + id * 1.1 : 0;
      const stone = size > 0 ? smoothstep(size, size * 0.55, near + 0.04 * grain) * smoothstep(0.02, 0.12, second - near) : 0;
      const patches = n.fbm2(u * 5, v * 5, { octaves: 5, period: 5 });
      let color = lerp([0.66, 0.44, 0.25], [0.54, 0.34, 0.185], clamp01(0.5 + patches * 0.9));
      color = times(color, 1 + 0.2 * (ripple - 0.5) * rippled + 0.13 * grain);
      const pebble = lerp([0.34, 0.25, 0.18], [0.19, 0.13, 0.1], (id * 37) % 1);
      color = lerp(color, times(pebble, 1 + 0.35 * grain), stone);
      const height = ripple * 0.011 * rippled + grain * 0.0016 + stone * 0.016 + patches * 0.006;
      return matte(color, height);
    },
  });
}

/** Layered sandstone cliff: ledges, joints and streaks; 24 m (walls are drawn at several scales of it). */
export function strataTexture(): Promise<TextureSet> {
  const n = createNoise(202);
  return makeTextureSet({
    name: 'strata',
    sizePx: 1024,
    tileM: 24,
    orm: false,
    shade: (u, v) => {
      const warp = n.fbm2(u * 3, v * 3, { octaves: 5, period: 3 });
      const bed = v + warp * 0.022;
      const layers = n.fbm2(0.5, bed * 14, { octaves: 5, period: 14, gain: 0.72 });
      const ledge = n.ridged2(u * 2 + 5, bed * 18, { octaves: 4, period: [2, 18] });
      const joints = n.ridged2(u * 9 + warp * 1.1, v * 2, { octaves: 4, period: [9, 2], gain: 0.55 });
      const crack = smoothstep(0.8, 0.97, joints);
      const grit = n.fbm2(u * 60, v * 60, { octaves: 4, period: 60 });
      const streak = n.fbm2(u * 26, v * 2 + 3, { octaves: 4, period: [26, 2] });
      let color = lerp([0.46, 0.215, 0.115], [0.6, 0.36, 0.2], clamp01(0.5 + layers * 1.1));
      color = lerp(color, [0.34, 0.13, 0.075], smoothstep(0.1, 0.5, streak + layers * 0.3) * 0.6);
      color = times(color, (1 + 0.25 * grit) * (1 - 0.55 * crack));
      return matte(color, layers * 0.55 + ledge * 0.4 + grit * 0.14 - crack * 0.8, 0.92);
    },
  });
}

/** Painted plate gone to rust: flaking edges, runs, dents; white paint so that factors colour it; 2 m. */
export function rustTexture(): Promise<TextureSet> {
  const n = createNoise(303);
  return makeTextureSet({
    name: 'rust',
    sizePx: 1024,
    tileM: 2,
    orm: true,
    shade: (u, v) => {
      const broad = n.fbm2(u * 3, v * 3, { octaves: 7, period: 3, gain: 0.62 });
      const runs = n.fbm2(u * 34, v * 3 + 9, { octaves: 4, period: [34, 3] });
      const fine = n.fbm2(u * 90, v * 90, { octaves: 3, period: 90 });
      const seamU = Math.min(Math.abs(u - 0.5), u, 1 - u);
      const seamV = Math.min(Math.abs(v - 0.5), v, 1 - v);
      const seam = Math.max(smoothstep(0.006, 0.002, seamU), smoothstep(0.006, 0.002, seamV));
      // Rust starts at seams and where water ran; stains bleed far beyond it.
      const nearSeam = smoothstep(0.09, 0.0, Math.min(seamU, seamV));
      const amount = broad * 0.9 + runs * 0.42 + fine * 0.16 + nearSeam * 0.16;
      const rust = smoothstep(0.3, 0.42, amount);
      const stain = smoothstep(-0.12, 0.42, amount);
      const chips = smoothstep(0.3, 0.36, n.fbm2(u * 24 + 5, v * 24, { octaves: 4, period: 24 }) + nearSeam * 0.12) * (1 - rust);
      const scratch = smoothstep(0.9, 0.98, n.ridged2(u * 7 + 3, v * 19, { octaves: 3, period: [7, 19] }));
      const [near] = n.cells2(u * 40, v * 40, 40);
      const pit = rust * smoothstep(0.42, 0.1, near);
      const panel = 0.05 * Math.sin(Math.floor(u * 2) * 5.1 + Math.floor(v * 2) * 3.7);
      let color: Rgb = times([0.6, 0.57, 0.52], 1 + panel + 0.12 * broad + 0.07 * fine);
      color = lerp(color, [0.4, 0.27, 0.17], stain * 0.62);
      color = lerp(color, [0.23, 0.19, 0.165], chips * 0.8);
      color = lerp(color, lerp([0.31, 0.125, 0.05], [0.13, 0.055, 0.032], clamp01(0.5 + fine + broad * 0.7)), rust * 0.92);
      color = lerp(color, [0.5, 0.47, 0.44], scratch * (1 - rust) * 0.5);
      color = times(color, 1 - 0.65 * seam);
      const height = 0.0018 * (1 - rust) - chips * 0.0012 + fine * 0.0008 * (0.3 + rust) - pit * 0.002 - seam * 0.005 + broad * 0.008;
      const metallic = clamp01(scratch * (1 - rust) * 0.8 + chips * 0.5);
      return { color, heightM: height, roughness: clamp01(mix(0.5 + fine * 0.12 + stain * 0.22, 0.94, rust)), metallic };
    },
  });
}

/** Sun-baked mud plaster with hairline cracks and trowel marks; 2.5 m. */
export function plasterTexture(): Promise<TextureSet> {
  const n = createNoise(404);
  return makeTextureSet({
    name: 'plaster',
    sizePx: 512,
    tileM: 2.5,
    orm: false,
    shade: (u, v) => {
      const broad = n.fbm2(u * 3, v * 3, { octaves: 6, period: 3, gain: 0.58 });
      const trowel = n.fbm2(u * 6 + broad, v * 16, { octaves: 4, period: [6, 16] });
      const [near, second] = n.cells2(u * 9 + broad * 0.8, v * 9 + trowel * 0.3, 9);
      const crack = smoothstep(0.035, 0.008, second - near) * smoothstep(-0.05, 0.25, broad);
      const chip = smoothstep(0.2, 0.3, n.fbm2(u * 7, v * 7, { octaves: 4, period: 7 }));
      const grit = n.fbm2(u * 110, v * 110, { octaves: 2, period: 110 });
      let color = lerp([0.66, 0.53, 0.39], [0.5, 0.37, 0.25], clamp01(0.5 + broad));
      color = lerp(color, [0.4, 0.265, 0.165], chip * 0.8);
      color = times(color, (1 + 0.12 * grit + 0.12 * trowel) * (1 - 0.55 * crack));
      return matte(color, broad * 0.025 + trowel * 0.006 + grit * 0.0015 - crack * 0.008 - chip * 0.009);
    },
  });
}

/** Heavy faded awning canvas, woven, patched by stains; 1.6 m. */
export function canvasTexture(): Promise<TextureSet> {
  const n = createNoise(505);
  return makeTextureSet({
    name: 'canvas',
    sizePx: 512,
    tileM: 1.6,
    orm: false,
    shade: (u, v) => {
      const weave = Math.sin(u * Math.PI * 2 * 80) * Math.sin(v * Math.PI * 2 * 80);
      const slub = n.fbm2(u * 64, v * 4, { octaves: 3, period: [64, 4] }) + n.fbm2(u * 4, v * 64, { octaves: 3, period: [4, 64] });
      const stain = n.fbm2(u * 3, v * 3, { octaves: 6, period: 3, gain: 0.6 });
      const wrinkle = n.ridged2(u * 2 + stain * 0.7, v * 5, { octaves: 4, period: [2, 5] });
      const seam = smoothstep(0.012, 0.004, Math.abs(u - 0.5));
      let color = lerp([0.74, 0.66, 0.53], [0.52, 0.42, 0.31], clamp01(0.4 + stain * 1.2));
      color = times(color, 1 + 0.1 * slub + 0.06 * weave - 0.3 * seam);
      return matte(color, weave * 0.0006 + slub * 0.0006 + wrinkle * 0.012 + seam * 0.003, 0.88);
    },
  });
}

/** Grey weathered planks along u, four to a tile; 1 m. */
export function weatheredWoodTexture(): Promise<TextureSet> {
  const n = createNoise(606);
  return makeTextureSet({
    name: 'weathered-wood',
    sizePx: 512,
    tileM: 1,
    orm: false,
    shade: (u, v) => {
      const plank = Math.floor(v * 4);
      const shift = plank * 7.31;
      const grain = n.fbm2(u * 2 + shift, v * 48, { octaves: 5, period: [2, 48], gain: 0.6 });
      const fibre = n.fbm2(u * 8 + shift, v * 128, { octaves: 3, period: [8, 128] });
      const gap = smoothstep(0.05, 0.015, Math.min(v * 4 - plank, 1 - (v * 4 - plank)));
      const split = smoothstep(0.84, 0.95, n.ridged2(u * 1 + shift, v * 24, { octaves: 3, period: [1, 24] }));
      let color = lerp([0.4, 0.32, 0.245], [0.235, 0.165, 0.115], clamp01(0.5 + grain * 1.1));
      color = times(color, (1 + 0.22 * fibre + 0.12 * Math.sin(plank * 2.4)) * (1 - 0.7 * gap) * (1 - 0.5 * split));
      return matte(color, grain * 0.0025 + fibre * 0.001 - gap * 0.008 - split * 0.003, 0.86);
    },
  });
}
