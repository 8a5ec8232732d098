import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { SceneError } from '../../src/core/errors.ts';
import { loadSceneFile } from '../../src/platform/node/load-scene.ts';
import { assetPath, gltfFilesBelow } from '../support/shared-assets.ts';

/** Files without a report of the validator that break no rule. */
const VALID_WITHOUT_REPORT = new Set([
  // Fuzzer's crash input for tinygltf's writer; as glTF it is well-formed.
  'malformed/tinygltf/issue-492.glb',
  // An empty BIN chunk "should be omitted" (information), which a reader accepts.
  'malformed/tinygltf/regression/zero-sized-bin-chunk-issue-440.glb',
]);

interface Report {
  readonly issues: { readonly messages: readonly { readonly severity: number }[] };
}

function isValid(file: string): boolean {
  const report = `${assetPath(file)}.report.json`;
  if (!existsSync(report)) return VALID_WITHOUT_REPORT.has(file);
  return !(JSON.parse(readFileSync(report, 'utf8')) as Report).issues.messages.some((message) => message.severity === 0);
}

const count = { loaded: 0, refused: 0, slowestMs: 0 };
afterAll(() =>
  console.log(`malformed glTF: ${count.loaded} valid loaded, ${count.refused} refused, slowest ${count.slowestMs.toFixed(0)} ms`),
);

describe('the corpus of broken glTF', () => {
  const files = gltfFilesBelow('malformed');
  test('is all there', () => expect(files.length).toBeGreaterThanOrEqual(234));

  for (const file of files) {
    const valid = isValid(file);
    test(`${valid ? 'loads' : 'refuses'} ${file.replace('malformed/', '')}`, async () => {
      const start = performance.now();
      const outcome = await loadSceneFile(assetPath(file)).catch((error: unknown) => error);
      count.slowestMs = Math.max(count.slowestMs, performance.now() - start);
      expect(performance.now() - start).toBeLessThan(10_000);
      if (valid) {
        if (outcome instanceof Error) throw outcome;
        count.loaded++;
        return;
      }
      expect(outcome).toBeInstanceOf(SceneError);
      const error = outcome as SceneError;
      // GLTF_BROKEN would be an accident of the reader, not a message about the file.
      expect(error.code).toMatch(/^(GLTF|GLB|RESOURCE|IMAGE)_(?!BROKEN)/);
      expect(error.message).toContain(file.split('/').pop());
      expect(error.message).not.toContain('\n');
      count.refused++;
    });
  }
});

describe('cyc scene inspect', () => {
  const cyc = fileURLToPath(new URL('../../src/apps/cyc.mjs', import.meta.url));
  const run = (file: string): Promise<{ code: number | null; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [cyc, 'scene', 'inspect', file], { timeout: 20_000 }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });

  const broken = [
    'malformed/khronos-validator/base/data/glb/invalid_magic.glb',
    'malformed/assimp-gltf2/RecursiveNodes/RecursiveNodes.gltf',
    'malformed/assimp-gltf2/IndexOutOfRange/AllIndicesOutOfRange.gltf',
    'malformed/khronos-validator/base/data/image/png_eos.gltf',
    'malformed/luma.gl/UnsupportedRequiredExtensions.gltf',
  ];
  for (const file of broken) {
    test(`${file.split('/').pop()}: one line on stderr, exit code 2`, async () => {
      const { code, stdout, stderr } = await run(assetPath(file));
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(stderr).toContain(file.split('/').pop());
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    });
  }

  test('a valid file of the corpus: exit code 0', async () => {
    const { code, stdout, stderr } = await run(assetPath('malformed/khronos-validator/base/data/image/valid.glb'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('nothing to draw');
  });
});
