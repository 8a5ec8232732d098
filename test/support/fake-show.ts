import { parseClientMessage } from '../../src/console/parse-client-message.ts';
import type {
  ClientMessage,
  ConsoleCamera,
  EventMessage,
  HelloMessage,
  OperatorParameters,
  StatusMessage,
} from '../../src/console/protocol.ts';
import { multiplyQuat, quatFromAxisAngle, rotate } from '../../src/core/quat.ts';
import type { Quat, Vec3 } from '../../src/core/vec.ts';
import { encodePreview } from '../../src/platform/node/canvas-preview.ts';
import { type ConsoleServer, startConsoleServer } from '../../src/platform/node/console-server.ts';
import type { SamplesPerLed } from '../../src/stage/frame-state.ts';
import { type EyeOfPoint, paintCanvas } from './fake-picture.ts';
import { fakeStage, ledPositions } from './fake-stage.ts';

export interface FakeShow {
  readonly server: ConsoleServer;
  /** Every message that passed the parser, oldest first. */
  readonly received: ClientMessage[];
  /** Publishes one frame: status, and pictures when `withPictures`. */
  step(withPictures?: boolean): Promise<void>;
  /** Runs by itself at `fps` until `close`. */
  run(fps: number): void;
  /** Stops publishing; the server stays up. */
  pause(): void;
  event(level: EventMessage['level'], text: string): void;
  close(): Promise<void>;
}

const FRAME_MS = 1001 / 24;

/** A show without a renderer: an arc stage, two moving cameras and painted canvases. What clients set is obeyed, so that controls can be tried. */
export async function startFakeShow(
  options: { port?: number; host?: string; startFrame?: number; samplesPerLed?: SamplesPerLed } = {},
): Promise<FakeShow> {
  const stage = fakeStage();
  const positions = stage.canvases.map((_, index) => ledPositions(stage, index));
  const received: ClientMessage[] = [];
  const historyMs: number[] = [];
  let frame = options.startFrame ?? 1000;
  let skipped = 0;
  let recording: string | null = null;
  let timer: NodeJS.Timeout | null = null;
  let parameters: OperatorParameters = {
    exposureStops: 0,
    worldFromStage: { positionM: [0, 0, 0], yawDeg: 0, scale: 1 },
    samplesPerLed: options.samplesPerLed ?? 1,
    lodErrorPx: 1,
    governor: true,
    camerasEnabled: { 'A-cam': true, 'B-cam': true, 'witness-C': false },
  };
  const onMessage = (message: ClientMessage): string | undefined => {
    received.push(message);
    if (message.type === 'set') {
      const strangers = Object.keys(message.parameters.camerasEnabled ?? {}).filter((id) => !(id in parameters.camerasEnabled));
      if (strangers.length) return `camerasEnabled: got ${strangers[0]}, expected ${Object.keys(parameters.camerasEnabled).join(', ')}`;
      const camerasEnabled = { ...parameters.camerasEnabled, ...message.parameters.camerasEnabled };
      parameters = { ...parameters, ...message.parameters, camerasEnabled };
    }
    if (message.type === 'set' && message.parameters.samplesPerLed === 8)
      event('warn', 'governor: samples per LED 8 → 1, outer eye at ½ lattice (3 of 9 steps); frames take 61.2 ms of 37.5 ms');
    if (message.type === 'record') {
      recording = message.on ? `takes/arc-volume-${String(frame)}.take` : null;
      event('info', message.on ? `recording ${recording}` : 'recording stopped');
    }
    return undefined;
  };
  const server = await startConsoleServer<ClientMessage>({
    host: options.host,
    port: options.port ?? 0,
    hello: () => hello(stage),
    parse: parseClientMessage,
    onMessage,
  });
  const event = (level: EventMessage['level'], text: string) =>
    server.publishEvent({ type: 'event', timeIso: new Date().toISOString(), level, text } satisfies EventMessage);

  const step = async (withPictures = true) => {
    frame++;
    const timeS = (frame * FRAME_MS) / 1000;
    const cameras = camerasAt(timeS, parameters.camerasEnabled);
    const frameMs = 31 + 6 * Math.sin(frame / 7) + (frame % 37 === 0 ? 24 : 0);
    if (frameMs > FRAME_MS) skipped++;
    historyMs.push(frameMs);
    if (historyMs.length > 120) historyMs.shift();
    server.publishStatus(status(frame, frameMs, historyMs, skipped, cameras, parameters, recording));
    if (!withPictures || server.pictureClientCount === 0) return;
    const eyeOf = eyeChooser(cameras, stage.outerEyeM);
    await Promise.all(
      stage.canvases.map(async (canvas, index) => {
        const pq = canvas.bitDepth === 10;
        const image = paintCanvas(index, canvas.widthPx, canvas.heightPx, pq ? 10 : 8, positions[index], eyeOf, timeS);
        const jpeg = await encodePreview(image, pq ? { kind: 'pq' } : { kind: 'srgb', whiteNits: 200 }, 1024);
        server.publishCanvas(index, BigInt(frame), jpeg);
      }),
    );
  };
  const run = (fps: number) => {
    const next = async () => {
      const startMs = performance.now();
      await step();
      if (timer) timer = setTimeout(next, Math.max(0, 1000 / fps - (performance.now() - startMs)));
    };
    timer = setTimeout(next, 0);
  };
  const pause = () => {
    if (timer) clearTimeout(timer);
    timer = null;
  };
  const close = async () => {
    pause();
    await server.close();
  };
  event('info', 'show "Desert evening" loaded: 412,880 triangles, 1,204 instances');
  event('info', 'A-cam: OpenTrackIO over UDP 239.135.1.1:55555');
  event('warn', 'B-cam: no packet for 640 ms, holding the last pose');
  return { server, received, step, run, pause, event, close };
}

const hello = (stage: HelloMessage['stage']): HelloMessage => ({
  type: 'hello',
  version: '0.1.0',
  show: 'Desert evening',
  scene: { name: 'desert', triangles: 412_880, instances: 1204 },
  device: {
    adapter: 'SwiftShader Device (LLVM 10.0.0)',
    kind: 'software',
    reason: 'no GPU: the Vulkan loader found no driver besides the embedded one',
  },
  stage,
});

function camerasAt(timeS: number, enabled: Readonly<Record<string, boolean>>): ConsoleCamera[] {
  const pose = (panDeg: number, tiltDeg: number, rollDeg = 0): Quat =>
    multiplyQuat(
      quatFromAxisAngle([0, 1, 0], (panDeg * Math.PI) / 180),
      multiplyQuat(quatFromAxisAngle([1, 0, 0], (tiltDeg * Math.PI) / 180), quatFromAxisAngle([0, 0, -1], (rollDeg * Math.PI) / 180)),
    );
  const common = { sensorMm: [36, 20.25], overscanPercent: 5 } as const;
  return [
    {
      ...common,
      id: 'A-cam',
      enabled: enabled['A-cam'],
      entrancePupilM: [-0.9 + 0.7 * Math.sin(timeS * 0.5), 1.55 + 0.05 * Math.sin(timeS * 1.7), 1.4],
      stageFromCamera: pose(-4 + 9 * Math.sin(timeS * 0.41), 2 + Math.sin(timeS * 0.9), 0.6 * Math.sin(timeS * 1.1)),
      focalLengthMm: 35,
      sampleAgeMs: 8 + 3 * Math.sin(timeS * 5),
      health: 'live',
    },
    {
      ...common,
      id: 'B-cam',
      enabled: enabled['B-cam'],
      entrancePupilM: [2.1, 0.7, 1.9],
      stageFromCamera: pose(24, 9),
      focalLengthMm: 50,
      sampleAgeMs: 640,
      health: 'held',
    },
    {
      ...common,
      id: 'witness-C',
      enabled: enabled['witness-C'],
      entrancePupilM: [-2.6, 2.4, 3.1],
      stageFromCamera: pose(-38, -9),
      focalLengthMm: 24,
      sampleAgeMs: null,
      health: 'rest',
    },
  ];
}

/** The first enabled camera whose sensor sees the point, else the outer eye. */
function eyeChooser(cameras: readonly ConsoleCamera[], outerEyeM: Vec3): EyeOfPoint {
  const views = cameras
    .filter((camera) => camera.enabled)
    .map((camera) => {
      const margin = 1 + (2 * camera.overscanPercent) / 100;
      const [x, y, z, w] = camera.stageFromCamera;
      const [right, up, back] = (
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ] as const
      ).map((axis) => rotate([x, y, z, w], axis));
      const halfX = (margin * camera.sensorMm[0]) / 2 / camera.focalLengthMm;
      const halfY = (camera.sensorMm[1] / camera.sensorMm[0]) * halfX;
      return { eye: camera.entrancePupilM, right, up, back, halfX, halfY };
    });
  return (x, y, z) => {
    for (const { eye, right, up, back, halfX, halfY } of views) {
      const dx = x - eye[0];
      const dy = y - eye[1];
      const dz = z - eye[2];
      const depth = -(dx * back[0] + dy * back[1] + dz * back[2]);
      if (depth <= 0) continue;
      if (Math.abs(dx * right[0] + dy * right[1] + dz * right[2]) > halfX * depth) continue;
      if (Math.abs(dx * up[0] + dy * up[1] + dz * up[2]) <= halfY * depth) return eye;
    }
    return outerEyeM;
  };
}

/** A device on which eight samples do not fit the budget. */
function governorOf({ governor: on, samplesPerLed, lodErrorPx }: OperatorParameters): StatusMessage['governor'] {
  const wish = { samplesPerLed, lodErrorPx };
  const reduced = on && samplesPerLed === 8;
  return {
    on,
    level: reduced ? 3 : 0,
    steps: samplesPerLed === 8 ? 9 : samplesPerLed === 4 ? 8 : 7,
    drawn: reduced ? { samplesPerLed: 1, outerRate: 2, lodErrorPx } : { ...wish, outerRate: 1 },
    wish,
    since: reduced ? '12:03:11:04' : null,
    budgetMs: 37.5,
    loadMs: 26.2,
    isOutOfSteps: false,
  };
}

function status(
  frame: number,
  frameMs: number,
  historyMs: readonly number[],
  framesSkipped: number,
  cameras: readonly ConsoleCamera[],
  parameters: OperatorParameters,
  recording: string | null,
): StatusMessage {
  const second = Math.floor(frame / 24);
  const two = (value: number) => String(value).padStart(2, '0');
  return {
    type: 'status',
    frame: String(42_611_904_000n + BigInt(frame)),
    timecode: `${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}:${two(frame % 24)}`,
    fps: 23.976,
    targetFps: 24_000 / 1001,
    frameMs,
    encodeMs: 0.62,
    gpuMs: frameMs - 3.4,
    historyMs: [...historyMs],
    framesRendered: frame,
    framesSkipped,
    errors: 0,
    rssMb: 612,
    counters: {
      instances: 1204,
      instancesTested: 2408,
      nodesTested: 5120,
      clustersTested: 9120,
      clustersOccluded: 2204,
      clustersDrawn: 3310,
      trianglesSetUp: 181_040,
      trianglesRasterized: 96_211,
      ledsLit: 245_760,
      ledsShaded: 248_300,
      ledsShadedInFeather: 4980,
      ledsInFeather: 2490,
      surfacesShaded: 261_007,
      texelsRead: 1_640_000,
      bytesWritten: 983_040,
      dispatches: 31,
      draws: 4,
      allocations: 0,
      overflows: 0,
    },
    passesMs: { cull: 0.41, setup: 1.27, visibility: 9.6, shade: 14.9, shadow: 0 },
    governor: governorOf(parameters),
    cameras,
    sources: [
      {
        name: 'A-cam · opentrackio-udp :55555',
        packets: 118_204,
        samples: 118_190,
        ratePerS: 119.8,
        rejected: { 'bad-checksum': 12, duplicate: 2 },
      },
      { name: 'B-cam · freed-udp :40000', packets: 40_112, samples: 40_112, ratePerS: 0, rejected: {} },
    ],
    parameters,
    recording,
  };
}

// `node test/support/fake-show.ts [port]`: a show to look at while working on the console.
if (import.meta.main) {
  const show = await startFakeShow({ port: Number(process.argv[2] ?? 8080) });
  show.run(12);
  process.stdout.write(`${show.server.url}\n`);
}
