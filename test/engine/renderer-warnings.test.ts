import { expect, test } from 'vitest';
import { rendererWarnings } from '../../src/engine/renderer-warnings.ts';
import type { PunctualLight } from '../../src/scene/scene-data.ts';
import { box, buildScene } from '../support/scenes.ts';
import { cameraEntry, flatStage } from '../support/stages.ts';

const LIGHT: PunctualLight = {
  kind: 'point',
  name: 'lamp',
  positionM: [0, 1, 0],
  direction: [0, -1, 0],
  color: [1, 1, 1],
  rangeM: Number.POSITIVE_INFINITY,
  innerConeRad: 0,
  outerConeRad: 1,
};
const cameras = (count: number) => Array.from({ length: count }, (_, k) => cameraEntry({ id: `C${k}` }));

test('what fits is drawn as asked, without a word', async () => {
  const scene = await buildScene([{ geometry: box(1) }], { lights: new Array(128).fill(LIGHT) });
  expect(rendererWarnings(scene, flatStage({ cameras: cameras(4) }))).toEqual([]);
});

test('too many lights, too many cameras and blended materials are each named', async () => {
  const glass = { name: 'glass', alphaMode: 'blend' as const };
  const scene = await buildScene([{ geometry: box(1), material: glass }], { lights: new Array(129).fill(LIGHT) });
  const warnings = rendererWarnings(scene, flatStage({ cameras: cameras(5) }));
  expect(warnings).toHaveLength(3);
  expect(warnings[0]).toContain('glass');
  expect(warnings[1]).toContain('129 punctual lights; only the first 128');
  expect(warnings[2]).toContain('5 cameras');
});
