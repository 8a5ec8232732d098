/*
 * Writes the scenes of `scenes/`: node tools/scenes/make-scenes.ts [NAME]. Same sources, same bytes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { atriumEnvironment, buildAtrium } from './atrium/atrium.ts';
import { buildDesertOutpost, desertEnvironment, desertSky } from './desert/desert-outpost.ts';

/** A scene's generated files by name. */
export type SceneFiles = ReadonlyMap<string, Uint8Array>;

/** Generators by folder name in `scenes/`. */
export const SCENES: Readonly<Record<string, () => Promise<SceneFiles>>> = {
  'desert-outpost': async () => {
    const sky = desertSky();
    const scene = await buildDesertOutpost(sky);
    return new Map([
      ['desert-outpost.glb', await scene.toGlb()],
      ['desert-outpost.hdr', desertEnvironment(sky)],
    ]);
  },
  atrium: async () => {
    const scene = await buildAtrium();
    return new Map([
      ['atrium.glb', await scene.toGlb()],
      ['atrium.hdr', atriumEnvironment()],
    ]);
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, make] of Object.entries(SCENES)) {
    if (process.argv[2] && process.argv[2] !== name) continue;
    const started = performance.now();
    const folder = fileURLToPath(new URL(`../../scenes/${name}/`, import.meta.url));
    mkdirSync(folder, { recursive: true });
    for (const [file, bytes] of await make()) {
      writeFileSync(folder + file, bytes);
      console.log(`${name}/${file} ${(bytes.length / 1e6).toFixed(2)} MB`);
    }
    console.log(`${name}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  }
}
