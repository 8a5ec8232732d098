import { type Browser, chromium } from 'playwright-core';
import { unpackBrowser } from '../../src/platform/node/swiftshader.ts';

/** Launches the embedded headless Chromium (WebGL 2 and WebGPU on SwiftShader). The caller closes it. */
export async function launchBrowser(extraArgs: readonly string[] = []): Promise<Browser> {
  const { executablePath, env, args } = await unpackBrowser();
  return chromium.launch({ executablePath, env, args: [...args, ...extraArgs] });
}
