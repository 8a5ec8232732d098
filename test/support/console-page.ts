import type { Browser, Page } from 'playwright-core';
import { waitUntil } from './console-client.ts';
import type { FakeShow } from './fake-show.ts';

/** The console of a show in a browser of 1280 × 720, with pictures on it. The caller closes the page. */
export async function openConsole(browser: Browser, show: FakeShow): Promise<{ page: Page; complaints: readonly string[] }> {
  // What the page complained of. The driver's note on its own speed (SwiftShader reads pixels back for the compositor) is none of ours.
  const complaints: string[] = [];
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('GPU stall due to ReadPixels'))
      complaints.push(message.text());
  });
  await page.goto(show.server.url);
  await waitUntil(() => show.server.pictureClientCount === 1);
  for (let n = 0; n < 2; n++) await show.step();
  await page.locator('.switch').first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('.canvas-empty')].every((note) => (note as HTMLElement).hidden));
  return { page, complaints };
}
