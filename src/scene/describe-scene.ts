import type { Vec3 } from '../core/vec.ts';
import type { InstanceTable, Material, MeshRange, SceneData, SceneHead } from './scene-data.ts';

/** What a person wants to know of a scene before it goes on a wall; plain data, fit for JSON. */
export interface SceneReport {
  readonly name: string;
  readonly file: string;
  readonly nodes: number;
  readonly instances: number;
  /** Drawn, instances counted. */
  readonly triangles: number;
  readonly vertices: number;
  readonly meshlets: number;
  /** World space, metres; `null` for a scene without triangles. */
  readonly boundsMin: Vec3 | null;
  readonly boundsMax: Vec3 | null;
  readonly sizeM: Vec3 | null;
  /** Bytes of vertices and meshlets, and of textures with mips at 4 bytes a texel. */
  readonly geometryBytes: number;
  readonly textureBytes: number;
  readonly meshes: readonly { readonly name: string; readonly triangles: number; readonly meshlets: number; readonly material: string }[];
  readonly materials: readonly { readonly name: string; readonly traits: readonly string[]; readonly textures: readonly string[] }[];
  readonly textures: readonly {
    readonly name: string;
    readonly widthPx: number;
    readonly heightPx: number;
    readonly levels: number;
    readonly srgb: boolean;
    readonly bytes: number;
  }[];
  readonly lights: readonly { readonly name: string; readonly kind: string; readonly color: Vec3; readonly unit: 'cd' | 'lx' }[];
  readonly cameras: readonly { readonly name: string; readonly verticalFovDeg: number | null; readonly positionM: Vec3 }[];
  readonly warnings: readonly string[];
}

/** The bulk of a scene, summed up by who knows how it is stored. */
export type SceneBulk = Pick<SceneReport, 'vertices' | 'meshlets' | 'geometryBytes' | 'textures'>;

/** Sums a scene up. */
export function describeScene(scene: SceneData): SceneReport {
  return describeHead(scene, {
    vertices: scene.vertices.count,
    meshlets: scene.meshlets.count,
    geometryBytes: tableBytes(scene.vertices) + tableBytes(scene.meshlets),
    textures: scene.images.map((image) => ({
      name: image.name,
      widthPx: image.widthPx,
      heightPx: image.heightPx,
      levels: image.levels.length,
      srgb: image.srgb,
      bytes: image.levels.reduce((sum, level) => sum + level.length, 0),
    })),
  });
}

/** Sums up a scene of which only the head is in memory. */
export function describeHead(scene: SceneHead, bulk: SceneBulk): SceneReport {
  const bounds = worldBounds(scene.instances, scene.meshes);
  return {
    name: scene.name,
    file: scene.file,
    nodes: scene.nodes.count,
    instances: scene.instances.count,
    triangles: scene.triangleCount,
    vertices: bulk.vertices,
    meshlets: bulk.meshlets,
    boundsMin: bounds?.min ?? null,
    boundsMax: bounds?.max ?? null,
    sizeM: bounds ? [bounds.max[0] - bounds.min[0], bounds.max[1] - bounds.min[1], bounds.max[2] - bounds.min[2]] : null,
    geometryBytes: bulk.geometryBytes,
    textureBytes: bulk.textures.reduce((sum, texture) => sum + texture.bytes, 0),
    meshes: scene.meshes.map((mesh) => ({
      name: mesh.name,
      triangles: mesh.triangleCount,
      meshlets: mesh.meshletCount,
      material: scene.materials[mesh.material].name,
    })),
    materials: scene.materials.map((material) => ({
      name: material.name,
      traits: traitsOf(material),
      textures: texturesOf(material, bulk.textures),
    })),
    textures: bulk.textures,
    lights: scene.lights.map(({ name, kind, color }) => ({ name, kind, color, unit: kind === 'directional' ? 'lx' : 'cd' })),
    cameras: scene.cameras.map(({ name, verticalFovRad, worldMatrix: m }) => ({
      name,
      verticalFovDeg: verticalFovRad === null ? null : (verticalFovRad * 180) / Math.PI,
      positionM: [m[12], m[13], m[14]],
    })),
    warnings: scene.warnings,
  };
}

/** Box around all draws, world space: exact for boxes, never too small for turned meshes. */
export function worldBounds(instances: InstanceTable, meshes: readonly MeshRange[]): { readonly min: Vec3; readonly max: Vec3 } | null {
  if (instances.count === 0) return null;
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < instances.count; i++) {
    const { boundsMin, boundsMax } = meshes[instances.mesh[i]];
    for (let row = 0; row < 3; row++) {
      const at = i * 12 + row * 4;
      let low = instances.worldFromMesh[at + 3];
      let high = low;
      for (let k = 0; k < 3; k++) {
        const a = instances.worldFromMesh[at + k] * boundsMin[k];
        const b = instances.worldFromMesh[at + k] * boundsMax[k];
        low += Math.min(a, b);
        high += Math.max(a, b);
      }
      min[row] = Math.min(min[row], low);
      max[row] = Math.max(max[row], high);
    }
  }
  return { min: [min[0], min[1], min[2]], max: [max[0], max[1], max[2]] };
}

function tableBytes(table: object): number {
  return Object.values(table).reduce((sum, part) => sum + (ArrayBuffer.isView(part) ? part.byteLength : 0), 0);
}

function traitsOf(material: Material): string[] {
  const traits: [boolean, string][] = [
    [material.alphaMode !== 'opaque', material.alphaMode === 'mask' ? `mask at ${material.alphaCutoff}` : material.alphaMode],
    [material.doubleSided, 'double-sided'],
    [material.unlit, 'unlit'],
    [material.emissiveFactor.some((x) => x > 0), `emissive ${Math.max(...material.emissiveFactor)}`],
  ];
  return traits.filter(([has]) => has).map(([, trait]) => trait);
}

function texturesOf(material: Material, images: SceneBulk['textures']): string[] {
  const uses = {
    base: material.baseColorTexture,
    'metal-rough': material.metallicRoughnessTexture,
    normal: material.normalTexture,
    occlusion: material.occlusionTexture,
    emissive: material.emissiveTexture,
  };
  return Object.entries(uses).flatMap(([use, texture]) => (texture ? [`${use}: ${images[texture.image].name}`] : []));
}
