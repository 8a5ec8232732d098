/** Entry of the process in which our renderer is measured: one scene, its walls one after the other. */
import type { GpuContext } from '../../../gpu/gpu-context.ts';
import { createNodeGpuPort } from '../gpu.ts';
import { installedVersion } from './bench-machine.ts';
import { serveMeasurements } from './bench-protocol.ts';
import { buildSet, buildTiledSet } from './bench-set.ts';
import type { SceneSpec } from './bench-works.ts';
import { buildBenchEnvironment, buildBenchScene } from './build-bench-scene.ts';
import { type BuiltScene, WallMeter } from './measure-wall.ts';

let gpu: GpuContext | null = null;
let built: BuiltScene | null = null;
let meter: WallMeter | null = null;

serveMeasurements(async (request, progress) => {
  if (request.ask === 'open') {
    const { job, wall } = request;
    gpu ??= await createNodeGpuPort(job.backend ? { backend: job.backend } : {}).open();
    if (!built) {
      progress('building the scene');
      built = await buildScene(job.scene);
    }
    progress('first frame');
    meter = await WallMeter.open(gpu, built, job, wall);
    if (job.picturesFolder) await meter.writePicture(job.picturesFolder);
    const setup = `per-LED lattice, ${job.quality.samplesPerLed} sample per LED, LOD error ${job.quality.lodErrorPx} px`;
    return {
      name: 'cyclorama',
      version: installedVersion('cyclorama') ?? '',
      setup,
      firstFrameMs: meter.firstFrameMs,
      adapter: gpu.description.adapter,
    };
  }
  if (!meter) throw new Error(`"${request.ask}" before "open"`);
  if (request.ask === 'frames') {
    const frames = await meter.frames(request.count);
    return { frameMs: frames.map((frame) => frame.frameMs), scriptMs: frames.map((frame) => frame.encodeMs) };
  }
  const row = meter.finish();
  meter = null;
  // A benchmark of frames that the device refused would be a fast one.
  const refused = gpu?.errors.recent.map(({ label, message }) => `GPU error at ${label}: ${message}`) ?? [];
  return { rssBytes: row.rssBytes, row: { ...row, warnings: [...row.warnings, ...refused] } };
});

async function buildScene(spec: SceneSpec): Promise<BuiltScene> {
  const startedAt = performance.now();
  const set = spec.kind === 'ruins' ? buildSet(spec) : buildTiledSet(spec);
  const scene = await buildBenchScene(set);
  const environment = buildBenchEnvironment();
  return { set, scene, environment, textureEdgePx: spec.textureEdgePx, buildMs: performance.now() - startedAt };
}
