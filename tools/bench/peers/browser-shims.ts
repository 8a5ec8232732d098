/** What browser engines expect of a page, for plain Node. Import before any engine. */
import { decode } from 'fast-png';
import { create, globals } from 'webgpu';
import { chooseBackend } from '../../../src/platform/node/gpu.ts';
import { unpackSwiftshader } from '../../../src/platform/node/swiftshader.ts';
import { findVulkanDrivers, mapVulkanLoader } from '../../../src/platform/node/vulkan.ts';

type Anything = Record<string, unknown>;
const scope = globalThis as unknown as Anything;

/** The device that the peers get is the one that ours gets: same driver, same Dawn, same flags. */
export const deviceKind: 'gpu' | 'software' = chooseBackend().backend === 'gpu' ? 'gpu' : 'software';
await mapVulkanLoader(deviceKind === 'gpu' ? 'system' : 'embedded');
const manifests =
  deviceKind === 'gpu'
    ? findVulkanDrivers()
        .filter((driver) => driver.kind === 'gpu')
        .map((driver) => driver.manifest)
    : [(await unpackSwiftshader()).manifest];
process.env['VK_DRIVER_FILES'] = process.env['VK_ICD_FILENAMES'] = manifests.join(':');
Object.assign(scope, globals);
const gpu = create(['backend=vulkan', 'enable-dawn-features=allow_unsafe_apis', 'disable-dawn-features=timestamp_quantization']);
// Kept for ever: when it is collected, Dawn dies under live devices.
scope['peerGpu'] = gpu;
Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });

scope['self'] ??= globalThis;
scope['window'] ??= globalThis;
scope['addEventListener'] ??= () => {};
scope['removeEventListener'] ??= () => {};
scope['location'] ??= { href: 'http://localhost/', search: '', origin: 'http://localhost' };
scope['screen'] ??= { width: 16, height: 16 };
// The engines' own loops must not run beside the measured one.
scope['requestAnimationFrame'] = () => 0;
scope['cancelAnimationFrame'] = () => {};
for (const name of ['HTMLCanvasElement', 'HTMLImageElement', 'HTMLVideoElement', 'Image', 'OffscreenCanvas']) scope[name] ??= class {};
scope['document'] ??= {
  createElement: () => fakeCanvas(4, 4),
  createElementNS: () => fakeCanvas(4, 4),
  addEventListener() {},
  removeEventListener() {},
  body: { appendChild() {} },
  documentElement: {},
  hidden: false,
  visibilityState: 'visible',
};

/** A decoded picture, RGBA8. Babylon.js carries its table of the specular lobe as a PNG. */
class DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
  constructor(width: number, height: number, rgba: Uint8Array) {
    this.width = width;
    this.height = height;
    this.rgba = rgba;
  }
  close(): void {}
}
scope['ImageBitmap'] ??= DecodedImage;
scope['createImageBitmap'] ??= async (source: Blob): Promise<DecodedImage> => {
  const { width, height, channels, data } = decode(new Uint8Array(await source.arrayBuffer()));
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let t = 0; t < width * height; t++) for (let c = 0; c < channels; c++) rgba[t * 4 + c] = data[t * channels + c]!;
  return new DecodedImage(width, height, rgba);
};

// Dawn for Node leaves it unimplemented; both engines copy decoded pictures with it.
(globals as unknown as { GPUQueue: { prototype: Anything } }).GPUQueue.prototype['copyExternalImageToTexture'] = function (
  this: GPUQueue,
  { source, flipY }: { source: DecodedImage; flipY?: boolean },
  target: GPUTexelCopyTextureInfo,
) {
  const { width, height, rgba } = source;
  const rows = Array.from({ length: height }, (_, y) => rgba.subarray((flipY ? height - 1 - y : y) * width * 4).subarray(0, width * 4));
  const bytes = new Uint8Array(rows.flatMap((row) => [...row]));
  const isHalf = target.texture.format === 'rgba16float';
  const texels = isHalf ? Uint16Array.from(bytes, (code) => halfFromFloat(code / 255)) : bytes;
  this.writeTexture(target, texels, { bytesPerRow: width * (isHalf ? 8 : 4), rowsPerImage: height }, { width, height });
};

/** binary16 of 0..1, rounded down. */
function halfFromFloat(value: number): number {
  if (value < 2 ** -14) return Math.floor(value * 2 ** 24);
  const exponent = Math.floor(Math.log2(value));
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024);
}

// Dawn for Node has a set with has, keys and size only; Babylon.js calls forEach.
const supported = (globals as unknown as { GPUSupportedFeatures?: { prototype: Anything } }).GPUSupportedFeatures?.prototype;
if (supported && !supported['forEach'])
  supported['forEach'] = function (this: Iterable<string>, visit: (value: string) => void) {
    for (const feature of this) visit(feature);
  };

/** A canvas whose 'webgpu' context draws to an ordinary texture. The engines draw to textures of their own; this one only has to exist. */
export function fakeCanvas(width: number, height: number): HTMLCanvasElement {
  let texture: GPUTexture | null = null;
  let configuration: GPUCanvasConfiguration | null = null;
  const context = {
    configure(given: GPUCanvasConfiguration) {
      configuration = given;
    },
    unconfigure() {},
    getConfiguration: () => configuration,
    getCurrentTexture() {
      const { device, format, viewFormats } = configuration!;
      const descriptor = { size: [width, height], format, usage: GPUTextureUsage.RENDER_ATTACHMENT | GPUTextureUsage.COPY_SRC };
      texture ??= device.createTexture({ ...descriptor, ...(viewFormats && { viewFormats }) });
      return texture;
    },
  };
  const canvas: Anything = {
    ...{ width, height, clientWidth: width, clientHeight: height, style: {}, nodeName: 'CANVAS', tagName: 'CANVAS', dataset: {} },
    getContext: (kind: string) => (kind === 'webgpu' ? context : null),
    getBoundingClientRect: () => ({ left: 0, top: 0, x: 0, y: 0, width, height, right: width, bottom: height }),
    getRootNode: () => null,
    dispatchEvent: () => true,
    getAttribute: () => null,
    hasAttribute: () => false,
  };
  for (const name of ['addEventListener', 'removeEventListener', 'setAttribute', 'focus', 'setPointerCapture', 'releasePointerCapture'])
    canvas[name] = () => {};
  return canvas as unknown as HTMLCanvasElement;
}
