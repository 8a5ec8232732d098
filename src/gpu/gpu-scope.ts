import { GpuError } from '../core/errors.ts';

/** What a scope and its children hold now. `bufferBytes` counts buffers only. */
export interface LiveCounts {
  readonly buffers: number;
  readonly textures: number;
  readonly querySets: number;
  readonly scopes: number;
  readonly bufferBytes: number;
}

type Owned = GPUBuffer | GPUTexture | GPUQuerySet | GpuScope;

/**
 * Owns what it creates: one scope per device, scene load or output size; `destroy` frees all of it. Objects without memory of their own
 * (pipelines, bind groups, samplers) are only labelled: `scope.label` is the first part of every label.
 */
export class GpuScope {
  readonly device: GPUDevice;
  readonly label: string;
  readonly #parent: GpuScope | null;
  readonly #buffers = new Set<GPUBuffer>();
  readonly #textures = new Set<GPUTexture>();
  readonly #querySets = new Set<GPUQuerySet>();
  readonly #children = new Set<GpuScope>();
  #destroyed = false;
  #made = 0;

  constructor(device: GPUDevice, label: string, parent: GpuScope | null = null) {
    this.device = device;
    this.label = label;
    this.#parent = parent;
  }

  /** A scope freed with this one; use it for what a resize or a stage reload replaces. */
  child(name: string): GpuScope {
    this.#assertAlive(name);
    const child = new GpuScope(this.device, this.labelOf(name), this);
    this.#children.add(child);
    return child;
  }

  /** Buffers, textures, query sets and bind groups ever made in this scope and its children: a renderer at rest makes none. */
  get made(): number {
    return this.#made;
  }

  #countMade(): void {
    this.#made++;
    if (this.#parent) this.#parent.#countMade();
  }

  createBuffer(name: string, descriptor: GPUBufferDescriptor): GPUBuffer {
    this.#assertAlive(name);
    this.#countMade();
    const buffer = this.device.createBuffer({ ...descriptor, label: this.labelOf(name) });
    this.#buffers.add(buffer);
    return buffer;
  }

  /** A buffer that holds `data` from the start; its size is rounded up to 4 bytes, at least 16. Shared memory may be passed: it is copied here. */
  createBufferFrom(name: string, data: ArrayBufferLike | ArrayBufferView, usage: GPUBufferUsageFlags): GPUBuffer {
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data);
    const size = Math.max(16, Math.ceil(bytes.length / 4) * 4);
    const buffer = this.createBuffer(name, { size, usage, mappedAtCreation: true });
    new Uint8Array(buffer.getMappedRange()).set(bytes);
    buffer.unmap();
    return buffer;
  }

  createTexture(name: string, descriptor: GPUTextureDescriptor): GPUTexture {
    this.#assertAlive(name);
    this.#countMade();
    const texture = this.device.createTexture({ ...descriptor, label: this.labelOf(name) });
    this.#textures.add(texture);
    return texture;
  }

  createQuerySet(name: string, descriptor: GPUQuerySetDescriptor): GPUQuerySet {
    this.#assertAlive(name);
    this.#countMade();
    const querySet = this.device.createQuerySet({ ...descriptor, label: this.labelOf(name) });
    this.#querySets.add(querySet);
    return querySet;
  }

  createSampler(name: string, descriptor: GPUSamplerDescriptor): GPUSampler {
    return this.device.createSampler({ ...descriptor, label: this.labelOf(name) });
  }

  createBindGroupLayout(name: string, entries: GPUBindGroupLayoutEntry[]): GPUBindGroupLayout {
    return this.device.createBindGroupLayout({ label: this.labelOf(name), entries });
  }

  createBindGroup(name: string, layout: GPUBindGroupLayout, entries: GPUBindGroupEntry[]): GPUBindGroup {
    this.#countMade();
    return this.device.createBindGroup({ label: this.labelOf(name), layout, entries });
  }

  createPipelineLayout(name: string, bindGroupLayouts: GPUBindGroupLayout[]): GPUPipelineLayout {
    return this.device.createPipelineLayout({ label: this.labelOf(name), bindGroupLayouts });
  }

  /** @throws GpuError PIPELINE_INVALID (as a rejection) */
  async createComputePipeline(name: string, descriptor: GPUComputePipelineDescriptor): Promise<GPUComputePipeline> {
    return this.device
      .createComputePipelineAsync({ ...descriptor, label: this.labelOf(name) })
      .catch((cause: Error) => this.#pipelineFailed(name, cause));
  }

  /** @throws GpuError PIPELINE_INVALID (as a rejection) */
  async createRenderPipeline(name: string, descriptor: GPURenderPipelineDescriptor): Promise<GPURenderPipeline> {
    return this.device
      .createRenderPipelineAsync({ ...descriptor, label: this.labelOf(name) })
      .catch((cause: Error) => this.#pipelineFailed(name, cause));
  }

  /** `scope.label/name`. */
  labelOf(name: string): string {
    return `${this.label}/${name}`;
  }

  /** Frees one object of this scope before the scope ends. Objects of other scopes, or freed ones, are left alone. */
  release(object: Owned): void {
    for (const set of [this.#buffers, this.#textures, this.#querySets, this.#children] as Set<Owned>[])
      if (set.delete(object)) object.destroy();
  }

  /** What is alive here and in all children. */
  live(): LiveCounts {
    const counts = {
      buffers: this.#buffers.size,
      textures: this.#textures.size,
      querySets: this.#querySets.size,
      scopes: this.#children.size,
      bufferBytes: 0,
    };
    for (const buffer of this.#buffers) counts.bufferBytes += buffer.size;
    for (const child of this.#children) {
      const inner = child.live();
      for (const key of Object.keys(counts) as (keyof LiveCounts)[]) counts[key] += inner[key];
    }
    return counts;
  }

  /** Frees everything, children first. A second call does nothing. */
  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    for (const set of [this.#children, this.#buffers, this.#textures, this.#querySets] as Set<Owned>[]) {
      for (const object of [...set]) object.destroy();
      set.clear();
    }
    if (this.#parent) this.#parent.#children.delete(this);
  }

  #assertAlive(name: string): void {
    if (this.#destroyed) throw new GpuError('SCOPE_DESTROYED', `cannot create "${name}": the scope "${this.label}" was destroyed`);
  }

  #pipelineFailed(name: string, cause: Error): never {
    throw new GpuError('PIPELINE_INVALID', `the pipeline "${this.labelOf(name)}" could not be made: ${cause.message}`, { cause });
  }
}
