import { expect, test } from 'vitest';
import { createRng } from '../../src/core/rng.ts';
import { bakeStage } from '../../src/stage/bake-stage.ts';
import { StageFileError } from '../../src/stage/file-errors.ts';
import { parseStage } from '../../src/stage/parse-stage.ts';
import type { WallShape } from '../../src/stage/stage-document.ts';
import { cameraEntry, lDocument } from '../support/stages.ts';

/** The L stage as a file has it, its back wall in one of three shapes. */
function fileWith(shape: WallShape): string {
  const { file: _, walls, ...document } = lDocument({ cameras: [cameraEntry()] });
  return JSON.stringify({ ...document, walls: [{ ...walls[0], shape }, ...walls.slice(1)] }, null, 2);
}

test('1500 damaged files: each is refused with a clear error or is a stage that bakes', () => {
  const random = createRng(42);
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)];
  const spares = [
    '0',
    '-1',
    '1e999',
    'null',
    'true',
    '""',
    '[]',
    '{}',
    '"\\ud800"',
    '16384',
    '1e-300',
    '{"__proto__": 1}',
    '"constructor"',
    ',',
    '}',
    '\u0000',
  ];
  let [refused, baked] = [0, 0];
  for (let k = 0; k < 1500; k++) {
    let text = fileWith(
      pick<WallShape>([{ kind: 'arc', radiusM: 4 }, { kind: 'polyline', anglesDeg: new Array(15).fill(5) }, { kind: 'flat' }]),
    );
    const tokens = [...text.matchAll(/-?\d[\d.]*|"[^"]*"|true|false|[[\]{},:]/g)];
    for (const token of Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(tokens)).sort((a, b) => b.index - a.index))
      text = text.slice(0, token.index) + pick(spares) + text.slice(token.index + token[0].length);
    if (random() < 0.1) text = text.slice(0, Math.floor(random() * text.length));
    try {
      const { facets, tiles } = bakeStage(parseStage(text, 'x.stage.json'));
      expect(facets.every((facet) => [...facet.originM, ...facet.u, facet.pitchUM].every(Number.isFinite))).toBe(true);
      expect(tiles.every((tile) => tile.widthPx > 0 && tile.heightPx > 0)).toBe(true);
      baked++;
    } catch (error) {
      if (!(error instanceof StageFileError)) throw error;
      expect(error.message).toMatch(/^x\.stage\.json: .* \[[A-Z_]+\]$/s);
      refused++;
    }
  }
  // Damage that leaves a sound file (another number) is part of the test too.
  expect(refused).toBeGreaterThan(500);
  expect(baked).toBeGreaterThan(20);
});
