import { createRng } from '../../../src/core/rng.ts';
import type { Vec3 } from '../../../src/core/vec.ts';
import { normalize } from '../../../src/core/vec.ts';
import { createNoise, mix } from '../kit/noise.ts';
import { sphere, tube } from '../kit/shapes.ts';
import { type IndexedMesh, Soup } from '../kit/soup.ts';

/** A boulder about 1 m in radius: a sphere cut by planes and weathered; sits with its foot at y = −0.3. */
export function boulder(seed: number, levels: number): IndexedMesh {
  const noise = createNoise(seed);
  const rng = createRng(seed);
  const cuts = Array.from({ length: 16 }, () => ({
    n: normalize([rng() * 2 - 1, rng() * 1.6 - 0.4, rng() * 2 - 1]),
    d: 0.62 + rng() * 0.26,
  }));
  const soup = sphere(levels).displace((p) => {
    let r = 1.05;
    for (const { n, d } of cuts) {
      const along = p[0] * n[0] + p[1] * n[1] + p[2] * n[2];
      if (along > d / 1.05) r = Math.min(r, d / along);
    }
    r += noise.fbm3(p[0] * 1.7, p[1] * 1.7, p[2] * 1.7, 3) * 0.22 + noise.fbm3(p[0] * 6, p[1] * 6, p[2] * 6, 2) * 0.05;
    return [p[0] * r * 1.2, p[1] * r * 0.9 + 0.36, p[2] * r];
  });
  // The sphere's own UV is kept: faces of a craggy rock would switch projection axis from one to the next.
  for (let i = 0; i < soup.uvs.length; i++) soup.uvs[i] += seed * (i % 2 === 0 ? 1.37 : 0.71);
  soup.tint((p) => {
    const tone = 0.92 + 0.3 * noise.fbm3(p[0] * 1.3, p[1] * 3.1, p[2] * 1.3, 3);
    const dust = p[1] < 0.2 ? 1.12 : 1;
    return [tone * dust, tone * dust * 0.98, tone * 0.95];
  });
  return soup.finish(52);
}

/** A tussock of dry grass, 0.6 m high, colours in the vertices. */
export function tussock(seed: number, blades: number): IndexedMesh {
  const rng = createRng(seed);
  const soup = new Soup();
  for (let i = 0; i < blades; i++) {
    const a = rng() * Math.PI * 2;
    const lean = 0.15 + rng() * 0.75;
    const h = 0.32 + rng() * 0.42;
    const w = 0.012 + rng() * 0.012;
    const foot: Vec3 = [Math.cos(a) * rng() * 0.12, -0.03, Math.sin(a) * rng() * 0.12];
    const [dx, dz] = [Math.cos(a), Math.sin(a)];
    const at = (t: number, side: number): Vec3 => [
      foot[0] + dx * lean * h * t * t - dz * w * side * (1 - t),
      foot[1] + h * t * (1 - 0.25 * lean * t),
      foot[2] + dz * lean * h * t * t + dx * w * side * (1 - t),
    ];
    const tone = 0.75 + rng() * 0.4;
    const root = [0.2 * tone, 0.135 * tone, 0.06 * tone] as const;
    const tip = [0.6 * tone, 0.43 * tone, 0.2 * tone] as const;
    const from = soup.positions.length / 9;
    soup.quad(at(0, -1), at(0, 1), at(0.55, 1), at(0.55, -1));
    soup.triangle(at(0.55, -1), at(0.55, 1), at(1, 0));
    for (let corner = from * 3; corner < soup.positions.length / 3; corner++) {
      const t = Math.min(1, Math.max(0, soup.positions[corner * 3 + 1] / 0.5));
      for (let c = 0; c < 3; c++) soup.colors[corner * 3 + c] = mix(root[c], tip[c], t);
    }
  }
  return soup.finish(60);
}

/** A dead tree: forking, twisting limbs from a leaning trunk, `heightM` tall. */
export function deadTree(seed: number, heightM: number): IndexedMesh {
  const rng = createRng(seed);
  const soup = new Soup();
  const grow = (from: Vec3, direction: Vec3, length: number, radius: number, level: number): void => {
    const path: Vec3[] = [from];
    let at = from;
    let d = direction;
    const steps = level === 0 ? 6 : level < 3 ? 3 : 2;
    for (let i = 0; i < steps; i++) {
      d = normalize([d[0] + (rng() - 0.5) * 0.65, d[1] + (rng() - 0.5) * 0.35 + 0.05, d[2] + (rng() - 0.5) * 0.65]);
      at = [at[0] + (d[0] * length) / steps, at[1] + (d[1] * length) / steps, at[2] + (d[2] * length) / steps];
      path.push(at);
      if (level < 3 && i >= (level === 0 ? 2 : 0) && rng() < (level === 0 ? 0.95 : 0.72)) {
        const side = normalize([d[0] + (rng() - 0.5) * 2.4, d[1] * 0.5 + rng() * 0.7, d[2] + (rng() - 0.5) * 2.4]);
        grow(at, side, length * (0.42 + rng() * 0.25), radius * (1 - i / (steps + 1)) * 0.62, level + 1);
      }
    }
    soup.add(tube(path, (t) => radius * mix(1.15, 0.28, t), level === 0 ? 8 : level === 1 ? 6 : level === 2 ? 4 : 3, false));
  };
  grow([0, -0.2, 0], normalize([0.28, 1, 0.1]), heightM, heightM * 0.042, 0);
  soup.displace((p) => (p[1] < 0.5 ? [p[0] * (1 + (0.5 - p[1]) * 0.9), p[1], p[2] * (1 + (0.5 - p[1]) * 0.9)] : p));
  return soup.tint((p) => (p[1] < 0.4 ? [0.7, 0.66, 0.62] : [0.92, 0.88, 0.84])).finish(70);
}
