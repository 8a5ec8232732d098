import type { GpuPort } from '../gpu/gpu-context.ts';
import { createDenoGpuPort } from '../platform/deno/gpu.ts';
import { runsOnDeno } from '../platform/deno/runtime.ts';
import { chooseBackend, createNodeGpuPort, type GpuBackend } from '../platform/node/gpu.ts';
import { unpackSwiftshader } from '../platform/node/swiftshader.ts';
import { findVulkanDrivers } from '../platform/node/vulkan.ts';

/**
 * Devices of the host that runs this process: Dawn in Node, wgpu in Deno.
 * @param backend 'auto' (default): CYC_GPU decides, else a GPU where one answers and a software driver where none does.
 * @throws GpuError BAD_BACKEND
 */
export function createGpuPort(backend: GpuBackend = 'auto'): GpuPort {
  if (!runsOnDeno()) return createNodeGpuPort({ backend });
  return createDenoGpuPort({ ...chooseBackend(backend), vulkan: { installed: findVulkanDrivers, embedded: unpackSwiftshader } });
}
