import {
  BackSide,
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  FrontSide,
  Group,
  LinearFilter,
  LinearMipmapLinearFilter,
  LineBasicMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  SRGBColorSpace,
  Texture,
} from 'three';
import { cross, mad, type Vec3 } from '../../../core/vec.ts';
import type { ConsoleStage } from '../../protocol.ts';
import { createFatLines } from './fat-lines.ts';
import { canvasFromTile } from './tile-mapping.ts';
import type { ConsoleFacet } from './wall-rays.ts';

const UNLIT = 0x1d2125;
const BACK_UNLIT = 0x14171a;
/** The back of a wall shows its picture at this share of its light: it says which wall it is, and is not mistaken for the front. */
const BACK_LIGHT = 0.1;

export interface WallMesh {
  readonly group: Group;
  setPicture(canvas: number, bitmap: ImageBitmap): void;
  /** Ceilings hide a plan view: only their outline stays. */
  showCeilings(visible: boolean): void;
  showSeams(visible: boolean): void;
  destroy(): void;
}

/** The wall as textured geometry: per canvas one front and one back mesh of all tiles it feeds, seams of facets, and a bright border per wall. */
export function createWallMesh(stage: ConsoleStage, maxAnisotropy: number): WallMesh {
  const group = new Group();
  const disposables: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(made: T): T => {
    disposables.push(made);
    return made;
  };
  const ceilings: Mesh[] = [];
  const textures = stage.canvases.map(() => own(new Texture()));
  const fronts = stage.canvases.map(() => own(new MeshBasicMaterial({ color: UNLIT, side: FrontSide })));
  const backs = stage.canvases.map(() => own(new MeshBasicMaterial({ color: BACK_UNLIT, side: BackSide })));
  // From above one looks through a ceiling at the stage.
  const ceilingBacks = backs.map((back) => own(Object.assign(back.clone(), { transparent: true, opacity: 0.55 })));
  const isCeiling = (facet: number) => cross(stage.facets[facet].v, stage.facets[facet].u)[1] < -0.7;
  stage.canvases.forEach((_, canvas) => {
    for (const ceiling of [false, true]) {
      const tiles = stage.tiles.filter((tile) => tile.canvas === canvas && isCeiling(tile.facet) === ceiling);
      if (tiles.length === 0) continue;
      const geometry = own(tileGeometry(stage, tiles));
      const meshes = [new Mesh(geometry, fronts[canvas]), new Mesh(geometry, (ceiling ? ceilingBacks : backs)[canvas])];
      group.add(...meshes);
      if (ceiling) ceilings.push(...meshes);
    }
  });
  const { border, seams } = facetEdges(stage.facets);
  const seamLines = new LineSegments(
    own(new BufferGeometry()).setAttribute('position', new Float32BufferAttribute(seams.flat(), 3)),
    own(new LineBasicMaterial({ color: 0xffffff, transparent: true, opacity: 0.13, depthWrite: false })),
  );
  seamLines.visible = false;
  const borderLines = own(createFatLines(border.length / 2, 0x99a3ab, 2));
  borderLines.set(border);
  group.add(seamLines, borderLines.object);

  return {
    group,
    setPicture(canvas, bitmap) {
      const texture = textures[canvas];
      if (!texture) return;
      const before = texture.image as ImageBitmap | undefined;
      if (before && (before.width !== bitmap.width || before.height !== bitmap.height)) texture.dispose();
      texture.image = bitmap;
      texture.needsUpdate = true;
      if (fronts[canvas].map) return;
      texture.colorSpace = SRGBColorSpace;
      texture.flipY = false;
      texture.minFilter = LinearMipmapLinearFilter;
      texture.magFilter = LinearFilter;
      texture.anisotropy = maxAnisotropy;
      Object.assign(fronts[canvas], { map: texture, color: new Color(1, 1, 1), needsUpdate: true });
      for (const back of [backs[canvas], ceilingBacks[canvas]])
        Object.assign(back, { map: texture, color: new Color(BACK_LIGHT, BACK_LIGHT, BACK_LIGHT), needsUpdate: true });
    },
    showCeilings(visible) {
      for (const mesh of ceilings) mesh.visible = visible;
    },
    showSeams(visible) {
      seamLines.visible = visible;
    },
    destroy() {
      for (const made of disposables) made.dispose();
      group.removeFromParent();
    },
  };
}

const pointOnFacet = (facet: ConsoleFacet, i: number, j: number): Vec3 =>
  mad(mad(facet.originM, facet.u, i * facet.pitchUM), facet.v, j * facet.pitchVM);

/** Two triangles per tile, counter-clockwise from the audience. Texture coordinates half a canvas pixel inside, so that neighbours do not bleed in. */
function tileGeometry(stage: ConsoleStage, tiles: readonly ConsoleStage['tiles'][number][]): BufferGeometry {
  const positions: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  for (const tile of tiles) {
    const { widthPx, heightPx } = stage.canvases[tile.canvas];
    const first = positions.length / 3;
    for (const [right, down] of QUAD) {
      positions.push(...pointOnFacet(stage.facets[tile.facet], tile.i0 + right * tile.widthPx, tile.j0 + down * tile.heightPx));
      const inset = (end: number, size: number) => (end === 0 ? 0.5 : size - 0.5);
      const [x, y] = canvasFromTile(tile, inset(right, tile.widthPx), inset(down, tile.heightPx));
      uvs.push(x / widthPx, y / heightPx);
    }
    indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setAttribute('uv', new Float32BufferAttribute(uvs, 2));
  geometry.setIndex(indices);
  return geometry;
}

const QUAD = [
  [0, 0],
  [0, 1],
  [1, 1],
  [1, 0],
] as const;

/** Edges met once in their wall are its border; edges that two facets share are seams. Pairs of points, metres. */
function facetEdges(facets: readonly ConsoleFacet[]): { border: Vec3[]; seams: Vec3[] } {
  const edges = new Map<string, { from: Vec3; to: Vec3; count: number }>();
  const keyOf = (point: Vec3) => point.map((value) => Math.round(value * 500)).join();
  for (const facet of facets) {
    const corners = QUAD.map(([right, down]) => pointOnFacet(facet, right * facet.widthPx, down * facet.heightPx));
    corners.forEach((from, index) => {
      const to = corners[(index + 1) % 4];
      const key = `${facet.wall}|${[keyOf(from), keyOf(to)].sort().join('|')}`;
      const known = edges.get(key);
      if (known) known.count++;
      else edges.set(key, { from, to, count: 1 });
    });
  }
  const border: Vec3[] = [];
  const seams: Vec3[] = [];
  for (const { from, to, count } of edges.values()) (count === 1 ? border : seams).push(from, to);
  return { border, seams };
}
