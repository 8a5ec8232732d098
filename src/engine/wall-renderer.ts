import { ACESCG, REC709, REC2020 } from '../core/primaries.ts';
import type { GpuContext } from '../gpu/gpu-context.ts';
import { GpuScope } from '../gpu/gpu-scope.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import { createCullPass } from '../passes/cull/cull-pass.ts';
import { createFrameBuffer, createFrameLayout } from '../passes/frame/frame-buffer.ts';
import { FrameWriter, type ListCapacities } from '../passes/frame/frame-writer.ts';
import { type LightingSettings, writeStaticLighting } from '../passes/frame/lighting-writer.ts';
import { writeOutputs } from '../passes/frame/outputs-writer.ts';
import type { PassKit } from '../passes/pass-kit.ts';
import { createSceneLayout, uploadScene } from '../passes/scene/scene-buffers.ts';
import { createSetupPass } from '../passes/setup/setup-pass.ts';
import { uploadDfgTable, uploadEnvironment } from '../passes/shade/environment-textures.ts';
import { buildLedBlocks } from '../passes/shade/led-blocks.ts';
import { shadeFeatures } from '../passes/shade/shade-features.ts';
import { createShadePass } from '../passes/shade/shade-pass.ts';
import { createShadowPass } from '../passes/shadow/shadow-pass.ts';
import { createVisibilityPass, type RasterPath } from '../passes/visibility/visibility-pass.ts';
import { buildBrdfLut } from '../scene/brdf-lut.ts';
import type { Environment, SceneData } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import { WallRenderer } from './frame-renderer.ts';

export type { WallRenderer } from './frame-renderer.ts';

const PRIMARIES = { rec709: REC709, rec2020: REC2020, acescg: ACESCG } as const;
/** Edge of the split-sum table, texels. */
const DFG_SIZE = 32;
export interface WallRendererOptions extends Partial<LightingSettings> {
  /** Also return ids and colours per LED. */
  readonly debug?: boolean;
  readonly workingPrimaries?: keyof typeof PRIMARIES;
  /** Canvases to render; all when left out. */
  readonly canvases?: readonly number[];
  /** What spreads large triangles; 'auto' (default) takes `compute`, the reference. Ask `chooseRasterPath` which is faster here. */
  readonly rasterPath?: 'auto' | RasterPath;
  /** Lengths of the lists in the first frame; they grow by themselves. For tests of that. */
  readonly initialCapacities?: Partial<ListCapacities>;
}

export interface WallRendererInput {
  readonly gpu: GpuContext;
  readonly shaders: ShaderLibrary;
  readonly stage: BakedStage;
  readonly scene: SceneData;
  readonly environment: Environment | null;
  readonly options?: WallRendererOptions;
}

/** Draws frames of one stage and scene on one device. @throws GpuError when shaders, limits or lists do not fit the device. */
export async function createWallRenderer(input: WallRendererInput): Promise<WallRenderer> {
  const { gpu, stage, scene, options = {} } = input;
  const scope = new GpuScope(gpu.device, 'wall');
  try {
    const canvases = options.canvases ?? stage.canvases.map((_, index) => index);
    const kit: PassKit = { scope, shaders: input.shaders, sceneLayout: createSceneLayout(scope), frameLayout: createFrameLayout(scope) };
    const outputStage = { ...stage, tiles: stage.tiles.filter((tile) => canvases.includes(tile.canvas)) };
    // The writer needs the windows, the blocks the output table: the table goes into a writer of the final size.
    const windows = buildLedBlocks(outputStage, canvases, () => 0).windows;
    const writer = new FrameWriter(stage, windows);
    const blocks = buildLedBlocks(
      outputStage,
      canvases,
      writeOutputs(writer, outputStage, PRIMARIES[options.workingPrimaries ?? 'rec709']),
    );
    const sceneBuffers = uploadScene(scope.child('scene'), kit.sceneLayout, scene);
    const environment = uploadEnvironment(scope, input.environment);
    const settings: LightingSettings = {
      sun: options.sun ?? null,
      ambient: options.ambient ?? [0, 0, 0],
      environmentIntensity: options.environmentIntensity ?? 1,
      environmentRotationRad: options.environmentRotationRad ?? 0,
      environmentVisible: options.environmentVisible ?? true,
    };
    writeStaticLighting(writer, settings, environment.info, scene.lights);
    const frame = createFrameBuffer(scope, kit.frameLayout, writer.buffer.byteLength);
    const alphaTest = scene.materials.some((material) => material.alphaMode !== 'opaque');
    const { textureFeatures } = sceneBuffers;
    const shadow = await createShadowPass(kit, { used: settings.sun?.shadow === true, alphaTest, textureFeatures });
    const dfg = uploadDfgTable(scope, buildBrdfLut(DFG_SIZE), DFG_SIZE);
    const [cull, setup, visibility, shade] = await Promise.all([
      createCullPass(kit),
      createSetupPass(kit),
      createVisibilityPass(kit, {
        path: options.rasterPath === 'hardware' ? 'hardware' : 'compute',
        alphaTest,
        textureFeatures,
      }),
      createShadePass(kit, {
        frame,
        blocks,
        environment,
        dfg,
        shadowMaps: shadow.view,
        features: shadeFeatures(scene, stage, settings, environment.info !== null, textureFeatures),
        debug: options.debug === true,
      }),
    ]);
    return new WallRenderer({
      gpu,
      scope,
      stage,
      scene,
      writer,
      blocks,
      sceneBuffers,
      frame,
      settings,
      passes: { cull, setup, visibility, shade, shadow },
      capacities: options.initialCapacities ?? {},
    });
  } catch (error) {
    scope.destroy();
    throw error;
  }
}
