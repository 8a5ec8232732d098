import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { chooseSpread } from '../../src/engine/choose-raster.ts';
import { chooseRasterPath, type RasterPathCache, rasterPathKey } from '../../src/engine/raster-path.ts';
import { formatTimes, runRasterSelfTest } from '../../src/engine/raster-self-test.ts';
import { SIZE_CLASSES } from '../../src/engine/self-test-sizes.ts';
import type { GpuContext } from '../../src/gpu/gpu-context.ts';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { REFERENCE_RASTER } from '../../src/passes/visibility/raster-settings.ts';
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

test('every way that this device has equals the reference, and the choice follows the times', async () => {
  const started = performance.now();
  const result = await runRasterSelfTest(gpu.context, gpu.library);
  console.log(`${result.reason}; ${(performance.now() - started).toFixed(0)} ms`);
  console.log(
    formatTimes(result)
      .map((row) => row.map((cell) => cell.padEnd(12)).join(' '))
      .join('\n'),
  );
  expect(result.sound).toBe(true);
  expect(result.faults).toEqual({ hardware: '', 'shared setup': '', 'one pass': 'the adapter lacks atomic-vec2u-min-max' });
  const { tables, setupAloneMs, setupSharedMs, timestamps } = result.times!;
  expect(timestamps).toBe(true);
  expect(tables.map(({ onePass, sizes }) => [onePass, sizes.map(({ samples }) => samples)])).toEqual([[false, [...SIZE_CLASSES]]]);
  for (const { samples, threadMs, workgroupMs, hardwareMs } of tables[0].sizes) {
    for (const ms of [threadMs, workgroupMs, setupAloneMs, setupSharedMs]) expect(ms).toBeGreaterThan(0);
    expect(hardwareMs > 0).toBe(samples >= 64);
  }
  const { totalMs: _, ...spread } = chooseSpread(tables);
  expect(result.chosen).toMatchObject(spread);
  // SwiftShader says so itself: subPixelPrecisionBits = 4.
  expect(result.subPixelBits).toBe(4);
});

test('a hardware path that shifts a sample is never used, and the operator is told how much differs', async () => {
  const shaders = broken('passes/rasterize-hardware.wgsl', 'let sample = in.origin', 'let sample = vec2u(1u, 0u) + in.origin');
  const result = await runRasterSelfTest(gpu.context, shaders, false);
  expect(result).toMatchObject({ chosen: REFERENCE_RASTER, sound: true, faults: { 'shared setup': '' } });
  expect(result.reason).toMatch(/hardware: not exact here: \d+ LEDs differ from the reference/);
});

test('a hardware path that does not compile leaves the reference in charge', async () => {
  const shaders = broken('passes/rasterize-hardware.wgsl', 'let sample =', 'let sample = nonsense +');
  const result = await runRasterSelfTest(gpu.context, shaders, false);
  expect(result).toMatchObject({ chosen: REFERENCE_RASTER, sound: true, subPixelBits: 0 });
  expect(result.faults.hardware).toMatch(/does not run here: .*rasterize-hardware\.wgsl/s);
});

test('a setup that mixes up shared vertices is found', async () => {
  const shaders = broken('passes/setup-shared.wgsl', 'corners[v.x], corners[v.y]', 'corners[v.y], corners[v.x]');
  const { faults, chosen } = await runRasterSelfTest(gpu.context, shaders, false);
  expect(faults['shared setup']).toMatch(/\d+ LEDs differ/);
  expect(chosen.sharedSetup).toBe(false);
});

test('a reference that draws nothing is called unsound', async () => {
  const shaders = broken('passes/rasterize-coverage.wgsl', 'return e > 0.0 ||', 'return false &&');
  const result = await runRasterSelfTest(gpu.context, shaders);
  expect(result).toMatchObject({
    chosen: REFERENCE_RASTER,
    sound: false,
    times: null,
    reason: expect.stringContaining('nothing was drawn'),
  });
});

describe('the choice', () => {
  const sizes = (thread: readonly number[], workgroup: readonly number[], hardware: readonly number[] = []) =>
    thread.map((threadMs, k) => ({ samples: 4 ** (k + 1), threadMs, workgroupMs: workgroup[k], hardwareMs: hardware[k] ?? Number.NaN }));
  const two = (...columns: Parameters<typeof sizes>) => ({ onePass: false, sizes: sizes(...columns) });
  const one = (...columns: Parameters<typeof sizes>) => ({ onePass: true, sizes: sizes(...columns) });

  test('threads up to the size where a workgroup is faster', () => {
    expect(chooseSpread([two([1, 2, 9, 90], [50, 8, 4, 3])])).toEqual({ path: 'compute', onePass: false, smallSamples: 16, totalMs: 10 });
  });
  test('one size that is out of line does not move the limit against the sum', () => {
    expect(chooseSpread([two([1, 9, 1, 90], [50, 8, 30, 3])]).smallSamples).toBe(64);
  });
  test('hardware beyond the limit where it saves a tenth; not where it saves less', () => {
    expect(chooseSpread([two([1, 20], [50, 10], [60, 4])])).toMatchObject({ path: 'hardware', smallSamples: 4, totalMs: 5 });
    expect(chooseSpread([two([1, 20], [50, 10], [60, 9.5])])).toMatchObject({ path: 'compute', smallSamples: 4 });
  });
  test('hardware that was not measured is not chosen', () => {
    expect(chooseSpread([two([1, 2], [1, 2])]).path).toBe('compute');
  });
  test('one pass where it is faster, with its own limit', () => {
    const tables = [two([4, 8, 90], [50, 9, 6]), one([2, 20, 90], [50, 3, 3])];
    expect(chooseSpread(tables)).toEqual({ path: 'compute', onePass: true, smallSamples: 4, totalMs: 8 });
    expect(chooseSpread([tables[0], one([4, 8, 90], [50, 9, 5.9])]).onePass).toBe(false);
  });
  test('the table marks what is used', () => {
    const times = { tables: [two([1, 9], [3, 2])], setupAloneMs: 1, setupSharedMs: Number.NaN, timestamps: true };
    const chosen = { path: 'compute', onePass: false, smallSamples: 4, sharedSetup: false } as const;
    expect(formatTimes({ times, chosen })).toEqual([
      ['samples', 'passes', 'thread ms', 'workgroup', 'hardware'],
      ['4', 'two', '1.000 *', '3.000', '–'],
      ['16', 'two', '9.000', '2.000 *', '–'],
      ['setup', '', 'alone 1.000 *', 'shared –', ''],
    ]);
  });
});

test('the answer is kept per adapter, driver and shaders; a damaged file is tested anew', async () => {
  const cache = createRasterPathCache(directory);
  const key = rasterPathKey(asGpu(), gpu.library);
  const kept = { settings: { path: 'hardware', onePass: false, smallSamples: 16, sharedSetup: true }, reason: 'measured' } as const;
  await cache.write(key, JSON.stringify(kept));
  expect(readdirSync(directory)).toEqual([`${key}.json`]);
  expect(await chooseRasterPath(asGpu(), gpu.library, cache)).toEqual(kept);
  const other = { ...asGpu(), description: { ...asGpu().description, driver: 'another' } };
  const edited = broken('passes/setup-triangle.wgsl', 'emitRecord', 'emitRecord2');
  expect(new Set([key, rasterPathKey(other, gpu.library), rasterPathKey(asGpu(), edited)]).size).toBe(3);
  // As GPUs are tested, but with a reference that draws nothing: the answer is there at once.
  const shaders = broken('passes/rasterize-coverage.wgsl', 'return e > 0.0 ||', 'return false &&');
  const damaged = { read: () => Promise.resolve('{"settings":{"path":"magic"}}'), write: vi.fn(() => Promise.reject(new Error('full'))) };
  const choice = await chooseRasterPath(asGpu(), shaders, damaged);
  expect(choice.settings).toEqual(REFERENCE_RASTER);
  expect(damaged.write).toHaveBeenCalledWith(rasterPathKey(asGpu(), shaders), JSON.stringify(choice));
});

test('software devices take the reference without a test', async () => {
  const cache: RasterPathCache = { read: () => expect.unreachable(), write: () => expect.unreachable() };
  expect(await chooseRasterPath(gpu.context, gpu.library, cache)).toEqual({
    settings: REFERENCE_RASTER,
    reason: 'compute, because this is a software adapter',
  });
});
