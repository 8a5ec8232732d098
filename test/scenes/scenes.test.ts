import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Document, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { loadSceneFile } from '../../src/platform/node/load-scene.ts';
import { loadStage } from '../../src/platform/node/load-show.ts';
import { decodeHdr } from '../../src/scene/decode-hdr.ts';
import { checkStage } from '../../src/stage/check-stage.ts';
import { parseShow } from '../../src/stage/show.ts';
import { ATRIUM_SUN } from '../../tools/scenes/atrium/atrium.ts';
import { DESERT_SUN, desertSky } from '../../tools/scenes/desert/desert-outpost.ts';
import { SCENES } from '../../tools/scenes/make-scenes.ts';

const NAMES = ['desert-outpost', 'atrium'] as const;
/** The wall's radius is 5 m at most; scenery keeps this far from the stage's centre (ground and floor excepted). */
const CLEAR_RADIUS_M = 6;
const ALLOWED_EXTENSIONS = ['KHR_lights_punctual', 'KHR_materials_emissive_strength', 'KHR_texture_transform'];

const pathOf = (name: string, ending: string): string => fileURLToPath(new URL(`../../scenes/${name}/${name}${ending}`, import.meta.url));
const io = new NodeIO().registerExtensions(ALL_EXTENSIONS);

describe.each(NAMES)('scene %s', (name) => {
  test('keeps to its budgets', async () => {
    const bytes = await readFile(pathOf(name, '.glb'));
    expect(bytes.length).toBeLessThanOrEqual(6_000_000);
    const root = (await io.readBinary(bytes)).getRoot();
    const drawn = root.listNodes().filter((node) => node.getMesh());
    expect(drawn.length).toBeLessThanOrEqual(300);
    const triangles = drawn.reduce(
      (sum, node) =>
        sum +
        node
          .getMesh()!
          .listPrimitives()
          .reduce((n, p) => n + p.getIndices()!.getCount() / 3, 0),
      0,
    );
    expect(triangles).toBeGreaterThanOrEqual(30_000);
    expect(triangles).toBeLessThanOrEqual(80_000);
    for (const material of root.listMaterials()) expect(material.getAlphaMode(), material.getName()).not.toBe('BLEND');
    expect(root.listSkins()).toHaveLength(0);
    for (const extension of root.listExtensionsUsed()) expect(ALLOWED_EXTENSIONS).toContain(extension.extensionName);
  });

  test('loads through the scene room without complaint, in at most five texture sizes', async () => {
    const scene = await loadSceneFile(pathOf(name, '.glb'));
    // On an overloaded machine the validator may run out of its time; that says nothing about the file.
    expect(scene.warnings.filter((line) => !line.includes('for the validator'))).toEqual([]);
    expect(new Set(scene.images.map((i) => `${i.widthPx}×${i.heightPx} ${i.srgb}`)).size).toBeLessThanOrEqual(5);
    expect(scene.lights.length).toBeGreaterThan(0);
  });

  test('leaves the stage clear and puts ground below it everywhere', async () => {
    const triangles = worldTriangles(await io.read(pathOf(name, '.glb')));
    let nearest = Infinity;
    for (const { node, corners } of triangles) {
      for (let k = 0; k < 9; k += 3) {
        if (corners[k + 1] <= 0 && Math.abs(corners[k + 1]) < 0.1) continue; // ground and rugs on it
        if (corners[k + 1] > 5) continue; // hangs above the wall
        const distance = Math.hypot(corners[k], corners[k + 2]);
        if (distance < CLEAR_RADIUS_M)
          expect.soft(distance, `${node} at ${corners.slice(k, k + 3)}`).toBeGreaterThanOrEqual(CLEAR_RADIUS_M);
        nearest = Math.min(nearest, distance);
      }
    }
    expect(nearest).toBeLessThan(8); // foreground close enough for parallax
    for (let i = 0; i < 60; i++) {
      const [x, z] = [Math.sin(i * 2.4) * 0.2 * i, Math.cos(i * 2.4) * 0.2 * i].map((v) => v * 0.5 + 0.0137);
      expect(groundBelow(triangles, x, z), `ground under ${x}, ${z}`).toBeLessThanOrEqual(0);
    }
  });

  test('has a sky or room picture of 1024×512 without holes', async () => {
    const { widthPx, heightPx, rgb } = decodeHdr(await readFile(pathOf(name, '.hdr')), name);
    expect([widthPx, heightPx]).toEqual([1024, 512]);
    expect(rgb.every((v) => Number.isFinite(v) && v >= 0 && v < 1000)).toBe(true);
    const horizon = rgb.subarray(200 * 1024 * 3, 256 * 1024 * 3);
    expect(horizon.reduce((sum, v) => sum + v, 0) / horizon.length).toBeGreaterThan(0.05);
  });

  test('has a stage that passes its check and a show that names its files', async () => {
    const report = checkStage(await loadStage(pathOf(name, '.stage.json')));
    expect(report.problems.filter((p) => p.severity === 'error')).toEqual([]);
    const file = pathOf(name, '.show.json');
    const show = parseShow(await readFile(file, 'utf8'), file);
    expect(show.stageFile).toBe(pathOf(name, '.stage.json'));
    expect(show.sceneFile).toBe(pathOf(name, '.glb'));
    expect(show.environment?.file).toBe(pathOf(name, '.hdr'));
  });

  test('is what its generator makes', { timeout: 240_000 }, async () => {
    for (const [file, made] of await SCENES[name]()) {
      const kept = await readFile(fileURLToPath(new URL(`../../scenes/${name}/${file}`, import.meta.url)));
      if (Buffer.compare(kept, made) === 0) continue;
      // Only another version of the image encoder may change bytes: everything but the pictures must still be equal.
      expect(file).toMatch(/\.glb$/);
      await expectSameScene(await io.readBinary(made), await io.readBinary(kept));
    }
  });
});

test('the sun of each show stands where its sky or windows were made for', async () => {
  const sunOf = async (name: string) => JSON.parse(await readFile(pathOf(name, '.show.json'), 'utf8')).sun;
  const desert = await sunOf('desert-outpost');
  expect(desert).toMatchObject(DESERT_SUN);
  // Show schema: irradiance = π · intensity · color; the sky computes the irradiance from its own atmosphere.
  const irradiance = desert.color.map((c: number) => Math.PI * desert.intensity * c);
  for (const [c, value] of desertSky().sunIrradiance.entries()) expect(irradiance[c] / value).toBeCloseTo(1, 2);
  expect(await sunOf('atrium')).toMatchObject(ATRIUM_SUN);
});

interface WorldTriangle {
  readonly node: string;
  readonly corners: readonly number[];
}

function worldTriangles(document: Document): WorldTriangle[] {
  const out: WorldTriangle[] = [];
  for (const node of document.getRoot().listNodes()) {
    const m = node.getWorldMatrix();
    for (const primitive of node.getMesh()?.listPrimitives() ?? []) {
      const positions = primitive.getAttribute('POSITION')!.getArray()!;
      const indices = primitive.getIndices()!.getArray()!;
      for (let i = 0; i < indices.length; i += 3) {
        const corners: number[] = [];
        for (let k = 0; k < 3; k++) {
          const [x, y, z] = positions.subarray(indices[i + k] * 3, indices[i + k] * 3 + 3);
          for (let c = 0; c < 3; c++) corners.push(m[c] * x + m[4 + c] * y + m[8 + c] * z + m[12 + c]);
        }
        out.push({ node: node.getName(), corners });
      }
    }
  }
  return out;
}

/** Highest surface not above 0.05 m over or under a point of the floor plan; Infinity where there is none. */
function groundBelow(triangles: readonly WorldTriangle[], x: number, z: number): number {
  let best = -Infinity;
  for (const { corners: c } of triangles) {
    const area = (c[3] - c[0]) * (c[8] - c[2]) - (c[6] - c[0]) * (c[5] - c[2]);
    const u = ((x - c[0]) * (c[8] - c[2]) - (c[6] - c[0]) * (z - c[2])) / area;
    const v = ((c[3] - c[0]) * (z - c[2]) - (x - c[0]) * (c[5] - c[2])) / area;
    if (!(u >= 0 && v >= 0 && u + v <= 1)) continue;
    const y = c[1] + u * (c[4] - c[1]) + v * (c[7] - c[1]);
    if (y <= 0.05 && y > best) best = y;
  }
  return best === -Infinity ? Infinity : best;
}

async function expectSameScene(made: Document, kept: Document): Promise<void> {
  const [a, b] = [made.getRoot(), kept.getRoot()];
  expect(a.listNodes().map((n) => [n.getName(), n.getMatrix()])).toEqual(b.listNodes().map((n) => [n.getName(), n.getMatrix()]));
  expect(a.listMaterials().map((m) => m.getName())).toEqual(b.listMaterials().map((m) => m.getName()));
  const accessors = b.listAccessors();
  expect(a.listAccessors()).toHaveLength(accessors.length);
  for (const [i, accessor] of a.listAccessors().entries())
    expect(Buffer.compare(bytesOf(accessor.getArray()!), bytesOf(accessors[i].getArray()!))).toBe(0);
  const textures = b.listTextures();
  for (const [i, texture] of a.listTextures().entries()) {
    const [x, y] = await Promise.all([texture, textures[i]].map((t) => sharp(t.getImage()!).raw().toBuffer()));
    expect(x.length).toBe(y.length);
    let sum = 0;
    for (let k = 0; k < x.length; k++) sum += Math.abs(x[k] - y[k]);
    expect(sum / x.length, texture.getName()).toBeLessThan(2);
  }
}

const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
