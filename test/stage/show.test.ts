import { describe, expect, test } from 'vitest';
import { resolveRelativePath } from '../../src/stage/resolve-path.ts';
import { parseShow } from '../../src/stage/show.ts';

const SHOW = { schema: 'cyclorama.show/1', stage: '../stages/arc.stage.json', scene: 'desert/desert.gltf' };
const parse = (more: object = {}, file = 'shows/night.show.json') => parseShow(JSON.stringify({ ...SHOW, ...more }), file);

test('a bare show has the defaults', () => {
  expect(parse()).toEqual({
    file: 'shows/night.show.json',
    name: 'night',
    stageFile: 'stages/arc.stage.json',
    sceneFile: 'shows/desert/desert.gltf',
    environment: null,
    sun: null,
    ambient: [0, 0, 0],
    worldFromStage: { positionM: [0, 0, 0], yawRad: 0, scale: 1 },
    exposureStops: 0,
    nitsPerUnit: 100,
    workingPrimaries: 'rec709',
    samplesPerLed: 1,
    lodErrorPx: 1,
  });
});

test('everything stated', () => {
  const show = parse({
    name: 'Night',
    environment: { file: 'sky.hdr', intensity: 2, rotationDeg: 180, visible: false },
    sun: { azimuthDeg: 90, elevationDeg: 30, intensity: 4, color: [1, 0.5, 0.25], shadow: false, shadowMapPx: 4096 },
    ambient: [0.1, 0.1, 0.2],
    worldFromStage: { positionM: [100000, 2, -3], yawDeg: 45, scale: 2 },
    exposureStops: -1.5,
    nitsPerUnit: 203,
    workingPrimaries: 'acescg',
    samplesPerLed: 8,
    lodErrorPx: 0,
  });
  expect(show.environment).toEqual({ file: 'shows/sky.hdr', intensity: 2, rotationRad: Math.PI, visible: false });
  // East, 30° up: (cos30, sin30, 0).
  [Math.sqrt(3) / 2, 0.5, 0].forEach((value, k) => {
    expect(show.sun!.directionToSun[k]).toBeCloseTo(value, 15);
  });
  expect(show.sun).toMatchObject({ radiance: [4, 2, 1], shadow: false, shadowMapPx: 4096 });
  expect(show.worldFromStage).toEqual({ positionM: [100000, 2, -3], yawRad: Math.PI / 4, scale: 2 });
  expect(show).toMatchObject({ exposureStops: -1.5, nitsPerUnit: 203, workingPrimaries: 'acescg', samplesPerLed: 8, lodErrorPx: 0 });
});

describe('the sun', () => {
  test('azimuth 0 stands at −Z', () => {
    expect(parse({ sun: { azimuthDeg: 0, elevationDeg: 0, intensity: 1 } }).sun!.directionToSun).toEqual([0, 0, -1]);
  });
  test('a direction of any length', () => {
    expect(parse({ sun: { directionToSun: [0, 20, 0], intensity: 1 } }).sun!.directionToSun).toEqual([0, 1, 0]);
  });
  test('no direction, or two', () => {
    expect(() => parse({ sun: { directionToSun: [0, 0, 0], intensity: 1 } })).toThrow(/sun\.directionToSun: .*got \[0, 0, 0\]/);
    expect(() => parse({ sun: { directionToSun: [0, 1, 0], azimuthDeg: 3, intensity: 1 } })).toThrow(
      /either directionToSun, or azimuthDeg/,
    );
  });
});

test('errors read as those of stages', () => {
  expect(() => parse({ enviroment: {} })).toThrow(/shows\/night\.show\.json: enviroment: unknown field .*did you mean "environment"\?/);
  expect(() => parse({ scene: 'a.obj' })).toThrow(/scene: bad value .*got "a\.obj"; expected The scene: glTF 2\.0/);
  expect(() => parse({ samplesPerLed: 2 })).toThrow(/samplesPerLed: .*got 2; expected 1, 4 or 8/);
  expect(() => parse({ lodErrorPx: -1 })).toThrow(/lodErrorPx: .*got -1; expected .*0/);
  expect(() => parse({ sun: { azimuthDeg: 3 } })).toThrow(/sun\.intensity: missing field/);
});

for (const [file, path, expected] of [
  ['a.json', 'b.json', 'b.json'],
  ['x/a.json', './y/../b.json', 'x/b.json'],
  ['x/a.json', '../../b.json', '../b.json'],
  ['../x/a.json', '../b.json', '../b.json'],
  ['/srv/x/a.json', '../../../b.json', '/b.json'],
  ['x/a.json', '/srv/b.json', '/srv/b.json'],
  ['C:\\shows\\a.json', '..\\b.json', 'C:/b.json'],
  ['x/a.json', 'D:\\b.json', 'D:\\b.json'],
  ['https://host/x/a.json', '../../b.json', 'https://host/b.json'],
] as const)
  test(`${path} in ${file} is ${expected}`, () => expect(resolveRelativePath(file, path)).toBe(expected));
