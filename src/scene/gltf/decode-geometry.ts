import { type Document, type GLTF, Logger, WebIO } from '@gltf-transform/core';
import { EXTMeshGPUInstancing, EXTMeshoptCompression, KHRDracoMeshCompression, KHRMeshQuantization } from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { SceneError } from '../../core/errors.ts';
import { meshoptExtension } from './check-declared-sizes.ts';
import type { GltfContainer } from './read-container.ts';
import type { ResourceTable } from './read-resources.ts';

const EXTENSIONS = [EXTMeshGPUInstancing, EXTMeshoptCompression, KHRDracoMeshCompression, KHRMeshQuantization];
const EXTENSION_NAMES: readonly string[] = EXTENSIONS.map((e) => e.EXTENSION_NAME);
/** glTF-Transform's key for the BIN chunk. */
const GLB_BUFFER = '@glb.bin';
/** Attributes that we draw with; everything else stays undecoded where it can. */
const SEMANTICS = new Set(['POSITION', 'NORMAL', 'TANGENT', 'TEXCOORD_0', 'TEXCOORD_1', 'COLOR_0', 'JOINTS_0', 'WEIGHTS_0']);

/**
 * Decodes vertex data (interleaved, sparse, quantized, Draco, meshopt) through glTF-Transform. Meshes, primitives, nodes and accessors
 * of the document keep their numbers; what the loader reads from the JSON itself (materials, images, animations) is not in it.
 * @throws SceneError GLTF_BUFFER, GLTF_ACCESSOR, GLTF_DECODE, or the resource's own error
 */
export async function decodeGeometry(container: GltfContainer, resources: ResourceTable, file: string): Promise<Document> {
  const { json } = container;
  const buffers = collectBuffers(container, resources, file);
  const used = accessorsInUse(json);
  checkRanges(json, used, buffers, file);
  const io = new WebIO().setLogger(new Logger(Logger.Verbosity.SILENT)).registerExtensions(EXTENSIONS);
  if (json.bufferViews?.some(meshoptExtension)) {
    await MeshoptDecoder.ready;
    io.registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
  }
  if (json.extensionsUsed?.includes(KHRDracoMeshCompression.EXTENSION_NAME)) {
    const { default: draco } = await import('draco3dgltf');
    io.registerDependencies({ 'draco3d.decoder': await draco.createDecoderModule() });
  }
  const table: Record<string, Uint8Array<ArrayBuffer>> = { [GLB_BUFFER]: new Uint8Array(0) };
  for (const [i, data] of buffers.entries()) if (data) table[json.buffers?.[i].uri ?? GLB_BUFFER] = data as Uint8Array<ArrayBuffer>;
  try {
    return await io.readJSON({ json: geometryOnly(json, used), resources: table });
  } catch (cause) {
    const message = cause instanceof Error ? cause.message.replace(/\s+/g, ' ') : String(cause);
    throw new SceneError('GLTF_DECODE', `vertex data cannot be decoded: ${message.slice(0, 200)}`, { file, cause });
  }
}

/** Bytes of each buffer; `null` where the file leaves them out (allowed: extensions may supply them, as for compressed views). */
function collectBuffers({ json, binary }: GltfContainer, resources: ResourceTable, file: string): (Uint8Array | null)[] {
  return (json.buffers ?? []).map((buffer, i) => {
    const data = buffer.uri === undefined ? (i === 0 ? binary : null) : resources.get(buffer.uri);
    if (data instanceof SceneError) throw data;
    if (!data || data.length >= buffer.byteLength) return data ?? null;
    const detail = { file, path: `buffers[${i}]`, got: `${data.length} bytes`, expected: `${buffer.byteLength}` };
    throw new SceneError('GLTF_BUFFER', 'buffer has too little data', detail);
  });
}

const COMPONENTS: Readonly<Record<string, number>> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT2: 4, MAT3: 9, MAT4: 16 };
const COMPONENT_BYTES: Readonly<Record<number, number>> = { 5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4 };

/** Accessors that drawing needs: of primitives, GPU instances and skins. */
function accessorsInUse(json: GLTF.IGLTF): Set<number> {
  const used = new Set<number>();
  for (const primitive of (json.meshes ?? []).flatMap((mesh) => mesh.primitives)) {
    if (primitive.indices !== undefined) used.add(primitive.indices);
    for (const [name, accessor] of Object.entries(primitive.attributes)) if (SEMANTICS.has(name)) used.add(accessor);
  }
  for (const node of json.nodes ?? []) {
    const instancing = node.extensions?.[EXTMeshGPUInstancing.EXTENSION_NAME] as { attributes?: Record<string, number> } | undefined;
    for (const accessor of Object.values(instancing?.attributes ?? {})) used.add(accessor);
  }
  for (const skin of json.skins ?? []) if (skin.inverseBindMatrices !== undefined) used.add(skin.inverseBindMatrices);
  return used;
}

/** Every accessor in use inside its view and every view inside its buffer: the validator is not asked about very large or deep files. */
function checkRanges(json: GLTF.IGLTF, used: ReadonlySet<number>, buffers: readonly (Uint8Array | null)[], file: string): void {
  const check = (path: string, end: number, limit: number): void => {
    if (end <= limit) return;
    const detail = { file, path, got: `end ${end}`, expected: `at most ${limit}` };
    throw new SceneError('GLTF_ACCESSOR', 'data range ends outside its buffer', detail);
  };
  const checkView = (index: number): void => {
    const view = json.bufferViews![index];
    const source = (meshoptExtension(view) ?? view) as GLTF.IBufferView;
    check(`bufferViews[${index}]`, (source.byteOffset ?? 0) + source.byteLength, buffers[source.buffer]?.length ?? 0);
  };
  for (const i of used) {
    const accessor = json.accessors![i];
    const elementBytes = COMPONENTS[accessor.type] * COMPONENT_BYTES[accessor.componentType];
    if (!(elementBytes > 0)) {
      const detail = { file, path: `accessors[${i}]`, got: `${accessor.type} of ${accessor.componentType}` };
      throw new SceneError('GLTF_ACCESSOR', 'unknown type', detail);
    }
    for (const view of [accessor.bufferView, accessor.sparse?.indices.bufferView, accessor.sparse?.values.bufferView]) {
      if (view !== undefined) checkView(view);
    }
    if (accessor.bufferView === undefined) continue;
    const view = json.bufferViews![accessor.bufferView];
    const stride = view.byteStride ?? elementBytes;
    check(`accessors[${i}]`, (accessor.byteOffset ?? 0) + stride * (accessor.count - 1) + elementBytes, view.byteLength);
  }
}

/** Keeps the number of an accessor that nothing draws. */
const UNUSED_ACCESSOR: GLTF.IAccessor = { componentType: 5126, count: 1, type: 'SCALAR' };
/** Keeps the number of a view that no accessor in use reads. */
const UNUSED_VIEW: GLTF.IBufferView = { buffer: 0, byteLength: 0 };

/** The same file without what glTF-Transform need not see. */
function geometryOnly(json: GLTF.IGLTF, used: ReadonlySet<number>): GLTF.IGLTF {
  const usedViews = viewsInUse(json, used);
  const only = <T>(record: { [key: string]: T } | undefined, keep: (key: string) => boolean): { [key: string]: T } =>
    Object.fromEntries(Object.entries(record ?? {}).filter(([key]) => keep(key)));
  const knownExtension = (name: string): boolean => EXTENSION_NAMES.includes(name);
  const draco = KHRDracoMeshCompression.EXTENSION_NAME;
  const instancing = EXTMeshGPUInstancing.EXTENSION_NAME;
  const compressed = json.bufferViews?.some(meshoptExtension) ? [EXTMeshoptCompression.EXTENSION_NAME] : [];
  return {
    asset: { version: '2.0' },
    extensionsUsed: [...new Set([...(json.extensionsUsed ?? []).filter(knownExtension), ...compressed])],
    extensionsRequired: (json.extensionsRequired ?? []).filter(knownExtension),
    buffers: (json.buffers ?? []).map((b) => ({ byteLength: b.byteLength, ...(b.uri === undefined ? {} : { uri: b.uri }) })),
    bufferViews: (json.bufferViews ?? []).map((view, i) => {
      if (!usedViews.has(i)) return UNUSED_VIEW;
      const meshopt = meshoptExtension(view);
      return { ...view, extensions: meshopt ? { [EXTMeshoptCompression.EXTENSION_NAME]: meshopt } : {} };
    }),
    accessors: (json.accessors ?? []).map((accessor, i) => (used.has(i) ? accessor : UNUSED_ACCESSOR)),
    meshes: (json.meshes ?? []).map((mesh) => ({
      primitives: mesh.primitives.map((p) => ({
        attributes: only(p.attributes, (name) => SEMANTICS.has(name)),
        ...(p.indices === undefined ? {} : { indices: p.indices }),
        ...(p.mode === undefined ? {} : { mode: p.mode }),
        extensions: dracoOf(
          only(p.extensions, (name) => name === draco),
          p,
        ),
      })),
    })),
    nodes: (json.nodes ?? []).map((node) => ({ extensions: only(node.extensions, (name) => name === instancing) })),
  };
}

/** Views that the accessors in use and Draco streams read. */
function viewsInUse(json: GLTF.IGLTF, used: ReadonlySet<number>): Set<number | undefined> {
  const views = new Set<number | undefined>();
  for (const i of used) {
    const { bufferView, sparse } = json.accessors![i];
    views.add(bufferView).add(sparse?.indices.bufferView).add(sparse?.values.bufferView);
  }
  for (const primitive of (json.meshes ?? []).flatMap((mesh) => mesh.primitives)) {
    const draco = primitive.extensions?.[KHRDracoMeshCompression.EXTENSION_NAME] as { bufferView?: number } | undefined;
    views.add(draco?.bufferView);
  }
  return views;
}

/** Draco's table, reduced to attributes that the primitive names. */
function dracoOf(extensions: { [key: string]: unknown }, primitive: GLTF.IMeshPrimitive): { [key: string]: unknown } {
  const [entry] = Object.entries(extensions) as [string, { attributes: Record<string, number> }][];
  if (!entry) return {};
  const attributes = Object.fromEntries(
    Object.entries(entry[1].attributes).filter(([name]) => SEMANTICS.has(name) && primitive.attributes[name] !== undefined),
  );
  return { [entry[0]]: { ...entry[1], attributes } };
}
