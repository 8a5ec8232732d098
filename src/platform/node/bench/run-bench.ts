import { fileURLToPath } from 'node:url';
import { CycError } from '../../../core/errors.ts';
import {
  BENCH_SCHEMA,
  type BenchMachine,
  type BenchPeer,
  type BenchResult,
  type BenchRow,
  type BenchWork,
  type EncodeRow,
} from '../../../outputs/bench-result.ts';
import type { SamplesPerLed } from '../../../stage/frame-state.ts';
import { createNodeGpuPort } from '../gpu.ts';
import { describeMachine, installedVersion, sourceCommit } from './bench-machine.ts';
import { PEER_PACKAGES, type PeerName, peerScript } from './bench-peers.ts';
import type { MeasureJob } from './bench-protocol.ts';
import { wall4k, wallOfFacets } from './bench-stage.ts';
import { BENCH_SEED, type CaseSpec, SOFTWARE_SCALE, shadowMapPx, WORKS, type WorkSpec } from './bench-works.ts';
import { MeasuredProcess } from './measured-process.ts';
import { distributionOf } from './statistics.ts';
import { verdictsOf } from './verdicts.ts';

export interface BenchOptions {
  /** Names of works, in this order. */
  readonly works: readonly string[];
  /** Null: 1 on a GPU, SOFTWARE_SCALE on a software driver. */
  readonly scale: number | null;
  /** Null: 600 and 60 on a GPU, 8 and 3 on a software driver. */
  readonly frames: number | null;
  readonly warmFrames: number | null;
  readonly peers: readonly PeerName[];
  readonly samplesPerLed: SamplesPerLed;
  readonly lodErrorPx: number;
  /** Where peers leave pictures; null: nowhere. */
  readonly picturesFolder: string | null;
  readonly onProgress: (text: string) => void;
  /** Told the result so far after each work but the last, so that a run that is ended early leaves what it measured. */
  readonly onPartial?: (result: BenchResult) => Promise<void>;
}

const CASE_PROCESS = fileURLToPath(new URL('./case-process.ts', import.meta.url));
const FRAMES = { gpu: [600, 60], software: [8, 3], null: [8, 3] } as const;
/** Frames of the JavaScript measurement: a p99 needs them, and without a driver they are quick. */
const ENCODE_FRAMES = [1000, 200] as const;
/** Ours and the peers' take turns this often, so that a machine that slows down slows all of them. */
const ROUNDS = 3;
const BUDGET_MS = 1000 / 60;

/** @throws CycError UNKNOWN_WORK */
export function findWorks(names: readonly string[]): readonly WorkSpec[] {
  return names.map((name) => {
    const work = WORKS.find((candidate) => candidate.name === name);
    if (!work)
      throw new CycError('UNKNOWN_WORK', 'no such work', { got: name, expected: WORKS.map((candidate) => candidate.name).join(', ') });
    return work;
  });
}

/** Runs named works on this device, one process per scene. A work that fails leaves a note, the others run. */
export async function runBench(options: BenchOptions): Promise<BenchResult> {
  const specs = findWorks(options.works);
  const gpu = await createNodeGpuPort().open();
  const machine = describeMachine(gpu.description);
  gpu.destroy();
  const scale = options.scale ?? (machine.kind === 'gpu' ? 1 : SOFTWARE_SCALE);
  const frames = options.frames ?? FRAMES[machine.kind][0];
  const warmFrames = options.warmFrames ?? FRAMES[machine.kind][1];
  const run: Run = { options, scale, frames, warmFrames, kind: machine.kind };
  const date = new Date().toISOString();
  const works: BenchWork[] = [];
  for (const spec of specs) {
    works.push(await runWork(spec, run));
    if (works.length < specs.length) await options.onPartial?.(resultOf(works, machine, run, date));
  }
  return resultOf(works, machine, run, date);
}

function resultOf(works: readonly BenchWork[], machine: BenchMachine, run: Run, date: string): BenchResult {
  const { options, scale, frames, warmFrames } = run;
  const peerVersions = works.flatMap((work) => work.peers.map((peer) => [peer.name, peer.version] as const));
  const { samplesPerLed, lodErrorPx } = options;
  return {
    schema: BENCH_SCHEMA,
    date,
    machine,
    versions: {
      cyclorama: installedVersion('cyclorama') ?? 'unknown',
      node: process.versions.node,
      webgpu: installedVersion('webgpu') ?? 'unknown',
      ...Object.fromEntries(peerVersions),
    },
    commit: sourceCommit(),
    settings: { scale, frames, warmFrames, samplesPerLed, lodErrorPx, seed: BENCH_SEED, budgetMs: BUDGET_MS },
    works: [...works],
    verdicts: verdictsOf(works, { kind: machine.kind, scale }),
  };
}

interface Run {
  readonly options: BenchOptions;
  readonly scale: number;
  readonly frames: number;
  readonly warmFrames: number;
  readonly kind: 'gpu' | 'software' | 'null';
}

async function runWork(spec: WorkSpec, run: Run): Promise<BenchWork> {
  const notes: string[] = [];
  const rows: BenchRow[] = [];
  const peers: BenchPeer[] = [];
  const encode: EncodeRow[] = [];
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    await work().catch((error: Error) => {
      notes.push(`${what}: ${error.message}`);
      run.options.onProgress(`${spec.name}: ${what} failed: ${error.message}`);
    });
  };
  if (spec.special === 'encode') await attempt('encode', () => runEncode(run, spec.name, encode));
  else if (spec.special === 'peers') await attempt(spec.name, () => runSideBySide(spec, run, rows, peers, notes));
  else for (const part of spec.cases(run.scale)) await attempt(part.rows[0]!.label, () => runCase(spec.name, part, run, rows));
  return { name: spec.name, title: spec.title, xLabel: spec.xLabel, rows, peers, encode, notes };
}

const jobOf = ({ scene, rows }: CaseSpec, { options, scale, warmFrames, kind }: Run): MeasureJob => ({
  scene,
  walls: rows,
  quality: { samplesPerLed: options.samplesPerLed, lodErrorPx: options.lodErrorPx },
  seed: BENCH_SEED,
  shadowMapPx: shadowMapPx(scale),
  warmFrames,
  picturesFolder: options.picturesFolder,
  ...(kind === 'null' && { backend: 'null' as const }),
});

async function runCase(name: string, part: CaseSpec, run: Run, rows: BenchRow[]): Promise<void> {
  const job = jobOf(part, run);
  let label = '';
  const ours = new MeasuredProcess(CASE_PROCESS, {}, (text) => run.options.onProgress(`${name} ${label}: ${text}`));
  try {
    for (let k = 0; k < part.rows.length; k++) {
      label = part.rows[k]!.label;
      await ours.open(job, k);
      run.options.onProgress(`${name} ${label}: ${run.frames} frames`);
      await ours.frames(run.frames);
      const { row } = await ours.finish();
      if (row) rows.push(row);
    }
  } finally {
    ours.stop();
  }
}

/** JavaScript alone: the null device takes every command and does nothing. */
async function runEncode(run: Run, name: string, out: EncodeRow[]): Promise<void> {
  const wall = wall4k(SOFTWARE_SCALE);
  const hundred = wallOfFacets(100, SOFTWARE_SCALE);
  const [frames, warmFrames] = run.options.frames === null ? ENCODE_FRAMES : [run.frames, run.warmFrames];
  const rowsOf = (instances: number): CaseSpec['rows'] => {
    const nine = { label: `${instances.toLocaleString('en')} instances`, x: null, wall };
    return instances === 5000 ? [nine, { label: '100 facets, 5,000 instances', x: null, wall: hundred }] : [nine];
  };
  for (const instances of [10, 5000, 100_000]) {
    const part: CaseSpec = {
      scene: { kind: 'tiles', triangles: 200, textureEdgePx: 32, seed: BENCH_SEED, instances },
      rows: rowsOf(instances),
    };
    const rows: BenchRow[] = [];
    const nullRun = { ...run, frames, warmFrames };
    await runCase(name, part, { ...nullRun, kind: 'null' }, rows);
    for (const row of rows) out.push({ label: row.label, instances, facets: row.stage.facets, encodeMs: row.encodeMs });
  }
}

/** Ours and each peer in turn, round after round, every one in a process that sleeps while others draw. */
async function runSideBySide(spec: WorkSpec, run: Run, rows: BenchRow[], out: BenchPeer[], notes: string[]): Promise<void> {
  const part = spec.cases(run.scale)[0]!;
  const job = jobOf(part, run);
  const progress = (text: string): void => run.options.onProgress(`${spec.name}: ${text}`);
  const ours = new MeasuredProcess(CASE_PROCESS, {}, progress);
  const peers: {
    name: PeerName;
    process: MeasuredProcess;
    opened: Awaited<ReturnType<MeasuredProcess['open']>>;
    frameMs: number[];
    scriptMs: number[];
  }[] = [];
  try {
    progress('opening ours');
    await ours.open(job, 0);
    for (const name of run.options.peers) {
      const measured = new MeasuredProcess(peerScript(name), { CYC_GPU: run.kind });
      progress(`opening ${name}`);
      try {
        peers.push({ name, process: measured, opened: await measured.open(job, 0), frameMs: [], scriptMs: [] });
      } catch (error) {
        measured.stop();
        notes.push(`${name} ${installedVersion(PEER_PACKAGES[name])}: ${(error as Error).message}`);
      }
    }
    for (let round = 0; round < ROUNDS; round++) {
      const count = Math.ceil((run.frames * (round + 1)) / ROUNDS) - Math.ceil((run.frames * round) / ROUNDS);
      if (count === 0) continue;
      progress(`round ${round + 1} of ${ROUNDS}`);
      await ours.frames(count);
      for (const peer of peers) {
        const drawn = await peer.process.frames(count);
        peer.frameMs.push(...drawn.frameMs);
        peer.scriptMs.push(...drawn.scriptMs);
      }
    }
    const { row } = await ours.finish();
    if (row) rows.push(row);
    for (const peer of peers) {
      const frameMs = distributionOf(peer.frameMs);
      const { name, version, setup, firstFrameMs } = peer.opened;
      const { rssBytes } = await peer.process.finish();
      out.push({
        name,
        version,
        setup,
        firstFrameMs,
        frameMs,
        scriptMs: distributionOf(peer.scriptMs),
        rssBytes,
        ratio: frameMs.median / (row?.frameMs.median ?? Number.NaN),
      });
    }
  } finally {
    for (const each of [ours, ...peers.map((peer) => peer.process)]) each.stop();
  }
}
