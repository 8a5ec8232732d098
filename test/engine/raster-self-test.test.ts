import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { chooseRasterPath, type RasterPathCache, rasterPathKey } from '../../src/engine/raster-path.ts';
import { runRasterSelfTest } from '../../src/engine/raster-self-test.ts';
import type { GpuContext } from '../../src/gpu/gpu-context.ts';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { createRasterPathCache } from '../../src/platform/node/raster-path-cache.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';
import { openTestGpu } from '../support/gpu.ts';

const gpu = openTestGpu();
const directory = mkdtempSync(join(tmpdir(), 'raster-path-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The shaders with one text replaced: a rasteriser with a fault. */
function broken(file: string, from: string, to: string): ShaderLibrary {
  const sources = loadShaderSources();
  expect(sources.get(file)).toContain(from);
  return new ShaderLibrary(sources.set(file, sources.get(file)!.replace(from, to)));
}

/** This device, taken for a GPU, so that the test is run for it. */
const asGpu = (): GpuContext => ({ ...gpu.context, description: { ...gpu.context.description, kind: 'gpu' } });

test('both paths are equal on this device, and the choice follows the times', async () => {
  const started = performance.now();
  const result = await runRasterSelfTest(gpu.context, gpu.library);
  console.log(`${result.reason}; 1/${2 ** result.subPixelBits} pixel; ${(performance.now() - started).toFixed(0)} ms`);
  expect(result).toMatchObject({ equal: true, sound: true });
  expect(result.computeMs).toBeGreaterThan(0);
  expect(result.hardwareMs).toBeGreaterThan(0);
  expect(result.chosen).toBe(result.hardwareMs < result.computeMs * 0.9 ? 'hardware' : 'compute');
  // SwiftShader says so itself: subPixelPrecisionBits = 4.
  expect(result.subPixelBits).toBe(4);
});

test('a hardware path that shifts a sample is never chosen, and the operator is told how much differs', async () => {
  const shaders = broken('passes/rasterize-hardware.wgsl', 'let sample = in.origin', 'let sample = vec2u(1u, 0u) + in.origin');
  const result = await runRasterSelfTest(gpu.context, shaders);
  expect(result).toMatchObject({ chosen: 'compute', equal: false, sound: true });
  expect(result.reason).toMatch(/not exact here: \d+ LEDs differ from the reference/);
});

test('a hardware path that does not compile leaves the reference in charge', async () => {
  const shaders = broken('passes/rasterize-hardware.wgsl', 'let sample =', 'let sample = nonsense +');
  const result = await runRasterSelfTest(gpu.context, shaders);
  expect(result).toMatchObject({ chosen: 'compute', equal: false, sound: true, subPixelBits: 0 });
  expect(result.reason).toMatch(/does not run here: .*rasterize-hardware\.wgsl/s);
});

test('a reference that draws nothing is called unsound', async () => {
  const shaders = broken('passes/rasterize-sample.wgsl', 'return e > 0.0 ||', 'return false &&');
  const result = await runRasterSelfTest(gpu.context, shaders);
  expect(result).toMatchObject({ chosen: 'compute', equal: false, sound: false, reason: expect.stringContaining('nothing was drawn') });
});

test('the answer is kept per adapter, driver and shaders; a damaged file is tested anew', async () => {
  const cache = createRasterPathCache(directory);
  const first = await chooseRasterPath(asGpu(), gpu.library, cache);
  expect(readdirSync(directory)).toEqual([`${rasterPathKey(asGpu(), gpu.library)}.json`]);
  let reads = 0;
  const counting: RasterPathCache = {
    read: (key) => {
      reads++;
      return cache.read(key);
    },
    write: () => Promise.reject(new Error('full')),
  };
  const started = performance.now();
  expect(await chooseRasterPath(asGpu(), gpu.library, counting)).toEqual(first);
  expect([reads, performance.now() - started < 200]).toEqual([1, true]);
  const other = { ...asGpu(), description: { ...asGpu().description, driver: 'another' } };
  const edited = broken('passes/setup.wgsl', 'emitRecord', 'emitRecord2');
  const keys = [rasterPathKey(asGpu(), gpu.library), rasterPathKey(other, gpu.library), rasterPathKey(asGpu(), edited)];
  expect(new Set(keys).size).toBe(3);
  writeFileSync(join(directory, `${keys[0]}.json`), '{"path":"magic"}');
  expect((await chooseRasterPath(asGpu(), gpu.library, cache)).path).toMatch(/^(compute|hardware)$/);
});

test('software devices take the reference without a test', async () => {
  const cache: RasterPathCache = { read: () => expect.unreachable(), write: () => expect.unreachable() };
  expect(await chooseRasterPath(gpu.context, gpu.library, cache)).toEqual({
    path: 'compute',
    reason: 'compute, because this is a software adapter',
  });
});
