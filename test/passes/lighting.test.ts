import { describe, expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { dot, normalize, type Vec3 } from '../../src/core/vec.ts';
import { buildBrdfLut } from '../../src/scene/brdf-lut.ts';
import { prefilterEnvironment } from '../../src/scene/prefilter-environment.ts';
import type { PunctualLight } from '../../src/scene/scene-data.ts';
import { openTestGpu } from '../support/gpu.ts';
import { box, buildScene, floorQuad, type ScenePart, sphere } from '../support/scenes.ts';
import { EYE, rayOf, smallStage, withWall } from './small-wall.ts';

const gpu = openTestGpu();
const stage = smallStage();
const { widthPx, heightPx } = stage.facets[0];

/** Calls `visit` for every LED: its index and ray. */
function forEachLed(visit: (k: number, ray: Vec3) => void): void {
  for (let j = 0; j < heightPx; j++) for (let i = 0; i < widthPx; i++) visit(j * widthPx + i, rayOf(stage, i, j));
}

/** Edge of all floors, metres. */
const FLOOR_M = 200;
/** Where a ray meets the floor; null where it does not. */
const onGround = (ray: Vec3): Vec3 | null => {
  const t = -EYE[1] / ray[1];
  return t > 0 && t * Math.hypot(...ray) < FLOOR_M / 2 - 1 ? [EYE[0] + ray[0] * t, 0, EYE[2] + ray[2] * t] : null;
};

const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];

interface Surface {
  readonly base: number;
  readonly metallic: number;
  readonly roughness: number;
}

/** glTF 2.0 appendix B, metallic-roughness BRDF × n·l, for one channel; unit vectors. */
function brdf({ base, metallic, roughness }: Surface, n: Vec3, v: Vec3, l: Vec3): number {
  const nl = dot(n, l);
  if (nl <= 0) return 0;
  const h = normalize(add(l, v));
  const [nv, nh, vh] = [dot(n, v), dot(n, h), dot(v, h)];
  const a2 = roughness ** 4;
  const d = a2 / (Math.PI * (nh * nh * (a2 - 1) + 1) ** 2);
  const vis = 0.5 / (nl * Math.sqrt(nv * nv * (1 - a2) + a2) + nv * Math.sqrt(nl * nl * (1 - a2) + a2));
  const fresnel = (f0: number): number => f0 + (1 - f0) * (1 - vh) ** 5;
  const dielectric = ((1 - fresnel(0.04)) * base) / Math.PI + fresnel(0.04) * d * vis;
  const metal = fresnel(base) * d * vis;
  return (dielectric * (1 - metallic) + metal * metallic) * nl;
}

const SURFACES: readonly Surface[] = [
  { base: 0.8, metallic: 0, roughness: 1 },
  { base: 0.5, metallic: 1, roughness: 0.4 },
  { base: 0.6, metallic: 0, roughness: 0.25 },
];
const material = ({ base, metallic, roughness }: Surface) => ({
  baseColorFactor: [base, base, base, 1] as const,
  metallicFactor: metallic,
  roughnessFactor: roughness,
});

const LIGHT: PunctualLight = {
  kind: 'point',
  name: 'lamp',
  positionM: [0.7, 2.2, -7],
  direction: [0, -1, 0],
  color: [8, 4, 2],
  rangeM: Number.POSITIVE_INFINITY,
  innerConeRad: 0,
  outerConeRad: Math.PI / 4,
};

/** KHR_lights_punctual: what a light sends to a point, times colour; and the direction towards it. */
function received(light: PunctualLight, p: Vec3): { readonly l: Vec3; readonly strength: number } {
  if (light.kind === 'directional') return { l: light.direction.map((c) => -c) as unknown as Vec3, strength: 1 };
  const to = subtract(light.positionM, p);
  const d = Math.hypot(...to);
  const l = normalize(to);
  let strength = Math.max(0, Math.min(1, 1 - (d / light.rangeM) ** 4)) / d ** 2;
  if (light.kind === 'spot') {
    const cosine = -dot(l, light.direction);
    const scale = 1 / Math.max(0.001, Math.cos(light.innerConeRad) - Math.cos(light.outerConeRad));
    strength *= Math.max(0, Math.min(1, cosine * scale - Math.cos(light.outerConeRad) * scale)) ** 2;
  }
  return { l, strength };
}

test.each([
  ['one point light', [LIGHT]],
  ['a point light with a range', [{ ...LIGHT, rangeM: 4 }]],
  ['a spot', [{ ...LIGHT, kind: 'spot', direction: normalize([-0.3, -1, -0.2]), innerConeRad: 0.3, outerConeRad: 0.7 }]],
  ['a directional light', [{ ...LIGHT, kind: 'directional', direction: normalize([0.4, -1, -0.3]), color: [2, 3, 1] }]],
  // Three: the second and third prove how lights are spaced in memory.
  [
    'three lights of all kinds',
    [
      LIGHT,
      { ...LIGHT, kind: 'directional', direction: normalize([-0.4, -1, 0.3]), color: [1, 1, 3] },
      { ...LIGHT, kind: 'spot', positionM: [-2, 3, -9] },
    ],
  ],
] as [string, PunctualLight[]][])('%s: floors of all materials shine as glTF says', async (_, lights) => {
  for (const surface of SURFACES) {
    const scene = await buildScene([{ geometry: floorQuad(FLOOR_M), material: material(surface) }], { lights });
    await withWall(gpu, { stage, scene }, async (render) => {
      const { color } = await render();
      let [worst, lit] = [0, 0];
      forEachLed((k, ray) => {
        const p = onGround(ray);
        if (!p) return;
        const v = normalize(ray.map((c) => -c) as unknown as Vec3);
        const expected = [0, 0, 0];
        for (const light of lights) {
          const { l, strength } = received(light, p);
          for (let c = 0; c < 3; c++) expected[c] += brdf(surface, [0, 1, 0], v, l) * light.color[c] * strength;
        }
        lit += expected[0] > 0.01 ? 1 : 0;
        for (let c = 0; c < 3; c++) worst = Math.max(worst, Math.abs(color[k * 4 + c] - expected[c]) / (0.01 + expected[c]));
      });
      // Octahedral normals are right to 5e-5, which a highlight of roughness 0.25 magnifies tenfold; the rest is float32.
      expect(worst).toBeLessThan(3e-3);
      expect(lit).toBeGreaterThan(50);
    });
  }
});

/** Balls before the eye, one per surface, side by side. */
const balls = (surfaces: readonly Surface[]): ScenePart[] =>
  surfaces.map((surface, k) => ({
    geometry: sphere(0.8, 48, 24),
    material: material(surface),
    placements: [{ positionM: [((k % 4) - 1.5) * 2.2, 0.6 + 1.9 * Math.floor(k / 4), -6] as const }],
  }));

describe('image-based light', () => {
  const uniform = prefilterEnvironment('uniform', { widthPx: 16, heightPx: 8, rgb: new Float32Array(16 * 8 * 3).fill(0.5) });

  test('furnace: white balls of any roughness, metal or not, cannot be told from a uniform background', async () => {
    const roughnesses = [0, 0.3, 0.6, 1];
    const surfaces = [0, 1].flatMap((metallic) => roughnesses.map((roughness) => ({ base: 1, metallic, roughness })));
    const scene = await buildScene(balls(surfaces));
    await withWall(gpu, { stage, scene, environment: uniform }, async (render) => {
      const { color, ids } = await render();
      expect(ids.filter((id) => id !== 0xffffffff).length).toBeGreaterThan(300);
      for (let k = 0; k < color.length; k++) if (k % 4 < 3) expect(Math.abs(color[k] - 0.5) / 0.5).toBeLessThan(0.01);
    });
  });

  test('a grey metal seen head-on reflects what the split-sum integral says', async () => {
    // A floor far below, straight down is out of sight: a wall that faces the eye instead.
    for (const roughness of [0.2, 0.5, 0.9]) {
      const scene = await buildScene([
        { geometry: box(40, 40, 1), material: material({ base: 0.5, metallic: 1, roughness }), placements: [{ positionM: [0, 0, -20] }] },
      ]);
      await withWall(gpu, { stage, scene, environment: uniform }, async (render) => {
        const { color } = await render();
        const middle = ((heightPx / 2) * widthPx + widthPx / 2) * 4;
        const size = 128;
        const table = buildBrdfLut(size);
        const texel = (Math.floor(roughness * size) * size + size - 1) * 2;
        const [a, b] = [table[texel], table[texel + 1]];
        const single = 0.5 * a + b;
        const average = 0.5 + 0.5 / 21;
        const missing = 1 - a - b;
        const expected = 0.5 * (single + ((single * average) / (1 - average * missing)) * missing);
        // The shader's table has 32 × 32 texels, this one 128 × 128.
        expect(Math.abs(color[middle] - expected) / expected).toBeLessThan(0.02);
      });
    }
  });

  test('a floor under a half-lit sky turns with the environment', async () => {
    // Light from +x only: u = ½ + atan2(x, −z)/2π, so +x is u = ¾.
    const rgb = new Float32Array(32 * 16 * 3);
    for (let y = 0; y < 16; y++) for (let x = 18; x < 30; x++) rgb.fill(1, (y * 32 + x) * 3, (y * 32 + x) * 3 + 3);
    const environment = prefilterEnvironment('right', { widthPx: 32, heightPx: 16, rgb });
    const faces = (yaw: number): ScenePart => ({
      geometry: box(4, 4, 0.1),
      placements: [{ positionM: [yaw > 0 ? -3 : 3, 1.5, -8], yawRad: yaw }],
    });
    const scene = await buildScene([faces(0.7), faces(-0.7)]);
    const brightness = (turnRad: number) =>
      withWall(
        gpu,
        { stage, scene, environment, options: { environmentRotationRad: turnRad, environmentVisible: false } },
        async (render) => {
          const { color } = await render();
          const at = (i: number): number => color[((heightPx / 2) * widthPx + i) * 4];
          return [at(widthPx / 2 - 14), at(widthPx / 2 + 14)];
        },
      );
    const [leftFacesRight, rightFacesLeft] = await brightness(0);
    expect(leftFacesRight).toBeGreaterThan(rightFacesLeft * 1.5);
    // Turned by half a circle, the two change places.
    const [leftTurned, rightTurned] = await brightness(Math.PI);
    expect(Math.abs(leftTurned - rightFacesLeft)).toBeLessThan(0.02);
    expect(Math.abs(rightTurned - leftFacesRight)).toBeLessThan(0.02);
  });
});

describe('the sun', () => {
  const BOX = { min: [-1, 0, -9], max: [1, 2, -7] } as const;
  const parts: ScenePart[] = [{ geometry: floorQuad(FLOOR_M) }, { geometry: box(2), placements: [{ positionM: [0, 1, -8] }] }];

  /** Where a ray from `p` along `d` enters the box grown by `grow` metres: the face's normal; null when it misses (slabs). */
  function meetsBox(p: Vec3, d: Vec3, grow: number): Vec3 | null {
    let [near, far, normal] = [1e-4, Number.POSITIVE_INFINITY, [0, 0, 0] as number[]];
    for (let a = 0; a < 3; a++) {
      const [t0, t1] = [(BOX.min[a] - grow - p[a]) / d[a], (BOX.max[a] + grow - p[a]) / d[a]];
      if (Math.min(t0, t1) > near) {
        near = Math.min(t0, t1);
        normal = [0, 1, 2].map((k) => (k === a ? -Math.sign(d[a]) : 0));
      }
      far = Math.min(far, Math.max(t0, t1));
    }
    return near < far ? (normal as unknown as Vec3) : null;
  }

  test.each([
    ['low from the right', [0.8, 0.45, 0.3], [0, 0, 0]],
    ['high', [0.25, 0.93, -0.25], [0, 0, 0]],
    ['from behind the box', [-0.3, 0.5, -0.8], [0, 0, 0]],
    ['10 km from the origin', [0.8, 0.45, 0.3], [10_000.3, 5.7, -3_000.1]],
  ] as [string, Vec3, Vec3][])('%s: the box shades the floor exactly where rays say, and nothing else', async (_, toSun, offset) => {
    const directionToSun = normalize(toSun);
    const moved = parts.map((part) => ({
      ...part,
      placements: (part.placements ?? [{}]).map((q) => ({ ...q, positionM: add(q.positionM ?? [0, 0, 0], offset) })),
    }));
    const scene = await buildScene(moved);
    const worldFromStage = { positionM: offset, yawRad: 0, scale: 1 };
    const { color } = await withWall(
      gpu,
      { stage, scene, options: { sun: { directionToSun, color: [3, 3, 3], shadow: true } } },
      (render) => render({ worldFromStage }),
    );
    let [dark, bright, wrong] = [0, 0, 0];
    forEachLed((k, ray) => {
      const v = normalize(ray.map((c) => -c) as unknown as Vec3);
      const light = (n: Vec3): number => 3 * brdf({ base: 1, metallic: 0, roughness: 1 }, n, v, directionToSun);
      const differs = (expected: number): boolean => Math.abs(color[k * 4] - expected) > 0.005 * (0.1 + expected);
      // The box before the floor; LEDs near its edges may show either.
      const face = meetsBox(EYE, ray, -0.1);
      if (face) wrong += differs(light(face)) ? 1 : 0;
      const p = meetsBox(EYE, ray, 0.1) ? null : onGround(ray);
      if (!p) return;
      const inside = meetsBox(p, directionToSun, 0.08) !== null;
      if (inside !== (meetsBox(p, directionToSun, -0.08) !== null)) return;
      if (inside) dark++;
      else bright++;
      if (differs(inside ? 0 : light([0, 1, 0]))) wrong++;
    });
    expect(wrong).toBe(0);
    expect(dark).toBeGreaterThan(toSun[1] > 0.9 ? 5 : 20);
    expect(bright).toBeGreaterThan(200);
  });

  test('moves with the stage: the same picture wherever the stage stands on an even floor', async () => {
    const random = createRng(4);
    const directionToSun = normalize([0.5, 0.6, -0.3]);
    const scene = await buildScene(parts);
    await withWall(gpu, { stage, scene, options: { sun: { directionToSun, color: [3, 3, 3], shadow: true } } }, async (render) => {
      for (let n = 0; n < 3; n++) {
        const positionM: Vec3 = [random() * 2 - 1, 0, -2 * random()];
        const { color } = await render({ worldFromStage: { positionM, yawRad: 0, scale: 1 } });
        let [dark, wrong] = [0, 0];
        forEachLed((k, ray) => {
          const p = onGround(ray);
          const eye = add(EYE, positionM);
          if (!p || meetsBox(eye, ray, 0.05)) return;
          const at = add(p, positionM);
          const inside = meetsBox(at, directionToSun, 0.08) !== null;
          if (inside !== (meetsBox(at, directionToSun, -0.08) !== null)) return;
          dark += inside ? 1 : 0;
          if (color[k * 4] > 0.1 === inside) wrong++;
        });
        expect(wrong).toBe(0);
        expect(dark).toBeGreaterThan(5);
      }
    });
  });
});
