import { AmbientLight, Box3, DirectionalLight, Mesh, MeshBasicMaterial, Scene, SphereGeometry, Vector3 } from 'three';
import { cross, mad, type Vec3 } from '../../../core/vec.ts';
import type { ConsoleCamera, ConsoleStage } from '../../protocol.ts';
import { formatShort } from '../format.ts';
import { CAMERA_COLORS, type CameraRig, createCameraRig } from './camera-rig.ts';
import { createFloorGrid } from './floor-grid.ts';
import type { Label } from './labels.ts';
import { createWallMesh, type WallMesh } from './wall-mesh.ts';
import { type FacetPlane, facetPlane } from './wall-rays.ts';

export const BACKGROUND = 0x0b0d0f;
/** Reach of a camera's body about its entrance pupil. */
const CAMERA_SIZE_M = 0.6;
const HEALTH_WORDS = { live: 'LIVE', held: 'HELD', rest: 'REST POSE' } as const;

/** Everything that stands in the stage view; made anew for each stage. */
export interface StageContent {
  readonly scene: Scene;
  readonly wall: WallMesh;
  /** What a fitted view must show: walls with the floor under them, eye and cameras. Stage space, metres. */
  readonly points: readonly Vec3[];
  /** Unit horizontal direction from the wall to the audience. */
  readonly audience: Vec3;
  readonly labels: readonly Label[];
  setCameras(cameras: readonly ConsoleCamera[]): void;
  showFrusta(visible: boolean): void;
  /** @param id Camera that we look through; its body is hidden. null: none. */
  lookThrough(id: string | null): void;
  destroy(): void;
}

export function createStageContent(stage: ConsoleStage, maxAnisotropy: number): StageContent {
  const scene = new Scene();
  const planes = stage.facets.map(facetPlane);
  const wallPoints = planes.flatMap((plane) => cornersOf(plane).flatMap((corner): Vec3[] => [corner, [corner[0], 0, corner[2]]]));
  wallPoints.push(stage.outerEyeM);
  let cameraPoints: readonly Vec3[] = [];
  const grid = createFloorGrid(new Box3().setFromPoints(wallPoints.map((point) => new Vector3(...point))));
  const wall = createWallMesh(stage, maxAnisotropy);
  const eye = createEyeMarker();
  eye.mesh.position.set(...stage.outerEyeM);
  const sun = new DirectionalLight(0xffffff, 2.2);
  sun.position.set(3, 8, 5);
  scene.add(grid.group, wall.group, eye.mesh, sun, new AmbientLight(0xffffff, 1.1));
  const wallLabels = labelsOfWalls(stage, planes);
  const rigs = new Map<string, CameraRig>();
  let labels: readonly Label[] = wallLabels;
  let frusta = true;
  let through: string | null = null;

  return {
    scene,
    wall,
    get points() {
      return [...wallPoints, ...cameraPoints];
    },
    audience: audienceDirection(planes),
    get labels() {
      return labels;
    },
    setCameras(cameras) {
      for (const [id, rig] of rigs)
        if (!cameras.some((camera) => camera.id === id)) {
          rig.destroy();
          rigs.delete(id);
        }
      for (const [index, camera] of cameras.entries()) {
        let rig = rigs.get(camera.id);
        if (!rig) {
          rig = createCameraRig(CAMERA_COLORS[index % CAMERA_COLORS.length]);
          rig.showFrustum(frusta);
          rigs.set(camera.id, rig);
          scene.add(rig.group);
        }
        rig.update(camera, planes);
        rig.showBody(camera.id !== through);
      }
      cameraPoints = cameras.flatMap(({ entrancePupilM: [x, y, z] }): Vec3[] => [
        [x - CAMERA_SIZE_M, y, z - CAMERA_SIZE_M],
        [x - CAMERA_SIZE_M, y, z + CAMERA_SIZE_M],
        [x + CAMERA_SIZE_M, y, z - CAMERA_SIZE_M],
        [x + CAMERA_SIZE_M, y, z + CAMERA_SIZE_M],
      ]);
      labels = [...cameras.filter((camera) => camera.id !== through).map(labelOfCamera), ...wallLabels];
    },
    showFrusta(visible) {
      frusta = visible;
      for (const rig of rigs.values()) rig.showFrustum(visible);
    },
    lookThrough(id) {
      through = id;
    },
    destroy() {
      for (const rig of rigs.values()) rig.destroy();
      wall.destroy();
      grid.destroy();
      eye.destroy();
    },
  };
}

function labelOfCamera(camera: ConsoleCamera): Label {
  const [x, y, z] = camera.entrancePupilM;
  return {
    key: `camera:${camera.id}`,
    positionM: [x, y + 0.3, z],
    title: camera.id,
    detail: camera.enabled ? HEALTH_WORDS[camera.health] : 'OFF',
    tone: camera.enabled ? camera.health : 'off',
  };
}

function labelsOfWalls(stage: ConsoleStage, planes: readonly FacetPlane[]): Label[] {
  const walls = new Map<string, { box: Box3; middles: Vector3[]; leds: number }>();
  stage.facets.forEach((facet, index) => {
    const entry = walls.get(facet.wall) ?? { box: new Box3(), middles: [], leds: 0 };
    walls.set(facet.wall, entry);
    entry.leds += facet.widthPx * facet.heightPx;
    const corners = cornersOf(planes[index]).map((corner) => new Vector3(...corner));
    for (const corner of corners) entry.box.expandByPoint(corner);
    entry.middles.push(corners[0].clone().add(corners[3]).multiplyScalar(0.5));
  });
  const labels = [...walls].map(([name, { box, middles, leds }]): Label => {
    // On the wall, not in the hollow of its arc: over the facet nearest to the middle.
    const centre = box.getCenter(new Vector3());
    const middle = middles.reduce((best, next) => (next.distanceTo(centre) < best.distanceTo(centre) ? next : best));
    return {
      key: `wall:${name}`,
      positionM: [middle.x, box.max.y, middle.z],
      title: name,
      detail: `${formatShort(leds)} LEDs`,
      tone: 'wall',
    };
  });
  labels.push({ key: 'outer-eye', positionM: stage.outerEyeM, title: 'Outer eye', detail: '', tone: 'eye' });
  return labels;
}

function createEyeMarker() {
  const geometry = new SphereGeometry(0.09, 20, 14);
  const material = new MeshBasicMaterial({ color: 0xe8ebed });
  const mesh = new Mesh(geometry, material);
  return {
    mesh,
    destroy() {
      geometry.dispose();
      material.dispose();
    },
  };
}

function cornersOf({ originM, edgeUM, edgeVM }: FacetPlane): Vec3[] {
  return [originM, mad(originM, edgeUM, 1), mad(originM, edgeVM, 1), mad(mad(originM, edgeUM, 1), edgeVM, 1)];
}

/** Mean of the facets' normals by area, laid flat; a ring or a ceiling alone has none and takes +Z. */
function audienceDirection(planes: readonly FacetPlane[]): Vec3 {
  let x = 0;
  let z = 0;
  for (const { edgeUM, edgeVM } of planes) {
    const normal = cross(edgeVM, edgeUM);
    x += normal[0];
    z += normal[2];
  }
  const size = Math.hypot(x, z);
  return size > 1e-6 ? [x / size, 0, z / size] : [0, 0, 1];
}
