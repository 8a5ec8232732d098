/** What browser engines expect of a page, for plain Node. Import before any engine. */
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
for (const name of ['HTMLCanvasElement', 'HTMLImageElement', 'HTMLVideoElement', 'Image', 'OffscreenCanvas', 'ImageBitmap'])
  scope[name] ??= class {};
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
