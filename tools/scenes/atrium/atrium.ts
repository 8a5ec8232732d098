import type { Vec3 } from '../../../src/core/vec.ts';
import { encodeHdr, makeLatLong } from '../kit/hdr.ts';
import { SceneWriter } from '../kit/scene-writer.ts';
import { sheet } from '../kit/shapes.ts';
import {
  booksTexture,
  brushedMetalTexture,
  carpetTexture,
  cityBackdrop,
  leatherTexture,
  limestoneTexture,
  marbleFloorTexture,
  walnutTexture,
} from '../textures/atrium-textures.ts';
import { furnish } from './furnish.ts';
import { probeRadiance } from './probe.ts';
import { buildShell } from './shell.ts';
import { buildStairs } from './stairs.ts';

/** Morning sun through the east windows: long patches across the nave. */
export const ATRIUM_SUN = { azimuthDeg: 68, elevationDeg: 28 };

/** Reflection and ambient probe of the hall as seen from the stage, Radiance .hdr. */
export const atriumEnvironment = (): Uint8Array => encodeHdr(makeLatLong(1024, 512, probeRadiance));

/** The whole hall: shell, stairs, furniture, the city behind the windows. */
export async function buildAtrium(): Promise<SceneWriter> {
  const scene = new SceneWriter('atrium');
  const [marble, limestone, walnut, metal, leather, books, carpet, city] = await Promise.all([
    marbleFloorTexture(),
    limestoneTexture(),
    walnutTexture(),
    brushedMetalTexture(),
    leatherTexture(),
    booksTexture(),
    carpetTexture(),
    cityBackdrop(1024),
  ]);
  scene.material({ name: 'marble', textures: marble, color: [0.92, 0.86, 0.78] });
  scene.material({ name: 'limestone', textures: limestone, roughness: 0.72 });
  scene.material({ name: 'plaster', textures: limestone, color: [1, 0.98, 0.95], normalScale: 0.3, roughness: 0.9 });
  scene.material({ name: 'stone-dark', textures: limestone, color: [0.1, 0.11, 0.105], normalScale: 0.2, roughness: 0.25 });
  scene.material({ name: 'walnut', textures: walnut, roughness: 0.38 });
  scene.material({ name: 'lacquer', textures: walnut, color: [0.05, 0.045, 0.045], normalScale: 0, roughness: 0.12 });
  scene.material({ name: 'brass', textures: metal, color: [0.92, 0.62, 0.26] });
  scene.material({ name: 'steel', textures: metal, color: [0.09, 0.1, 0.1], roughness: 1 });
  scene.material({ name: 'leather', textures: leather, color: [0.3, 0.105, 0.045], roughness: 0.42 });
  scene.material({ name: 'leather-green', textures: leather, color: [0.05, 0.1, 0.07], roughness: 0.42 });
  scene.material({ name: 'books', textures: books, roughness: 0.65 });
  scene.material({ name: 'carpet', textures: carpet, roughness: 0.95 });
  scene.material({ name: 'leaf', roughness: 0.42, doubleSided: true });
  scene.material({ name: 'ceramic', color: [0.06, 0.085, 0.1], roughness: 0.18 });
  scene.material({ name: 'ivory', color: [0.8, 0.76, 0.66], roughness: 0.35 });
  scene.material({ name: 'globe', color: [0.9, 0.85, 0.75], roughness: 0.3, emissive: [1.25, 0.92, 0.55] });
  scene.material({ name: 'shade', color: [0.7, 0.55, 0.35], roughness: 0.8, emissive: [0.75, 0.47, 0.2], doubleSided: true });
  scene.material({ name: 'shade-green', color: [0.02, 0.12, 0.06], roughness: 0.2, emissive: [0.05, 0.32, 0.13], doubleSided: true });
  scene.material({ name: 'strip', color: [1, 0.9, 0.7], emissive: [1.5, 1.05, 0.58] });
  scene.material({
    name: 'city',
    color: [0, 0, 0],
    roughness: 1,
    emissive: [0.95, 0.95, 0.95],
    emissivePicture: { bytes: city, mime: 'image/jpeg' },
  });

  buildShell(scene);
  buildStairs(scene);
  furnish(scene);
  scene.place(
    'city-east',
    sheet(
      (s, t): Vec3 => [70, -4 + t * 37, -110 + s * 220],
      1,
      1,
      (s, t) => [s * 3, 1 - t],
    ).finish(30),
    'city',
    undefined,
    false,
  );
  scene.place(
    'city-north',
    sheet(
      (s, t): Vec3 => [-90 + s * 180, -4 + t * 40, -85],
      1,
      1,
      (s, t) => [s * 2.4 + 0.3, 1 - t],
    ).finish(30),
    'city',
    undefined,
    false,
  );
  scene.bakeOcclusion({ rays: 26, reachM: 3.6, power: 1.25, bounce: [0.2, 0.15, 0.1] }, 40);
  return scene;
}
