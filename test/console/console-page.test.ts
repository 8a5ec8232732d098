import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { waitUntil } from '../support/console-client.ts';
import { openConsole } from '../support/console-page.ts';
import { type FakeShow, startFakeShow } from '../support/fake-show.ts';
import { fakeStage, ledPositions } from '../support/fake-stage.ts';

let browser: Browser;
/** Without WebGL: what does not need the stage view is tested here, where software rendering costs nothing. */
let plainBrowser: Browser;
let page: Page;
let show: FakeShow;
let complaints: readonly string[] = [];

beforeAll(async () => {
  [browser, plainBrowser] = await Promise.all([launchBrowser(), launchBrowser(['--disable-3d-apis'])]);
});
afterAll(() => Promise.all([browser?.close(), plainBrowser?.close()]));
afterEach(async () => {
  await page?.close();
  await show?.close();
});

async function openPage(options: { webgl?: boolean } = {}): Promise<void> {
  show = await startFakeShow();
  ({ page, complaints } = await openConsole(options.webgl ? browser : plainBrowser, show));
}

const text = (selector: string) => page.locator(selector).innerText();
const pressed = (name: string) => page.getByRole('button', { name, exact: true }).getAttribute('aria-pressed');
const lastMessage = () => show.received.findLast((message) => message.type !== 'pictures');

/** RGB pixels of the stage view without what lies over it. */
async function stagePixels(): Promise<{ data: Buffer; width: number; height: number }> {
  for (const name of ['Labels', 'Frusta'])
    if ((await pressed(name)) === 'true') await page.getByRole('button', { name, exact: true }).click();
  await page.evaluate(() => {
    for (const id of ['stage-toolbar', 'stage-toggles', 'stage-note'])
      (document.getElementById(id) as HTMLElement).style.visibility = 'hidden';
  });
  const png = await page.locator('#stage-canvas').screenshot();
  await page.evaluate(() => {
    for (const id of ['stage-toolbar', 'stage-toggles', 'stage-note']) (document.getElementById(id) as HTMLElement).style.visibility = '';
  });
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

test('loads without a complaint and shows the wall, the show and its device', async () => {
  await openPage({ webgl: true });
  const { data, width, height } = await stagePixels();
  const colors = new Set<number>();
  for (let y = Math.floor(height * 0.3); y < height * 0.6; y++)
    for (let x = Math.floor(width * 0.3); x < width * 0.7; x++) colors.add(data.readUIntBE((y * width + x) * 3, 3));
  expect(colors.size).toBeGreaterThan(500);
  expect(await text('#show-name')).toBe('Desert evening');
  expect(await text('#stage-note')).toBe('245,760 LEDs · 25 facets · 24000/1001 Hz');
  await page.getByRole('tab', { name: 'Health' }).click();
  expect(await text('#performance')).toMatch(/SOFTWARE[\s\S]*SwiftShader[\s\S]*no GPU: the Vulkan loader found no driver/);
  expect(complaints).toEqual([]);
});

test('shows each LED where it hangs: turned, flipped and cut canvases make one picture', async () => {
  await openPage({ webgl: true });
  // Red is the height of the LED, green its place along the wall: a canvas that tells where each of its LEDs is.
  const stage = fakeStage();
  for (const [index, canvas] of stage.canvases.entries()) {
    const positions = ledPositions(stage, index);
    const pixels = Buffer.alloc(canvas.widthPx * canvas.heightPx * 3);
    for (let pixel = 0; pixel < canvas.widthPx * canvas.heightPx; pixel++) {
      pixels[pixel * 3] = (positions[pixel * 3 + 1] / 5) * 255;
      pixels[pixel * 3 + 1] = ((positions[pixel * 3] + 5) / 10) * 255;
      pixels[pixel * 3 + 2] = 200;
    }
    const raw = { width: canvas.widthPx, height: canvas.heightPx, channels: 3 as const };
    show.server.publishCanvas(index, 77n, await sharp(pixels, { raw }).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer());
  }
  await page.getByRole('button', { name: 'Front' }).click();
  // A page that gets no frames greys its pictures.
  const frames = setInterval(() => show.step(false), 500);
  const lit: { x: number; y: number; red: number; green: number }[] = [];
  await waitUntil(
    async () => {
      lit.length = 0;
      const { data, width, height } = await stagePixels();
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [red, green, blue] = data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
          if (Math.abs(blue - 200) <= 3) lit.push({ x, y, red, green });
        }
      return lit.length > 0.3 * width * height;
    },
    () => `${lit.length} lit pixels`,
    30_000,
  ).finally(() => clearInterval(frames));
  // In a parallel view both are straight lines over the picture. The scale comes from the picture's own ends.
  const ends = (values: readonly number[]) => [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const [left, right] = ends(lit.map((pixel) => pixel.x));
  const [top, bottom] = ends(lit.map((pixel) => pixel.y));
  const halfWidthM = 4.6 * Math.sin(12 * 2 * Math.asin(0.25 / 4.6));
  const errors = lit.map(({ x, y, red, green }) => {
    const alongM = (((x - left) / (right - left)) * 2 - 1) * halfWidthM;
    const heightM = ((bottom - y) / (bottom - top)) * 4;
    return Math.max(Math.abs((alongM + 5) * 25.5 - green), Math.abs(heightM * 51 - red));
  });
  // 4 codes: rounding twice, JPEG, and half a screen pixel (1.3 codes in height). Cameras in front of the wall are not lit, so not counted.
  const wrong = errors.filter((error) => error > 4).length;
  expect(wrong / errors.length).toBeLessThan(0.01);
});

test('sends what the operator changes, and shows what the show says', async () => {
  await openPage();
  await page.getByRole('button', { name: 'Exposure up by 0.1 stops' }).click();
  await waitUntil(() => lastMessage() !== undefined);
  expect(lastMessage()).toEqual({ type: 'set', parameters: { exposureStops: 0.1 } });

  const x = page.getByLabel('X, m', { exact: true });
  await x.fill('1,5');
  await x.press('Enter');
  await waitUntil(() => JSON.stringify(lastMessage()).includes('1.5'));
  expect(lastMessage()).toEqual({ type: 'set', parameters: { worldFromStage: { positionM: [1.5, 0, 0], yawDeg: 0, scale: 1 } } });

  const yaw = page.getByLabel('Yaw, °', { exact: true });
  await yaw.fill('\u221290');
  await yaw.press('Enter');
  await waitUntil(() => JSON.stringify(lastMessage()).includes('-90'));
  expect(lastMessage()).toMatchObject({ parameters: { worldFromStage: { positionM: [1.5, 0, 0], yawDeg: -90 } } });

  const count = show.received.length;
  await x.fill('1.5e9; drop');
  await x.press('Enter');
  expect(await x.inputValue()).toBe('1.50');
  const scale = page.getByLabel('Scale, ×', { exact: true });
  await scale.fill('0');
  await scale.press('Enter');
  await waitUntil(() => show.received.length > count);
  // Typed nonsense sends nothing; a figure out of range is brought into it.
  expect(show.received.length).toBe(count + 1);
  expect(lastMessage()).toMatchObject({ parameters: { worldFromStage: { scale: 1e-4 } } });

  await page.getByRole('button', { name: '4 samples per LED' }).click();
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"samplesPerLed":4}}');
  await page.getByRole('switch', { name: /B-cam/ }).click();
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"camerasEnabled":{"B-cam":false}}}');
  await page.waitForTimeout(800);
  await show.step();
  expect(await page.getByRole('switch', { name: /B-cam/ }).getAttribute('aria-checked')).toBe('false');
  expect(await pressed('4 samples per LED')).toBe('true');
  expect(complaints).toEqual([]);
});

test('drags a slider without flooding, and ends on the last value', async () => {
  await openPage();
  const box = await page.getByLabel('Exposure, slider').boundingBox();
  if (!box) throw new Error('no slider');
  const at = (share: number) => [box.x + box.width * share, box.y + box.height / 2] as const;
  await page.mouse.move(...at(0.5));
  await page.mouse.down();
  const startMs = performance.now();
  for (let n = 0; n <= 100; n++) await page.mouse.move(...at(0.5 + n * 0.004));
  await page.mouse.up();
  const value = Number((await page.getByLabel('Exposure, stops').inputValue()).replace('+', ''));
  expect(value).toBeGreaterThan(3);
  await waitUntil(() => JSON.stringify(lastMessage()) === `{"type":"set","parameters":{"exposureStops":${value}}}`);
  expect(show.received.length).toBeLessThan(5 + (performance.now() - startMs) / 50);
  expect(show.server.counters.rateLimited).toBe(0);
});

test('locks the controls against a stray hand', async () => {
  await openPage();
  await page.getByRole('button', { name: 'Lock', exact: true }).click();
  expect(await page.getByRole('button', { name: 'Exposure up by 0.1 stops' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Locked' }).click();
  expect(await page.getByRole('button', { name: 'Exposure up by 0.1 stops' }).isEnabled()).toBe(true);
});

test('records when the show says so', async () => {
  await openPage();
  await page.getByRole('button', { name: 'Record take' }).click();
  await waitUntil(() => lastMessage()?.type === 'record');
  expect(lastMessage()).toEqual({ type: 'record', on: true });
  await show.step();
  await page.getByRole('button', { name: 'Stop take' }).click();
  expect(await text('#states')).toMatch(/takes\/arc-volume-\d+\.take\s*REC/);
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"record","on":false}');
});

test('shows what strangers send as text', async () => {
  await openPage();
  await page.getByRole('tab', { name: 'Events' }).click();
  const markup = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
  show.event('error', markup);
  await page.locator('.event-text').first().waitFor();
  await waitUntil(async () => (await text('.event-text >> nth=0')) === markup);
  expect(await page.locator('.events img, .events script').count()).toBe(0);
  expect(await page.title()).toBe('Desert evening · Cyclorama');
});

test('enlarges a canvas, goes on to the next with the arrow key, and closes', async () => {
  await openPage();
  await page.getByRole('button', { name: /^arc-left/ }).click();
  expect(await text('#enlarged .enlarged-title')).toBe('arc-left');
  await page.keyboard.press('ArrowRight');
  expect(await text('#enlarged .enlarged-title')).toBe('arc-right');
  await page.keyboard.press('Escape');
  expect(await page.locator('#enlarged').isVisible()).toBe(false);
});

test('looks through a camera, from above and from the front', async () => {
  await openPage({ webgl: true });
  for (const [name, gate] of [
    ['Through A-cam', true],
    ['Plan', false],
    ['Front', false],
    ['Perspective', false],
  ] as const) {
    await page.getByRole('button', { name, exact: true }).click();
    expect(await pressed(name)).toBe('true');
    expect(await page.locator('#stage-gate').isVisible()).toBe(gate);
  }
  expect(complaints).toEqual([]);
});

test('says that the picture is not live when frames stop, and takes it back when they come again', async () => {
  await openPage();
  await page.locator('body[data-connection="stale"]').waitFor();
  expect(await text('#banner')).toMatch(/No frames for \d+ s\./);
  expect(await text('#states')).toContain('NOT LIVE');
  expect(await page.locator('#stage-not-live').isVisible()).toBe(true);
  show.run(4);
  await page.locator('body[data-connection="live"]').waitFor();
  expect(await page.locator('#banner').isVisible()).toBe(false);
});

test('says that the connection is lost, and comes back by itself when the show does', async () => {
  await openPage({ webgl: true });
  const { port } = show.server;
  await show.close();
  await page.locator('body[data-connection="lost"]').waitFor();
  expect(await text('#banner')).toMatch(/No connection to the show\..*Trying/s);
  expect(await page.getByRole('button', { name: 'Exposure up by 0.1 stops' }).isDisabled()).toBe(true);
  await page.waitForTimeout(1500);
  show = await startFakeShow({ port, startFrame: 5000 });
  show.run(4);
  await page.locator('body[data-connection="live"]').waitFor({ timeout: 20_000 });
  // The frame it left with was 1,002; the new show counts from 5,000.
  expect(await text('#frame-number')).toMatch(/Frame 426119090\d\d/);
  expect(await page.getByRole('button', { name: 'Exposure up by 0.1 stops' }).isEnabled()).toBe(true);
});

test('works without WebGL, and says so', async () => {
  await openPage();
  expect(await text('#stage-message')).toContain('no WebGL 2');
  expect(await page.locator('.canvas-empty:visible').count()).toBe(0);
  await page.getByRole('button', { name: 'Exposure down by 0.1 stops' }).click();
  await waitUntil(() => JSON.stringify(lastMessage()) === '{"type":"set","parameters":{"exposureStops":-0.1}}');
  expect(complaints).toEqual([]);
});
