/** PlayCanvas, WebgpuGraphicsDevice. */

import * as pc from 'playcanvas';
import { SUN_COLOR, SUN_DIRECTION, skyLight } from '../../../src/platform/node/bench/sky.ts';
import type { MeshGeometry } from '../../../src/scene/scene-builder.ts';
import type { Material, TextureImage } from '../../../src/scene/scene-data.ts';
import { fakeCanvas } from './browser-shims.ts';
import { ANISOTROPY, FAR_M, NEAR_M, type Peer, type PeerInput, type PeerView, SHADOW_HALF_M } from './peer.ts';
import { servePeer } from './serve-peer.ts';

servePeer(async (input: PeerInput): Promise<Peer> => {
  const canvas = fakeCanvas(16, 16);
  const device = new pc.WebgpuGraphicsDevice(canvas, { deviceTypes: ['webgpu'], antialias: false });
  await (device as unknown as { createDevice(): Promise<void> }).createDevice();
  const options = new pc.AppOptions();
  options.graphicsDevice = device;
  options.componentSystems = [pc.RenderComponentSystem, pc.CameraComponentSystem, pc.LightComponentSystem];
  options.resourceHandlers = [pc.TextureHandler];
  const app = new pc.AppBase(canvas);
  app.init(options);
  app.autoRender = false;
  addSky(app, device);
  addMeshes(app, device, input);
  const sun = addSun(app, input.shadowMapPx);
  const current: PeerView[] = [...input.viewsOf(0)];
  const targets = input.sizesPx.map(([width, height], k) => addCamera(app, device, width, height, k, () => current[k]!));
  app.start();
  const placement = new pc.Mat4();
  let frame = 0;
  return {
    name: 'playcanvas',
    version: pc.version,
    setup:
      `WebgpuGraphicsDevice, ${input.kind === 'gpu' ? 'hardware instancing of copies' : 'one mesh instance per object'}, culled per camera, one shadow cascade (PCF3) drawn once, ` +
      'prefiltered environment atlas, tangents given, no antialiasing, half-float targets, driven without its own loop',
    device: (device as unknown as { wgpu: GPUDevice }).wgpu,
    flipped: false,
    render(views) {
      views.forEach((view, k) => {
        current[k] = view;
        const { right: r, up: u, back: b, eyeM: e } = view;
        placement.data.set([r[0], r[1], r[2], 0, u[0], u[1], u[2], 0, b[0], b[1], b[2], 0, e[0], e[1], e[2], 1]);
        targets[k]!.entity.setLocalPosition(e[0], e[1], e[2]);
        targets[k]!.entity.setLocalRotation(new pc.Quat().setFromMat4(placement));
      });
      // The shadow is fitted to the first camera's view: drawn once it would miss the others, so the light is made to cover them all below.
      if (frame++ === 2) sun.light!.shadowUpdateMode = pc.SHADOWUPDATE_THISFRAME;
      app.update(1 / 60);
      (device as unknown as { frameStart?(): void }).frameStart?.();
      app.render();
      (device as unknown as { frameEnd?(): void }).frameEnd?.();
    },
    texture: (view) => (targets[view]!.texture as unknown as { impl: { gpuTexture: GPUTexture } }).impl.gpuTexture,
  };
});

interface Target {
  readonly entity: pc.Entity;
  readonly texture: pc.Texture;
}

function addCamera(app: pc.AppBase, device: pc.GraphicsDevice, width: number, height: number, k: number, viewOf: () => PeerView): Target {
  const texture = new pc.Texture(device, { width, height, format: pc.PIXELFORMAT_RGBA16F, mipmaps: false });
  const entity = new pc.Entity(`view ${k}`);
  entity.addComponent('camera', {
    ...{ clearColor: new pc.Color(0, 0, 0), nearClip: NEAR_M, farClip: FAR_M, fov: 100, priority: k },
    ...{ toneMapping: pc.TONEMAP_NONE, gammaCorrection: pc.GAMMA_NONE },
    renderTarget: new pc.RenderTarget({ colorBuffer: texture, depth: true }),
  });
  entity.camera!.calculateProjection = (matrix: pc.Mat4) => {
    const { leftM, rightM, bottomM, topM } = viewOf();
    matrix.setFrustum(leftM, rightM, bottomM, topM, NEAR_M, FAR_M);
  };
  app.root.addChild(entity);
  return { entity, texture };
}

/** On a GPU copies are drawn by hardware instancing; on a software driver they are objects of their own, so that what is not seen is culled. */
function addMeshes(app: pc.AppBase, device: pc.GraphicsDevice, { set, kind }: PeerInput): void {
  const textures = set.images.map((image) => textureOf(image, device));
  const materials = set.materials.map((material) => materialOf(material, textures));
  for (const { geometry, material, placements } of set.meshes) {
    const mesh = meshOf(geometry, device);
    const add = (instance: pc.MeshInstance, matrix: Float64Array | null): void => {
      const entity = new pc.Entity();
      entity.addComponent('render', { meshInstances: [instance], castShadows: true, receiveShadows: true });
      if (matrix) place(entity, matrix);
      app.root.addChild(entity);
    };
    if (kind === 'gpu' && placements.length > 1) {
      const data = new Float32Array(placements.flatMap((matrix) => [...matrix]));
      const format = pc.VertexFormat.getDefaultInstancingFormat(device);
      const instance = new pc.MeshInstance(mesh, materials[material]!);
      instance.setInstancing(new pc.VertexBuffer(device, format, placements.length, { data: data.buffer }));
      instance.cull = false;
      add(instance, null);
    } else for (const matrix of placements) add(new pc.MeshInstance(mesh, materials[material]!), matrix);
  }
}

function place(entity: pc.Entity, matrix: Float64Array): void {
  const from = new pc.Mat4();
  from.data.set(matrix);
  entity.setLocalPosition(from.getTranslation());
  entity.setLocalRotation(new pc.Quat().setFromMat4(from));
  entity.setLocalScale(from.getScale());
}

function meshOf({ positions, normals, tangents, uv0, indices }: MeshGeometry, device: pc.GraphicsDevice): pc.Mesh {
  const mesh = new pc.Mesh(device);
  mesh.setPositions(positions);
  mesh.setNormals(normals);
  mesh.setVertexStream(pc.SEMANTIC_TANGENT, tangents!, 4);
  mesh.setUvs(0, uv0!);
  mesh.setIndices(indices);
  mesh.update();
  return mesh;
}

function textureOf({ levels, widthPx, heightPx, srgb }: TextureImage, device: pc.GraphicsDevice): pc.Texture {
  return new pc.Texture(device, {
    ...{ width: widthPx, height: heightPx, format: srgb ? pc.PIXELFORMAT_SRGBA8 : pc.PIXELFORMAT_RGBA8 },
    ...{ mipmaps: true, addressU: pc.ADDRESS_REPEAT, addressV: pc.ADDRESS_REPEAT, anisotropy: ANISOTROPY },
    levels: [levels[0]!],
  });
}

function materialOf(source: Material, textures: readonly pc.Texture[]): pc.StandardMaterial {
  const material = new pc.StandardMaterial();
  const surface = textures[source.metallicRoughnessTexture!.image]!;
  material.diffuseMap = textures[source.baseColorTexture!.image]!;
  material.normalMap = textures[source.normalTexture!.image]!;
  material.useMetalness = true;
  material.metalnessMap = material.glossMap = material.aoMap = surface;
  material.metalnessMapChannel = 'b';
  material.glossMapChannel = 'g';
  material.aoMapChannel = 'r';
  material.glossInvert = true;
  material.metalness = material.gloss = 1;
  material.update();
  return material;
}

function addSun(app: pc.AppBase, mapPx: number): pc.Entity {
  const sun = new pc.Entity('sun');
  const strength = Math.max(...SUN_COLOR);
  sun.addComponent('light', {
    type: 'directional',
    color: new pc.Color(SUN_COLOR[0] / strength, SUN_COLOR[1] / strength, SUN_COLOR[2] / strength),
    // PlayCanvas has no 1 / π in its diffuse term.
    intensity: strength / Math.PI,
    castShadows: true,
    shadowResolution: mapPx,
    shadowDistance: SHADOW_HALF_M,
    numCascades: 1,
    shadowType: pc.SHADOW_PCF3_32F,
    shadowBias: 0.2,
    normalOffsetBias: 0.05,
  });
  const [x, y, z] = SUN_DIRECTION;
  sun.setPosition(x * 40, y * 40, z * 40);
  sun.lookAt(0, 0, 0);
  sun.rotateLocal(90, 0, 0);
  app.root.addChild(sun);
  return sun;
}

/** Environment atlas for lighting and the skybox from one equirect picture. */
function addSky(app: pc.AppBase, device: pc.GraphicsDevice): void {
  const size = 64;
  const face = (towards: (a: number, b: number) => readonly [number, number, number]): Uint16Array => {
    const rgba = new Uint16Array(size * size * 4);
    for (let k = 0; k < size * size; k++) {
      const [x, y, z] = towards((((k % size) + 0.5) / size) * 2 - 1, ((Math.floor(k / size) + 0.5) / size) * 2 - 1);
      const l = Math.hypot(x, y, z);
      const light = skyLight([x / l, y / l, z / l]);
      for (let c = 0; c < 4; c++) rgba[k * 4 + c] = pc.FloatPacking.float2Half(light[c] ?? 1);
    }
    return rgba;
  };
  const faces = [
    face((a, b) => [-1, -b, -a]),
    face((a, b) => [1, -b, a]),
    face((a, b) => [-a, 1, b]),
    face((a, b) => [-a, -1, -b]),
    face((a, b) => [-a, -b, 1]),
    face((a, b) => [a, -b, -1]),
  ];
  const cube = new pc.Texture(device, {
    ...{ cubemap: true, width: size, height: size, format: pc.PIXELFORMAT_RGBA16F, mipmaps: true },
    levels: [faces] as unknown as Uint8Array[],
  });
  app.scene.envAtlas = pc.EnvLighting.generateAtlas(pc.EnvLighting.generateLightingSource(cube));
  app.scene.skybox = cube;
}
