// Runs in Deno: `render-cases.ts FILE` renders the picture cases through wgpu and writes them to FILE.
import { writeFileSync } from 'node:fs';
import { createGpuPort } from '../../src/apps/gpu-port.ts';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';
import { type RenderedWall, renderWall } from '../picture/render-wall.ts';
import { PICTURE_CASE_NAMES, PICTURE_CASES, type PictureCaseName, pictureCaseScene } from './picture-cases.ts';
import { encodeRendered } from './rendered-file.ts';

const context = await createGpuPort().open();
const gpu = { context, device: context.device, library: new ShaderLibrary(loadShaderSources()) };
const { scene } = await pictureCaseScene();
const walls: Partial<Record<PictureCaseName, RenderedWall>> = {};
for (const name of PICTURE_CASE_NAMES) {
  const { stage, state } = PICTURE_CASES[name];
  walls[name] = await renderWall(gpu, stage, scene, state);
}
const errors = context.errors.recent.map(({ message }) => message);
const rendered = { device: context.description, errors, walls: walls as Record<PictureCaseName, RenderedWall> };
writeFileSync(process.argv[2], encodeRendered(rendered));
context.destroy();
