import type { GLTF } from '@gltf-transform/core';
import { createWorkerValidator } from '../../src/platform/node/worker-validator.ts';
import { loadGltf } from '../../src/scene/load-gltf.ts';
import type { SceneData } from '../../src/scene/scene-data.ts';
import type { ScenePorts } from '../../src/scene/scene-ports.ts';

/** Ports with the files of a table and pictures that are one texel of the colour in their first four bytes after the PNG magic. */
export function memoryPorts(files: Readonly<Record<string, Uint8Array>> = {}): ScenePorts {
  return {
    files: {
      async read(uri) {
        const bytes = files[uri];
        if (!bytes) throw new Error(`no file ${uri}`);
        return bytes;
      },
    },
    images: { decode: async (bytes) => ({ widthPx: 1, heightPx: 1, rgba: bytes.slice(8, 12) }) },
    validator: createWorkerValidator(),
  };
}

type Component = Float32Array | Uint32Array | Uint16Array | Uint8Array | Int8Array | Int16Array;
const COMPONENT_TYPES = new Map<unknown, number>([
  [Int8Array, 5120],
  [Uint8Array, 5121],
  [Int16Array, 5122],
  [Uint16Array, 5123],
  [Uint32Array, 5125],
  [Float32Array, 5126],
]);

/** Writes small glTF files with one embedded buffer. */
export class GltfWriter {
  readonly json: GLTF.IGLTF & { asset: GLTF.IAsset } = {
    asset: { version: '2.0' },
    accessors: [],
    bufferViews: [],
    meshes: [],
    nodes: [],
    scene: 0,
    scenes: [{ nodes: [] }],
  };
  #bytes: number[] = [];

  /** Adds a view on its own bytes, aligned to 4. @returns Its number. */
  view(data: Component, extra: Partial<GLTF.IBufferView> = {}): number {
    while (this.#bytes.length % 4) this.#bytes.push(0);
    const byteOffset = this.#bytes.length;
    this.#bytes.push(...new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return this.json.bufferViews!.push({ buffer: 0, byteOffset, byteLength: data.byteLength, ...extra }) - 1;
  }

  /** Adds an accessor on its own view, with the bounds that POSITION needs. @returns Its number. */
  accessor(type: GLTF.AccessorType, data: Component, extra: Partial<GLTF.IAccessor> = {}): number {
    const size = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 }[type];
    const column = (k: number) => Array.from(data).filter((_, i) => i % size === k);
    const bounds =
      type === 'VEC3' ? { min: [0, 1, 2].map((k) => Math.min(...column(k))), max: [0, 1, 2].map((k) => Math.max(...column(k))) } : {};
    return (
      this.json.accessors!.push({
        bufferView: this.view(data),
        componentType: COMPONENT_TYPES.get(data.constructor) as GLTF.AccessorComponentType,
        count: data.length / size,
        type,
        ...bounds,
        ...extra,
      }) - 1
    );
  }

  /** Adds a mesh of one primitive and a root node that draws it. @returns The node's number. */
  draw(primitive: GLTF.IMeshPrimitive, node: GLTF.INode = {}): number {
    const mesh = this.json.meshes!.push({ primitives: [primitive] }) - 1;
    const number = this.json.nodes!.push({ ...node, mesh }) - 1;
    this.json.scenes![0].nodes!.push(number);
    return number;
  }

  /** The JSON without its empty lists, which glTF forbids. */
  finish(): GLTF.IGLTF {
    const json = { ...this.json } as Record<string, unknown>;
    if (this.#bytes.length) {
      const uri = `data:application/octet-stream;base64,${Buffer.from(this.#bytes).toString('base64')}`;
      json['buffers'] = [{ byteLength: this.#bytes.length, uri }];
    }
    for (const [key, value] of Object.entries(json)) if (Array.isArray(value) && value.length === 0) delete json[key];
    if (this.json.scenes![0].nodes!.length === 0) json['scenes'] = [{}];
    return json as unknown as GLTF.IGLTF;
  }

  load(ports: ScenePorts = memoryPorts()): Promise<SceneData> {
    return loadJson(this.finish(), ports);
  }
}

export function loadJson(json: unknown, ports: ScenePorts = memoryPorts()): Promise<SceneData> {
  return loadGltf({ file: 'memory.gltf', bytes: new TextEncoder().encode(JSON.stringify(json)) }, ports);
}
