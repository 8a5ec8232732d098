import { ACESCG, REC709, REC2020 } from '../core/primaries.ts';
import type { GpuContext } from '../gpu/gpu-context.ts';
import { GpuScope } from '../gpu/gpu-scope.ts';
import type { ShaderLibrary } from '../gpu/shader-library.ts';
import { createCullPass } from '../passes/cull/cull-pass.ts';
import { createFrameBuffer, createFrameLayout } from '../passes/frame/frame-buffer.ts';
import type { ListCapacities } from '../passes/frame/frame-lists.ts';
import { FrameWriter } from '../passes/frame/frame-writer.ts';
import { type LightingSettings, writeStaticLighting } from '../passes/frame/lighting-writer.ts';
import { writeOutputs } from '../passes/frame/outputs-writer.ts';
import type { PassKit } from '../passes/pass-kit.ts';
import { createSamplesPass } from '../passes/samples/samples-pass.ts';
import { createSceneLayout, createShapeLayout, uploadScene } from '../passes/scene/scene-buffers.ts';
import { createSetupPass } from '../passes/setup/setup-pass.ts';
import { uploadDfgTable, uploadEnvironment } from '../passes/shade/environment-textures.ts';
import { buildLedBlocks } from '../passes/shade/led-blocks.ts';
import { shadeFeatures } from '../passes/shade/shade-features.ts';
import { createShadePass } from '../passes/shade/shade-pass.ts';
import { SHADOW_MAP_PX } from '../passes/shadow/cascades.ts';
import { createShadowMaps } from '../passes/shadow/shadow-maps.ts';
import { createShadowPass, type ShadowCapacities } from '../passes/shadow/shadow-pass.ts';
import { type RasterSettings, REFERENCE_RASTER, sampleWords } from '../passes/visibility/raster-settings.ts';
import { createVisibilityPass } from '../passes/visibility/visibility-pass.ts';
import { buildBrdfLut } from '../scene/brdf-lut.ts';
import { packScene } from '../scene/pack-scene.ts';
import { type AnyScene, isPacked } from '../scene/packed-scene.ts';
import type { Environment } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { ShadowMapPx } from '../stage/show.ts';
import { WallRenderer } from './frame-renderer.ts';
import { SceneLoader } from './scene-loader.ts';

export type { WallRenderer } from './frame-renderer.ts';

const PRIMARIES = { rec709: REC709, rec2020: REC2020, acescg: ACESCG } as const;
/** Edge of the split-sum table, texels. */
const DFG_SIZE = 32;
/** Triangles per LED of the wall from which closing samples that other eyes own pays on a software driver, too. */
const CLOSING_PAYS = 4;
export interface WallRendererOptions extends Partial<LightingSettings> {
  /** Also return ids and colours per LED. */
  readonly debug?: boolean;
  readonly workingPrimaries?: keyof typeof PRIMARIES;
  /** False: frames may be drawn as soon as the coarsest detail is in (default: `createWallRenderer` waits for all of the scene). */
  readonly waitForScene?: boolean;
  /** Triangles are kept from samples that other eyes own (default: on GPUs). Never changes a picture. */
  readonly closesTaken?: boolean;
  /** Canvases to render; all when left out. */
  readonly canvases?: readonly number[];
  /** How triangles become samples; what is left out is as in the reference. Ask `chooseRasterPath` what is fastest here. */
  readonly raster?: Partial<RasterSettings>;
  /** Lengths of the lists in the first frame; they grow by themselves. For tests of that. */
  readonly initialCapacities?: Partial<ListCapacities>;
  readonly shadowCapacities?: Partial<ShadowCapacities>;
  /** Edge of the sun's shadow maps, texels; default 2048. */
  readonly shadowMapPx?: ShadowMapPx;
}

export interface WallRendererInput {
  readonly gpu: GpuContext;
  readonly shaders: ShaderLibrary;
  readonly stage: BakedStage;
  readonly scene: AnyScene;
  readonly environment: Environment | null;
  readonly options?: WallRendererOptions;
}

/** Draws frames of one stage and scene on one device. @throws GpuError when shaders, limits or lists do not fit the device. */
export async function createWallRenderer(input: WallRendererInput): Promise<WallRenderer> {
  const { gpu, stage, options = {} } = input;
  const scope = new GpuScope(gpu.device, 'wall');
  try {
    const canvases = options.canvases ?? stage.canvases.map((_, index) => index);
    const kit: PassKit = {
      scope,
      shaders: input.shaders,
      sceneLayout: createSceneLayout(scope),
      shapeLayout: createShapeLayout(scope),
      frameLayout: createFrameLayout(scope),
    };
    const { maxTextureDimension2D, maxTextureArrayLayers } = gpu.device.limits;
    const scene = isPacked(input.scene)
      ? input.scene
      : packScene(input.scene, { maxSizePx: maxTextureDimension2D, maxLayers: maxTextureArrayLayers });
    const outputStage = { ...stage, tiles: stage.tiles.filter((tile) => canvases.includes(tile.canvas)) };
    // The writer needs the windows, the blocks the output table: the table goes into a writer of the final size.
    const windows = buildLedBlocks(outputStage, canvases, () => 0).windows;
    const writer = new FrameWriter(stage, windows);
    const blocks = buildLedBlocks(
      outputStage,
      canvases,
      writeOutputs(writer, outputStage, PRIMARIES[options.workingPrimaries ?? 'rec709']),
    );
    const { buffers: sceneBuffers, rest } = await uploadScene(scope.child('scene'), kit, scene);
    const loader = new SceneLoader(sceneBuffers, rest);
    if (options.waitForScene !== false) await loader.whole;
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
    const { features } = sceneBuffers;
    const dfg = uploadDfgTable(scope, buildBrdfLut(DFG_SIZE), DFG_SIZE);
    const software = gpu.description.kind !== 'gpu';
    const raster = { ...REFERENCE_RASTER, ...options.raster };
    const previous = createFrameBuffer(scope, kit.frameLayout, writer.buffer.byteLength);
    const shadows = settings.sun?.shadow === true;
    const mapPx = options.shadowMapPx ?? SHADOW_MAP_PX;
    const maps = createShadowMaps(scope, shadows ? mapPx : 1, shadows && scene.instances.dynamic?.includes(1) === true);
    const [samples, shadow, cull, setup, visibility, shade] = await Promise.all([
      createSamplesPass(kit, frame, {
        sampleWords: sampleWords(raster),
        closesTaken: options.closesTaken ?? (!software || scene.triangleCount > CLOSING_PAYS * blocks.ledCount),
      }),
      shadows
        ? createShadowPass(kit, { scene, buffers: sceneBuffers, maps, mapPx, alphaTest, software, capacities: options.shadowCapacities })
        : null,
      createCullPass(kit, { occlusion: true, software, treeDepth: sceneBuffers.treeDepth }, { frame, previous }),
      createSetupPass(kit, { features, raster }),
      createVisibilityPass(kit, { raster, alphaTest, features }),
      createShadePass(kit, {
        frame,
        blocks,
        environment,
        dfg,
        shadowMaps: maps.view,
        features: shadeFeatures(scene, stage, settings, environment.info !== null, features),
        sampleWords: sampleWords(raster),
        debug: options.debug === true,
        onFault: (label, message) => {
          gpu.errors.count++;
          gpu.errors.recent.push({ label, message });
        },
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
      loader,
      passes: { samples, cull, setup, visibility, shade, shadow },
      capacities: options.initialCapacities ?? {},
    });
  } catch (error) {
    scope.destroy();
    throw error;
  }
}
