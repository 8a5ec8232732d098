import { Document, type Material, type Mesh, NodeIO, type Texture, type TextureInfo } from '@gltf-transform/core';
import { KHRLightsPunctual, KHRMaterialsEmissiveStrength, KHRTextureTransform } from '@gltf-transform/extensions';
import type { Vec3 } from '../../../src/core/vec.ts';
import { Bvh } from './bvh.ts';
import { bakeOcclusion, type OcclusionOptions } from './occlusion.ts';
import { matrixOf, type Placement, partsOf } from './shapes.ts';
import type { IndexedMesh } from './soup.ts';
import type { Rgb, TextureSet } from './texture.ts';

export interface MaterialSpec {
  readonly name: string;
  readonly textures?: TextureSet;
  readonly color?: Rgb;
  readonly roughness?: number;
  readonly metallic?: number;
  readonly normalScale?: number;
  readonly doubleSided?: boolean;
  /** Linear; values above 1 use KHR_materials_emissive_strength. */
  readonly emissive?: Rgb;
  /** sRGB picture multiplied by `emissive`, read with the second UV set where `emissiveUv` is 1. */
  readonly emissivePicture?: { readonly bytes: Uint8Array; readonly mime: 'image/png' | 'image/jpeg' };
  readonly emissiveUv?: 0 | 1;
  /** Repeats this many metres per tile instead of the texture set's own. */
  readonly tileM?: number;
}

interface Part {
  readonly name: string;
  readonly mesh: IndexedMesh;
  readonly material: string;
  readonly placements: readonly Placement[];
  readonly bake: boolean;
}

export interface LightSpec {
  readonly name: string;
  readonly at: Vec3;
  readonly color: Rgb;
  /** Candela. */
  readonly intensity: number;
  readonly rangeM: number;
  /** Spot pointing along its own −Z after this pitch; a point light where absent. */
  readonly spot?: { readonly pitchDeg: number; readonly yawDeg: number; readonly innerDeg: number; readonly outerDeg: number };
}

/** Collects materials, meshes and their placements, bakes occlusion, writes one .glb. */
export class SceneWriter {
  readonly #document = new Document();
  readonly #materials = new Map<string, Material>();
  readonly #pictures = new Map<Uint8Array, Texture>();
  readonly #parts: Part[] = [];
  readonly #lights: LightSpec[] = [];
  readonly name: string;

  constructor(name: string) {
    this.name = name;
    this.#document.getRoot().getAsset().generator = 'cyclorama tools/scenes';
    this.#document.createBuffer();
  }

  material(spec: MaterialSpec): void {
    const material = this.#document.createMaterial(spec.name);
    const set = spec.textures;
    material.setBaseColorFactor([...(spec.color ?? [1, 1, 1]), 1] as [number, number, number, number]);
    material.setRoughnessFactor(spec.roughness ?? 1).setMetallicFactor(spec.metallic ?? (set?.orm ? 1 : 0));
    material.setDoubleSided(spec.doubleSided ?? false);
    if (set) {
      const tileM = spec.tileM ?? set.tileM;
      material.setBaseColorTexture(this.#picture(`${set.name}-color`, set.baseColor, 'image/jpeg'));
      material.setNormalTexture(this.#picture(`${set.name}-normal`, set.normal, 'image/jpeg')).setNormalScale(spec.normalScale ?? 1);
      this.#tile(material.getBaseColorTextureInfo(), tileM);
      this.#tile(material.getNormalTextureInfo(), tileM);
      if (set.orm) {
        const orm = this.#picture(`${set.name}-orm`, set.orm, 'image/jpeg');
        material.setOcclusionTexture(orm).setMetallicRoughnessTexture(orm);
        this.#tile(material.getOcclusionTextureInfo(), tileM);
        this.#tile(material.getMetallicRoughnessTextureInfo(), tileM);
      }
    }
    if (spec.emissive) this.#emissive(material, spec);
    this.#materials.set(spec.name, material);
  }

  /** Places a mesh; occlusion is baked at its first placement unless `bake` is false. */
  place(name: string, mesh: IndexedMesh, material: string, placements: readonly Placement[] = [{ at: [0, 0, 0] }], bake = true): void {
    if (!this.#materials.has(material))
      throw new Error(`scene ${this.name}: part ${name} names material ${material}, which was not defined`);
    if (placements.length > 0) this.#parts.push({ name, mesh, material, placements, bake });
  }

  light(spec: LightSpec): void {
    this.#lights.push(spec);
  }

  /** Darkens vertex colours by ambient occlusion among all parts placed so far within `radiusM` of the origin. */
  bakeOcclusion(options: OcclusionOptions, radiusM: number): void {
    const bvh = new Bvh(this.#worldTriangles(radiusM));
    for (const part of this.#parts) if (part.bake) bakeOcclusion(part.mesh, matrixOf(part.placements[0]), bvh, options);
  }

  async toGlb(): Promise<Uint8Array> {
    const scene = this.#document.createScene(this.name);
    for (const part of this.#parts) {
      const mesh = this.#mesh(part);
      for (const [i, placement] of part.placements.entries()) {
        const { rotation, scale } = partsOf(placement);
        const node = this.#document.createNode(part.placements.length > 1 ? `${part.name}-${i}` : part.name).setMesh(mesh);
        scene.addChild(
          node
            .setTranslation([...placement.at])
            .setRotation(rotation)
            .setScale(scale),
        );
      }
    }
    const punctual = this.#lights.length > 0 ? this.#document.createExtension(KHRLightsPunctual) : null;
    for (const spec of this.#lights) {
      const light = punctual!
        .createLight(spec.name)
        .setColor([...spec.color])
        .setIntensity(spec.intensity)
        .setRange(spec.rangeM)
        .setType('point');
      const node = this.#document.createNode(spec.name).setTranslation([...spec.at]);
      if (spec.spot) {
        light
          .setType('spot')
          .setInnerConeAngle((spec.spot.innerDeg * Math.PI) / 180)
          .setOuterConeAngle((spec.spot.outerDeg * Math.PI) / 180);
        node.setRotation(partsOf({ at: spec.at, ...spec.spot }).rotation);
      }
      scene.addChild(node.setExtension('KHR_lights_punctual', light));
    }
    return new NodeIO()
      .registerExtensions([KHRLightsPunctual, KHRMaterialsEmissiveStrength, KHRTextureTransform])
      .writeBinary(this.#document);
  }

  #mesh({ name, mesh, material }: Part): Mesh {
    const buffer = this.#document.getRoot().listBuffers()[0];
    const primitive = this.#document.createPrimitive().setMaterial(this.#materials.get(material)!);
    const accessor = (
      type: 'VEC2' | 'VEC3' | 'VEC4' | 'SCALAR',
      array: Float32Array<ArrayBuffer> | Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
    ) => this.#document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
    const count = mesh.positions.length / 3;
    const colors = new Uint8Array(count * 4).fill(255);
    for (let i = 0; i < count; i++)
      for (let c = 0; c < 3; c++) colors[i * 4 + c] = Math.max(0, Math.min(255, Math.round(mesh.colors[i * 3 + c] * 255)));
    primitive.setAttribute('POSITION', accessor('VEC3', mesh.positions)).setAttribute('NORMAL', accessor('VEC3', mesh.normals));
    primitive.setAttribute('TEXCOORD_0', accessor('VEC2', mesh.uv0));
    if (mesh.uv1) primitive.setAttribute('TEXCOORD_1', accessor('VEC2', mesh.uv1));
    primitive.setAttribute('COLOR_0', accessor('VEC4', colors).setNormalized(true));
    primitive.setIndices(accessor('SCALAR', count < 65536 ? Uint16Array.from(mesh.indices) : mesh.indices));
    return this.#document.createMesh(name).addPrimitive(primitive);
  }

  #emissive(material: Material, spec: MaterialSpec): void {
    const peak = Math.max(...spec.emissive!);
    material.setEmissiveFactor(spec.emissive!.map((v) => (peak > 1 ? v / peak : v)) as [number, number, number]);
    if (peak > 1) {
      const strength = this.#document.createExtension(KHRMaterialsEmissiveStrength).createEmissiveStrength().setEmissiveStrength(peak);
      material.setExtension('KHR_materials_emissive_strength', strength);
    }
    if (!spec.emissivePicture) return;
    material.setEmissiveTexture(this.#picture(`${spec.name}-emissive`, spec.emissivePicture.bytes, spec.emissivePicture.mime));
    const info = material.getEmissiveTextureInfo()!.setTexCoord(spec.emissiveUv ?? 0);
    if (spec.emissiveUv === 1) info.setWrapT(33071);
  }

  #picture(name: string, bytes: Uint8Array, mime: string): Texture {
    const known = this.#pictures.get(bytes);
    if (known) return known;
    const texture = this.#document.createTexture(name).setImage(bytes).setMimeType(mime);
    this.#pictures.set(bytes, texture);
    return texture;
  }

  #tile(info: TextureInfo | null, tileM: number): void {
    if (tileM === 1) return;
    const transform = this.#document.createExtension(KHRTextureTransform).createTransform();
    info!.setExtension('KHR_texture_transform', transform.setScale([1 / tileM, 1 / tileM]));
  }

  #worldTriangles(radiusM: number): Float64Array {
    const out: number[] = [];
    for (const { mesh, placements } of this.#parts)
      for (const placement of placements) {
        const m = matrixOf(placement);
        for (let i = 0; i < mesh.indices.length; i += 3) {
          const corners: number[] = [];
          for (let k = 0; k < 3; k++) {
            const v = mesh.indices[i + k] * 3;
            const [x, y, z] = [mesh.positions[v], mesh.positions[v + 1], mesh.positions[v + 2]];
            for (let c = 0; c < 3; c++) corners.push(m[c] * x + m[4 + c] * y + m[8 + c] * z + m[12 + c]);
          }
          if (
            Math.min(Math.hypot(corners[0], corners[2]), Math.hypot(corners[3], corners[5]), Math.hypot(corners[6], corners[8])) < radiusM
          )
            out.push(...corners);
        }
      }
    return Float64Array.from(out);
  }
}
