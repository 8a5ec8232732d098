import { REC709 } from '../core/primaries.ts';
import type { MeshGeometry } from '../scene/mesh-geometry.ts';
import { SceneBuilder } from '../scene/scene-builder.ts';
import type { SceneData } from '../scene/scene-data.ts';
import type { BakedStage } from '../stage/baked-stage.ts';
import type { FrameState } from '../stage/frame-state.ts';
import { UNLIT } from './self-test-scene.ts';

/** Size classes that are timed: samples in a triangle's box, of which it covers half. */
export const SIZE_CLASSES = [4, 16, 64, 256, 1024, 4096] as const;

/** LEDs along the edge of a patch: the largest triangle. */
const PATCH_PX = 64;
/** Surfaces one behind the other, so that depths are compared and not only written. */
const LAYERS = 4;
const PITCH_M = 1 / 64;
const EYE_M = [0, 1.5, 0] as const;
const WALL_Z_M = -8;
/** Metres between the places of two size classes. */
const PLACE_M = 4096;
/** How far corners stay inside their box, samples. */
const INSET_PX = 0.25;

/** What sizes are timed with: one wall, and before it a place in the world per size class, and one more with a grid of shared vertices. */
export interface SizeTrial {
  readonly stage: BakedStage;
  readonly scene: SceneData;
  /** The wall at the place of a size class; at the grid for `SIZE_CLASSES.length`. */
  stateAt(place: number): FrameState;
}

/** @param edgePx LEDs along the wall's edge, a multiple of 64. Each size class covers as many samples as any other. */
export async function createSizeTrial(edgePx: number): Promise<SizeTrial> {
  const stage = flatStage(edgePx);
  const builder = await SceneBuilder.create();
  const material = builder.addMaterial({ ...UNLIT, name: 'plain', doubleSided: true });
  const patches = [...SIZE_CLASSES.map((samples) => trianglePatch(Math.sqrt(samples))), gridPatch(PATCH_PX / 2)];
  patches.forEach((geometry, place) => {
    const { mesh } = builder.addMesh(`place-${place}`, geometry, material);
    for (let layer = 0; layer < LAYERS; layer++) {
      // Scaled about the eye: every layer covers the same LEDs.
      const scale = 1 + layer / LAYERS;
      for (let k = 0; k < (edgePx / PATCH_PX) ** 2; k++) {
        const i = (k % (edgePx / PATCH_PX)) * PATCH_PX - edgePx / 2;
        const j = Math.floor(k / (edgePx / PATCH_PX)) * PATCH_PX - edgePx / 2;
        const at = [place * PLACE_M + i * PITCH_M * scale, EYE_M[1] - j * PITCH_M * scale, WALL_Z_M * scale];
        const matrix = Float64Array.from([scale, 0, 0, 0, 0, scale, 0, 0, 0, 0, scale, 0, ...at, 1]);
        if (mesh !== null) builder.addInstance(builder.addNode('', -1, matrix), mesh);
      }
    }
  });
  const scene = builder.build('self-test-sizes', 'self-test-sizes');
  return { stage, scene, stateAt: (place) => stateAt(stage, place) };
}

/** Triangles that each cover the lower left half of a square of `edgePx` LEDs, side by side over a patch; none shares a vertex. */
function trianglePatch(edgePx: number): MeshGeometry {
  const corners: number[] = [];
  const [low, high] = [INSET_PX, edgePx - INSET_PX];
  for (let y = 0; y < PATCH_PX; y += edgePx)
    for (let x = 0; x < PATCH_PX; x += edgePx)
      for (const [dx, dy] of [
        [low, low],
        [low, high],
        [high, high],
      ] as const)
        corners.push((x + dx) * PITCH_M, -(y + dy) * PITCH_M, 0);
  return geometryOf(
    corners,
    Array.from({ length: corners.length / 3 }, (_, k) => k),
  );
}

/** A patch of `cells` × `cells` squares that share their corners, as real meshes do. */
function gridPatch(cells: number): MeshGeometry {
  const corners: number[] = [];
  const step = (PATCH_PX / cells) * PITCH_M;
  for (let j = 0; j <= cells; j++) for (let i = 0; i <= cells; i++) corners.push(i * step, -j * step, 0);
  const at = (i: number, j: number): number => j * (cells + 1) + i;
  const indices: number[] = [];
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) indices.push(at(i, j), at(i, j + 1), at(i + 1, j + 1), at(i, j), at(i + 1, j + 1), at(i + 1, j));
  return geometryOf(corners, indices);
}

function geometryOf(positions: readonly number[], indices: readonly number[]): MeshGeometry {
  const normals = Float32Array.from(positions, (_, k) => (k % 3 === 2 ? 1 : 0));
  const none = { tangents: null, uv0: null, uv1: null, colors: null };
  return { positions: Float32Array.from(positions), normals, ...none, indices: Uint32Array.from(indices) };
}

function flatStage(edgePx: number): BakedStage {
  const half = (edgePx / 2) * PITCH_M;
  return {
    name: 'self-test-sizes',
    file: 'self-test-sizes',
    rate: { num: 24, den: 1 },
    outerEyeM: EYE_M,
    panelTypes: [{ name: 'panel', sizeMm: [500, 500], pixels: [32, 32], peakNits: 100, primaries: REC709 }],
    facets: [
      {
        id: 0,
        wall: 'wall',
        columns: [0, 0],
        rows: [0, 0],
        originM: [-half, EYE_M[1] + half, WALL_Z_M],
        u: [1, 0, 0],
        v: [0, -1, 0],
        n: [0, 0, 1],
        pitchUM: PITCH_M,
        pitchVM: PITCH_M,
        widthPx: edgePx,
        heightPx: edgePx,
        panelType: 0,
      },
    ],
    canvases: [{ processor: 'p', widthPx: edgePx, heightPx: edgePx, bitDepth: 8, transfer: { kind: 'srgb', whiteNits: 100 } }],
    tiles: [{ facet: 0, i0: 0, j0: 0, widthPx: edgePx, heightPx: edgePx, canvas: 0, xPx: 0, yPx: 0, turnDeg: 0, flip: false }],
    cameras: [],
  };
}

function stateAt(stage: BakedStage, place: number): FrameState {
  return {
    frame: 0n,
    timeNs: 0n,
    sceneTimeS: 0,
    worldFromStage: { positionM: [place * PLACE_M, 0, 0], yawRad: 0, scale: 1 },
    outerEyeM: stage.outerEyeM,
    cameras: [],
    exposureStops: 0,
    nitsPerUnit: 100,
    samplesPerLed: 1,
    outerRate: 1,
    lodErrorPx: 0,
    seed: 1,
  };
}
