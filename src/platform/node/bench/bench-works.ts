import type { ShadowMapPx } from '../../../stage/show.ts';
import { DRAWN_PER_UNIQUE, type SetSpec, type TiledSpec } from './bench-set.ts';
import { arc270, type WallSpec, wall4k, wall8k, wallOfFacets } from './bench-stage.ts';

/** What a case draws. */
export type SceneSpec = ({ readonly kind: 'ruins' } & SetSpec) | ({ readonly kind: 'tiles' } & TiledSpec);

export interface RowSpec {
  readonly label: string;
  /** Place on the work's axis. */
  readonly x: number | null;
  readonly wall: WallSpec;
  /** Render the first of this many equal shares of the canvases: what one node of a cluster does. */
  readonly share?: number;
}

/** Rows that draw one scene: they are measured in one process, one after the other. */
export interface CaseSpec {
  readonly scene: SceneSpec;
  readonly rows: readonly RowSpec[];
}

export interface WorkSpec {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string | null;
  /** What it is in one line, at full scale. */
  readonly describe: string;
  readonly cases: (scale: number) => readonly CaseSpec[];
  /** 'peers': measured in rounds with the peers. 'encode': JavaScript on the device without a driver. */
  readonly special?: 'peers' | 'encode';
}

/** Default on a software driver: walls of about 16,000 LEDs and 200,000 triangles, minutes on two cores. */
export const SOFTWARE_SCALE = 0.045;
export const BENCH_SEED = 7;
const TRIANGLES = 10_000_000;
const TEXTURE_PX = 1024;
/** Geometry shrinks faster than the wall's edge and slower than its area: at SOFTWARE_SCALE 10 million become 207,000. */
const TRIANGLE_EXPONENT = 1.25;

/** Nearest power of two to full × √scale. */
const edge = (full: number, scale: number): number => 2 ** Math.max(5, Math.round(Math.log2(full * Math.sqrt(scale))));
const triangles = (full: number, scale: number): number => Math.max(2000, Math.round(full * scale ** TRIANGLE_EXPONENT));

/** 4096 at full size; the maps that the renderer knows end at 1024. */
export const shadowMapPx = (scale: number): ShadowMapPx => (scale >= 0.5 ? 4096 : scale >= 0.15 ? 2048 : 1024);

const ruins = (scale: number, unique = TRIANGLES): SceneSpec => ({
  kind: 'ruins',
  triangles: triangles(unique, scale),
  textureEdgePx: edge(TEXTURE_PX, scale),
  seed: BENCH_SEED,
});

/** Triangles of the mesh, times it is drawn: 1 k to 1 G in powers of ten. */
const INSTANCE_STEPS = [
  [1e3, 1],
  [1e4, 1],
  [1e5, 1],
  [1e6, 1],
  [1e6, 10],
  [1e6, 100],
  [1e6, 1000],
] as const;
const FACET_STEPS = [1, 4, 12, 36, 100] as const;

export const WORKS: readonly WorkSpec[] = [
  {
    name: 'wall-4k60',
    title: '4K wall, 9 facets and an inner frustum',
    xLabel: null,
    describe: '3840 × 2160 LEDs on 9 facets, inner frustum, 10 M unique triangles, 64 materials, sun with shadows',
    cases: (scale) => [{ scene: ruins(scale), rows: [{ label: 'camera in the hand', x: null, wall: wall4k(scale) }] }],
  },
  {
    name: 'wall-8k60',
    title: '8K wall, 9 facets and an inner frustum',
    xLabel: null,
    describe: '7680 × 4320 LEDs on 9 facets, the rest as wall-4k60',
    cases: (scale) => [{ scene: ruins(scale), rows: [{ label: 'camera in the hand', x: null, wall: wall8k(scale) }] }],
  },
  {
    name: 'arc-270',
    title: '41 Mpx on 270°, 60 facets',
    xLabel: null,
    describe: '18,960 × 2160 LEDs on 60 facets and 20 processors; whole, and the quarter that one of four nodes renders',
    cases: (scale) => [
      {
        scene: ruins(scale),
        rows: [
          { label: 'one node’s quarter', x: null, wall: arc270(scale), share: 4 },
          { label: 'whole wall', x: null, wall: arc270(scale) },
        ],
      },
    ],
  },
  {
    name: 'instances',
    title: 'From a thousand to a billion triangles drawn',
    xLabel: 'triangles drawn',
    describe: 'one mesh of 1 k … 1 M triangles, 1 … 1000 times, on the 4K wall; triangles are never scaled down, that is the point',
    cases: (scale) =>
      INSTANCE_STEPS.map(([mesh, instances]) => ({
        scene: { kind: 'tiles', triangles: mesh, instances, textureEdgePx: edge(TEXTURE_PX, scale), seed: BENCH_SEED },
        rows: [{ label: `${short(mesh)} × ${instances}`, x: mesh * instances, wall: wall4k(scale) }],
      })),
  },
  {
    name: 'views',
    title: 'From 1 to 100 facets',
    xLabel: 'facets',
    describe: 'the 4K wall’s LEDs cut into 1, 4, 12, 36 and 100 facets on the same arc',
    cases: (scale) => [
      { scene: ruins(scale), rows: FACET_STEPS.map((facets) => ({ label: `${facets}`, x: facets, wall: wallOfFacets(facets, scale) })) },
    ],
  },
  {
    name: 'multi-camera',
    title: 'From 1 to 4 inner frusta',
    xLabel: 'inner frusta',
    describe: 'wall-4k60 with 1 … 4 tracked cameras',
    cases: (scale) => [
      {
        scene: ruins(scale),
        rows: [1, 2, 3, 4].map((cameras) => ({ label: `${cameras}`, x: cameras, wall: { ...wall4k(scale), cameras } })),
      },
    ],
  },
  {
    name: 'encode',
    title: 'JavaScript per frame, no driver behind it',
    xLabel: null,
    describe: 'state to submit on Dawn’s null backend: 10, 5,000 and 100,000 instances on 9 facets; 100 facets',
    cases: () => [],
    special: 'encode',
  },
  {
    name: 'side-by-side',
    title: 'Same set, same pictures, same device as the peers',
    xLabel: null,
    describe: 'wall-4k60 with 10 M triangles drawn, in rounds with three.js, Babylon.js and PlayCanvas',
    cases: (scale) => [{ scene: ruins(scale, TRIANGLES / DRAWN_PER_UNIQUE), rows: [{ label: 'cyclorama', x: null, wall: wall4k(scale) }] }],
    special: 'peers',
  },
];

function short(count: number): string {
  return count >= 1e6 ? `${count / 1e6} M` : `${count / 1e3} k`;
}
