import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { launchBrowser } from '../../support/browser.ts';

test('the embedded browser draws with WebGPU on a canvas, and text has a width', async () => {
  const server = createServer((_, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end('<h1 style="display:inline">Cyclorama</h1><canvas id="c" width="64" height="64"></canvas>'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const seen = await page.evaluate(async () => {
      const adapter = await navigator.gpu.requestAdapter();
      const device = await adapter!.requestDevice();
      const canvas = document.querySelector('canvas')!;
      const context = canvas.getContext('webgpu')!;
      context.configure({ device, format: navigator.gpu.getPreferredCanvasFormat() });
      const encoder = device.createCommandEncoder();
      encoder
        .beginRenderPass({
          colorAttachments: [
            { view: context.getCurrentTexture().createView(), clearValue: [0, 1, 0, 1], loadOp: 'clear', storeOp: 'store' },
          ],
        })
        .end();
      device.queue.submit([encoder.finish()]);
      // Read in the same task: the canvas keeps its picture only until the page is presented.
      const copy = document.createElement('canvas').getContext('2d')!;
      copy.drawImage(canvas, 0, 0);
      return { pixel: [...copy.getImageData(32, 32, 1, 1).data], textWidth: document.querySelector('h1')!.getBoundingClientRect().width };
    });
    expect(seen.pixel).toEqual([0, 255, 0, 255]);
    expect(seen.textWidth).toBeGreaterThan(50);
  } finally {
    await browser.close();
    server.close();
  }
});
