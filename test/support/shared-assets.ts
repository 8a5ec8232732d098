import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ASSETS = fileURLToPath(new URL('../../../shared/assets', import.meta.url));

/** Path of a file or folder of the shared test assets. @throws Error that says what is missing. */
export function assetPath(path: string): string {
  const whole = `${ASSETS}/${path}`;
  if (!existsSync(whole)) throw new Error(`test asset is missing: ${whole}; the shared folder belongs beside the project`);
  return whole;
}

/** Every .gltf and .glb below a folder of the assets, as paths relative to the assets, sorted. */
export function gltfFilesBelow(folder: string): string[] {
  return globSync('**/*.{gltf,glb}', { cwd: assetPath(folder) })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .sort();
}

/** What `MANIFEST.json` says of a file. */
export interface AssetRecord {
  readonly file: string;
  /** Triangles after instancing, all scenes of the file. */
  readonly drawn?: number;
}

/** Records of `MANIFEST.json` by file. */
export function assetManifest(): Map<string, AssetRecord> {
  const records = JSON.parse(readFileSync(assetPath('MANIFEST.json'), 'utf8')) as AssetRecord[];
  return new Map(records.map((record) => [record.file, record]));
}
