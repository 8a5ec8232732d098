/** One finished canvas, rows top first. */
export interface CanvasImage {
  /** Index in `BakedStage.canvases`. */
  readonly canvas: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bitDepth: 8 | 10 | 12;
  /** rgba8: 4 bytes; rgb10a2: one little-endian u32, red in the low bits; rgba16: 4 × u16, the 12-bit code in the low bits. */
  readonly format: 'rgba8' | 'rgb10a2' | 'rgba16';
  /** Tightly packed; a view of mapped memory, valid until `release`. */
  readonly data: Uint8Array;
}

/** Work done for one frame. */
export interface FrameCounters {
  /** Instances of the scene. */
  readonly instances: number;
  /** Instances × eyes, nodes of cluster trees, and clusters that were looked at. */
  readonly instancesTested: number;
  readonly nodesTested: number;
  readonly clustersTested: number;
  /** Found hidden behind others (in the first look; what the second look finds visible is drawn after all). */
  readonly clustersOccluded: number;
  /** Cluster × eye pairs that were drawn. */
  readonly clustersDrawn: number;
  /** Triangles of drawn clusters, × eyes. */
  readonly trianglesSetUp: number;
  /** Triangle × view pairs that may cover a sample. */
  readonly trianglesRasterized: number;
  /** LEDs of the rendered canvases. */
  readonly ledsLit: number;
  /** LED × eye pairs shaded, outside and inside the feather bands. One thing shaded for 2×2 LEDs counts once. */
  readonly ledsShaded: number;
  readonly ledsShadedInFeather: number;
  /** LEDs in feather bands. */
  readonly ledsInFeather: number;
  /** Distinct surfaces shaded (an LED with two surfaces among its samples shades two). */
  readonly surfacesShaded: number;
  /** Filtered texture reads. */
  readonly texelsRead: number;
  /** By the passes, to buffers of the device. */
  readonly bytesWritten: number;
  readonly dispatches: number;
  readonly draws: number;
  /** Objects made on the device during this frame; 0 once the lists have their size. */
  readonly allocations: number;
  /** List entries that did not fit; the frame was rendered again with larger lists. */
  readonly overflows: number;
}

export interface FrameTimings {
  /** JavaScript from state to submit. */
  readonly encodeMs: number;
  /** Submit to canvases mapped. */
  readonly gpuMs: number;
  readonly totalMs: number;
  /** Per pass, from timestamps where the adapter has them; label → ms. */
  readonly passesMs: Readonly<Record<string, number>>;
}

/** Per LED, in the order of the rendered canvases' pixels; only when asked for. */
export interface FrameDebug {
  /** meshlet-instance « 7 | triangle of the eye with most weight; 0xffffffff = no surface. */
  readonly ids: Uint32Array;
  /** Scene-linear RGB before exposure, and the weight of the inner frusta, 4 per LED. */
  readonly color: Float32Array;
}

export interface FrameResult {
  readonly frame: bigint;
  readonly canvases: readonly CanvasImage[];
  readonly counters: FrameCounters;
  readonly timings: FrameTimings;
  readonly debug?: FrameDebug;
  /** Gives the mapped memory back to the ring. */
  release(): void;
}
