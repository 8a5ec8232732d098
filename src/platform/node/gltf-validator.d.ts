/** The parts that we use of Khronos' glTF validator 2.0.0-dev.3.10, which comes without types. */
declare module 'gltf-validator' {
  export interface ValidatorReport {
    readonly issues: {
      readonly messages: readonly {
        readonly code: string;
        readonly message: string;
        readonly severity: 0 | 1 | 2 | 3;
        readonly pointer?: string;
        readonly offset?: number;
      }[];
      readonly truncated: boolean;
    };
  }
  export interface ValidatorOptions {
    readonly format?: 'glb' | 'gltf';
    readonly maxIssues?: number;
    readonly ignoredIssues?: readonly string[];
    readonly writeTimestamp?: boolean;
    readonly externalResourceFunction?: (uri: string) => Promise<Uint8Array>;
  }
  export function validateBytes(data: Uint8Array, options: ValidatorOptions): Promise<ValidatorReport>;
  export function validateString(json: string, options: ValidatorOptions): Promise<ValidatorReport>;
}
