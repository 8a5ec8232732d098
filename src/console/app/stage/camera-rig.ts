import { BoxGeometry, CylinderGeometry, EdgesGeometry, Group, LineBasicMaterial, LineSegments, Mesh, MeshLambertMaterial } from 'three';
import type { Vec3 } from '../../../core/vec.ts';
import type { ConsoleCamera } from '../../protocol.ts';
import { createFatLines } from './fat-lines.ts';
import { type FacetPlane, frustumOnWall } from './wall-rays.ts';

/** One colour per camera, none of them a colour of state (green, amber, red). */
export const CAMERA_COLORS = [0x7cc4ff, 0xc3a6ff, 0x63d8c8, 0xf49ac8, 0xd7d37a] as const;
const OFF_COLOR = 0x737c84;
const BORDER_STEPS = 32;

export interface CameraRig {
  readonly group: Group;
  update(camera: ConsoleCamera, planes: readonly FacetPlane[]): void;
  showFrustum(visible: boolean): void;
  /** The rig whose eye we look through would block its own view. */
  showBody(visible: boolean): void;
  destroy(): void;
}

/** A film camera on the stage: body with the entrance pupil at the front of its lens, and its frustum as it meets the wall. */
export function createCameraRig(color: number): CameraRig {
  const group = new Group();
  const body = new Group();
  const shell = new MeshLambertMaterial({ color: 0x3a4148 });
  const accent = new MeshLambertMaterial({ color });
  const edgeMaterial = new LineBasicMaterial({ color });
  const parts = [new BoxGeometry(0.2, 0.24, 0.36), new BoxGeometry(0.08, 0.06, 0.3), new CylinderGeometry(0.075, 0.06, 0.2, 20)] as const;
  const edges = new EdgesGeometry(parts[0]);
  const box = new Mesh(parts[0], shell);
  box.position.z = 0.38;
  const handle = new Mesh(parts[1], shell);
  handle.position.set(0, 0.17, 0.38);
  const lens = new Mesh(parts[2], accent);
  lens.rotation.x = -Math.PI / 2;
  lens.position.z = 0.1;
  const outline = new LineSegments(edges, edgeMaterial);
  outline.position.copy(box.position);
  body.add(box, handle, lens, outline);
  const rays = createFatLines(4, color, 1.25, 0.75);
  const border = createFatLines(4 * BORDER_STEPS, color, 2.5);
  const margin = createFatLines(4 * BORDER_STEPS, color, 1.25, 0.6);
  const frustum = new Group();
  frustum.add(rays.object, border.object, margin.object);
  group.add(body, frustum);
  let wanted = true;
  let enabled = true;

  return {
    group,
    update(camera, planes) {
      enabled = camera.enabled;
      const shown = enabled ? color : OFF_COLOR;
      body.position.set(...camera.entrancePupilM);
      body.quaternion.set(...camera.stageFromCamera);
      edgeMaterial.color.setHex(shown);
      accent.color.setHex(shown);
      frustum.visible = wanted && enabled;
      if (!frustum.visible) return;
      const sensor = frustumOnWall(camera, planes, 0, BORDER_STEPS);
      rays.set(sensor.corners.flatMap((corner): [Vec3, Vec3] => [camera.entrancePupilM, corner]));
      border.set(sensor.border);
      margin.set(camera.overscanPercent > 0 ? frustumOnWall(camera, planes, camera.overscanPercent, BORDER_STEPS).border : []);
    },
    showFrustum(visible) {
      wanted = visible;
      frustum.visible = wanted && enabled;
    },
    showBody(visible) {
      body.visible = visible;
    },
    destroy() {
      for (const made of [...parts, edges, shell, accent, edgeMaterial, rays, border, margin]) made.dispose();
      group.removeFromParent();
    },
  };
}
