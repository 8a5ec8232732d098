import { createRng } from '../../src/core/rng.ts';
import type { Vec3 } from '../../src/core/vec.ts';
import type { MeshGeometry } from '../../src/scene/scene-builder.ts';
import type { SceneData, TextureImage } from '../../src/scene/scene-data.ts';
import {
  box,
  buildScene,
  floorQuad,
  type Placement,
  paintedImage,
  placementMatrix,
  planeGrid,
  type ScenePart,
  sphere,
  textureRef,
} from '../support/scenes.ts';

/** A scene without lights, and places in it that a picture shows as points. */
export interface PictureScene {
  readonly scene: SceneData;
  /** World space, metres: crossings of the floor's and the boxes' chequers, and corners of boxes. */
  readonly knownPoints: readonly Vec3[];
}

export interface PictureSceneOptions {
  /** Everything this much larger about the origin: LEDs twice as coarse want a scene twice as coarse. */
  readonly scale?: number;
  /** Moved as a whole, world metres. */
  readonly originM?: Vec3;
  readonly objects?: number;
  readonly floor?: 'grid' | '40km';
  readonly seed?: number;
  /** More parts, not moved and not scaled. */
  readonly extra?: readonly ScenePart[];
}

const CELLS = 4;
const FLOOR_M = 320;
const COLORS = [
  [0.9, 0.25, 0.2],
  [0.2, 0.7, 0.3],
  [0.2, 0.35, 0.9],
  [0.9, 0.8, 0.2],
  [0.8, 0.3, 0.8],
  [0.3, 0.8, 0.85],
] as const;

/** Images 0: floor chequer, 1: chequer with noise, 2: soft sky. */
export function pictureImages(): TextureImage[] {
  const random = createRng(3);
  const cell = (x: number, y: number, size: number): boolean => (Math.floor((x * CELLS) / size) + Math.floor((y * CELLS) / size)) % 2 === 0;
  const floor = paintedImage('floor', 256, 256, true, (x, y) => (cell(x, y, 256) ? [120, 116, 108, 255] : [215, 212, 208, 255]));
  const noisy = paintedImage('noisy', 256, 256, true, (x, y) => {
    const v = (cell(x, y, 256) ? 235 : 130) + Math.floor((random() - 0.5) * 36);
    return [v, v, v, 255];
  });
  const sky = paintedImage('sky', 64, 64, true, (x, y) => [150 + y, 170 + y / 2, 235 - y / 2 + ((x >> 4) & 1) * 6, 255]);
  return [floor, noisy, sky];
}

/**
 * Chequered floor to the horizon, boxes and spheres from 2 m to 60 m around the stage, a sky sphere: unlit, closed, and with texture at every distance.
 * The floor's chequer has cells of 1 m × scale.
 */
export async function pictureScene(options: PictureSceneOptions = {}): Promise<PictureScene> {
  const { scale = 1, originM = [0, 0, 0], objects = 90, seed = 7, floor = 'grid' } = options;
  const random = createRng(seed);
  const place = (p: Placement): Placement => ({
    ...p,
    positionM: (p.positionM ?? [0, 0, 0]).map((x, k) => x * scale + originM[k]) as unknown as Vec3,
    scale: (p.scale as number) * scale,
  });
  const boxes: Placement[][] = COLORS.map(() => []);
  const balls: Placement[][] = COLORS.map(() => []);
  for (let k = 0; k < objects; k++) {
    const distance = 2.5 * 24 ** ((k + random()) / objects);
    const angle = (random() * 2 - 1) * Math.PI * (distance < 7 ? 0.6 : 1);
    const size = 0.13 * distance * (0.5 + random()) * (distance < 7 ? 0.6 : 1);
    const y = k % 3 === 0 ? size / 2 : size / 2 + random() * distance * (k % 7 === 0 ? 1.6 : 0.5);
    const placement = place({
      positionM: [distance * Math.sin(angle), y, -distance * Math.cos(angle)],
      yawRad: random() * 6.28,
      scale: size,
    });
    (k % 2 ? balls : boxes)[Math.floor(random() * COLORS.length)].push(placement);
  }
  const sheet = floor === 'grid' ? planeGrid(FLOOR_M, FLOOR_M, 40, 40) : floorQuad(40_000);
  const repeat = (floor === 'grid' ? FLOOR_M : 40_000) / CELLS;
  const unlit = (name: string, image: number, tint: readonly number[], times = 1) => ({
    name,
    unlit: true,
    baseColorFactor: [tint[0], tint[1], tint[2], 1] as const,
    baseColorTexture: textureRef(image, {}, times),
  });
  const drawn = (name: string, geometry: MeshGeometry, placements: Placement[][]): ScenePart[] =>
    placements.flatMap((p, k) =>
      p.length ? [{ name: `${name} ${k}`, geometry, material: unlit(`${name} ${k}`, 1, COLORS[k]), placements: p }] : [],
    );
  const parts: ScenePart[] = [
    { name: 'floor', geometry: sheet, material: unlit('floor', 0, [0.9, 0.9, 0.9], repeat), placements: [place({ scale: 1 })] },
    ...drawn('box', box(1), boxes),
    ...drawn('ball', sphere(0.5, 20, 12), balls),
    {
      name: 'sky',
      geometry: sphere(1, 32, 16),
      material: { ...unlit('sky', 2, [1, 1, 1]), doubleSided: true },
      placements: [place({ scale: floor === 'grid' ? 500 : 50_000 })],
    },
    ...(options.extra ?? []),
  ];
  const scene = await buildScene(parts, { images: pictureImages() });
  return { scene, knownPoints: [...floorPoints(scale, originM), ...boxes.flat().flatMap(boxPoints)] };
}

function floorPoints(scale: number, originM: Vec3): Vec3[] {
  const out: Vec3[] = [];
  for (let z = -40; z <= 40; z++) for (let x = -40; x <= 40; x++) out.push([x * scale + originM[0], originM[1], z * scale + originM[2]]);
  return out;
}

/** Crossings of the chequer on every face of a unit box. */
function boxPoints(placement: Placement): Vec3[] {
  const m = placementMatrix(placement);
  const out: Vec3[] = [];
  for (let axis = 0; axis < 3; axis++) {
    for (const side of [-0.5, 0.5]) {
      for (const a of [-0.25, 0, 0.25]) {
        for (const b of [-0.25, 0, 0.25]) {
          const p = [0, 0, 0];
          p[axis] = side;
          p[(axis + 1) % 3] = a;
          p[(axis + 2) % 3] = b;
          out.push([0, 1, 2].map((r) => m[r] * p[0] + m[4 + r] * p[1] + m[8 + r] * p[2] + m[12 + r]) as unknown as Vec3);
        }
      }
    }
  }
  return out;
}
