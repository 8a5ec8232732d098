import { LineMaterial } from 'three/addons/lines/LineMaterial.js';
import { LineSegments2 } from 'three/addons/lines/LineSegments2.js';
import { LineSegmentsGeometry } from 'three/addons/lines/LineSegmentsGeometry.js';
import type { Vec3 } from '../../../core/vec.ts';

export interface FatLines {
  readonly object: LineSegments2;
  /** Pairs of points, stage space, metres; those beyond the capacity are left out. */
  set(points: readonly Vec3[]): void;
  setColor(color: number, opacity?: number): void;
  dispose(): void;
}

/** Line segments of a width in screen pixels. One buffer for their whole life: cameras move ten times a second, and new buffers would pile up. */
export function createFatLines(capacity: number, color: number, widthPx: number, opacity = 1): FatLines {
  const geometry = new LineSegmentsGeometry();
  geometry.setPositions(new Float32Array(Math.max(1, capacity) * 6));
  const material = new LineMaterial({ color, linewidth: widthPx, transparent: opacity < 1, opacity, depthWrite: opacity === 1 });
  const object = new LineSegments2(geometry, material);
  // Its bounds change with every pose; a stage is always in view.
  object.frustumCulled = false;
  const { data } = geometry.attributes['instanceStart'] as unknown as { data: { array: Float32Array; needsUpdate: boolean } };
  geometry.instanceCount = 0;
  return {
    object,
    set(points) {
      const segments = Math.min(capacity, Math.floor(points.length / 2));
      for (let index = 0; index < segments * 2; index++) data.array.set(points[index], index * 3);
      data.needsUpdate = true;
      geometry.instanceCount = segments;
    },
    setColor(next, nextOpacity = opacity) {
      material.color.setHex(next);
      material.opacity = nextOpacity;
      material.transparent = nextOpacity < 1;
    },
    dispose() {
      geometry.dispose();
      material.dispose();
    },
  };
}
