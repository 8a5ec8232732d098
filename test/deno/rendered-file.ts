import { deserialize, serialize } from 'node:v8';
import type { GpuDescription } from '../../src/gpu/gpu-context.ts';
import type { RenderedWall } from '../picture/render-wall.ts';
import type { PictureCaseName } from './picture-cases.ts';

/** What the child in Deno hands back: the frames and the device that drew them. */
export interface RenderedCases {
  readonly device: GpuDescription;
  /** Uncaptured GPU errors. */
  readonly errors: readonly string[];
  readonly walls: Readonly<Record<PictureCaseName, RenderedWall>>;
}

/** Structured clone's wire format, which V8 gives both hosts: typed arrays keep their type and bits. */
export const encodeRendered = (cases: RenderedCases): Uint8Array => serialize(cases);
export const decodeRendered = (bytes: Uint8Array): RenderedCases => deserialize(bytes) as RenderedCases;
