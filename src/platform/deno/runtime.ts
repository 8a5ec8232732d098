/** The part of Deno's own interface that we use; everything else goes through the web's and Node's, which Deno has too. */
export interface DenoRuntime {
  readonly version: { readonly deno: string };
  readonly build: { readonly os: string; readonly arch: string };
  readonly env: { get(name: string): string | undefined; set(name: string, value: string): void };
  dlopen(path: string, symbols: Readonly<Record<string, never>>): unknown;
}

/** True when this process is Deno. */
export const runsOnDeno = (): boolean => 'Deno' in globalThis;

/** Deno's interface; call it only where `runsOnDeno()`. */
export const denoRuntime = (): DenoRuntime => (globalThis as unknown as { Deno: DenoRuntime }).Deno;
