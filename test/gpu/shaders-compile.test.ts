import { expect, test } from 'vitest';
import { createModule } from '../../src/gpu/shader-library.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';
import { openTestGpu } from '../support/gpu.ts';

// The null backend knows every feature, so that shaders for GPU-only paths are compiled here too.
const gpu = openTestGpu('null');

test.each([...loadShaderSources().keys()])('%s compiles', async (file) => {
  await expect(createModule(gpu.device, gpu.library, file)).resolves.toBeDefined();
});
