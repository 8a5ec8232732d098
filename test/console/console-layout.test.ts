import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { waitUntil } from '../support/console-client.ts';
import { type FakeShow, startFakeShow } from '../support/fake-show.ts';

let browser: Browser;
let show: FakeShow;
beforeAll(async () => {
  browser = await launchBrowser();
  // Eight samples do not fit the fake device: the fullest header, and a governor with much to say.
  show = await startFakeShow({ samplesPerLed: 8 });
});
afterAll(async () => {
  await browser?.close();
  await show?.close();
});

/** Faults of a laid-out page; runs in the browser. */
function findFaults(): string[] {
  const faults: string[] = [];
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push(`page is ${document.documentElement.scrollWidth} px wide in ${width}`);
  const nameOf = (target: Element) => `${target.tagName.toLowerCase()}.${target.className} "${target.textContent?.slice(0, 40)}"`;
  for (const target of document.body.querySelectorAll<HTMLElement>('*')) {
    const box = target.getBoundingClientRect();
    if (!target.checkVisibility() || box.width === 0 || target.closest('dialog:not([open])')) continue;
    const hasText = [...target.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
    const inStage = target.closest('.stage-labels') !== null;
    if (hasText && !inStage && (box.left < -0.5 || box.right > width + 0.5)) faults.push(`outside the page: ${nameOf(target)}`);
    // Text that does not fit its own box is cut or spills over its neighbour. An ellipsis says that it is cut, but no state may be.
    const mayEllipsize = target.closest('.identity, .chip-label') !== null;
    if (hasText && !mayEllipsize && target.scrollWidth > target.clientWidth + 1 && getComputedStyle(target).display !== 'inline')
      faults.push(`text cut: ${nameOf(target)} ${target.scrollWidth} > ${target.clientWidth}`);
    if (target.matches('button, input') && (box.height < 40 || box.width < 40))
      faults.push(`target of ${box.width} × ${box.height}: ${nameOf(target)}`);
    if (!target.matches('button, input')) continue;
    target.scrollIntoView({ block: 'nearest' });
    const now = target.getBoundingClientRect();
    const hit = document.elementFromPoint(now.left + now.width / 2, now.top + now.height / 2);
    if (!hit || !(target.contains(hit) || hit.contains(target)))
      faults.push(`covered: ${nameOf(target)} by ${hit ? nameOf(hit) : 'nothing'}`);
  }
  const areas = ['.stage', '.canvases', '#controls', '#tracking', '#performance', '#events'].map((name) => {
    const box = document.querySelector(name)?.getBoundingClientRect();
    return { name, left: box?.left ?? 0, right: box?.right ?? 0, top: box?.top ?? 0, bottom: box?.bottom ?? 0 };
  });
  for (const a of areas)
    for (const b of areas)
      if (a.name < b.name && a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1)
        faults.push(`${a.name} overlaps ${b.name}`);
  return faults;
}

// Tablet upright and across, small and full desktop, the breaks of the style sheet, and a phone.
for (const [width, height] of [
  [768, 1024],
  [1024, 768],
  [1280, 800],
  [1920, 1080],
  [1099, 700],
  [1100, 700],
  [1600, 900],
  [390, 844],
] as const)
  test(`lays out at ${width} × ${height} with nothing cut, covered or too small`, async () => {
    const page = await browser.newPage({ viewport: { width, height } });
    try {
      await page.goto(show.server.url);
      await waitUntil(() => show.server.pictureClientCount === 1);
      // Statuses without pictures: what is judged is the page, and software rendering is slow.
      for (let n = 0; n < 3; n++) await show.step(false);
      await page.locator('.switch').first().waitFor();
      expect(await page.evaluate(findFaults)).toEqual([]);
      const stage = await page.locator('.stage').boundingBox();
      expect(stage?.height).toBeGreaterThanOrEqual(width >= 1100 ? 0.45 * height : 380);
      if (width >= 1100 && width < 1600)
        for (const tab of ['Health', 'Events']) {
          await page.getByRole('tab', { name: tab }).click();
          expect(await page.evaluate(findFaults)).toEqual([]);
        }
    } finally {
      await page.close();
      await waitUntil(() => show.server.pictureClientCount === 0);
    }
  });

test('finds faults where there are some', async () => {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(show.server.url);
  await page.locator('.field').first().waitFor();
  await page.evaluate(() => {
    const wide = document.createElement('p');
    wide.textContent = 'too wide for its box, and cut';
    Object.assign(wide.style, { width: '60px', whiteSpace: 'nowrap', overflow: 'hidden' });
    const small = document.createElement('button');
    Object.assign(small.style, { minWidth: '20px', minHeight: '20px', width: '20px', height: '20px', padding: '0' });
    document.querySelector('#controls')?.prepend(wide, small);
  });
  const faults = (await page.evaluate(findFaults)).join('\n');
  expect(faults).toMatch(/text cut: p/);
  expect(faults).toMatch(/target of 20 × 20/);
  await page.close();
});
