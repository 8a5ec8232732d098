/** Babylon.js, WebGPUEngine. */

import * as BABYLON from '@babylonjs/core';
import { SUN_COLOR, SUN_DIRECTION, skyLight } from '../../../src/platform/node/bench/sky.ts';
import type { Material, TextureImage } from '../../../src/scene/scene-data.ts';
import { fakeCanvas } from './browser-shims.ts';
import { ANISOTROPY, FAR_M, NEAR_M, type Peer, type PeerInput, type PeerView, SHADOW_DEPTH_M, SHADOW_HALF_M } from './peer.ts';
import { servePeer } from './serve-peer.ts';
import { isVisible, placedSphere, type Sphere } from './visible-meshes.ts';

/** Frames drawn before the commands are recorded: every material is compiled by then. */
const SNAPSHOT_FROM = 3;
/** Frames of the shot from which the recorded lists are gathered: enough for the whole move. */
const LISTED_FRAMES = 1200;
const LIST_STEP = 12;

/** A camera whose matrices are given. */
class GivenCamera extends BABYLON.Camera {
  readonly view = BABYLON.Matrix.Identity();
  override _getViewMatrix(): BABYLON.Matrix {
    return this.view;
  }
  override _isSynchronizedViewMatrix(): boolean {
    return false;
  }
}

servePeer(async (input: PeerInput): Promise<Peer> => {
  const engine = new BABYLON.WebGPUEngine(fakeCanvas(16, 16), { antialias: false, audioEngine: false, setMaximumLimits: true });
  await engine.initAsync();
  const scene = new BABYLON.Scene(engine);
  scene.useRightHandedSystem = true;
  scene.skipPointerMovePicking = true;
  // Targets are linear light: no tone curve, no gamma.
  scene.imageProcessingConfiguration.applyByPostProcess = true;
  const main = new GivenCamera('main', BABYLON.Vector3.Zero(), scene);
  main.layerMask = 0;
  scene.activeCamera = main;
  const sky = skyTexture(scene);
  scene.environmentTexture = sky;
  const skybox = scene.createDefaultSkybox(sky, true, FAR_M / 2, 0, false)!;
  skybox.infiniteDistance = false;
  const placed = addMeshes(scene, input);
  addSun(scene, placed, input.shadowMapPx);
  for (const mesh of scene.meshes) {
    mesh.doNotSyncBoundingInfo = true;
    mesh.isPickable = false;
    mesh.alwaysSelectAsActiveMesh = true;
  }
  const targets = input.sizesPx.map(([width, height], k) => {
    const options = { type: BABYLON.Constants.TEXTURETYPE_HALF_FLOAT, generateMipMaps: false };
    const target = new BABYLON.RenderTargetTexture(`view ${k}`, { width, height }, scene, options);
    target.activeCamera = new GivenCamera(`view ${k}`, BABYLON.Vector3.Zero(), scene);
    target.renderList = [skybox, ...visibleIn(k, placed, input)];
    target.renderParticles = target.renderSprites = false;
    scene.customRenderTargets.push(target);
    return target;
  });
  await scene.whenReadyAsync();
  let frame = 0;
  return {
    name: 'babylon',
    version: BABYLON.Engine.Version,
    setup:
      `WebGPUEngine, FAST snapshot rendering (recorded bundles), ${input.kind === 'gpu' ? 'thin instances' : 'one mesh per object'}, lists per view of what the ` +
      'whole shot sees, frozen world matrices, shadow map drawn once (PCF), tangents given, no antialiasing, half-float targets',
    device: (engine as unknown as { _device: GPUDevice })._device,
    flipped: true,
    render(views) {
      if (frame++ === SNAPSHOT_FROM) {
        engine.snapshotRenderingMode = BABYLON.Constants.SNAPSHOTRENDERING_FAST;
        engine.snapshotRendering = true;
      }
      views.forEach((view, k) => {
        aim(targets[k]!.activeCamera as GivenCamera, view);
      });
      engine.beginFrame();
      scene.render();
      engine.endFrame();
    },
    texture: (view) =>
      (targets[view]!.getInternalTexture()!._hardwareTexture as unknown as { underlyingResource: GPUTexture }).underlyingResource,
  };
});

function aim(camera: GivenCamera, { eyeM, right: r, up: u, back: b, leftM, rightM, topM, bottomM }: PeerView): void {
  const along = (axis: readonly number[]): number => -(axis[0]! * eyeM[0] + axis[1]! * eyeM[1] + axis[2]! * eyeM[2]);
  BABYLON.Matrix.FromValuesToRef(
    ...([r[0], u[0], b[0], 0, r[1], u[1], b[1], 0, r[2], u[2], b[2], 0, along(r), along(u), along(b), 1] as const),
    camera.view,
  );
  camera.position.set(...eyeM);
  const [w, h, depth] = [rightM - leftM, topM - bottomM, FAR_M / (NEAR_M - FAR_M)];
  camera.freezeProjectionMatrix(
    BABYLON.Matrix.FromValues(
      ...([(2 * NEAR_M) / w, 0, 0, 0, 0, (2 * NEAR_M) / h, 0, 0] as const),
      ...([(rightM + leftM) / w, (topM + bottomM) / h, depth, -1, 0, 0, NEAR_M * depth, 0] as const),
    ),
  );
}

interface Placed {
  readonly mesh: BABYLON.Mesh;
  readonly spheres: readonly Sphere[];
}

/** On a GPU copies are thin instances, fewest draws; on a software driver they are objects of their own, so that lists leave out what is not seen. */
function addMeshes(scene: BABYLON.Scene, { set, kind }: PeerInput): Placed[] {
  const textures = set.images.map((image) => textureOf(image, scene));
  const materials = set.materials.map((material) => materialOf(material, textures, scene));
  return set.meshes.flatMap(({ name, geometry, material, placements }): Placed[] => {
    const source = new BABYLON.Mesh(name, scene);
    const data = new BABYLON.VertexData();
    data.positions = geometry.positions;
    data.normals = geometry.normals;
    data.tangents = geometry.tangents!;
    data.uvs = geometry.uv0!;
    data.indices = geometry.indices;
    data.applyToMesh(source, false);
    source.material = materials[material]!;
    const spheres = placements.map((matrix) => placedSphere(geometry, matrix));
    if (kind === 'gpu' && placements.length > 1) {
      const matrices = new Float32Array(placements.flatMap((matrix) => [...matrix]));
      source.thinInstanceSetBuffer('matrix', matrices, 16, true);
      source.freezeWorldMatrix();
      return [{ mesh: source, spheres }];
    }
    return placements.map((matrix, k) => {
      const mesh = k === 0 ? source : source.clone(`${name} ${k}`);
      mesh.freezeWorldMatrix(BABYLON.Matrix.FromArray(Array.from(matrix)));
      return { mesh, spheres: [spheres[k]!] };
    });
  });
}

/** Recorded commands do not cull: each view's list holds what it sees at any time of the shot. */
function visibleIn(view: number, placed: readonly Placed[], { viewsOf }: PeerInput): BABYLON.Mesh[] {
  const seen = Array.from({ length: LISTED_FRAMES / LIST_STEP }, (_, k) => viewsOf(k * LIST_STEP)[view]!);
  return placed.filter(({ spheres }) => spheres.some((sphere) => seen.some((at) => isVisible(sphere, at)))).map(({ mesh }) => mesh);
}

function textureOf({ levels, widthPx, heightPx }: TextureImage, scene: BABYLON.Scene): BABYLON.RawTexture {
  const sampling = BABYLON.Texture.TRILINEAR_SAMPLINGMODE;
  const texture = BABYLON.RawTexture.CreateRGBATexture(levels[0]!, widthPx, heightPx, scene, true, false, sampling);
  texture.wrapU = texture.wrapV = BABYLON.Texture.WRAP_ADDRESSMODE;
  texture.anisotropicFilteringLevel = ANISOTROPY;
  return texture;
}

function materialOf(source: Material, textures: readonly BABYLON.BaseTexture[], scene: BABYLON.Scene): BABYLON.Material {
  const material = new BABYLON.PBRMaterial(source.name, scene);
  material.albedoTexture = textures[source.baseColorTexture!.image]!;
  material.bumpTexture = textures[source.normalTexture!.image]!;
  material.metallicTexture = textures[source.metallicRoughnessTexture!.image]!;
  material.useMetallnessFromMetallicTextureBlue = true;
  material.useRoughnessFromMetallicTextureGreen = true;
  material.useRoughnessFromMetallicTextureAlpha = false;
  material.useAmbientOcclusionFromMetallicTextureRed = true;
  material.metallic = material.roughness = 1;
  // glTF's convention in a right-handed scene, as Babylon's own loader sets it.
  material.invertNormalMapY = true;
  material.sideOrientation = BABYLON.Material.CounterClockWiseSideOrientation;
  return material;
}

function addSun(scene: BABYLON.Scene, placed: readonly Placed[], mapPx: number): void {
  const [x, y, z] = SUN_DIRECTION;
  const sun = new BABYLON.DirectionalLight('sun', new BABYLON.Vector3(-x, -y, -z), scene);
  sun.position = new BABYLON.Vector3(x, y, z).scale(SHADOW_DEPTH_M / 2);
  const strength = Math.max(...SUN_COLOR);
  sun.diffuse = new BABYLON.Color3(SUN_COLOR[0] / strength, SUN_COLOR[1] / strength, SUN_COLOR[2] / strength);
  sun.intensity = strength;
  sun.autoUpdateExtends = sun.autoCalcShadowZBounds = false;
  sun.orthoLeft = sun.orthoBottom = -SHADOW_HALF_M;
  sun.orthoRight = sun.orthoTop = SHADOW_HALF_M;
  sun.shadowMinZ = 1;
  sun.shadowMaxZ = SHADOW_DEPTH_M;
  const shadows = new BABYLON.ShadowGenerator(mapPx, sun);
  shadows.usePercentageCloserFiltering = true;
  shadows.bias = 0.002;
  shadows.normalBias = 0.02;
  for (const { mesh } of placed) {
    shadows.addShadowCaster(mesh, false);
    mesh.receiveShadows = true;
  }
  shadows.getShadowMap()!.refreshRate = BABYLON.RenderTargetTexture.REFRESHRATE_RENDER_ONCE;
}

/** The sky as a cube with mips, its diffuse part as spherical harmonics. */
function skyTexture(scene: BABYLON.Scene): BABYLON.RawCubeTexture {
  const size = 64;
  const face = (towards: (a: number, b: number) => readonly [number, number, number]): Float32Array => {
    const rgba = new Float32Array(size * size * 4);
    for (let k = 0; k < size * size; k++) {
      const [x, y, z] = towards((((k % size) + 0.5) / size) * 2 - 1, ((Math.floor(k / size) + 0.5) / size) * 2 - 1);
      const l = Math.hypot(x, y, z);
      rgba.set([...skyLight([x / l, y / l, z / l]), 1], k * 4);
    }
    return rgba;
  };
  // Faces in WebGPU's order and orientation.
  const faces = [
    face((a, b) => [1, -b, -a]),
    face((a, b) => [-1, -b, a]),
    face((a, b) => [a, 1, b]),
    face((a, b) => [a, -1, -b]),
    face((a, b) => [a, -b, 1]),
    face((a, b) => [-a, -b, -1]),
  ] as const;
  const { TEXTUREFORMAT_RGBA, TEXTURETYPE_FLOAT } = BABYLON.Constants;
  const mode = BABYLON.Texture.TRILINEAR_SAMPLINGMODE;
  const cube = new BABYLON.RawCubeTexture(scene, [...faces], size, TEXTUREFORMAT_RGBA, TEXTURETYPE_FLOAT, true, false, mode);
  cube.gammaSpace = false;
  const [right, left, up, down, front, back] = faces;
  const info = { size, right, left, up, down, front, back, format: TEXTUREFORMAT_RGBA, type: TEXTURETYPE_FLOAT, gammaSpace: false };
  cube.sphericalPolynomial = BABYLON.CubeMapToSphericalPolynomialTools.ConvertCubeMapToSphericalPolynomial(info);
  return cube;
}
