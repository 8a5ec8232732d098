import { describe, expect, test } from 'vitest';
import { GpuScope } from '../../src/gpu/gpu-scope.ts';
import { SceneTextures, texelSupport } from '../../src/passes/scene/scene-textures.ts';
import { classifyTextures } from '../../src/passes/scene/texture-classes.ts';
import { decodeBlocks, encodeBc7 } from '../../src/platform/node/cook/block-codec.ts';
import { packScene } from '../../src/scene/pack-scene.ts';
import type { PackedImage, PackedScene, SceneChunk, TexelFormat, TexelRun } from '../../src/scene/packed-scene.ts';
import type { Material, TextureImage } from '../../src/scene/scene-data.ts';
import { openTestGpu, readBuffer } from '../support/gpu.ts';
import { box, buildScene, paintedImage, textureRef } from '../support/scenes.ts';
import { codesOf, openWall, renderSmall, smallStage, stateOf } from './small-wall.ts';

const gpu = openTestGpu();

/** Writes whole pictures into the scene's arrays, and reads texels back: RGBA8 codes per picture and level. */
async function throughTextures(images: readonly PackedImage[], levels: readonly (readonly Uint8Array[])[]): Promise<Uint8Array[][]> {
  const scope = new GpuScope(gpu.device, 'test');
  const { classes, places } = classifyTextures(images, 256);
  const textures = new SceneTextures(scope, classes, places, images);
  for (const [image, of] of levels.entries()) for (const [level, bytes] of of.entries()) textures.write({ image, level, bytes });
  const read = images.map(({ widthPx, heightPx }, image) =>
    levels[image].map((_, level) =>
      drawTexels(
        scope,
        textures.arrays[places[image].textureClass],
        places[image].layer,
        level,
        widthPx >> level || 1,
        heightPx >> level || 1,
      ),
    ),
  );
  const codes = await Promise.all(read.map((of) => Promise.all(of)));
  scope.destroy();
  return codes;
}

const TEXELS = `
@group(0) @binding(0) var image: texture_2d_array<f32>;
@group(0) @binding(1) var<uniform> at: vec4u;
@vertex fn whole(@builtin(vertex_index) k: u32) -> @builtin(position) vec4f {
  return vec4f(f32(k & 1u) * 4.0 - 1.0, f32(k >> 1u) * 4.0 - 1.0, 0.0, 1.0);
}
@fragment fn texel(@builtin(position) p: vec4f) -> @location(0) vec4f { return textureLoad(image, vec2u(p.xy), at.x, at.y); }`;

/** By a draw: SwiftShader decodes blocks for no other. */
async function drawTexels(scope: GpuScope, image: GPUTexture, layer: number, level: number, width: number, height: number) {
  const { device } = scope;
  const module = device.createShaderModule({ label: 'test/texels', code: TEXELS });
  const pipeline = await scope.createRenderPipeline('texels', {
    layout: 'auto',
    vertex: { module },
    fragment: { module, targets: [{ format: 'rgba8unorm' }] },
  });
  const at = scope.createBufferFrom('at', Uint32Array.of(layer, level, 0, 0), GPUBufferUsage.UNIFORM);
  const target = scope.createTexture('target', {
    size: [width, height],
    format: 'rgba8unorm',
    usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC,
  });
  const rows = scope.createBuffer('rows', { size: 256 * height, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC });
  const encoder = device.createCommandEncoder({ label: 'test/texels' });
  const pass = encoder.beginRenderPass({ colorAttachments: [{ view: target.createView(), loadOp: 'clear', storeOp: 'store' }] });
  pass.setPipeline(pipeline);
  pass.setBindGroup(
    0,
    scope.createBindGroup('texels', pipeline.getBindGroupLayout(0), [
      { binding: 0, resource: image.createView({ dimension: '2d-array' }) },
      { binding: 1, resource: { buffer: at } },
    ]),
  );
  pass.draw(3);
  pass.end();
  encoder.copyTextureToBuffer({ texture: target }, { buffer: rows, bytesPerRow: 256 }, [width, height]);
  device.queue.submit([encoder.finish()]);
  const bytes = new Uint8Array(await readBuffer(device, rows));
  return Uint8Array.from({ length: width * height * 4 }, (_, k) => bytes[Math.floor(k / (width * 4)) * 256 + (k % (width * 4))]);
}

const imageOf = (format: TexelFormat, widthPx: number, heightPx: number, levels: number): PackedImage => ({
  name: `${format} picture`,
  widthPx,
  heightPx,
  srgb: false,
  format,
  levels,
});

describe('block-compressed pictures hold what they decode to, in all levels', () => {
  test('BC7, two pictures in one array', async () => {
    const size = (level: number): [number, number] => [Math.max(1, 32 >> level), Math.max(1, 16 >> level)];
    const pictures = [3, 7].map((seed) =>
      paintedImage('waves', 32, 16, false, (x, y) => [
        Math.round(127 + 120 * Math.sin(x / seed)),
        Math.round(127 + 120 * Math.cos(y / 3)),
        (x * seed + y) % 256,
        255,
      ]),
    );
    const blocks = await Promise.all(
      pictures.map(({ levels }) => Promise.all(levels.map((rgba, level) => encodeBc7(rgba, ...size(level))))),
    );
    const want = await Promise.all(blocks.map((of) => Promise.all(of.map((bytes, level) => decodeBlocks('bc7', bytes, ...size(level))))));
    const got = await throughTextures(Array(2).fill(imageOf('bc7', 32, 16, 6)), blocks);
    expect(got).toEqual(want);
    expect(new Set(want[0][0]).size).toBeGreaterThan(50);
  });

  test('BC1, BC3 and BC5, down to a level smaller than a block', async () => {
    // Blocks of one colour: both ends the same. BC1: 565 ends and indices; BC3: alpha before it; BC5: red, then green, like BC3's alpha.
    const color = (b: number): number[] => [(b * 53) & 0xf8, (b * 31 + 16) & 0xfc, (b * 97) & 0xf8];
    const ends = ([r, g, bl]: readonly number[]): number[] => {
      const code = ((r >> 3) << 11) | ((g >> 2) << 5) | (bl >> 3);
      return [code & 255, code >> 8, code & 255, code >> 8, 0, 0, 0, 0];
    };
    const plain = (x: number): number[] => [x, x, 0, 0, 0, 0, 0, 0];
    const blockOf = {
      bc1: (b: number) => ends(color(b)),
      bc3: (b: number) => [...plain(40 + b), ...ends(color(b))],
      bc5: (b: number) => [...plain(color(b)[0]), ...plain(color(b)[1])],
    };
    // 5 and 6 bits widen by repeating their high bits.
    const wide = ([r, g, b]: readonly number[]): number[] => [r | (r >> 5), g | (g >> 6), b | (b >> 5)];
    const texelOf = {
      bc1: (b: number) => [...wide(color(b)), 255],
      bc3: (b: number) => [...wide(color(b)), 40 + b],
      bc5: (b: number) => [color(b)[0], color(b)[1], 0, 255],
    };
    const formats = ['bc1', 'bc3', 'bc5'] as const;
    const sides = [8, 4, 2, 1];
    const across = (side: number): number => Math.ceil(side / 4);
    const blocks = formats.map((format) =>
      sides.map((side, k) => Uint8Array.from(Array.from({ length: across(side) ** 2 }, (_, b) => blockOf[format](b + k)).flat())),
    );
    const got = await throughTextures(
      formats.map((format) => imageOf(format, 8, 8, 4)),
      blocks,
    );
    formats.forEach((format, f) => {
      sides.forEach((side, k) => {
        const texels = Array.from({ length: side * side }, (_, n) => ((n / side) >> 2) * across(side) + ((n % side) >> 2));
        expect([...got[f][k]], `${format} level ${k}`).toEqual(texels.flatMap((b) => texelOf[format](b + k)));
      });
    });
  });

  test('one that ends inside a block is refused by name', () => {
    expect(() => classifyTextures([imageOf('bc7', 62, 32, 1)], 256)).toThrow(
      /bc7 picture: .*got 62×32 texels as bc7; expected multiples of 4.*BAD_TEXTURE_SIZE/,
    );
    expect(() => classifyTextures([imageOf('rgba8', 62, 31, 1)], 256)).not.toThrow();
  });
});

test('SwiftShader offers blocks but is given none: its compute shaders would read zeros', () => {
  expect(gpu.context.features).toContain('texture-compression-bc');
  expect(texelSupport(gpu.device)).toEqual({ bc: false });
});

const stage = smallStage();

/** A box whose front fills the wall, with the picture on it, all levels in `levels`; those before `split` come in a second chunk. */
async function steppedScene(
  image: TextureImage,
  material: Partial<Material>,
  levels: readonly Uint8Array[],
  split: number,
  finer: Promise<void>,
) {
  const part = { geometry: box(32, 32, 1), material, placements: [{ positionM: [0, 1.5, -10] as const }] };
  const packed = packScene(await buildScene([part], { images: [image] }), { maxSizePx: 8192, maxLayers: 256 });
  const runs = levels.map((bytes, level): TexelRun => ({ image: 0, level, bytes }));
  const scene: PackedScene = {
    ...packed,
    async *chunks(support): AsyncIterable<SceneChunk> {
      for await (const chunk of packed.chunks(support)) yield { ...chunk, texels: runs.slice(split).reverse() };
      await finer;
      yield { geometry: [], texels: runs.slice(0, split).reverse(), residentError: -1 };
    },
  };
  return scene;
}

test('a normal map that holds two channels has its third follow from them', async () => {
  // As BC5 reads: blue is 0. The normal (0.6, 0, 0.8) looks at the sun.
  const of = (blue: number): TextureImage => paintedImage('normals', 4, 4, false, () => [204, 128, blue, 255]);
  const draw = async (blue: number): Promise<number[]> => {
    const material = { normalTexture: textureRef(0) };
    const part = { geometry: box(32, 32, 1), material, placements: [{ positionM: [0, 1.5, -10] as const }] };
    const scene = await buildScene([part], { images: [of(blue)] });
    const sun = { directionToSun: [0.6, 0, 0.8] as const, color: [3, 3, 3] as const, shadow: false };
    const renderer = await openWall(gpu, { stage, scene, options: { sun } });
    const frame = await renderSmall(renderer, stateOf(stage));
    renderer.destroy();
    return codesOf(frame.canvas)[0];
  };
  const [two, three] = [await draw(0), await draw(230)];
  expect(three[0]).toBeGreaterThan(100);
  expect(Math.abs(two[0] - three[0])).toBeLessThanOrEqual(2);
});

/** Each level one colour. */
const steps = (colors: readonly (readonly number[])[]): Uint8Array[] =>
  colors.map(([r, g, b], level) => {
    const texels = (64 >> level) ** 2;
    return Uint8Array.from({ length: texels * 4 }, (_, k) => [r, g, b, 255][k % 4]);
  });

describe('levels that are not there yet', () => {
  const colors = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [0, 0, 255],
    [0, 0, 255],
    [0, 0, 255],
    [0, 0, 255],
  ];
  const image = paintedImage('steps', 64, 64, true, () => [0, 0, 0, 255]);

  test.each([
    ['repeated', {}],
    ['clamped', { wrapU: 'clamp-to-edge', wrapV: 'clamp-to-edge' } as const],
    ['nearest', { magFilter: 'nearest', minFilter: 'nearest', mipFilter: 'nearest' } as const],
    ['without mips', { mipFilter: 'none' } as const],
  ])('are drawn from the finest that is, %s; then from them', async (_, sampler) => {
    let allowFiner = (): void => {};
    const finer = new Promise<void>((resolve) => {
      allowFiner = resolve;
    });
    // Enlarged: level 0 when it is there.
    const material = { unlit: true, baseColorTexture: textureRef(0, sampler, 0.5) };
    const scene = await steppedScene(image, material, steps(colors), 2, finer);
    const renderer = await openWall(gpu, { stage, scene, options: { waitForScene: false } });
    const coarse = await renderSmall(renderer, stateOf(stage));
    allowFiner();
    await renderer.sceneLoaded;
    const fine = await renderSmall(renderer, stateOf(stage));
    renderer.destroy();
    expect(new Set(codesOf(coarse.canvas).map(String))).toEqual(new Set(['0,0,255']));
    expect(new Set(codesOf(fine.canvas).map(String))).toEqual(new Set(['255,0,0']));
  });
});
