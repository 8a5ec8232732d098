import { describe, expect, test } from 'vitest';
import { CycError } from '../../src/core/errors.ts';
import { checkKnown, parseFixedPose, parseFrameRange, withFixedPoses } from '../../src/engine/render-arguments.ts';
import { cameraEntry, flatStage } from '../support/stages.ts';

const messageOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof CycError) return error.message;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('--frames', () => {
  test.each([
    ['0-9', 0n, 9n],
    ['7', 7n, 7n],
    ['43200000000-43200000010', 43_200_000_000n, 43_200_000_010n],
  ])('%s', (text, first, last) => expect(parseFrameRange(text)).toEqual({ first, last }));

  test.each(['', 'a', '1-', '-1', '5-3', '1.5', '0-99999999999', '1-2-3', '1e3'])('refuses "%s"', (text) => {
    expect(messageOf(() => parseFrameRange(text))).toMatch(/--frames.*got.*expected.*BAD_FRAMES/);
  });
});

describe('--pose', () => {
  test('stage metres and degrees, as the stage file writes them', () => {
    const { camera, pose } = parseFixedPose('cam=A=1,-2.5,3e0,90,-45,180');
    expect(camera).toBe('cam=A');
    expect(pose.positionM).toEqual([1, -2.5, 3]);
    expect([pose.panRad, pose.tiltRad, pose.rollRad]).toEqual([Math.PI / 2, -Math.PI / 4, Math.PI]);
  });

  test.each(['A', 'A=', '=1,2,3,4,5,6', 'A=1,2,3', 'A=1,2,3,4,5,x', 'A=1,,3,4,5,6', 'A=1,2,3,4,5,Infinity'])('refuses "%s"', (text) => {
    expect(messageOf(() => parseFixedPose(text))).toContain('BAD_POSE');
  });

  test('nails the camera: no tracking, the pose given; the other cameras stay', () => {
    const stage = flatStage({ cameras: [cameraEntry({ tracking: { kind: 'simulated', move: 'dolly' } }), cameraEntry({ id: 'B' })] });
    const fixed = withFixedPoses(stage, [parseFixedPose('A=1,2,3,0,0,0')]);
    expect(fixed.cameras[0]).toMatchObject({ id: 'A', tracking: null, restPose: { positionM: [1, 2, 3] } });
    expect(fixed.cameras[1]).toBe(stage.cameras[1]);
    expect(messageOf(() => withFixedPoses(stage, [parseFixedPose('C=1,2,3,0,0,0')]))).toMatch(/got "C"; expected "A", "B".*UNKNOWN_CAMERA/);
  });
});

test('an unknown canvas is answered with the valid ones', () => {
  expect(messageOf(() => checkKnown('canvas', '--canvases', ['left', 'x'], ['left', 'right'], 'a.stage.json'))).toBe(
    'a.stage.json: --canvases: no such canvas; got "x"; expected "left", "right" [UNKNOWN_CANVAS]',
  );
});
