declare module 'lzma-native' {
  interface Options {
    readonly preset?: number;
    readonly flags?: number;
  }
  const lzma: {
    /** Decoder flag: several streams in one file. */
    readonly CONCATENATED: number;
    createCompressor(options: Options): import('node:stream').Transform;
    createStream(coder: 'streamDecoder', options: Options): import('node:stream').Transform;
  };
  export default lzma;
}
