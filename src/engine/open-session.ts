import type { GpuContext, GpuPort } from '../gpu/gpu-context.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameRenderer, OpenSession, RenderSession } from './show-ports.ts';

/** Builds a renderer of the show's scene on an open device, for any stage. */
export type CreateRenderer = (gpu: GpuContext, stage: BakedStage) => Promise<FrameRenderer>;

/**
 * Opens a device through the port and builds the renderer on it. Stage and scene stay in main memory: a lost device is rebuilt from them by
 * calling the returned function again.
 * @returns a function that throws GpuError when there is no device or the renderer cannot be built on it.
 */
export function sessionOpener(port: GpuPort, stage: BakedStage, createRenderer: CreateRenderer): OpenSession {
  return async (): Promise<RenderSession> => {
    const gpu = await port.open();
    let renderer: FrameRenderer;
    try {
      renderer = await createRenderer(gpu, stage);
    } catch (error) {
      gpu.destroy();
      throw error;
    }
    return {
      renderer,
      device: gpu.description,
      errors: gpu.errors,
      lost: gpu.lost.then(({ reason, message }) => ({ reason: reason ?? 'unknown', message })),
      rendererFor: (other) => createRenderer(gpu, other),
      destroy() {
        try {
          renderer.destroy();
        } finally {
          gpu.destroy();
        }
      },
    };
  };
}
