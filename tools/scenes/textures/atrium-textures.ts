import { clamp01, createNoise, mix, smoothstep } from '../kit/noise.ts';
import { encodeJpeg, makeTextureSet, type Rgb, type Texel, type TextureSet } from '../kit/texture.ts';

const lerp = (a: Rgb, b: Rgb, t: number): Rgb => [mix(a[0], b[0], t), mix(a[1], b[1], t), mix(a[2], b[2], t)];
const times = (a: Rgb, k: number): Rgb => [a[0] * k, a[1] * k, a[2] * k];
const fract = (v: number): number => v - Math.floor(v);

/** Polished floor: cream slabs of 1.2 m with dark diamonds at the crossings and brass lines; 2.4 m. */
export function marbleFloorTexture(): Promise<TextureSet> {
  const n = createNoise(1101);
  return makeTextureSet({
    name: 'marble-floor',
    sizePx: 1024,
    tileM: 2.4,
    orm: true,
    shade: (u, v) => {
      const [s, t] = [fract(u * 2), fract(v * 2)];
      const cell = Math.floor(u * 2) * 3.7 + Math.floor(v * 2) * 9.1;
      const edge = Math.min(s, 1 - s, t, 1 - t);
      const diamond = Math.min(s, 1 - s) + Math.min(t, 1 - t);
      const dark = diamond < 0.2 ? 1 : 0;
      const inlay = smoothstep(0.012, 0.006, Math.abs(diamond - 0.2));
      const joint = smoothstep(0.0035, 0.0015, edge) * (1 - dark);
      const warp = n.fbm2(u * 4 + cell, v * 4 + cell, { octaves: 5, period: 4 });
      const veins = n.ridged2(u * 3 + warp * 0.9 + cell, v * 3 + warp * 0.7, { octaves: 5, period: 3, gain: 0.55 });
      const vein = smoothstep(0.7, 0.97, veins);
      const cloud = n.fbm2(u * 5 + cell, v * 5, { octaves: 6, period: 5, gain: 0.55 });
      const pale = times(lerp([0.71, 0.63, 0.5], [0.56, 0.46, 0.34], clamp01(0.5 + cloud)), 1 + 0.05 * Math.sin(cell * 2.3));
      let color = lerp(pale, [0.34, 0.25, 0.17], vein * 0.75);
      if (dark) color = lerp(times([0.035, 0.04, 0.038], 1 + cloud), [0.42, 0.42, 0.38], smoothstep(0.8, 0.98, veins) * 0.7);
      color = lerp(color, [0.72, 0.5, 0.22], inlay);
      color = times(color, 1 - 0.55 * joint);
      const wear = n.fbm2(u * 9, v * 9, { octaves: 4, period: 9 });
      const roughness = mix(0.15 + 0.07 * wear + 0.06 * vein, 0.33, inlay) + 0.4 * joint;
      return { color, heightM: -0.0012 * joint + 0.0003 * warp, roughness, metallic: inlay };
    },
  });
}

/** Sawn limestone ashlar: courses of 0.6 m blocks with tight joints, shells and bedding; 2.4 m. */
export function limestoneTexture(): Promise<TextureSet> {
  const n = createNoise(1202);
  return makeTextureSet({
    name: 'limestone',
    sizePx: 1024,
    tileM: 2.4,
    orm: false,
    quality: 80,
    shade: (u, v) => {
      const course = Math.floor(v * 4);
      const along = u * 2 + (course % 2) * 0.5;
      const block = Math.floor(along) + course * 17;
      const [s, t] = [fract(along), fract(v * 4)];
      const joint = Math.max(smoothstep(0.0045, 0.002, Math.min(s, 1 - s)), smoothstep(0.009, 0.004, Math.min(t, 1 - t)));
      const bedding = n.fbm2(u * 4 + block * 1.3, v * 30, { octaves: 5, period: [4, 30], gain: 0.55 });
      const grain = n.fbm2(u * 120, v * 120, { octaves: 3, period: 120 });
      const cloud = n.fbm2(u * 4, v * 4, { octaves: 5, period: 4 });
      const [near] = n.cells2(u * 60, v * 60, 60);
      const pore = smoothstep(0.16, 0.06, near) * smoothstep(0.0, 0.3, cloud + bedding * 0.5);
      const tone = 1 + 0.055 * Math.sin(((block % 2) + course * 2) * 2.7) + 0.1 * bedding + 0.09 * grain;
      const color = times(
        lerp([0.74, 0.65, 0.51], [0.62, 0.51, 0.37], clamp01(0.5 + cloud * 0.9)),
        tone * (1 - 0.32 * joint) * (1 - 0.35 * pore),
      );
      return { color, heightM: grain * 0.0006 + bedding * 0.0005 - joint * 0.004 - pore * 0.0025, roughness: 0.75, metallic: 0 };
    },
  });
}

/** Oiled walnut, grain along u, boards of 0.3 m; 1.2 m. */
export function walnutTexture(): Promise<TextureSet> {
  const n = createNoise(1303);
  return makeTextureSet({
    name: 'walnut',
    sizePx: 1024,
    tileM: 1.2,
    orm: false,
    shade: (u, v) => {
      const board = Math.floor(v * 4);
      const shift = board * 11.7;
      const wander = n.fbm2(u * 2 + shift, v * 4, { octaves: 4, period: [2, 4] });
      const rings = Math.sin((v * 26 + wander * 7 + n.noise2(u * 1 + shift, v * 2, 1, 2) * 3) * Math.PI * 2);
      const fibre = n.fbm2(u * 6 + shift, v * 220, { octaves: 4, period: [6, 220], gain: 0.6 });
      const pore = smoothstep(0.3, 0.55, n.fbm2(u * 16 + shift, v * 180, { octaves: 2, period: [16, 180] }));
      const joint = smoothstep(0.012, 0.004, Math.min(fract(v * 4), 1 - fract(v * 4)));
      let color = lerp([0.27, 0.135, 0.062], [0.13, 0.058, 0.026], clamp01(0.5 + 0.33 * rings + 0.55 * wander));
      color = times(color, (1 + 0.2 * fibre + 0.12 * Math.sin(board * 2.1)) * (1 - 0.4 * pore) * (1 - 0.5 * joint));
      return { color, heightM: fibre * 0.0002 - pore * 0.0004 - joint * 0.0015, roughness: 0.4, metallic: 0 };
    },
  });
}

/** Brushed, slightly tarnished metal; white, so that factors make it brass or steel; 0.8 m. */
export function brushedMetalTexture(): Promise<TextureSet> {
  const n = createNoise(1404);
  return makeTextureSet({
    name: 'brushed-metal',
    sizePx: 512,
    tileM: 0.8,
    orm: true,
    shade: (u, v) => {
      const brush = n.fbm2(u * 3, v * 160, { octaves: 3, period: [3, 160], gain: 0.7 });
      const tarnish = n.fbm2(u * 4, v * 4, { octaves: 6, period: 4, gain: 0.6 });
      const spot = smoothstep(0.18, 0.5, tarnish);
      const color = lerp([0.93, 0.93, 0.93], [0.6, 0.52, 0.44], spot * 0.6);
      return {
        color: times(color, 1 + 0.06 * brush),
        heightM: brush * 0.00005,
        roughness: clamp01(0.24 + 0.07 * brush + 0.22 * spot),
        metallic: 1,
      };
    },
  });
}

/** Waxed leather with creases; pale, coloured by factors; 0.5 m. */
export function leatherTexture(): Promise<TextureSet> {
  const n = createNoise(1505);
  return makeTextureSet({
    name: 'leather',
    sizePx: 512,
    tileM: 0.5,
    orm: false,
    shade: (u, v) => {
      const warp = n.fbm2(u * 6, v * 6, { octaves: 3, period: 6 }) * 0.9;
      const [near, second] = n.cells2(u * 64 + warp, v * 64 + warp, 64);
      const groove = smoothstep(0.16, 0.02, second - near);
      const wear = n.fbm2(u * 4, v * 4, { octaves: 5, period: 4 });
      const crease = smoothstep(0.84, 0.97, n.ridged2(u * 4 + warp * 0.3, v * 4, { octaves: 3, period: 4 }));
      const color = times([0.85, 0.82, 0.78], (1 + 0.28 * wear) * (1 - 0.3 * groove) * (1 - 0.35 * crease));
      return { color, heightM: -groove * 0.0005 - crease * 0.0012 + wear * 0.001, roughness: 0.45, metallic: 0 };
    },
  });
}

/** Three shelves of book spines, 1.2 m by 1.2 m (0.4 m a shelf); cloth and leather colours, gilt bands. */
export function booksTexture(): Promise<TextureSet> {
  const n = createNoise(1606);
  const palette: readonly Rgb[] = [
    [0.22, 0.05, 0.035],
    [0.05, 0.085, 0.06],
    [0.045, 0.06, 0.11],
    [0.3, 0.19, 0.09],
    [0.13, 0.06, 0.03],
    [0.42, 0.34, 0.22],
    [0.07, 0.05, 0.045],
    [0.19, 0.1, 0.04],
  ];
  return makeTextureSet({
    name: 'books',
    sizePx: 512,
    tileM: 1.2,
    orm: false,
    shade: (u, v): Texel => {
      const row = Math.floor(v * 3);
      const [t, slots] = [fract(v * 3), 30];
      // Book edges: jittered slots, the same for every row of texels in a shelf.
      const edgeAt = (i: number): number => i + 0.33 * n.noise2((((i % slots) + slots) % slots) * 1.7 + 0.4, row * 3.3 + 0.6);
      let slot = Math.floor(u * slots);
      if (u * slots < edgeAt(slot)) slot--;
      if (u * slots >= edgeAt(slot + 1)) slot++;
      const [left, right] = [edgeAt(slot), edgeAt(slot + 1)];
      const across = (u * slots - left) / (right - left);
      const id = (((slot % slots) + slots) % slots) + row * 31;
      const tall = 0.74 + 0.17 * n.noise2(id * 3.1 + 0.5, 0.5);
      const shelfDepth = { color: [0.012, 0.008, 0.006] as Rgb, heightM: -0.05, roughness: 0.9, metallic: 0 };
      if (t < 1 - tall || (id % 17 === 5 && t < 0.5)) return shelfDepth;
      const round = Math.sin(clamp01(across) * Math.PI);
      const group = Math.floor(id / 5);
      let color: Rgb = palette[Math.floor(Math.abs(Math.sin((id % 3 === 0 ? id : group) * 12.9898)) * 43758.5) % palette.length];
      color = times(color, 0.75 + 0.5 * Math.abs(Math.sin(id * 7.3)) + 0.25 * n.fbm2(u * 60, v * 60, { octaves: 2, period: 60 }));
      const h = (t - (1 - tall)) / tall;
      const band = smoothstep(0.012, 0.004, Math.min(Math.abs(h - 0.12), Math.abs(h - 0.2), Math.abs(h - 0.86)));
      const label = h > 0.26 && h < 0.4 && id % 4 === 0 ? 1 : 0;
      color = lerp(color, [0.6, 0.42, 0.16], Math.max(band, label * 0.6) * 0.8);
      return { color: times(color, 0.35 + 0.65 * round ** 0.5), heightM: 0.012 * round ** 0.7 + band * 0.001, roughness: 0.6, metallic: 0 };
    },
  });
}

/** Woven carpet medallion with borders; made to be laid once over a rug (0..1 both ways). */
export function carpetTexture(): Promise<TextureSet> {
  const n = createNoise(1707);
  return makeTextureSet({
    name: 'carpet',
    sizePx: 512,
    tileM: 1,
    orm: false,
    shade: (u, v) => {
      const [x, y] = [Math.abs(u - 0.5) * 2, Math.abs(v - 0.5) * 2];
      const rim = 1 - Math.max(x, y);
      const leaf = Math.sin(x * 29 + Math.sin(y * 23) * 1.7) * Math.sin(y * 29 + Math.sin(x * 23) * 1.7);
      const medallion = Math.hypot(x, y) + 0.05 * Math.cos(Math.atan2(y, x) * 8);
      const red: Rgb = [0.24, 0.03, 0.025];
      const navy: Rgb = [0.025, 0.035, 0.085];
      const cream: Rgb = [0.55, 0.44, 0.28];
      let color: Rgb = leaf > 0.45 ? lerp(red, cream, 0.55) : leaf < -0.5 ? lerp(red, navy, 0.6) : red;
      if (medallion < 0.5) color = leaf > 0.3 ? cream : navy;
      if (medallion < 0.3) color = leaf > 0.1 ? red : lerp(red, cream, 0.35);
      if (Math.abs(medallion - 0.5) < 0.018 || Math.abs(medallion - 0.3) < 0.014) color = cream;
      if (rim < 0.2) color = Math.sin(Math.min(x, y) * 44) * Math.sin(rim * 62) > 0.2 ? cream : navy;
      if (Math.abs(rim - 0.2) < 0.014 || Math.abs(rim - 0.05) < 0.012) color = lerp(cream, red, 0.25);
      const pile = n.fbm2(u * 128, v * 128, { octaves: 2, period: 128 });
      const wear = n.fbm2(u * 5, v * 5, { octaves: 4, period: 5 });
      return { color: times(color, 1 + 0.3 * pile + 0.2 * wear), heightM: pile * 0.0012, roughness: 0.95, metallic: 0 };
    },
  });
}

/** The city outside: morning sky, a far line of towers in haze, near roofs; linear, repeats along u. @returns JPEG, rows from the top. */
export async function cityBackdrop(sizePx: number): Promise<Uint8Array> {
  const n = createNoise(1808);
  const layers = [
    { base: 0.36, height: 0.13, towers: 46, haze: 0.82, seed: 3 },
    { base: 0.31, height: 0.2, towers: 29, haze: 0.6, seed: 7 },
    { base: 0.2, height: 0.19, towers: 17, haze: 0.36, seed: 13 },
  ];
  const noiseAt = (i: number, seed: number): number => Math.abs(Math.sin(i * 12.9898 + seed * 78.233) * 43758.5453) % 1;
  const rgb = new Uint8Array(sizePx * sizePx * 3);
  for (let y = 0, i = 0; y < sizePx; y++)
    for (let x = 0; x < sizePx; x++, i += 3) {
      const [u, up] = [(x + 0.5) / sizePx, 1 - (y + 0.5) / sizePx];
      const cloud = smoothstep(0.05, 0.5, n.fbm2(u * 6, up * 5, { octaves: 6, period: [6, 64] }));
      let color = lerp([0.88, 0.72, 0.53], [0.9, 0.97, 1], smoothstep(0.3, 1, up));
      color = lerp(color, [0.98, 0.93, 0.86], cloud * 0.5 * smoothstep(1, 0.7, up));
      for (const { base, height, towers, haze, seed } of layers) {
        const slot = Math.floor(u * towers);
        const within = fract(u * towers);
        const gap = noiseAt(slot, seed + 1) * 0.25;
        const h = base + height * noiseAt(slot, seed) ** 1.6;
        const crown = within > 0.5 - 0.18 && within < 0.5 + 0.18 ? height * 0.16 * noiseAt(slot, seed + 2) : 0;
        if (up > h + crown || (within < gap && up > base)) continue;
        const rows = Math.sin(up * sizePx * (0.55 + 0.2 * noiseAt(slot, seed + 5))) > 0.1 ? 0.82 : 1.06;
        const columns = Math.sin(within * (14 + 10 * noiseAt(slot, seed + 3))) > 0 ? 0.9 : 1.05;
        const stone = lerp([0.34, 0.26, 0.2], [0.3, 0.3, 0.31], noiseAt(slot, seed + 4));
        const side = within > 0.62 ? 0.62 : 1.05; // towers lit from one side
        color = lerp(times(stone, rows * columns * side), [0.78, 0.63, 0.47], haze + (1 - haze) * 0.35 * smoothstep(0.4, 0.1, up));
      }
      for (let c = 0; c < 3; c++) rgb[i + c] = Math.round(255 * clamp01(color[c]) ** (1 / 2.2));
    }
  return encodeJpeg(rgb, sizePx, sizePx, 84);
}
