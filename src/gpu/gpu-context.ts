/** Why this device renders, in words for the operator. */
export interface GpuDescription {
  readonly adapter: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly driver: string;
  readonly kind: 'gpu' | 'software' | 'null';
  /** One sentence: what was tried and why this one was taken. */
  readonly reason: string;
}

/** An open device. Whoever opened it destroys it. */
export interface GpuContext {
  readonly device: GPUDevice;
  readonly description: GpuDescription;
  readonly features: ReadonlySet<string>;
  readonly limits: GPUSupportedLimits;
  /** Uncaptured errors so far: label and message, newest last (the last 100); `count` counts all. */
  readonly errors: { count: number; readonly recent: { label: string; message: string }[] };
  /** Resolves when the device is lost; reason 'destroyed' when `destroy` was called. */
  readonly lost: Promise<GPUDeviceLostInfo>;
  destroy(): void;
}

/** The one port through which rooms get a device; platform implements it. */
export interface GpuPort {
  /** @throws GpuError NO_ADAPTER naming every adapter tried and why it was refused. */
  open(): Promise<GpuContext>;
}
