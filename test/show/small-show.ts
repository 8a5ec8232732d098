import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
export const CYC = join(ROOT, 'src/apps/cyc.mjs');

export interface SmallShowOptions {
  readonly rate?: number | string;
  readonly move?: 'handheld' | 'dolly' | 'crane';
  /** LEDs per panel side; the wall has 4 × 2 panels. */
  readonly pixels?: number;
}

/** Writes a show that renders in milliseconds: a flat wall of 2 processors (8 and 10 bits), one simulated camera, nine coloured boxes. @returns show file. */
export function writeSmallShow(folder: string, options: SmallShowOptions = {}): string {
  const { rate = 24, move = 'dolly', pixels = 16 } = options;
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: object): string => {
    const file = join(folder, name);
    writeFileSync(file, JSON.stringify(value));
    return file;
  };
  const side = pixels * 2;
  write('small.stage.json', {
    schema: 'cyclorama.stage/1',
    name: 'Small',
    rate,
    outerEyeM: [0, 1.5, 0],
    panelTypes: { p: { sizeMm: [500, 500], pixels: [pixels, pixels], peakNits: 100 } },
    walls: [{ name: 'back', panelType: 'p', columns: 4, rows: 2, positionM: [0, 0.9, -2] }],
    processors: [
      { name: 'left', canvas: { widthPx: side, heightPx: side }, map: [{ wall: 'back', columns: [0, 1], xPx: 0, yPx: 0 }] },
      { name: 'right', canvas: { widthPx: side, heightPx: side }, bitDepth: 10, map: [{ wall: 'back', columns: [2, 3], xPx: 0, yPx: 0 }] },
    ],
    cameras: [
      {
        id: 'A',
        sensorMm: [36, 20.25],
        resolutionPx: [96, 54],
        lens: { focalLengthMm: 35 },
        restPose: { positionM: [0.2, 1.5, 0.5] },
        tracking: { kind: 'simulated', move },
      },
    ],
  });
  write('boxes.gltf', boxes());
  return write('small.show.json', {
    schema: 'cyclorama.show/1',
    name: 'Small',
    stage: 'small.stage.json',
    scene: 'boxes.gltf',
    sun: { intensity: 0.7, azimuthDeg: 30 },
    ambient: [0.2, 0.2, 0.25],
  });
}

/** Nine boxes behind the wall, three deep, each of its own colour; positions with parallax against the wall's plane. */
function boxes(): object {
  const faces = [0, 1, 2].flatMap((axis) => [1, -1].map((sign) => ({ axis, sign })));
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (const { axis, sign } of faces) {
    const first = positions.length / 3;
    for (const [a, b] of [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
    ]) {
      const corner = [0, 0, 0];
      corner[axis] = sign;
      corner[(axis + 1) % 3] = a * sign;
      corner[(axis + 2) % 3] = b;
      positions.push(...corner.map((x) => x / 2));
      normals.push(...[0, 1, 2].map((k) => (k === axis ? sign : 0)));
    }
    indices.push(...[0, 1, 2, 0, 2, 3].map((k) => first + k));
  }
  const floats = Float32Array.from([...positions, ...normals]);
  const bytes = Buffer.concat([Buffer.from(floats.buffer), Buffer.from(Uint16Array.from(indices).buffer)]);
  const grid = Array.from({ length: 9 }, (_, k) => [k % 3, Math.floor(k / 3)]);
  return {
    asset: { version: '2.0' },
    buffers: [{ byteLength: bytes.length, uri: `data:application/octet-stream;base64,${bytes.toString('base64')}` }],
    bufferViews: [
      { buffer: 0, byteLength: 288, byteOffset: 0 },
      { buffer: 0, byteLength: 288, byteOffset: 288 },
      { buffer: 0, byteLength: 72, byteOffset: 576 },
    ],
    accessors: [
      { bufferView: 0, componentType: 5126, count: 24, type: 'VEC3', min: [-0.5, -0.5, -0.5], max: [0.5, 0.5, 0.5] },
      { bufferView: 1, componentType: 5126, count: 24, type: 'VEC3' },
      { bufferView: 2, componentType: 5123, count: 36, type: 'SCALAR' },
    ],
    materials: grid.map(([x, y]) => ({
      pbrMetallicRoughness: { baseColorFactor: [0.2 + 0.3 * x, 0.2 + 0.3 * y, 0.5, 1], metallicFactor: 0 },
    })),
    meshes: grid.map((_, material) => ({ primitives: [{ attributes: { POSITION: 0, NORMAL: 1 }, indices: 2, material }] })),
    nodes: grid.map(([x, y], mesh) => ({
      mesh,
      translation: [1.2 * (x - 1), 0.4 + 0.9 * y, -2.5 - y - 0.5 * x],
      rotation: [0, 0.2588, 0, 0.9659],
    })),
    scenes: [{ nodes: grid.map((_, k) => k) }],
    scene: 0,
  };
}
