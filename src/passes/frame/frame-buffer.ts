import type { GpuScope } from '../../gpu/gpu-scope.ts';
import {
  EYES_BYTES,
  EYES_OFFSET,
  FACET_VIEWS_BYTES,
  FACET_VIEWS_OFFSET,
  FRAME_BYTES,
  FRAME_OFFSET,
  LIGHTING_BYTES,
  LIGHTING_OFFSET,
  OUTPUTS_BYTES,
  OUTPUTS_OFFSET,
  VIEWS_OFFSET,
} from './frame-layout.ts';

/** Layout of bind group 1 (shaders/passes/frame-bindings.wgsl). */
export function createFrameLayout(scope: GpuScope): GPUBindGroupLayout {
  const visibility = GPUShaderStage.COMPUTE | GPUShaderStage.VERTEX | GPUShaderStage.FRAGMENT;
  return scope.createBindGroupLayout('frame', [
    { binding: 0, visibility, buffer: { type: 'uniform' } },
    { binding: 1, visibility, buffer: { type: 'uniform' } },
    { binding: 2, visibility, buffer: { type: 'read-only-storage' } },
  ]);
}

/** The one buffer that a frame's parameters are written to, in one call, and the ranges that passes bind. */
export interface FrameBuffer {
  readonly buffer: GPUBuffer;
  readonly bindGroup: GPUBindGroup;
  readonly eyes: GPUBufferBinding;
  readonly views: GPUBufferBinding;
  readonly facetViews: GPUBufferBinding;
  readonly outputs: GPUBufferBinding;
  readonly lighting: GPUBufferBinding;
}

export function createFrameBuffer(scope: GpuScope, layout: GPUBindGroupLayout, sizeBytes: number): FrameBuffer {
  const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
  const buffer = scope.createBuffer('frame', { size: sizeBytes, usage });
  const range = (offset: number, size: number): GPUBufferBinding => ({ buffer, offset, size });
  const bindGroup = scope.createBindGroup('frame', layout, [
    { binding: 0, resource: range(FRAME_OFFSET, FRAME_BYTES) },
    { binding: 1, resource: range(EYES_OFFSET, EYES_BYTES) },
    { binding: 2, resource: range(VIEWS_OFFSET, sizeBytes - VIEWS_OFFSET) },
  ]);
  return {
    buffer,
    bindGroup,
    eyes: range(EYES_OFFSET, EYES_BYTES),
    views: range(VIEWS_OFFSET, sizeBytes - VIEWS_OFFSET),
    facetViews: range(FACET_VIEWS_OFFSET, FACET_VIEWS_BYTES),
    outputs: range(OUTPUTS_OFFSET, OUTPUTS_BYTES),
    lighting: range(LIGHTING_OFFSET, LIGHTING_BYTES),
  };
}
