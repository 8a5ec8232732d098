/**
 * What `cyc bench` writes: one JSON file per run, schema `cyclorama.bench/1`. Times are milliseconds, memory bytes.
 * A reader refuses other versions; a field that is added keeps the version, one that changes its meaning raises it.
 */
export const BENCH_SCHEMA = 'cyclorama.bench/1';

/** A set of samples in the order they were taken, and what they say. */
export interface Distribution {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Rounded to the microsecond. */
  readonly samples: readonly number[];
}

/** A number of the issue, and whether this run shows it. */
export interface Verdict {
  readonly work: string;
  /** What is judged, with its unit: "GPU time, p99, ms". */
  readonly what: string;
  /** "≤ 4". */
  readonly limit: string;
  readonly state: 'met' | 'missed' | 'not measured here';
  /** As printed; '' where nothing was measured. */
  readonly value: string;
  /** Where it was worst, or why it was not measured. */
  readonly note: string;
}

/** Content of the scene that a row drew. */
export interface BenchSceneFacts {
  readonly uniqueTriangles: number;
  /** At full detail, over all instances. */
  readonly drawnTriangles: number;
  readonly instances: number;
  readonly meshes: number;
  readonly materials: number;
  readonly textures: number;
  readonly textureEdgePx: number;
  readonly shadowMapPx: number;
}

export interface BenchStageFacts {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Of the canvases that this row renders. */
  readonly leds: number;
  readonly facets: number;
  readonly canvases: number;
  readonly cameras: number;
}

/** One measured set-up: a scene on a stage. */
export interface BenchRow {
  readonly label: string;
  /** Place on the curve's axis: triangles drawn, facets, cameras; null where the rows are no curve. */
  readonly x: number | null;
  readonly scene: BenchSceneFacts;
  readonly stage: BenchStageFacts;
  /** Generate, build and upload the scene; from then to the first canvas in memory (shaders compile in it). */
  readonly buildMs: number;
  readonly firstFrameMs: number;
  /** State to canvases mapped. */
  readonly frameMs: Distribution;
  /** Sum of the passes by timestamps; null where the adapter has none. */
  readonly gpuMs: Distribution | null;
  /** JavaScript from state to submit. */
  readonly encodeMs: Distribution;
  /** Median by pass, in the order they run; empty without timestamps. */
  readonly passesMs: Readonly<Record<string, number>>;
  /** Of the process after the last frame, and of the scene on the device. */
  readonly rssBytes: number;
  readonly sceneBytes: number;
  /** Median of each counter over the frames. */
  readonly counters: Readonly<Record<string, number>>;
  /** Worst frame; null where the counters do not say. */
  readonly trianglesPerLed: number | null;
  readonly shadedPerLed: number | null;
  /** What the renderer says it draws otherwise than asked. */
  readonly warnings: readonly string[];
}

/** A renderer of others at the same content, measured in rounds between ours. */
export interface BenchPeer {
  readonly name: string;
  readonly version: string;
  /** How it is set up, as an expert of it would. */
  readonly setup: string;
  readonly firstFrameMs: number;
  /** Render call to all GPU work done; no warp onto the LEDs, no wall encoding, no readback. */
  readonly frameMs: Distribution;
  /** Inside the render call. */
  readonly scriptMs: Distribution;
  readonly rssBytes: number;
  /** Median frame time ÷ ours. */
  readonly ratio: number;
}

/** JavaScript cost on the device without a driver. */
export interface EncodeRow {
  readonly label: string;
  readonly instances: number;
  readonly facets: number;
  readonly encodeMs: Distribution;
}

export interface BenchWork {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string | null;
  readonly rows: readonly BenchRow[];
  /** Ours among them is rows[0]. */
  readonly peers: readonly BenchPeer[];
  readonly encode: readonly EncodeRow[];
  /** What a reader must know: rows and peers that failed, and why. */
  readonly notes: readonly string[];
}

export interface BenchMachine {
  readonly adapter: string;
  readonly kind: 'gpu' | 'software' | 'null';
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly system: string;
}

export interface BenchSettings {
  /** 1 = full; LEDs along an edge × scale, triangles × scale^1.25, texture and shadow edges × √scale. */
  readonly scale: number;
  readonly frames: number;
  readonly warmFrames: number;
  readonly samplesPerLed: number;
  readonly lodErrorPx: number;
  readonly seed: number;
  /** A frame at 60 Hz. */
  readonly budgetMs: number;
}

export interface BenchResult {
  readonly schema: typeof BENCH_SCHEMA;
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly machine: BenchMachine;
  /** cyclorama, node, webgpu, and the peers that ran. */
  readonly versions: Readonly<Record<string, string>>;
  /** Of the sources; with "+ changes" where the tree differs from it; 'unknown' where neither git nor a BUILD file says. */
  readonly commit: string;
  readonly settings: BenchSettings;
  readonly works: readonly BenchWork[];
  readonly verdicts: readonly Verdict[];
}
