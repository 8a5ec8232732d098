// Runs in Deno: compiles every shader file through wgpu and prints, as JSON, the device and what was refused.
import { createGpuPort } from '../../src/apps/gpu-port.ts';
import { createModule, ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';

const gpu = await createGpuPort().open();
const library = new ShaderLibrary(loadShaderSources());
const refused: Record<string, string> = {};
for (const file of library.files) {
  try {
    await createModule(gpu.device, library, file);
  } catch (error) {
    refused[file] = (error as Error).message;
  }
}
console.log(JSON.stringify({ files: library.files, refused, device: gpu.description, features: [...gpu.features], errors: gpu.errors }));
gpu.destroy();
