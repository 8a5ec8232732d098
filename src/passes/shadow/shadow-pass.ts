import type { Vec3 } from '../../core/vec.ts';
import { createModule } from '../../gpu/shader-library.ts';
import type { PassSpan } from '../../gpu/timers.ts';
import type { SceneHead } from '../../scene/scene-data.ts';
import type { WorldFromStage } from '../../stage/frame-state.ts';
import type { ShadowMapPx } from '../../stage/show.ts';
import { createCullPass } from '../cull/cull-pass.ts';
import { CASCADES } from '../frame/frame-layout.ts';
import { createFrameLists, type FrameLists, type ListCapacities } from '../frame/frame-lists.ts';
import { bindBuffers, createComputeLayout, createPipelines, type PassKit } from '../pass-kit.ts';
import type { SceneBuffers } from '../scene/scene-buffers.ts';
import { Cascades } from './cascades.ts';
import { Casters } from './casters.ts';
import { SHADOW_LAYERS, ShadowCache } from './shadow-cache.ts';
import { ShadowFrames } from './shadow-frames.ts';
import type { ShadowMaps } from './shadow-maps.ts';

/** Words of a ShadowLayer (shaders/passes/shadow-arguments.wgsl). */
const LAYER_WORDS = 8;
const LAYER_BYTES = LAYER_WORDS * 4;
const USED = { entries: 4, nodes: 5, clusters: 6 } as const;
const OVERFLOWED = 7;
/** Bytes of `ShadowPass.layers`. */
export const SHADOW_LAYER_BYTES = SHADOW_LAYERS * LAYER_BYTES;
/** Lists are made this much longer than a frame asked for. */
const GROWTH = 1.25;

export type ShadowCapacities = Pick<ListCapacities, 'entries' | 'nodes' | 'clusters'>;

export interface ShadowOptions {
  readonly scene: Pick<SceneHead, 'instances' | 'meshes'>;
  readonly buffers: SceneBuffers;
  readonly maps: ShadowMaps;
  /** Edge of the maps. */
  readonly mapPx: ShadowMapPx;
  /** Whether any material of the scene is alpha-tested. */
  readonly alphaTest: boolean;
  readonly software: boolean;
  /** Lengths of the lists to begin with. */
  readonly capacities?: Partial<ShadowCapacities> | undefined;
}

/** GPU commands of one frame. */
export interface ShadowWork {
  draws: number;
  dispatches: number;
}

/**
 * Draws the scene's depth from the sun, per cascade: culls (levels of detail in texels), then draws what was listed. A cascade is drawn again only
 * when the sun, its own box, the detail that is there, or a caster in it changed; where instances move from frame to frame, they alone are drawn
 * again, over a copy of the rest. Reads: scene. Writes: maps, `layers`.
 */
export async function createShadowPass(kit: PassKit, options: ShadowOptions) {
  const { scope } = kit;
  const { buffers, maps } = options;
  const casters = new Casters(options.scene);
  const cascades = new Cascades(options.mapPx, casters);
  const cache = new ShadowCache(casters.hasDynamic, options.alphaTest);
  const frames = new ShadowFrames(scope, kit.frameLayout);
  const ownArguments = createComputeLayout(kit, 'shadow-arguments', ['reads', 'writes']);
  const own = scope.createBindGroupLayout('shadow', [
    { binding: 0, visibility: GPUShaderStage.VERTEX, buffer: { type: 'read-only-storage' } },
  ]);
  const shapeKit = { ...kit, sceneLayout: kit.shapeLayout };
  const { treeDepth, features } = buffers;
  const [cull, { shadowArguments }, pipeline] = await Promise.all([
    createCullPass(kit, { occlusion: false, software: options.software, treeDepth }, { frame: frames, previous: frames }),
    createPipelines(shapeKit, 'shadow-arguments', ownArguments, ['shadowArguments']),
    createDrawPipeline(kit, own, options.alphaTest, features),
  ]);
  const layers = scope.createBuffer('shadow-layers', {
    size: SHADOW_LAYER_BYTES,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.INDIRECT | GPUBufferUsage.COPY_SRC,
  });
  const capacities: ListCapacities = { ...initialCapacities(buffers), ...options.capacities, records: 0 };
  let lists: FrameLists | null = null;
  let entriesGroup!: GPUBindGroup;
  let argumentsGroup!: GPUBindGroup;
  const cullBindings = { scene: buffers.bindGroup, shape: buffers.shapeGroup, frame: frames.groups[0]! };
  const descriptors = passDescriptors(maps);
  const work: ShadowWork = { draws: 0, dispatches: 0 };

  const listsThatFit = (): FrameLists => {
    if (lists && KEYS.every((key) => lists!.capacities[key] >= capacities[key])) return lists;
    lists?.destroy();
    lists = createFrameLists(scope, capacities, 0, 0, 1);
    cull.bind(lists);
    entriesGroup = bindBuffers(kit, 'shadow-entries', own, [lists.entries]);
    argumentsGroup = bindBuffers(kit, 'shadow-arguments', ownArguments, [lists.counts, layers]);
    return lists;
  };
  /** Lists a layer's casters, then draws them. `begins`, `ends`: the first and the last of the frame, for its timestamps. */
  const encodeLayer = (encoder: GPUCommandEncoder, layer: number, begins: PassSpan | undefined, ends: PassSpan | undefined): void => {
    const { counts } = listsThatFit();
    frames.write(layer, cascades, buffers.residentError, capacities);
    encoder.clearBuffer(counts);
    const listing = encoder.beginComputePass(descriptors.listing(begins));
    cullBindings.frame = frames.groups[layer]!;
    work.dispatches += cull.encodeFirst(listing, cullBindings, buffers.instanceCount, 1, 0) + 1;
    listing.setPipeline(shadowArguments);
    listing.setBindGroup(2, argumentsGroup);
    listing.dispatchWorkgroups(1);
    listing.end();
    const isOverlay = layer >= CASCADES;
    if (isOverlay) copyLayer(encoder, maps, layer - CASCADES);
    const drawing = encoder.beginRenderPass(descriptors.drawing(layer, ends));
    drawing.setPipeline(pipeline);
    drawing.setBindGroup(0, buffers.bindGroup);
    drawing.setBindGroup(1, frames.groups[layer]!);
    drawing.setBindGroup(2, entriesGroup);
    drawing.drawIndirect(layers, layer * LAYER_BYTES);
    drawing.end();
    work.draws++;
  };
  return {
    name: 'shadow',
    cascades,
    /** A ShadowLayer each: what was asked of the lists. Comes back with every frame, for `takeUse`. */
    layers,
    /** Draws what is due for a frame. @param span Asked only then. @returns The same object each time. */
    encode(encoder: GPUCommandEncoder, placement: WorldFromStage, toSun: Vec3, span: () => PassSpan | undefined): ShadowWork {
      work.draws = work.dispatches = 0;
      cascades.update(placement, toSun);
      cache.plan(cascades, buffers, casters.maxScale);
      if (cache.dueCount === 0) return work;
      const timed = span();
      for (let k = 0; k < cache.dueCount; k++)
        encodeLayer(encoder, cache.due[k]!, k === 0 ? timed : undefined, k === cache.dueCount - 1 ? timed : undefined);
      return work;
    },
    /** An instance stands elsewhere from the next frame on; call beside `SceneBuffers.moveInstance`. */
    moveInstance(instance: number, worldFromMesh: ArrayLike<number>): void {
      const dynamic = casters.isDynamic(instance);
      cache.touch(cascades, casters.boxOf(instance), dynamic);
      casters.move(instance, worldFromMesh);
      cache.touch(cascades, casters.boxOf(instance), dynamic);
      cascades.castersMoved();
    },
    /** @param words `layers` as a frame found it. @returns Items that found no room: layers that lack some are drawn again, with longer lists. */
    takeUse(words: Uint32Array): number {
      let missing = 0;
      for (let layer = 0; layer < SHADOW_LAYERS; layer++) {
        if (words[layer * LAYER_WORDS + OVERFLOWED] === 0) continue;
        // At least one: a frame that was in flight while the lists grew lacks casters, too.
        missing++;
        cache.forget(layer);
        for (const key of KEYS) {
          const used = words[layer * LAYER_WORDS + USED[key]]!;
          if (used <= capacities[key]) continue;
          missing += used - capacities[key];
          capacities[key] = Math.ceil(used * GROWTH);
        }
      }
      return missing;
    },
  };
}
export type ShadowPass = Awaited<ReturnType<typeof createShadowPass>>;

const KEYS = ['entries', 'nodes', 'clusters'] as const;

/** Detail follows the texels of a map, so lists need not follow the scene once it is large. */
function initialCapacities({ meshletInstanceCount, instanceCount }: SceneBuffers): ShadowCapacities {
  const clusters = Math.max(1024, Math.min(meshletInstanceCount, Math.max(32_768, 2 * instanceCount)));
  return { entries: clusters, nodes: clusters, clusters };
}

async function createDrawPipeline(
  kit: PassKit,
  own: GPUBindGroupLayout,
  alphaTest: boolean,
  constants: Readonly<Record<string, number>>,
): Promise<GPURenderPipeline> {
  const module = await createModule(kit.scope.device, kit.shaders, 'passes/shadow.wgsl');
  return kit.scope.createRenderPipeline('shadow', {
    layout: kit.scope.createPipelineLayout('shadow', [kit.sceneLayout, kit.frameLayout, own]),
    vertex: { module, entryPoint: 'shadowVertex', constants },
    // Without a fragment stage the rasteriser runs at full speed; only cut-outs need one.
    ...(alphaTest && { fragment: { module, entryPoint: 'shadowFragment', targets: [], constants } }),
    primitive: { topology: 'triangle-list', cullMode: 'none' },
    depthStencil: { format: 'depth32float', depthWriteEnabled: true, depthCompare: 'less', depthBias: 2, depthBiasSlopeScale: 1.5 },
  });
}

function copyLayer(encoder: GPUCommandEncoder, { resting, all }: ShadowMaps, cascade: number): void {
  const origin = { z: cascade };
  const size = { width: all.width, height: all.height };
  encoder.copyTextureToTexture({ texture: resting, origin }, { texture: all, origin }, size);
}

/** Descriptors of all passes, made once: timed ones when first asked for. */
function passDescriptors({ targets }: ShadowMaps) {
  const listings: GPUComputePassDescriptor[] = [];
  const drawings: GPURenderPassDescriptor[] = [];
  return {
    listing(begins: PassSpan | undefined): GPUComputePassDescriptor {
      const at = begins ? 1 : 0;
      listings[at] ??= { label: 'shadow-cull', ...(begins && { timestampWrites: begins.first }) };
      return listings[at];
    },
    drawing(layer: number, ends: PassSpan | undefined): GPURenderPassDescriptor {
      const at = layer * 2 + (ends ? 1 : 0);
      drawings[at] ??= {
        label: `shadow-${layer}`,
        colorAttachments: [],
        depthStencilAttachment: {
          view: targets[layer]!,
          depthClearValue: 1,
          depthLoadOp: layer < CASCADES ? 'clear' : 'load',
          depthStoreOp: 'store',
        },
        ...(ends && { timestampWrites: ends.last }),
      };
      return drawings[at];
    },
  };
}
