import { NodeBasisEncoder } from 'ktx2-encoder';

/** The part of Basis Universal's WASM that we use; the package types only its encoder of KTX2 files. */
export interface BasisModule {
  readonly BasisEncoder: new () => BasisEncoder;
  readonly DDSFile: new (bytes: Uint8Array) => DdsFile;
  readonly ldr_image_type: { readonly cRGBA32: unknown };
  readonly transcoder_texture_format: { readonly cTFRGBA32: { readonly value: number } };
}

interface BasisEncoder {
  setStatusOutput(on: boolean): void;
  controlThreading(on: boolean, threads: number): void;
  setSliceSourceImage(slice: number, rgba: Uint8Array, widthPx: number, heightPx: number, type: unknown): boolean;
  setMipGen(on: boolean): void;
  setDDSFormat(name: 'bc7'): void;
  setDDSBC7Encoder(encoder: number): void;
  setDDSBC7FLevel(level: number): void;
  /** @returns bytes written, 0 on failure */
  encodeToDDS(out: Uint8Array): number;
  delete(): void;
}

interface DdsFile {
  isValid(): boolean | number;
  startTranscoding(): boolean | number;
  getImageTranscodedSizeInBytes(level: number, layer: number, face: number, format: number): number;
  transcodeImage(
    out: Uint8Array,
    level: number,
    layer: number,
    face: number,
    format: number,
    flags: number,
    channel0: number,
    channel1: number,
  ): boolean | number;
  close(): void;
  delete(): void;
}

let loading: Promise<BasisModule> | null = null;

/** Basis Universal, compiled once per thread when first needed (0.3 s). */
export function basisModule(): Promise<BasisModule> {
  loading ??= new NodeBasisEncoder().init() as unknown as Promise<BasisModule>;
  return loading;
}
