import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { cookScene } from '../../src/platform/node/cook/cook-scene.ts';
import { loadScene } from '../../src/platform/node/load-show.ts';
import { openCookedScene } from '../../src/platform/node/open-cooked.ts';
import { isPacked } from '../../src/scene/packed-scene.ts';
import { parseShow } from '../../src/stage/show.ts';
import { runCyc, startCyc } from '../show/run-cyc.ts';
import { assetPath } from '../support/shared-assets.ts';
import { hillsGlb } from './hills-glb.ts';

const folder = mkdtempSync(join(tmpdir(), 'cyc-cook-'));
afterAll(() => rmSync(folder, { recursive: true }));
const SILENT = { stage() {}, advance() {} };
const OPTIONS = { threads: 2, compressTextures: true, force: false, progress: SILENT };

const scene = join(folder, 'hills.glb');
// Mesh 5 is mesh 1 once more, spelled out.
writeFileSync(scene, hillsGlb(60, [1, 2, 3, 4, 5, 1]));

test('a cook killed half way goes on, and ends in the same bytes as one that was not', async () => {
  const whole = join(folder, 'whole.cyc');
  await cookScene(scene, whole, { ...OPTIONS, threads: 2 });
  const output = join(folder, 'killed.cyc');
  const part = `${output}.part`;
  const pieces = (): string[] => (existsSync(part) ? readdirSync(part).filter((name) => name.endsWith('.bin')) : []);
  const { child, ended } = startCyc(['cook', scene, '-o', output, '--threads', '1'], folder);
  const timer = setInterval(() => {
    if (pieces().length >= 2) child.kill('SIGKILL');
  }, 2);
  const outcome = await ended;
  clearInterval(timer);
  expect(outcome.signal).toBe('SIGKILL');
  expect(existsSync(output)).toBe(false);
  const kept = pieces();
  expect(kept.length).toBeGreaterThanOrEqual(2);
  // One finished piece is damaged: it is made again.
  const damaged = readFileSync(join(part, kept[0]!));
  damaged[damaged.length >> 1]! ^= 1;
  writeFileSync(join(part, kept[0]!), damaged);
  const { cooked } = await cookScene(scene, output, OPTIONS);
  expect(cooked!.keptPieces).toBe(kept.length - 1);
  expect(readFileSync(output).equals(readFileSync(whole))).toBe(true);
  expect(existsSync(part)).toBe(false);
});

test('equal meshes become one with several draws', async () => {
  const output = join(folder, 'shared.cyc');
  const { cooked } = await cookScene(scene, output, OPTIONS);
  expect(cooked).toMatchObject({ meshes: 5, sharedMeshes: 1, instances: 6, triangles: 6 * 60 * 60 * 2, uniqueTriangles: 5 * 60 * 60 * 2 });
  const opened = await openCookedScene(output);
  expect([...opened.instances.mesh]).toEqual([0, 1, 2, 3, 4, 0]);
  expect(opened.nodes.names).toEqual(['patch 0', 'patch 1', 'patch 2', 'patch 3', 'patch 4', 'patch 5']);
  // Each draw stands where its node does.
  expect(Array.from({ length: 6 }, (_, i) => opened.instances.worldFromMesh[i * 12 + 3])).toEqual([0, 12, 24, 36, 48, 60]);
});

test('does nothing when the output is up to date, and cooks again when scene, settings or output changed', async () => {
  const own = join(folder, 'own.glb');
  const output = join(folder, 'own.cyc');
  writeFileSync(own, hillsGlb(8, [1]));
  const first = await cookScene(own, output, OPTIONS);
  expect(first.upToDate).toBe(false);
  const before = statSync(output, { bigint: true }).mtimeNs;
  const again = await cookScene(own, output, OPTIONS);
  expect(again).toMatchObject({ upToDate: true, contentHash: first.contentHash, fileBytes: first.fileBytes, cooked: null });
  expect(statSync(output, { bigint: true }).mtimeNs).toBe(before);
  expect((await cookScene(own, output, { ...OPTIONS, force: true })).contentHash).toBe(first.contentHash);
  expect((await cookScene(own, output, { ...OPTIONS, compressTextures: false })).upToDate).toBe(false);
  writeFileSync(output, readFileSync(output).subarray(0, -1));
  expect((await cookScene(own, output, OPTIONS)).upToDate).toBe(false);
  writeFileSync(own, hillsGlb(8, [2]));
  const changed = await cookScene(own, output, OPTIONS);
  expect(changed.upToDate).toBe(false);
  expect(changed.contentHash).not.toBe(first.contentHash);
});

test('a picture beside the scene is part of what it was cooked from', async () => {
  const own = join(folder, 'box');
  const from = assetPath('khronos/Box With Spaces/glTF');
  mkdirSync(own);
  for (const name of readdirSync(from)) writeFileSync(join(own, name), readFileSync(join(from, name)));
  const gltf = join(own, 'Box With Spaces.gltf');
  const output = join(folder, 'box.cyc');
  const first = await cookScene(gltf, output, OPTIONS);
  expect(first.cooked).toMatchObject({ textures: 3, compressedTextures: 3 });
  const opened = await openCookedScene(output);
  expect(opened.origin.sources.map((source) => source.name)).toEqual([
    'Box With Spaces.gltf',
    'Box With Spaces.bin',
    'Normal Map.png',
    'Roughness Metallic.png',
    'glTF Logo With Spaces.png',
  ]);
  expect((await cookScene(gltf, output, OPTIONS)).upToDate).toBe(true);
  // A device without BC gets the same picture, decoded.
  expect(opened.images({ bc: true }).map((image) => image.format)).toEqual(['bc7', 'bc7', 'bc7']);
  const plain = opened.images({ bc: false });
  expect(plain.map((image) => image.format)).toEqual(['rgba8', 'rgba8', 'rgba8']);
  for await (const chunk of opened.chunks({ bc: false })) {
    for (const { image, level, bytes } of chunk.texels) {
      const { widthPx, heightPx } = plain[image]!;
      expect([image, bytes.length]).toEqual([image, Math.max(1, widthPx >> level) * Math.max(1, heightPx >> level) * 4]);
    }
  }
  rmSync(join(own, 'Normal Map.png'));
  expect((await cookScene(gltf, output, OPTIONS)).upToDate).toBe(false);
  expect((await openCookedScene(output)).origin.sources[2]!.sha256).toBeNull();
  expect((await cookScene(gltf, output, OPTIONS)).upToDate).toBe(true);
});

test('shows take cooked scenes, and say what they do not take', async () => {
  const output = join(folder, 'taken.cyc');
  await cookScene(scene, output, OPTIONS);
  expect(isPacked(await loadScene(output))).toBe(true);
  const sceneOf = (named: string): string =>
    parseShow(JSON.stringify({ schema: 'cyclorama.show/1', stage: 'a.stage.json', scene: named }), 'shows/a.show.json').sceneFile;
  expect(sceneOf('../taken.cyc')).toBe('taken.cyc');
  expect(sceneOf('https://example.org/a.cyc?v=2')).toBe('https://example.org/a.cyc?v=2');
  expect(() => sceneOf('a.obj')).toThrow();
  await expect(loadScene('https://example.org/a.glb')).rejects.toThrow(/is read from disk only.*cyc cook.*\[SCENE_URL\]/);
});

test('wrong files and outputs are told in one line, and nothing is left behind', async () => {
  const cook = (input: string, output: string) => cookScene(input, output, OPTIONS);
  await expect(cook(join(folder, 'none.glb'), join(folder, 'a.cyc'))).rejects.toThrow(/none\.glb: file not found \[RESOURCE_MISSING\]/);
  await expect(cook(folder, join(folder, 'a.cyc'))).rejects.toThrow(/not a file.*\[RESOURCE_READ\]/);
  const text = join(folder, 'text.glb');
  writeFileSync(text, 'this is no scene');
  await expect(cook(text, join(folder, 'a.cyc'))).rejects.toThrow(/text\.glb.*\[GL/);
  await expect(cook(scene, folder)).rejects.toThrow(/a folder stands where.*\[IS_A_FOLDER\]/);
  await expect(cook(scene, scene)).rejects.toThrow(/\[SAME_FILE\]/);
  await expect(cook(scene, join(text, 'a.cyc'))).rejects.toThrow(/\[NOT_A_FOLDER\]/);
  if (process.platform === 'linux')
    await expect(cook(scene, '/proc/a.cyc')).rejects.toThrow(/\/proc\/a\.cyc\.part: .*\[(WRITE_FAILED|NOT_WRITABLE)\]/);
  const blocked = join(folder, 'blocked.cyc');
  writeFileSync(`${blocked}.part`, 'a file in the way');
  await expect(cook(scene, blocked)).rejects.toThrow(/blocked\.cyc\.part: a file stands where a folder is needed.*\[NOT_A_FOLDER\]/);
  for (const left of ['a.cyc', 'a.cyc.part']) expect(existsSync(join(folder, left))).toBe(false);
});

test('two cooks of one output do not meet; a lock left by a dead one is taken over', async () => {
  const output = join(folder, 'locked.cyc');
  mkdirSync(`${output}.part`);
  writeFileSync(join(`${output}.part`, 'lock'), String(process.ppid));
  await expect(cookScene(scene, output, OPTIONS)).rejects.toThrow(/another cook writes the same scene; got process \d+.*\[COOK_RUNNING\]/);
  // No process has the largest number.
  writeFileSync(join(`${output}.part`, 'lock'), String(2 ** 22 + 1));
  expect((await cookScene(scene, output, OPTIONS)).upToDate).toBe(false);
});

test('the command: help, summary, JSON and exit codes', async () => {
  const help = await runCyc(['cook', '--help'], folder);
  expect(help.code).toBe(0);
  for (const word of ['--threads', '--no-compress-textures', '--force', '--json', 'Exit code', 'SCENE.cyc.part'])
    expect(help.stdout).toContain(word);
  const json = await runCyc(['cook', 'hills.glb', '-o', 'cli.cyc', '--json'], folder);
  expect([json.code, json.stderr]).toEqual([0, '']);
  expect(JSON.parse(json.stdout)).toMatchObject({ output: 'cli.cyc', upToDate: false, cooked: { meshes: 5, chunks: expect.any(Number) } });
  const again = await runCyc(['cook', 'hills.glb', '-o', 'cli.cyc'], folder);
  expect([again.code, again.stdout]).toEqual([0, expect.stringMatching(/^cli\.cyc is up to date \(.* MiB, [0-9a-f]{12}\)/)]);
  const inspected = await runCyc(['scene', 'inspect', 'cli.cyc', '--json'], folder);
  expect(JSON.parse(inspected.stdout)).toMatchObject({
    triangles: 43_200,
    uniqueTriangles: 36_000,
    contentHash: JSON.parse(json.stdout).contentHash,
  });
  const wrong = await runCyc(['cook', 'hills.glb', '-o', 'cli.cyc', '--threads', '0'], folder);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/--threads: not such a number; got "0"/)]);
  const missing = await runCyc(['cook', 'none.glb', '-o', 'cli.cyc'], folder);
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('none.glb: file not found [RESOURCE_MISSING]')]);
  expect((await runCyc(['cook', 'hills.glb'], folder)).code).toBe(2);
});
