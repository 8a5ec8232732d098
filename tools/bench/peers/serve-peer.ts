import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeLinearPng } from '../../../src/outputs/png.ts';
import { createBenchMove } from '../../../src/platform/node/bench/bench-move.ts';
import { type MeasureJob, serveMeasurements } from '../../../src/platform/node/bench/bench-protocol.ts';
import { buildSet, buildTiledSet } from '../../../src/platform/node/bench/bench-set.ts';
import { buildBenchStage } from '../../../src/platform/node/bench/bench-stage.ts';
import { deviceKind } from './browser-shims.ts';
import type { Peer, PeerInput, PeerView } from './peer.ts';
import { peerSizes, peerViews } from './peer-views.ts';

/** Answers the bench for one engine: opens it on the job's set and wall, draws frames, writes pictures. */
export function servePeer(create: (input: PeerInput) => Promise<Peer>): void {
  let peer: Peer | null = null;
  let viewsOf: (frame: number) => readonly PeerView[] = () => [];
  let next = 0;
  const draw = async (): Promise<{ frameMs: number; scriptMs: number }> => {
    const views = viewsOf(next++);
    const startedAt = performance.now();
    await peer!.render(views);
    const scriptMs = performance.now() - startedAt;
    await peer!.device.queue.onSubmittedWorkDone();
    return { frameMs: performance.now() - startedAt, scriptMs };
  };
  serveMeasurements(async (request) => {
    if (request.ask === 'open') {
      const { job, wall } = request;
      const input = peerInput(job, wall);
      viewsOf = input.viewsOf;
      const startedAt = performance.now();
      peer = await create(input);
      peer.device.addEventListener('uncapturederror', ({ error }) => console.error(error.message));
      await draw();
      const firstFrameMs = performance.now() - startedAt;
      for (let k = 0; k < job.warmFrames; k++) await draw();
      if (job.picturesFolder) await writePictures(peer, input.sizesPx, job.picturesFolder);
      const { name, version, setup } = peer;
      return { name, version, setup, firstFrameMs, adapter: '' };
    }
    if (!peer) throw new Error(`"${request.ask}" before "open"`);
    if (request.ask === 'finish') return { rssBytes: process.memoryUsage().rss, row: null };
    const frames: { frameMs: number; scriptMs: number }[] = [];
    for (let k = 0; k < request.count; k++) frames.push(await draw());
    return { frameMs: frames.map((frame) => frame.frameMs), scriptMs: frames.map((frame) => frame.scriptMs) };
  });
}

function peerInput({ scene, walls, quality, seed, shadowMapPx }: MeasureJob, wall: number): PeerInput {
  const stage = buildBenchStage(walls[wall]!.wall);
  const stateOf = createBenchMove(stage, quality, seed);
  return {
    set: scene.kind === 'ruins' ? buildSet(scene) : buildTiledSet(scene),
    sizesPx: peerSizes(stage, stateOf(0)),
    viewsOf: (frame) => peerViews(stage, stateOf(frame)),
    shadowMapPx,
    kind: deviceKind,
  };
}

/** The middle facet and the last view (an inner frustum) as PNG, to see by eye that the same set is drawn. */
async function writePictures(peer: Peer, sizesPx: PeerInput['sizesPx'], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const facets = sizesPx.length - 1;
  for (const [name, view] of [
    ['facet', facets >> 1],
    ['inner', facets],
  ] as const) {
    const [width, height] = sizesPx[view]!;
    const rgb = await readLinear(peer, peer.texture(view), width, height);
    writeFileSync(join(folder, `${peer.name}-${name}.png`), encodeLinearPng(width, height, rgb, 8));
  }
}

/** Linear RGB of an rgba16float texture, rows top first. */
async function readLinear(peer: Peer, texture: GPUTexture, width: number, height: number): Promise<Float32Array> {
  const { device } = peer;
  if (texture.format !== 'rgba16float') throw new Error(`${peer.name} draws to ${texture.format}, not rgba16float`);
  const bytesPerRow = Math.ceil((width * 8) / 256) * 256;
  const buffer = device.createBuffer({ size: bytesPerRow * height, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ });
  const encoder = device.createCommandEncoder();
  encoder.copyTextureToBuffer({ texture }, { buffer, bytesPerRow }, [width, height]);
  device.queue.submit([encoder.finish()]);
  await buffer.mapAsync(GPUMapMode.READ);
  const half = new Uint16Array(buffer.getMappedRange());
  const rgb = new Float32Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = (peer.flipped ? height - 1 - y : y) * (bytesPerRow / 2);
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) rgb[(y * width + x) * 3 + c] = floatFromHalf(half[from + x * 4 + c]!);
  }
  buffer.destroy();
  return rgb;
}

/** IEEE 754 binary16; infinities become its largest number. */
function floatFromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return sign * 65504;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
