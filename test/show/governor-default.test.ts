import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LiveShow } from '../../src/apps/live-show.ts';
import type { GpuContext, GpuDescription } from '../../src/gpu/gpu-context.ts';
import { type LoadedShow, loadShow } from '../../src/platform/node/load-show.ts';
import { writeSmallShow } from './small-show.ts';

let folder = '';
let show: LoadedShow;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cyc-governor-'));
  show = await loadShow(writeSmallShow(folder));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A show whose device says that it is of this kind; nothing is drawn. */
async function openOn(kind: GpuDescription['kind'], governor: { on?: boolean; budgetMs?: number } | undefined): Promise<LiveShow> {
  const description = { adapter: 'fake', vendor: '', architecture: '', driver: '', kind, reason: 'test' };
  const context = { description, errors: { count: 0, recent: [] }, lost: new Promise(() => {}), destroy() {} } as unknown as GpuContext;
  const live = new LiveShow({
    show,
    port: { open: async () => context },
    createRenderer: async () => ({ renderFrame: () => new Promise(() => {}), destroy() {} }),
    takesFolder: folder,
    onEvent: () => {},
    ...(governor && { governor }),
  });
  await live.open();
  return live;
}

test.each([
  ['gpu', undefined, true],
  ['gpu', { budgetMs: 5 }, true],
  ['gpu', { on: false }, false],
  ['gpu', { on: false, budgetMs: 5 }, false],
  ['software', undefined, false],
  ['software', { budgetMs: 5 }, true],
  ['software', { on: true }, true],
  ['software', { on: false, budgetMs: 5 }, false],
] as const)('on a %s device with %o the governor begins switched on: %s', async (kind, governor, on) => {
  const live = await openOn(kind, governor);
  expect(live.governor.status().on).toBe(on);
  // The console's switch shows the same, and works both ways.
  expect(live.operator.governor).toBe(on);
  live.set({ governor: !on });
  expect(live.governor.status().on).toBe(!on);
  await live.close();
});
