import type { GLTF } from '@gltf-transform/core';
import { CycError, SceneError } from '../core/errors.ts';
import { checkDeclaredSizes } from './gltf/check-declared-sizes.ts';
import { decodeGeometry } from './gltf/decode-geometry.ts';
import { checkExtensions } from './gltf/extensions.ts';
import { tangentsReady } from './gltf/generate-tangents.ts';
import { readContainer } from './gltf/read-container.ts';
import { readImages } from './gltf/read-images.ts';
import { readLightsAndCameras } from './gltf/read-lights-and-cameras.ts';
import { readMaterial } from './gltf/read-materials.ts';
import { type MaterialRequest, readMeshes } from './gltf/read-meshes.ts';
import { readNodes } from './gltf/read-nodes.ts';
import { readResources } from './gltf/read-resources.ts';
import { validateGltf } from './gltf/validate-gltf.ts';
import type { LodInput, LodMesh } from './lod/lod-mesh.ts';
import { SceneBuilder, type SceneBuilderOptions } from './scene-builder.ts';
import type { SceneData } from './scene-data.ts';
import type { ScenePorts } from './scene-ports.ts';

/** A scene file that was read, not yet looked at. */
export interface GltfSource {
  /** As the user named it, for messages. */
  readonly file: string;
  /** .gltf or .glb. */
  readonly bytes: Uint8Array;
}

/** How a file becomes a scene. */
export interface LoadGltfOptions extends SceneBuilderOptions {
  /** Makes the meshes' levels of detail elsewhere (`buildClusterHierarchy` in worker threads): one result per input, in their order. */
  readonly buildMeshes?: (inputs: readonly LodInput[]) => Promise<readonly LodMesh[]>;
}

/**
 * Loads glTF 2.0. The file is refused as a whole when the specification forbids any of it; what it allows and we do not draw
 * is named in `warnings`.
 * @throws SceneError one, clear, with the place in the file; its code starts with GLTF_, GLB_, RESOURCE_ or IMAGE_
 */
export async function loadGltf(source: GltfSource, ports: ScenePorts, options: LoadGltfOptions = {}): Promise<SceneData> {
  try {
    return await load(source, ports, options);
  } catch (cause) {
    if (cause instanceof CycError) throw cause;
    const message = cause instanceof Error ? cause.message.replace(/\s+/g, ' ').slice(0, 200) : String(cause);
    throw new SceneError('GLTF_BROKEN', `cannot be read: ${message}`, { file: source.file, cause });
  }
}

async function load({ file, bytes }: GltfSource, ports: ScenePorts, options: LoadGltfOptions): Promise<SceneData> {
  const container = readContainer(bytes, file);
  const { json } = container;
  checkDeclaredSizes(json, file);
  const resources = await readResources(json, ports.files, file);
  const mended = await validateGltf(container, bytes, resources, ports.validator, file);
  const [builder, document] = await Promise.all([
    SceneBuilder.create(options),
    decodeGeometry(container, resources, file),
    tangentsReady(),
  ]);
  builder.warnings.push(...mended, ...checkExtensions(json, file));
  const image = await readImages(container, resources, ports.images, builder, file);
  const materials = new Map<number | null, ReturnType<MaterialRequest>>();
  const materialOf: MaterialRequest = (index) => {
    let known = materials.get(index);
    if (!known) {
      const material = readMaterial(json, index, image);
      known = { number: builder.addMaterial(material), material };
      materials.set(index, known);
    }
    return known;
  };
  for (const index of json.materials?.keys() ?? []) materialOf(index);
  const drawn = readNodes(json, builder, file);
  readMeshes(json, document, drawn, materialOf, builder, file);
  readLightsAndCameras(json, drawn, builder);
  builder.warnings.push(...stillLife(json));
  const built = await options.buildMeshes?.(builder.meshInputs());
  return builder.build(sceneName(json, file), file, built);
}

/** What would move in a player and stands still here. */
function stillLife(json: GLTF.IGLTF): string[] {
  const count = json.animations?.length ?? 0;
  return [
    ...(json.skins?.length ? [`${json.skins.length} skins: drawn once, with the joints where the file leaves them`] : []),
    ...(count ? [`${count} animations: not played`] : []),
  ];
}

function sceneName(json: GLTF.IGLTF, file: string): string {
  const base = file.split(/[\\/]/).pop() ?? file;
  return json.scenes?.[json.scene ?? 0]?.name ?? base.replace(/\.(gltf|glb)$/i, '');
}
