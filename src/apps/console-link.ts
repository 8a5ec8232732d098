import { parseClientMessage } from '../console/parse-client-message.ts';
import type { ClientMessage } from '../console/protocol.ts';
import { eventMessage, helloMessage, statusMessage } from '../console/show-messages.ts';
import type { FrameSink, ShowEvent } from '../engine/show-ports.ts';
import type { SourceReport } from '../engine/show-tracking.ts';
import type { GpuDescription } from '../gpu/gpu-context.ts';
import { encodePreview } from '../platform/node/canvas-preview.ts';
import { type ConsoleServer, startConsoleServer } from '../platform/node/console-server.ts';
import type { LiveShow } from './live-show.ts';

const STATUS_EVERY_MS = 100;
const SOURCES_EVERY_MS = 1000;
const PICTURES_EVERY_MS = 100;
const PREVIEW_WIDTH_PX = 960;

export interface ConsoleLink {
  readonly server: ConsoleServer;
  event(event: ShowEvent): void;
  close(): Promise<void>;
}

/** Serves the console of a show and keeps it told. @throws OutputError PORT_BUSY, CANNOT_LISTEN, CONSOLE_BUNDLE */
export async function linkConsole(live: LiveShow, facts: { version: string; host?: string; port?: number }): Promise<ConsoleLink> {
  const { stage, scene, document } = live.show;
  const opening: GpuDescription = {
    adapter: 'opening',
    vendor: '',
    architecture: '',
    driver: '',
    kind: 'null',
    reason: 'The device is being opened.',
  };
  let told: GpuDescription | null = null;
  const server = await startConsoleServer<ClientMessage>({
    host: facts.host,
    port: facts.port,
    hello: () =>
      helloMessage({
        version: facts.version,
        show: document.name,
        scene: { name: scene.name, triangles: scene.triangleCount, instances: scene.instances.count },
        device: live.runner.status().device ?? opening,
        stage,
      }),
    parse: parseClientMessage,
    onMessage: (message) => {
      if (message.type === 'set') return live.set(message.parameters);
      if (message.type === 'record') void switchRecording(live, message.on, event);
      return undefined;
    },
  });
  const event = ({ level, text }: ShowEvent): void => server.publishEvent(eventMessage(level, text, Date.now()));
  live.addSink(previewSink(server, live));

  let sources: readonly SourceReport[] = live.tracking.report(live.nowNs());
  const sourceTimer = setInterval(() => {
    sources = live.tracking.report(live.nowNs());
  }, SOURCES_EVERY_MS);
  const statusTimer = setInterval(() => {
    const status = live.runner.status();
    // A device that was rebuilt may be another one.
    if (status.device !== told) server.publishHello();
    told = status.device;
    if (server.clientCount === 0) return;
    server.publishStatus(
      statusMessage(status, {
        healthOf: (camera) => live.tracking.latest.get(camera),
        sources: sources.map(({ name, counters, ratePerS }) => ({
          name,
          packets: counters.packets,
          samples: counters.samples,
          ratePerS,
          rejected: counters.rejected as Readonly<Record<string, number>>,
        })),
        parameters: live.operator,
        recording: live.recording,
        rssMb: process.memoryUsage.rss() / 1e6,
      }),
    );
  }, STATUS_EVERY_MS);
  return {
    server,
    event,
    async close() {
      clearInterval(sourceTimer);
      clearInterval(statusTimer);
      await server.close();
    },
  };
}

/** Sends small pictures of the canvases while somebody looks: at most ten a second, one set at a time. */
function previewSink(server: ConsoleServer, live: LiveShow): FrameSink {
  let busy = false;
  let sentAtMs = 0;
  return {
    name: 'console pictures',
    take(state, { canvases }) {
      const now = performance.now();
      if (busy || server.pictureClientCount === 0 || now - sentAtMs < PICTURES_EVERY_MS) return;
      busy = true;
      sentAtMs = now;
      // `encodePreview` reads the pixels before it returns, so the frame need not be held.
      const pictures = canvases.map(async (image) => {
        const jpeg = await encodePreview(image, live.show.stage.canvases[image.canvas].transfer, PREVIEW_WIDTH_PX);
        server.publishCanvas(image.canvas, state.frame, jpeg);
      });
      void Promise.allSettled(pictures).then(() => {
        busy = false;
      });
    },
  };
}

async function switchRecording(live: LiveShow, on: boolean, event: (event: ShowEvent) => void): Promise<void> {
  try {
    const file = on ? await live.startRecording() : await live.stopRecording();
    if (file) event({ level: 'info', text: on ? `recording ${file}` : `recorded ${file}` });
  } catch (error) {
    event({ level: 'error', text: `cannot record: ${(error as Error).message}` });
  }
}
