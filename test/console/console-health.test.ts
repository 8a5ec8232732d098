import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { waitUntil } from '../support/console-client.ts';
import { openConsole } from '../support/console-page.ts';
import { type FakeShow, startFakeShow } from '../support/fake-show.ts';

let browser: Browser;
let page: Page;
let show: FakeShow;
let complaints: readonly string[];
beforeAll(async () => {
  // Without WebGL: nothing here needs the stage view.
  browser = await launchBrowser(['--disable-3d-apis']);
});
afterAll(() => browser?.close());
beforeEach(async () => {
  show = await startFakeShow();
  ({ page, complaints } = await openConsole(browser, show));
});
afterEach(async () => {
  await page?.close();
  await show?.close();
});

const text = (selector: string) => page.locator(selector).innerText();
const lastMessage = () => show.received.findLast((message) => message.type !== 'pictures');

test('follows the status: timecode, rate, tracking, counters', async () => {
  const before = await text('#timecode');
  await show.step(false);
  await waitUntil(async () => (await text('#timecode')) !== before);
  await show.step(false);
  expect(await text('#states')).toMatch(/24.0 \/ 23.976 fps\s*ON RATE[\s\S]*A-cam\s*LIVE[\s\S]*B-cam\s*HELD[\s\S]*witness-C\s*OFF/);
  await page.getByRole('tab', { name: 'Health' }).click();
  const tracking = await text('#tracking');
  expect(tracking).toMatch(/B-cam\s*HELD\s*640 ms/);
  expect(tracking).toMatch(/119\.8 \/s\s*118,204 packets · 118,190 samples · 14 rejected\s*bad-checksum 12\s*duplicate 2/);
  expect(tracking).toMatch(/pan 24\.0° · tilt 9\.0° · roll 0\.0° · 50\.0 mm/);
  const performance = await text('#performance');
  expect(performance).toMatch(/period 41\.7 ms/);
  expect(performance).toMatch(/Clusters tested\s*9,120\s*Clusters occluded\s*2,204\s*Clusters drawn\s*3,310/);
  // (248,300 − 4,980) ÷ (245,760 − 2,490): without the feather bands, where two eyes shade.
  expect(performance).toMatch(/LEDs lit\s*246 k\s*LEDs shaded\s*248 k\s*In feather\s*2,490\s*Shaded ÷ lit\s*1\.000/);
  expect(performance).toMatch(/visibility\s*9\.60 ms\s*shade\s*14\.9 ms/);
  expect(performance).toMatch(/JavaScript\s*0\.62 ms\s*Allocations\s*0\s*Dispatches\s*31\s*Draws\s*4/);
  const width = (pass: string) => page.locator(`.pass[data-key="${pass}"] .pass-bar`).evaluate((bar) => bar.getBoundingClientRect().width);
  expect((await width('shade')) / (await width('visibility'))).toBeCloseTo(14.9 / 9.6, 1);
});

test('says what the governor has given up, against what is asked for, and switches it off', async () => {
  await page.getByRole('tab', { name: 'Health' }).click();
  expect(await text('.governor')).toMatch(/Quality\s*AS ASKED\s*Governor: everything drawn as asked/);
  expect(await text('#states')).not.toContain('Governor');
  await page.getByRole('tab', { name: 'Controls' }).click();
  await page.getByRole('button', { name: '8 samples per LED' }).click();
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"samplesPerLed":8}}');
  await show.step(false);
  await waitUntil(async () => (await text('#states')).includes('Governor 3/9'));
  expect(await text('#states')).toMatch(/Governor 3\/9\s*REDUCED/);
  await page.getByRole('tab', { name: 'Health' }).click();
  expect(await text('.governor')).toMatch(
    /REDUCED\s*Governor: 1 of 8 samples per LED, outer eye at ½ lattice, 3 of 9 steps, since 12:03:11/,
  );
  expect(await text('.governor')).toMatch(/Device time 26\.2 ms of 37\.5 ms a frame/);
  expect(await text('.quality-table')).toMatch(/Samples per LED\s*1\s*8\s*Outer eye’s lattice\s*½\s*whole\s*LOD error\s*1 px\s*1 px/);
  expect(await page.locator('.quality-table tr[data-tone="warn"]').count()).toBe(2);
  await page.getByRole('tab', { name: 'Events' }).click();
  expect(await text('.events')).toMatch(/WARN\s*governor: samples per LED 8 → 1, outer eye at ½ lattice \(3 of 9 steps\)/);
  await page.getByRole('tab', { name: 'Controls' }).click();
  // What is asked for stays as it is.
  expect(await page.getByRole('button', { name: '8 samples per LED' }).getAttribute('aria-pressed')).toBe('true');
  await page.getByRole('switch', { name: /Governor/ }).click();
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"governor":false}}');
  await show.step(false);
  await waitUntil(async () => !(await text('#states')).includes('Governor'));
  await page.getByRole('tab', { name: 'Health' }).click();
  expect(await text('.governor')).toMatch(/GOVERNOR OFF\s*Governor off: drawn as asked, whatever it costs/);
  await page.getByRole('tab', { name: 'Controls' }).click();
  const lodError = page.getByLabel('LOD error, px', { exact: true });
  await lodError.fill('0');
  await lodError.press('Enter');
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"lodErrorPx":0}}');
  expect(complaints).toEqual([]);
});
