import { Command } from 'commander';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ExtraCheck, formatReport, registerDoctor } from '../../src/apps/commands/doctor.ts';
import { adviseGpu, type DoctorReport } from '../../src/platform/node/doctor.ts';

/** Runs `cyc doctor` in this process. */
async function doctor(args: readonly string[], extra: readonly ExtraCheck[] = []): Promise<{ code: number; output: string }> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  const program = new Command('cyc');
  registerDoctor(program, extra);
  await program.parseAsync(['doctor', ...args], { from: 'user' });
  const code = Number(process.exitCode ?? 0);
  process.exitCode = undefined;
  return { code, output: log.mock.calls.map(([text]) => text).join('\n') };
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('reports the software driver with its features and limits, and what would render', async () => {
  vi.stubEnv('CYC_GPU', 'software');
  const { code, output } = await doctor(['--json']);
  const report = JSON.parse(output) as DoctorReport;
  expect(code).toBe(0);
  expect(report.system.node).toContain(process.versions.node);
  expect(report.chosen).toMatchObject({ kind: 'software', reason: expect.stringContaining('CYC_GPU=software') });
  const software = report.adapters.find((adapter) => adapter.kind === 'software')!;
  expect(software).toMatchObject({ found: true, limits: { maxStorageBuffersPerShaderStage: expect.any(Number) } });
  expect(software.features).toContain('timestamp-query');
  expect(report.checks.map((check) => check.title)).toEqual(['Rendering device', 'Software driver', 'Console', 'ffmpeg', 'Cache']);
  expect(report.checks.every((check) => check.state === 'ok' || check.mend.length > 0)).toBe(true);
});

test('--require-gpu: code 1 when the CPU renders', async () => {
  vi.stubEnv('CYC_GPU', 'software');
  expect((await doctor(['--require-gpu'])).code).toBe(1);
});

test('a device that cannot be opened is a failure with the reason', async () => {
  vi.stubEnv('CYC_GPU', 'cuda');
  const { code, output } = await doctor([]);
  expect(code).toBe(1);
  expect(output).toMatch(/✘ Rendering device .*"cuda"/);
  expect(output).toContain('unset CYC_GPU');
});

test('extra checks are shown, and decide the exit code', async () => {
  vi.stubEnv('CYC_GPU', 'software');
  const good: ExtraCheck = async () => ({ title: 'Rasteriser', ok: true, text: 'exact' });
  const bad: ExtraCheck = async () => ({ title: 'Sub-pixel grid', ok: false, text: '1/16' });
  const broken: ExtraCheck = async () => Promise.reject(new Error('lost'));
  expect(await doctor([], [good])).toMatchObject({ code: 0, output: expect.stringMatching(/✔ Rasteriser +exact/) });
  const failed = await doctor([], [bad, broken]);
  expect(failed).toMatchObject({ code: 1, output: expect.stringMatching(/✘ Sub-pixel grid +1\/16[\s\S]*✘ broken +lost/) });
});

test('figures of an extra check are a table in the text and data in the JSON', async () => {
  vi.stubEnv('CYC_GPU', 'software');
  const measured: ExtraCheck = async () => ({
    title: 'Rasteriser',
    ok: true,
    text: 'compute',
    table: [
      ['samples', 'thread ms'],
      ['4', '1.000 *'],
      ['4096', '12.000'],
    ],
    data: { chosen: { smallSamples: 4 } },
  });
  const report = JSON.parse((await doctor(['--json'], [measured])).output) as DoctorReport;
  expect(report.checks.at(-1)).toMatchObject({ title: 'Rasteriser', state: 'ok', data: { chosen: { smallSamples: 4 } } });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours, if any.
  const plain = (await doctor([], [measured])).output.replace(/\x1b\[\d+m/g, '');
  expect(plain).toMatch(/✔ Rasteriser +compute\n +samples {2}thread ms\n +4 {8}1\.000 \*\n +4096 {5}12\.000\n/);
});

describe('advice', () => {
  const driver = (library: string, kind: 'gpu' | 'software') => ({
    manifest: `/usr/share/vulkan/icd.d/${library}.json`,
    library,
    kind,
    origin: 'installed' as const,
  });
  const lavapipe = driver('libvulkan_lvp.so', 'software');
  const nvidia = driver('libGLX_nvidia.so.0', 'gpu');
  test.each([
    ['no device at all', [], [], true, /--gpus all/],
    ['an NVIDIA device without its driver', ['/dev/nvidia0'], [lavapipe], true, /NVIDIA_DRIVER_CAPABILITIES=all/],
    ['another device without its driver', ['/dev/dri/renderD128'], [lavapipe], true, /mesa-vulkan-drivers/],
    ['a device that this user may not open', ['/dev/dri/renderD128'], [nvidia], false, /usermod -aG render.*/],
    ['a device and a driver that do not fit', ['/dev/nvidia0'], [nvidia], true, /VK_LOADER_DEBUG/],
  ] as const)('%s', (_, devices, drivers, mayOpen, advice) => {
    expect(adviseGpu(devices, drivers, () => mayOpen).join('\n')).toMatch(advice);
  });
});

test('the text shows the adapter that renders, why others do not, and how to mend it', () => {
  const text = formatReport({
    system: { node: '24', system: 'linux', processor: '2', memory: '8 GiB', cache: '/c' },
    vulkan: { loader: { origin: '', problem: 'no such file' }, drivers: [], devices: ['/dev/dri/renderD128'] },
    adapters: [
      { kind: 'gpu', name: '', driver: '', detail: 'no driver', found: false, features: [], limits: {} },
      {
        kind: 'software',
        name: 'SwiftShader',
        driver: '',
        detail: 'embedded',
        found: true,
        features: ['subgroups'],
        limits: { maxBufferSize: 2 ** 30 },
      },
    ],
    chosen: { adapter: 'SwiftShader', vendor: '', architecture: '', driver: '', kind: 'software', reason: 'no GPU' },
    checks: [{ title: 'Rendering device', state: 'warn', text: 'slow', mend: ['apt-get install x'] }],
  });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours, if any.
  const plain = text.replace(/\x1b\[\d+m/g, '');
  expect(plain).toMatch(/loader +none \(no such file\)/);
  expect(plain).toMatch(/gpu +none: no driver/);
  expect(plain).toMatch(/▶ software +SwiftShader +renders/);
  expect(plain).toContain('limits: BufferSize 1 GiB');
  expect(plain).toMatch(/! Rendering device +slow\n +→ apt-get install x/);
});
