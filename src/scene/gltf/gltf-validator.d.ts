/** The parts that we use of Khronos' glTF validator, which comes without types. */
declare module 'gltf-validator' {
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
  export interface ValidatorReport {
    readonly issues: { readonly numErrors: number; readonly messages: readonly ValidatorMessage[]; readonly truncated: boolean };
  }
  export interface ValidatorOptions {
    readonly format?: 'glb' | 'gltf';
    readonly uri?: string;
    readonly maxIssues?: number;
    readonly ignoredIssues?: readonly string[];
    readonly writeTimestamp?: boolean;
    readonly externalResourceFunction?: (uri: string) => Promise<Uint8Array>;
  }
  export function validateBytes(data: Uint8Array, options: ValidatorOptions): Promise<ValidatorReport>;
  export function validateString(json: string, options: ValidatorOptions): Promise<ValidatorReport>;
}
