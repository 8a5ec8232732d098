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

/** One finding of Khronos' glTF validator. */
export interface ValidatorMessage {
  readonly code: string;
  readonly message: string;
  /** 0 error, 1 warning, 2 information, 3 hint. */
  readonly severity: 0 | 1 | 2 | 3;
  /** JSON pointer, where the fault lies in the JSON. */
  readonly pointer?: string;
  /** Byte offset, where it lies in a binary container. */
  readonly offset?: number;
}

export interface ValidationRequest {
  /** A whole .glb, or the JSON text of a .gltf. */
  readonly source: Uint8Array | string;
  /** Bytes of each URI of the JSON; missing ones are reported as IO_ERROR. */
  readonly resources: ReadonlyMap<string, Uint8Array>;
  readonly ignoredIssues: readonly string[];
  readonly maxIssues: number;
}

/** Khronos' glTF validator, kept apart from the show: it can throw out of nowhere and run for ever on hostile files. */
export interface GltfValidator {
  /** @returns `null` when it failed or took too long. Never throws. */
  validate(request: ValidationRequest): Promise<{ readonly messages: readonly ValidatorMessage[]; readonly truncated: boolean } | null>;
}

/** What the scene room needs of the platform. */
export interface ScenePorts {
  readonly files: SceneFiles;
  readonly images: ImageDecoder;
  readonly validator: GltfValidator;
}
