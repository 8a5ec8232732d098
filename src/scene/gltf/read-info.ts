import { extensionTreatment } from './extensions.ts';
import { readContainer } from './read-container.ts';

/** What a file says about itself. */
export interface GltfInfo {
  readonly kind: 'gltf' | 'glb';
  readonly generator: string | null;
  readonly copyright: string | null;
  readonly extensions: readonly { readonly name: string; readonly required: boolean; readonly treatment: string }[];
}

/** Reads the header facts of a file that `loadGltf` accepted. @throws SceneError GLB_*, GLTF_JSON */
export function readGltfInfo(bytes: Uint8Array, file: string): GltfInfo {
  const { json, kind } = readContainer(bytes, file);
  const required = new Set(json.extensionsRequired);
  return {
    kind,
    generator: json.asset.generator ?? null,
    copyright: json.asset.copyright ?? null,
    extensions: (json.extensionsUsed ?? []).map((name) => ({
      name,
      required: required.has(name),
      treatment: extensionTreatment(name) ?? 'unknown, ignored',
    })),
  };
}
