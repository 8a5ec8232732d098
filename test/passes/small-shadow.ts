import type { Vec3 } from '../../src/core/vec.ts';
import { normalize } from '../../src/core/vec.ts';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { createFrameLayout } from '../../src/passes/frame/frame-buffer.ts';
import { CASCADES } from '../../src/passes/frame/frame-layout.ts';
import type { PassKit } from '../../src/passes/pass-kit.ts';
import { createSceneLayout, createShapeLayout, SceneBuffers } from '../../src/passes/scene/scene-buffers.ts';
import { createShadowMaps } from '../../src/passes/shadow/shadow-maps.ts';
import { createShadowPass, SHADOW_LAYER_BYTES, type ShadowCapacities, type ShadowPass } from '../../src/passes/shadow/shadow-pass.ts';
import { GUARANTEED_LIMITS } from '../../src/scene/fit-textures.ts';
import { packScene } from '../../src/scene/pack-scene.ts';
import type { SceneChunk } from '../../src/scene/packed-scene.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { WorldFromStage } from '../../src/stage/frame-state.ts';
import type { ShadowMapPx } from '../../src/stage/show.ts';
import { readBuffer, type TestGpu } from '../support/gpu.ts';

export const TO_SUN: Vec3 = normalize([0.4, 0.8, 0.3]);
export const AT_ORIGIN: WorldFromStage = { positionM: [0, 0, 0], yawRad: 0, scale: 1 };

/** The shadow pass alone, without the wall. */
export interface SmallShadow {
  readonly pass: ShadowPass;
  readonly buffers: SceneBuffers;
  /** The scene's one chunk, whole. */
  readonly chunk: SceneChunk;
  /** Encodes and submits a frame. @returns Layers drawn. */
  draw(placement?: WorldFromStage, toSun?: Vec3): number;
  /** What the layers asked of the lists, as frames read it back. */
  use(): Promise<Uint32Array>;
  /** Clusters listed for each cascade's resting layer. */
  entries(): Promise<readonly number[]>;
  /** Depths of a cascade's map, rows from the top. */
  depths(cascade: number): Promise<Float32Array>;
}

export interface SmallShadowOptions {
  readonly mapPx?: ShadowMapPx;
  /** Detail that is there at first; the whole by default. */
  readonly residentError?: number;
  readonly capacities?: Partial<ShadowCapacities>;
}

/** Draws shadow maps of a scene; everything is freed after `use`. */
export async function withShadow<T>(
  gpu: TestGpu,
  scene: SceneData,
  { mapPx = 1024, residentError = -1, capacities }: SmallShadowOptions,
  use: (shadow: SmallShadow) => Promise<T>,
): Promise<T> {
  const { device } = gpu;
  const scope = new GpuScope(device, 'test');
  try {
    const kit: PassKit = {
      scope,
      shaders: gpu.library,
      sceneLayout: createSceneLayout(scope),
      shapeLayout: createShapeLayout(scope),
      frameLayout: createFrameLayout(scope),
    };
    const packed = packScene(scene, GUARANTEED_LIMITS);
    const buffers = new SceneBuffers(scope, kit, packed, packed.images({ bc: false }));
    const { value: chunk } = (await packed.chunks({ bc: false })[Symbol.asyncIterator]().next()) as IteratorYieldResult<SceneChunk>;
    buffers.add({ ...chunk, residentError });
    const maps = createShadowMaps(scope, mapPx, scene.instances.dynamic?.includes(1) === true);
    const pass = await createShadowPass(kit, { scene, buffers, maps, mapPx, alphaTest: false, software: true, capacities });
    const readUse = async () => new Uint32Array(await readBuffer(device, pass.layers, SHADOW_LAYER_BYTES));
    return await use({
      pass,
      buffers,
      chunk,
      draw(placement = AT_ORIGIN, toSun = TO_SUN) {
        const encoder = device.createCommandEncoder({ label: 'test/shadow' });
        const { draws } = pass.encode(encoder, placement, toSun, () => undefined);
        device.queue.submit([encoder.finish()]);
        return draws;
      },
      use: readUse,
      async entries() {
        const words = await readUse();
        return Array.from({ length: CASCADES }, (_, k) => words[k * 8 + 1]);
      },
      async depths(cascade) {
        const target = scope.createBuffer('depths', { size: mapPx * mapPx * 4, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
        const encoder = device.createCommandEncoder({ label: 'test/depths' });
        encoder.copyTextureToBuffer(
          { texture: maps.all, origin: { z: cascade } },
          { buffer: target, bytesPerRow: mapPx * 4 },
          { width: mapPx, height: mapPx },
        );
        device.queue.submit([encoder.finish()]);
        return new Float32Array(await readBuffer(device, target));
      },
    });
  } finally {
    scope.destroy();
  }
}
