import { BENCH_SCHEMA, type BenchResult, type BenchRow, type BenchWork } from '../../src/outputs/bench-result.ts';
import { distributionOf } from '../../src/platform/node/bench/statistics.ts';
import { verdictsOf } from '../../src/platform/node/bench/verdicts.ts';

/** A row whose frames all take `frameMs`; counters of a frame that shades every LED once. */
export function rowOf(label: string, frameMs: number, changes: Partial<BenchRow> = {}): BenchRow {
  const times = distributionOf([frameMs, frameMs, frameMs * 1.5]);
  return {
    label,
    x: null,
    scene: {
      uniqueTriangles: 1000,
      drawnTriangles: 3000,
      instances: 3,
      meshes: 1,
      materials: 64,
      textures: 80,
      textureEdgePx: 256,
      shadowMapPx: 1024,
    },
    stage: { widthPx: 100, heightPx: 50, leds: 5000, facets: 9, canvases: 1, cameras: 1 },
    buildMs: 500,
    firstFrameMs: 800,
    frameMs: times,
    gpuMs: times,
    encodeMs: distributionOf([0.2, 0.2, 0.4]),
    passesMs: { cull: frameMs / 4, shade: (frameMs * 3) / 4 },
    rssBytes: 200 * 2 ** 20,
    sceneBytes: 50 * 2 ** 20,
    counters: { instances: 3, trianglesRasterized: 6000, ledsLit: 5000, ledsShaded: 5000, surfacesShaded: 5200 },
    trianglesPerLed: 1.2,
    shadedPerLed: 1,
    warnings: [],
    ...changes,
  };
}

export const workOf = (name: string, rows: readonly BenchRow[], changes: Partial<BenchWork> = {}): BenchWork => ({
  name,
  title: `${name} title`,
  xLabel: null,
  rows,
  peers: [],
  encode: [],
  notes: [],
  ...changes,
});

/** A result with these works, and the verdicts that follow from them. */
export function resultOf(
  works: readonly BenchWork[],
  changes: { adapter?: string; kind?: 'gpu' | 'software'; scale?: number } = {},
): BenchResult {
  const { adapter = 'SwiftShader (CPU)', kind = 'software', scale = 0.045 } = changes;
  return {
    schema: BENCH_SCHEMA,
    date: '2026-11-22T16:49:30.000Z',
    machine: { adapter, kind, vendor: 'v', architecture: 'a', driver: 'd 1', cpu: 'c', cpus: 2, memoryBytes: 2 ** 34, system: 'Linux' },
    versions: { cyclorama: '0.1.0', node: '24', webgpu: '0.6.2' },
    commit: 'abc',
    settings: { scale, frames: 3, warmFrames: 1, samplesPerLed: 1, lodErrorPx: 1, seed: 7, budgetMs: 1000 / 60 },
    works,
    verdicts: verdictsOf(works, { kind, scale }),
  };
}
