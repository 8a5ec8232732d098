import type { BakedStage } from './baked-stage.ts';
import { drawCanvas } from './draw-canvas.ts';
import { drawPlan } from './draw-plan.ts';
import { drawWalls } from './draw-walls.ts';

/** A drawing to be written as `name`.svg or .png. */
export interface StageDrawing {
  readonly name: string;
  readonly svg: string;
}

/** All drawings of a stage: the plan, the walls unrolled, each canvas. Labels are strokes, so no fonts are needed. */
export function drawStage(stage: BakedStage): readonly StageDrawing[] {
  const names = fileNames(stage.canvases.map((canvas) => canvas.processor));
  return [
    { name: 'plan', svg: drawPlan(stage) },
    { name: 'walls', svg: drawWalls(stage) },
    ...names.map((name, canvas) => ({ name: `canvas-${name}`, svg: drawCanvas(stage, canvas) })),
  ];
}

/** Names that every file system takes, each once. */
function fileNames(names: readonly string[]): readonly string[] {
  const safe = names.map((name) => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 80));
  return safe.map((name, k) => (safe.indexOf(name) === k && !/^\.*$/.test(name) ? name : `${name}-${k}`));
}
