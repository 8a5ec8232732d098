import type { Vec3 } from '../core/vec.ts';

/** Triangles per meshlet: ids give 7 bits to the triangle (architecture §2.3). */
export const MAX_MESHLET_TRIANGLES = 128;
export const MAX_MESHLET_VERTICES = 128;

/** All vertices of a scene, one after another, in mesh-local space. */
export interface VertexTable {
  readonly count: number;
  /** 3 per vertex, metres. */
  readonly positions: Float32Array;
  /** 3 per vertex, unit length. */
  readonly normals: Float32Array;
  /** 4 per vertex: unit tangent and handedness ±1 (MikkTSpace); zeros where no material needs one. */
  readonly tangents: Float32Array;
  /** 2 per vertex; zeros where absent. */
  readonly uv0: Float32Array;
  readonly uv1: Float32Array;
  /** 4 per vertex, linear RGBA 0..1; ones where absent. */
  readonly colors: Float32Array;
}

/** Meshlets of all meshes, one after another. */
export interface MeshletTable {
  readonly count: number;
  /** 4 per meshlet: bounding sphere centre and radius, mesh-local. */
  readonly bounds: Float32Array;
  /** 4 per meshlet: cone axis and cutoff; back-facing from eye E when dot(centre−E, axis) ≥ cutoff·|centre−E| + radius; cutoff ≥ 1 = never. */
  readonly cone: Float32Array;
  /** First entry in `vertexIndices` and count (≤ 128), 2 per meshlet. */
  readonly vertexRange: Uint32Array;
  /** First entry in `triangles` and count (≤ 128), 2 per meshlet. */
  readonly triangleRange: Uint32Array;
  /** Meshlet-local vertex → vertex of the VertexTable. */
  readonly vertexIndices: Uint32Array;
  /** One u32 per triangle: a | b<<8 | c<<16, meshlet-local vertices, counter-clockwise front. */
  readonly triangles: Uint32Array;
}

/** No group, no view, no parent. */
export const NONE = 0xffffffff;

/**
 * Levels of detail of all meshes. Clusters (meshlets of any level) are simplified in *groups*: the clusters of a group were merged, simplified with
 * the group's border locked, and cut into new clusters. A cluster is drawn where the error of the group it was made from is small enough and that
 * of the group that replaces it is not: neighbours in a group always decide alike, so every cut is free of cracks.
 */
export interface ClusterHierarchy {
  readonly groups: {
    readonly count: number;
    /** 4 per group: sphere, mesh-local, that holds all its clusters and the spheres of the groups they were made from. */
    readonly sphere: Float32Array;
    /**
     * Mesh-local metres such that at one LED pixel of it full detail is not missed (src/scene/lod/stated-error.ts): at least the largest distance between
     * the simplified surface and full detail; ≥ that of the groups its clusters were made from.
     */
    readonly error: Float32Array;
  };
  /** Group that a cluster was made from; NONE at full detail (error 0). One per meshlet. */
  readonly selfGroup: Uint32Array;
  /** Group that replaces a cluster by coarser ones; NONE at the coarsest (error infinite). One per meshlet. */
  readonly parentGroup: Uint32Array;
  /** Bounding-volume trees over the clusters of each mesh, all levels: 8 children at most. */
  readonly nodes: {
    readonly count: number;
    /** 4 per node: sphere that holds all clusters below, mesh-local. */
    readonly sphere: Float32Array;
    /** 4 per node: sphere that holds the spheres of the parent groups of all clusters below. */
    readonly lodSphere: Float32Array;
    /** Largest error among those parent groups; Infinity where a cluster below has none. A subtree whose error there is small enough is skipped. */
    readonly maxError: Float32Array;
    /** First child node, or first meshlet of a leaf (scene-wide). */
    readonly first: Uint32Array;
    /** Children (≤ 8) or meshlets (≤ 32). */
    readonly size: Uint32Array;
    /** 1 = leaf: `first` and `size` mean meshlets, which all have the same parent group. */
    readonly leaf: Uint8Array;
  };
  /** Nodes on the longest way from a root to a leaf, both counted. */
  readonly depth: number;
}

/** A primitive: its meshlets (all levels of detail) and its mesh-local bounds. */
export interface MeshRange {
  readonly name: string;
  readonly rootNode: number;
  readonly firstMeshlet: number;
  /** Meshlets of all levels. */
  readonly meshletCount: number;
  /** At full detail. */
  readonly triangleCount: number;
  readonly material: number;
  readonly boundsMin: Vec3;
  readonly boundsMax: Vec3;
}

/** Draws of a mesh: parallel arrays, `count` long. Order is stable for a scene version (ids depend on it). */
export interface InstanceTable {
  readonly count: number;
  readonly node: Int32Array;
  readonly mesh: Uint32Array;
  readonly material: Uint32Array;
  /** 12 doubles per instance: rows of the 3×4 `worldFromMesh` (r0 t0, r1 t1, r2 t2), world space, metres. */
  readonly worldFromMesh: Float64Array;
  /** One per instance, 1 where it moves from frame to frame (an animated node): its shadow is kept apart. Left out: nothing does. */
  readonly dynamic?: Uint8Array;
}

/** A new place of an instance, for this frame and those to come. */
export interface InstanceMove {
  readonly instance: number;
  /** Rows of the 3×4 `worldFromMesh`, 12 numbers, world space, metres. */
  readonly worldFromMesh: ArrayLike<number>;
}

/** Node hierarchy in flat arrays; parents come before children. */
export interface NodeTable {
  readonly count: number;
  readonly names: readonly string[];
  /** −1 for roots. */
  readonly parent: Int32Array;
  /** 16 doubles per node, column-major. */
  readonly localMatrix: Float64Array;
  readonly worldMatrix: Float64Array;
}

export type WrapMode = 'repeat' | 'clamp-to-edge' | 'mirrored-repeat';
/** glTF sampler, with the specification's defaults filled in. */
export interface SamplerDesc {
  readonly wrapU: WrapMode;
  readonly wrapV: WrapMode;
  readonly magFilter: 'nearest' | 'linear';
  readonly minFilter: 'nearest' | 'linear';
  readonly mipFilter: 'none' | 'nearest' | 'linear';
}

/** A decoded picture with its mip chain: `levels[0]` is full size, RGBA8, rows top first. sRGB mips are filtered in linear light. */
export interface TextureImage {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly srgb: boolean;
  readonly levels: readonly Uint8Array[];
}

/** One use of a texture by a material. uv' = scale/rotate/offset(uv), KHR_texture_transform order: T·R·S, row-major 2×3. */
export interface TextureRef {
  /** Index in `SceneData.images`. */
  readonly image: number;
  readonly sampler: SamplerDesc;
  readonly texCoord: 0 | 1;
  /** [m00, m01, tx, m10, m11, ty]. */
  readonly uvTransform: readonly [number, number, number, number, number, number];
}

/** glTF 2.0 metallic-roughness material. Factors are linear. */
export interface Material {
  readonly name: string;
  readonly baseColorFactor: readonly [number, number, number, number];
  readonly metallicFactor: number;
  readonly roughnessFactor: number;
  /** emissiveFactor × KHR_materials_emissive_strength. */
  readonly emissiveFactor: Vec3;
  readonly normalScale: number;
  readonly occlusionStrength: number;
  readonly alphaMode: 'opaque' | 'mask' | 'blend';
  readonly alphaCutoff: number;
  readonly doubleSided: boolean;
  readonly unlit: boolean;
  readonly baseColorTexture: TextureRef | null;
  readonly metallicRoughnessTexture: TextureRef | null;
  readonly normalTexture: TextureRef | null;
  readonly occlusionTexture: TextureRef | null;
  readonly emissiveTexture: TextureRef | null;
}

/** KHR_lights_punctual; intensity in the extension's units × the scene's light scale (see scene README). */
export interface PunctualLight {
  readonly kind: 'directional' | 'point' | 'spot';
  readonly name: string;
  /** World space. */
  readonly positionM: Vec3;
  /** Unit, the way the light travels. */
  readonly direction: Vec3;
  /** Linear RGB × intensity. */
  readonly color: Vec3;
  /** Infinity where unlimited. */
  readonly rangeM: number;
  readonly innerConeRad: number;
  readonly outerConeRad: number;
}

/** Viewpoint saved in the file. */
export interface SceneCamera {
  readonly name: string;
  readonly worldMatrix: Float64Array;
  readonly verticalFovRad: number | null;
}

/** A scene without its bulk: what is known before geometry and pictures are in. */
export interface SceneHead {
  readonly name: string;
  readonly file: string;
  readonly nodes: NodeTable;
  readonly meshes: readonly MeshRange[];
  readonly hierarchy: ClusterHierarchy;
  readonly instances: InstanceTable;
  readonly materials: readonly Material[];
  readonly lights: readonly PunctualLight[];
  readonly cameras: readonly SceneCamera[];
  /** At full detail, over all instances. */
  readonly triangleCount: number;
  /** What was left out or mended while loading, one line each. */
  readonly warnings: readonly string[];
}

/** A scene whole in memory, as `SceneBuilder` makes it. */
export interface SceneData extends SceneHead {
  readonly vertices: VertexTable;
  readonly meshlets: MeshletTable;
  readonly images: readonly TextureImage[];
}

/** Environment map, lat-long; direction → u = ½ + atan2(x, −z)/2π, v = acos(y)/π. Linear RGB, working primaries. */
export interface Environment {
  readonly name: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** RGB float32, 3 per texel, `levels[0]` full size, box-filtered mips below. */
  readonly levels: readonly Float32Array[];
  /** Irradiance / π as 9 spherical-harmonic RGB coefficients (27 numbers), basis constants folded in (see prefilter). */
  readonly irradianceSh: Float32Array;
  /** GGX-prefiltered lat-long, level k for roughness k/(n−1), each `specularWidthPx >> k` wide and half as high. */
  readonly specularWidthPx: number;
  readonly specularLevels: readonly Float32Array[];
}
