/**
 * Makes the README's pictures (scenes/pictures/): walls of both scenes, through the lens, the console, a stage's drawing.
 * `npm exec -- node tools/make-pictures.ts [name …]`; about two minutes on two cores without a GPU.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from 'fast-png';
import sharp from 'sharp';
import { nitsFromPq, srgbFromLinear } from '../src/core/transfer.ts';
import { launchBrowser } from '../test/support/browser.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const target = join(root, 'scenes/pictures');
const work = mkdtempSync(join(tmpdir(), 'cyc-pictures-'));
const CYC = join(root, 'src/apps/cyc.mjs');
/** Light that PQ canvases are shown with as white. */
const WHITE_NITS = 1200;
const POSE = 'A=0.5,1.35,0.6,20,-1,0';

const PICTURES: Readonly<Record<string, () => Promise<void>>> = {
  'desert-wall': () => wall('desert-outpost', ['arc-left', 'arc-right']),
  'atrium-wall': () => wall('atrium', ['north']),
  'through-the-lens': throughTheLens,
  plan,
  console: consoleShot,
};

mkdirSync(target, { recursive: true });
try {
  const wanted = process.argv.slice(2);
  for (const [name, make] of Object.entries(PICTURES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`making ${name} …`);
    await make();
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function cyc(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [CYC, ...args], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`cyc ${args.join(' ')} ended with ${status}`);
}

function showOf(scene: string): string {
  return `scenes/${scene}/${scene}.show.json`;
}

/** The canvases of one frame side by side, twice as large, four samples per LED. PQ canvases are shown as light, not as signal. */
async function wall(scene: string, processors: readonly string[]): Promise<void> {
  const out = join(work, scene);
  cyc('render', showOf(scene), '--frames', '48', '--samples', '4', '--out', out, '--canvases', processors.join(','));
  const files = processors.map((name) => join(out, name, `${name}.00000048.png`));
  await sideBySide(await Promise.all(files.map(viewCanvas)), join(target, `${scene}-wall.jpg`), 2, 0);
}

/** A canvas as people see it: 16-bit pictures hold PQ signal, shown as sRGB with white at WHITE_NITS. */
async function viewCanvas(file: string): Promise<Picture> {
  const picture = decode(readFileSync(file));
  const { width, height, channels } = picture;
  const rgb = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 3; c++) {
      const code = picture.data[i * channels + c] as number;
      rgb[i * 3 + c] = picture.depth === 16 ? Math.round(255 * srgbFromLinear(nitsFromPq(code / 65535) / WHITE_NITS)) : code;
    }
  return {
    data: await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png()
      .toBuffer(),
    width,
    height,
  };
}

/** Left: what the film camera photographs of the lit wall. Right: the scene drawn for that camera. */
async function throughTheLens(): Promise<void> {
  const out = join(work, 'lens');
  cyc(
    'render',
    showOf('desert-outpost'),
    '--frames',
    '0',
    '--samples',
    '4',
    '--out',
    out,
    '--pose',
    POSE,
    '--photograph',
    'A',
    '--reconstruct',
    'bilinear',
    '--direct',
    'A',
  );
  const pictures = await Promise.all(
    ['A-photograph', 'A-direct'].map((name) =>
      sharp(join(out, `${name}.00000000.png`))
        .resize({ width: 800 })
        .png()
        .toBuffer({ resolveWithObject: true }),
    ),
  );
  await sideBySide(
    pictures.map(({ data, info }) => ({ data, width: info.width, height: info.height })),
    join(target, 'through-the-lens.jpg'),
    1,
    8,
  );
}

async function plan(): Promise<void> {
  const out = join(work, 'plan');
  cyc('stage', 'check', 'scenes/atrium/atrium.stage.json', '--out', out);
  await sharp(join(out, 'plan.png'))
    .resize({ width: 1200, withoutEnlargement: true })
    .png({ palette: true })
    .toFile(join(target, 'plan.png'));
}

/** The console while the show runs, as a browser draws it. */
async function consoleShot(): Promise<void> {
  const show = spawn(process.execPath, [CYC, 'start', showOf('desert-outpost'), '--port', '0', '--json'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const url = await consoleUrl(show);
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
    await page.goto(url);
    await page.waitForTimeout(45_000);
    await page.screenshot({ path: join(target, 'console.jpg'), type: 'jpeg', quality: 88 });
    await browser.close();
  } finally {
    show.kill('SIGTERM');
  }
}

function consoleUrl(show: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    show.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
      const url = /http:\/\/127\.0\.0\.1:\d+\//.exec(text);
      if (url) resolve(url[0]);
    });
    show.on('exit', (code) => reject(new Error(`the show ended with ${code} before its console was up`)));
  });
}

interface Picture {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

async function sideBySide(pictures: readonly Picture[], file: string, scale: number, gapPx: number): Promise<void> {
  const width = pictures.reduce((sum, p) => sum + p.width + gapPx, -gapPx);
  const height = Math.max(...pictures.map((p) => p.height));
  let left = 0;
  const layers = pictures.map((p) => {
    const layer = { input: p.data, left, top: 0 };
    left += p.width + gapPx;
    return layer;
  });
  const joined = await sharp({ create: { width, height, channels: 3, background: '#101214' } })
    .composite(layers)
    .png()
    .toBuffer();
  await sharp(joined)
    .resize(width * scale, height * scale, { kernel: 'nearest' })
    .jpeg({ quality: 88 })
    .toFile(file);
}
