import type { SceneData, SceneHead } from './scene-data.ts';

/** Lengths of the scene-wide tables that chunks fill. */
export interface GeometrySizes {
  readonly meshlets: number;
  readonly vertexIndices: number;
  readonly triangles: number;
  readonly vertices: number;
}

/**
 * How positions lie in memory. 'float32': three words. 'grid': two words, 21 bits per axis on the mesh's own grid
 * (x | y « 21, y » 11 | z « 10); position = origin + step × integer, with step a power of two and origin a multiple of it.
 */
export type PositionFormat = 'float32' | 'grid';
/** Words per vertex of each format. */
export const POSITION_WORDS = { float32: 3, grid: 2 } as const;

/** Grid of one mesh: origin x, y, z and step, mesh-local metres. */
export type MeshGrid = readonly [originX: number, originY: number, originZ: number, step: number];

/** Texels as a device takes them. BC formats are 16 bytes per 4×4 block (bc1: 8); the sRGB variant is chosen by `PackedImage.srgb`. */
export type TexelFormat = 'rgba8' | 'bc1' | 'bc3' | 'bc5' | 'bc7';

/** A picture whose texels come in chunks. A device without BC gets `rgba8`: the reader is told what it takes. */
export interface PackedImage {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly srgb: boolean;
  readonly format: TexelFormat;
  readonly levels: number;
}

/** A tables' run of words; `first` counts items (meshlets, vertices, …), not words. */
export interface GeometryRun {
  readonly part: 'meshlets' | 'vertexIndices' | 'triangles' | 'positions' | 'attributes';
  readonly first: number;
  /** As the shaders read them (`packed-words.ts`). */
  readonly words: Uint32Array;
}

/** Texels of one mip level. Coarser levels of a picture come before finer ones. */
export interface TexelRun {
  readonly image: number;
  readonly level: number;
  readonly bytes: Uint8Array;
}

/** A piece of a scene. Any prefix of the chunks is a whole scene, only coarser. */
export interface SceneChunk {
  readonly geometry: readonly GeometryRun[];
  readonly texels: readonly TexelRun[];
  /** With this chunk in, clusters whose replacing group has a larger error than this are all there; below 0: everything is. */
  readonly residentError: number;
}

/** What a reader of packed scenes must know of the device. */
export interface TexelSupport {
  readonly bc: boolean;
}

/** A scene as the device takes it: the head at once, the bulk in chunks, coarse detail first. */
export interface PackedScene extends SceneHead {
  readonly sizes: GeometrySizes;
  readonly positions: PositionFormat;
  /** One per mesh where `positions` is 'grid', else empty. */
  readonly grids: readonly MeshGrid[];
  /** What is drawn otherwise than the file asks (pictures resampled), one line each. */
  readonly drawWarnings?: readonly string[];
  /** Pictures as `chunks(support)` delivers them. */
  images(support: TexelSupport): readonly PackedImage[];
  /** Opens the data; each call starts anew. @throws SceneError (by rejection) naming file and chunk when it cannot be read or is damaged. */
  chunks(support: TexelSupport): AsyncIterable<SceneChunk>;
}

/** What a renderer can be made of. */
export type AnyScene = SceneData | PackedScene;

export const isPacked = (scene: AnyScene): scene is PackedScene => 'chunks' in scene;
