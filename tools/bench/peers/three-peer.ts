/** three.js, WebGPURenderer. */

import * as THREE from 'three/webgpu';
import { SUN_COLOR, SUN_DIRECTION, skyLight } from '../../../src/platform/node/bench/sky.ts';
import type { MeshGeometry } from '../../../src/scene/scene-builder.ts';
import type { Material, TextureImage } from '../../../src/scene/scene-data.ts';
import { fakeCanvas } from './browser-shims.ts';
import { ANISOTROPY, FAR_M, NEAR_M, type Peer, type PeerInput, type PeerView, SHADOW_DEPTH_M, SHADOW_HALF_M } from './peer.ts';
import { servePeer } from './serve-peer.ts';

servePeer(async (input: PeerInput): Promise<Peer> => {
  const renderer = new THREE.WebGPURenderer({ canvas: fakeCanvas(16, 16), antialias: false });
  await renderer.init();
  renderer.shadowMap.enabled = true;
  const { device } = renderer.backend as unknown as { device: GPUDevice };
  const scene = new THREE.Scene();
  const sky = skyTexture();
  scene.background = sky;
  scene.environment = sky;
  addMeshes(scene, input);
  const sun = addSun(scene, input.shadowMapPx);
  const targets = input.sizesPx.map(([width, height]) => new THREE.RenderTarget(width, height, { type: THREE.HalfFloatType }));
  const cameras = targets.map(() => {
    const camera = new THREE.Camera();
    camera.coordinateSystem = THREE.WebGPUCoordinateSystem;
    camera.matrixAutoUpdate = false;
    return camera;
  });
  scene.updateMatrixWorld();
  // Nothing in the set moves: its matrices are not walked again, its shadow map is drawn once.
  scene.matrixWorldAutoUpdate = false;
  sun.shadow.needsUpdate = true;
  return {
    name: 'three',
    version: THREE.REVISION,
    setup:
      'WebGPURenderer, one Mesh per object culled per view, shared geometry and materials, matrixAutoUpdate off, shadow map drawn once, ' +
      'environment prefiltered (PMREM), tangents given, no antialiasing, half-float targets',
    device,
    flipped: false,
    render(views) {
      views.forEach((view, k) => {
        aim(cameras[k]!, view);
        renderer.setRenderTarget(targets[k]!);
        renderer.render(scene, cameras[k]!);
      });
    },
    texture: (view) => (renderer.backend as unknown as { get(of: unknown): { texture: GPUTexture } }).get(targets[view]!.texture).texture,
  };
});

function aim(camera: THREE.Camera, { eyeM, right, up, back, leftM, rightM, topM, bottomM }: PeerView): void {
  camera.matrixWorld.makeBasis(new THREE.Vector3(...right), new THREE.Vector3(...up), new THREE.Vector3(...back)).setPosition(...eyeM);
  camera.matrix.copy(camera.matrixWorld);
  camera.matrixWorldInverse.copy(camera.matrixWorld).invert();
  camera.projectionMatrix.makePerspective(leftM, rightM, topM, bottomM, NEAR_M, FAR_M, THREE.WebGPUCoordinateSystem);
  camera.projectionMatrixInverse.copy(camera.projectionMatrix).invert();
}

function addMeshes(scene: THREE.Scene, { set }: PeerInput): void {
  const textures = set.images.map(textureOf);
  const materials = set.materials.map((material) => materialOf(material, textures));
  for (const { geometry, material, placements } of set.meshes) {
    const shared = geometryOf(geometry);
    for (const matrix of placements) {
      const mesh = new THREE.Mesh(shared, materials[material]!);
      mesh.matrix.fromArray(matrix);
      mesh.matrixAutoUpdate = false;
      mesh.castShadow = mesh.receiveShadow = true;
      scene.add(mesh);
    }
  }
}

function geometryOf({ positions, normals, tangents, uv0, indices }: MeshGeometry): THREE.BufferGeometry {
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute('position', new THREE.BufferAttribute(positions, 3));
  geometry.setAttribute('normal', new THREE.BufferAttribute(normals, 3));
  geometry.setAttribute('tangent', new THREE.BufferAttribute(tangents!, 4));
  geometry.setAttribute('uv', new THREE.BufferAttribute(uv0!, 2));
  geometry.setIndex(new THREE.BufferAttribute(indices, 1));
  geometry.computeBoundingSphere();
  return geometry;
}

function textureOf({ levels, widthPx, heightPx, srgb }: TextureImage): THREE.DataTexture {
  const texture = new THREE.DataTexture(levels[0] as Uint8Array<ArrayBuffer>, widthPx, heightPx);
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.minFilter = THREE.LinearMipmapLinearFilter;
  texture.magFilter = THREE.LinearFilter;
  texture.anisotropy = ANISOTROPY;
  texture.generateMipmaps = true;
  if (srgb) texture.colorSpace = THREE.SRGBColorSpace;
  texture.needsUpdate = true;
  return texture;
}

function materialOf(material: Material, textures: readonly THREE.Texture[]): THREE.Material {
  const at = (use: Material['normalTexture']): THREE.Texture => textures[use!.image]!;
  const surface = at(material.metallicRoughnessTexture);
  return new THREE.MeshStandardMaterial({
    map: at(material.baseColorTexture),
    normalMap: at(material.normalTexture),
    metalnessMap: surface,
    roughnessMap: surface,
    aoMap: at(material.occlusionTexture),
    metalness: 1,
    roughness: 1,
  });
}

function addSun(scene: THREE.Scene, mapPx: number): THREE.DirectionalLight {
  const strength = Math.max(...SUN_COLOR);
  const sun = new THREE.DirectionalLight(new THREE.Color(...(SUN_COLOR.map((c) => c / strength) as [number, number, number])), strength);
  sun.position.set(...SUN_DIRECTION).multiplyScalar(SHADOW_DEPTH_M / 2);
  sun.castShadow = true;
  sun.shadow.mapSize.set(mapPx, mapPx);
  const half = SHADOW_HALF_M;
  Object.assign(sun.shadow.camera, { left: -half, right: half, top: half, bottom: -half, near: 1, far: SHADOW_DEPTH_M });
  sun.shadow.bias = -0.001;
  sun.shadow.normalBias = 0.05;
  sun.shadow.autoUpdate = false;
  scene.add(sun);
  return sun;
}

/** The sky as three.js looks it up: u = ½ + atan2(z, x) / 2π, rows from below. */
function skyTexture(): THREE.DataTexture {
  const [width, height] = [128, 64];
  const data = new Uint16Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const azimuth = ((x + 0.5) / width - 0.5) * 2 * Math.PI;
      const up = Math.sin(((y + 0.5) / height - 0.5) * Math.PI);
      const flat = Math.sqrt(1 - up * up);
      const light = skyLight([Math.cos(azimuth) * flat, up, Math.sin(azimuth) * flat]);
      for (let c = 0; c < 4; c++) data[(y * width + x) * 4 + c] = THREE.DataUtils.toHalfFloat(light[c] ?? 1);
    }
  }
  const texture = new THREE.DataTexture(data, width, height, THREE.RGBAFormat, THREE.HalfFloatType);
  texture.mapping = THREE.EquirectangularReflectionMapping;
  texture.magFilter = texture.minFilter = THREE.LinearFilter;
  texture.needsUpdate = true;
  return texture;
}
