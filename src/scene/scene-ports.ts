/** Reads files of the folder that a scene lies in. */
export interface SceneFiles {
  /**
   * @param uri Path relative to the scene file, `/` between parts, percent-encoding already decoded.
   * @throws SceneError RESOURCE_MISSING, RESOURCE_ESCAPE (outside the scene's folder), RESOURCE_TOO_LARGE
   */
  read(uri: string): Promise<Uint8Array>;
}

/** A picture as 8-bit RGBA, rows top first, colour codes as stored (no colour profile applied, alpha not multiplied in). */
export interface DecodedImage {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgba: Uint8Array;
}

/** Decodes PNG, JPEG, WebP (and AVIF where the platform can). */
export interface ImageDecoder {
  /** @throws SceneError IMAGE_DECODE, IMAGE_TOO_LARGE */
  decode(bytes: Uint8Array, mimeType: string): Promise<DecodedImage>;
}

/** What the scene room needs of the platform. */
export interface ScenePorts {
  readonly files: SceneFiles;
  readonly images: ImageDecoder;
}
