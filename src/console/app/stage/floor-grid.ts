import {
  type Box3,
  BufferGeometry,
  CanvasTexture,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  PlaneGeometry,
  SRGBColorSpace,
} from 'three';

/** Floor at y = 0 with a line per metre, a brighter one per five, and metre figures beside and before the walls. */
export function createFloorGrid(bounds: Box3): { readonly group: Group; destroy(): void } {
  const group = new Group();
  const disposables: { dispose(): void }[] = [];
  const around = 1 + Math.ceil(0.15 * Math.max(bounds.max.x - bounds.min.x, bounds.max.z - bounds.min.z));
  const [x0, x1] = [Math.floor(bounds.min.x) - around, Math.ceil(bounds.max.x) + around];
  const [z0, z1] = [Math.floor(bounds.min.z) - around, Math.ceil(bounds.max.z) + around];
  const span = Math.max(x1 - x0, z1 - z0);
  const step = span > 200 ? 10 : 1;
  const lines = { minor: [] as number[], major: [] as number[], axis: [] as number[] };
  const rank = (value: number) => (value === 0 ? lines.axis : value % (5 * step) === 0 ? lines.major : lines.minor);
  for (let x = Math.ceil(x0 / step) * step; x <= x1; x += step) rank(x).push(x, 0, z0, x, 0, z1);
  for (let z = Math.ceil(z0 / step) * step; z <= z1; z += step) rank(z).push(x0, 0, z, x1, 0, z);
  for (const [points, color] of [
    [lines.minor, 0x1f2428],
    [lines.major, 0x313840],
    [lines.axis, 0x4a545d],
  ] as const) {
    const geometry = new BufferGeometry().setAttribute('position', new Float32BufferAttribute(points, 3));
    const material = new LineBasicMaterial({ color });
    disposables.push(geometry, material);
    group.add(new LineSegments(geometry, material));
  }
  const figureStep = [1, 2, 5, 10, 20, 50].find((size) => span / size <= 12) ?? 100;
  const size = Math.min(3, Math.max(0.36, span / 34));
  const figure = (text: string, x: number, z: number) => {
    const mesh = makeFigure(text, size, disposables);
    mesh.position.set(x, 0.002, z);
    group.add(mesh);
  };
  for (let x = Math.ceil(x0 / figureStep) * figureStep; x <= x1; x += figureStep)
    figure(meters(x), x, Math.ceil(bounds.max.z) + 1 + 0.7 * size);
  for (let z = Math.ceil(z0 / figureStep) * figureStep; z <= z1; z += figureStep)
    figure(meters(z), Math.ceil(bounds.max.x) + 1 + 1.1 * size, z);
  return {
    group,
    destroy() {
      for (const made of disposables) made.dispose();
      group.removeFromParent();
    },
  };
}

const meters = (value: number): string => (value === 0 ? '0 m' : `${value < 0 ? '\u2212' : ''}${Math.abs(value)}`);

function makeFigure(text: string, heightM: number, disposables: { dispose(): void }[]): Mesh {
  const canvas = document.createElement('canvas');
  canvas.width = 128;
  canvas.height = 64;
  const context = canvas.getContext('2d');
  if (context) {
    context.font = '500 44px system-ui, sans-serif';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.fillStyle = '#8b959d';
    context.fillText(text, 64, 34);
  }
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 4;
  const geometry = new PlaneGeometry(heightM * 2, heightM).rotateX(-Math.PI / 2);
  const material = new MeshBasicMaterial({ map: texture, transparent: true, depthWrite: false });
  disposables.push(texture, geometry, material);
  return new Mesh(geometry, material);
}
