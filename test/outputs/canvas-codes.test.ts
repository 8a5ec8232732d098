import { expect, test } from 'vitest';
import { brightestNits } from '../../src/outputs/canvas-codes.ts';
import { flatStage } from '../support/stages.ts';

// Photographs are exposed for the wall: white is what an LED can show at most.
test('the brightest light is signal white where the panel can show more', () => {
  expect(brightestNits(flatStage({ peakNits: 1500, transfer: { kind: 'srgb', whiteNits: 400 } }))).toBe(400);
});

test('the brightest light is the panel peak where signal white is beyond it, and for PQ', () => {
  expect(brightestNits(flatStage({ peakNits: 1000, transfer: { kind: 'srgb', whiteNits: 4000 } }))).toBe(1000);
  expect(brightestNits(flatStage({ peakNits: 1500, transfer: 'pq' }))).toBe(1500);
});
