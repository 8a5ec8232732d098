import type { Vec2, Vec3 } from '../core/vec.ts';
import type { BakedStage, Facet, StageCamera } from './baked-stage.ts';
import { facetCorners, facetPoint } from './facet-geometry.ts';
import { strokeText } from './stroke-font.ts';
import { arrow, circle, colorOf, FAINT_INK, HEAD_PX, INK, line, PAPER, polygon, SOFT_INK, svgDocument } from './svg.ts';

const WIDTH_PX = 1400;
const MAX_HEIGHT_PX = 1400;
const SIDE_PX = 60;
/** Margin around everything that is on the stage, metres. */
const MARGIN_M = 0.75;

/** Stage seen from above: walls with their columns, ceilings, cameras at rest with what their sensors see, the outer eye, scale. SVG text. */
export function drawPlan(stage: BakedStage): string {
  const walls = [...new Set(stage.facets.map((facet) => facet.wall))];
  const view = planView(stage);
  const { toPx } = view;
  // Ceilings and floors lie below the walls' lines in the drawing.
  const byTilt = [...stage.facets].sort((a, b) => Math.abs(b.n[1]) - Math.abs(a.n[1]));
  const facts = `seen from above, metres; up the page is −Z; origin marked; ${stage.facets.length} facets`;
  return svgDocument(WIDTH_PX, view.heightPx, `${stage.name} – plan`, facts, [
    ...grid(view),
    ...byTilt.map((facet) => drawFacet(stage, facet, colorOf(walls.indexOf(facet.wall)), toPx)),
    ...walls.map((wall, k) => wallLabel(stage, wall, colorOf(k), toPx)),
    ...stage.cameras.map((camera) => drawCamera(camera, toPx, view.pxPerM)),
    drawEye(toPx(stage.outerEyeM), stage.outerEyeM[1]),
    scaleBar(view),
    compass(view),
  ]);
}

interface PlanView {
  readonly toPx: (point: Vec3) => Vec2;
  readonly pxPerM: number;
  readonly heightPx: number;
  readonly minM: Vec2;
  readonly maxM: Vec2;
}

function planView(stage: BakedStage): PlanView {
  const seen = [[0, 0, 0] as Vec3, stage.outerEyeM, ...stage.cameras.map((camera) => camera.restPose.positionM)].concat(
    stage.facets.flatMap((facet) => facetCorners(facet)),
  );
  const bound = (axis: 0 | 2, pick: typeof Math.min, margin: number): number =>
    seen.reduce((extreme, point) => pick(extreme, point[axis]), seen[0][axis]) + margin;
  const minM: Vec2 = [bound(0, Math.min, -MARGIN_M), bound(2, Math.min, -MARGIN_M)];
  const maxM: Vec2 = [bound(0, Math.max, MARGIN_M), bound(2, Math.max, MARGIN_M)];
  const foot = 70;
  const pxPerM = Math.min((WIDTH_PX - 2 * SIDE_PX) / (maxM[0] - minM[0]), (MAX_HEIGHT_PX - HEAD_PX - foot) / (maxM[1] - minM[1]));
  const left = (WIDTH_PX - (maxM[0] - minM[0]) * pxPerM) / 2;
  const toPx = ([x, , z]: Vec3): Vec2 => [left + (x - minM[0]) * pxPerM, HEAD_PX + (z - minM[1]) * pxPerM];
  return { toPx, pxPerM, heightPx: HEAD_PX + (maxM[1] - minM[1]) * pxPerM + foot, minM, maxM };
}

/** 1, 2 or 5 times a power of ten, at least `atLeast`. */
export function niceStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  return power * ([1, 2, 5].find((factor) => factor * power >= atLeast) ?? 10);
}

function grid({ toPx, pxPerM, minM, maxM }: PlanView): string[] {
  const step = niceStep(60 / pxPerM);
  const marks = (from: number, to: number): number[] => {
    const first = Math.ceil(from / step);
    return Array.from({ length: Math.max(0, Math.floor(to / step) - first + 1) }, (_, k) => (first + k) * step);
  };
  const tone = (value: number): [string, number] => (value === 0 ? [SOFT_INK, 1] : [FAINT_INK, 0.8]);
  return [
    ...marks(minM[0], maxM[0]).flatMap((x) => [
      line(toPx([x, 0, minM[1]]), toPx([x, 0, maxM[1]]), ...tone(x)),
      strokeText(trim(x), toPx([x, 0, maxM[1]])[0], toPx([x, 0, maxM[1]])[1] + 14, { sizePx: 7, color: SOFT_INK, anchor: 'middle' }),
    ]),
    ...marks(minM[1], maxM[1]).flatMap((z) => [
      line(toPx([minM[0], 0, z]), toPx([maxM[0], 0, z]), ...tone(z)),
      strokeText(trim(z), toPx([minM[0], 0, z])[0] - 6, toPx([minM[0], 0, z])[1] + 3, { sizePx: 7, color: SOFT_INK, anchor: 'end' }),
    ]),
  ];
}

function drawFacet(stage: BakedStage, facet: Facet, color: string, toPx: PlanView['toPx']): string {
  const corners = facetCorners(facet).map(toPx);
  const isUpright = Math.abs(facet.n[1]) < 0.17;
  const area = polygon(corners, {
    fill: color,
    fillOpacity: isUpright ? 0.25 : 0.12,
    stroke: color,
    width: isUpright ? 4 : 1.2,
    ...(isUpright ? {} : { dash: '6 4' }),
  });
  const panelPx = stage.panelTypes[facet.panelType].pixels[0];
  const count = facet.columns[1] - facet.columns[0] + 1;
  // Ticks at column borders stand on the audience's side.
  const ticks = Array.from({ length: count + 1 }, (_, k) => {
    const foot = facetPoint(facet, k * panelPx, facet.heightPx);
    const tip: Vec3 = [foot[0] + facet.n[0] * 0.12, 0, foot[2] + facet.n[2] * 0.12];
    return line(toPx(foot), toPx(tip), color, k === 0 || k === count ? 2 : 1);
  });
  return area + (isUpright ? ticks.join('') : '');
}

function wallLabel(stage: BakedStage, wall: string, color: string, toPx: PlanView['toPx']): string {
  const facets = stage.facets.filter((facet) => facet.wall === wall);
  const middle = facets[facets.length >> 1];
  const isEven = facets.length % 2 === 0;
  const center = facetPoint(middle, isEven ? 0 : middle.widthPx / 2, Math.abs(middle.n[1]) < 0.17 ? middle.heightPx : middle.heightPx / 2);
  const leds = facets.reduce((sum, facet) => sum + facet.widthPx * facet.heightPx, 0);
  const [x, y] = toPx([center[0] + middle.n[0] * 0.45, 0, center[2] + middle.n[2] * 0.45]);
  const widthPx = facets.reduce((sum, facet) => sum + facet.widthPx, 0);
  const anchor = middle.n[0] > 0.5 ? 'start' : middle.n[0] < -0.5 ? 'end' : 'middle';
  const text = `${widthPx} × ${middle.heightPx} LEDs (${leds})`;
  return (
    strokeText(wall, x, y + 4, { sizePx: 12, color, anchor, bold: true, halo: PAPER }) +
    strokeText(text, x, y + 21, { sizePx: 8, color: SOFT_INK, anchor, halo: PAPER })
  );
}

/** A camera at rest: its place and the width of its sensor's view, without distortion. */
function drawCamera({ id, restPose, sensorMm, lens }: StageCamera, toPx: PlanView['toPx'], pxPerM: number): string {
  const [x, y] = toPx(restPose.positionM);
  const half = sensorMm[0] / 2;
  const reach = 1.6 * pxPerM;
  const edge = (sensorX: number): Vec2 => {
    // Pan turns left; up the page is −Z.
    const angle = Math.atan2(sensorX - lens.projectionOffsetMm[0], lens.pinholeFocalLengthMm) - restPose.panRad;
    return [x + reach * Math.sin(angle), y - reach * Math.cos(angle)];
  };
  return (
    polygon([[x, y], edge(-half), edge(half)], { fill: INK, fillOpacity: 0.08, stroke: INK, width: 1 }) +
    circle([x, y], 6, { fill: INK }) +
    strokeText(`camera ${id}`, x + 12, y + 14, { sizePx: 9.5, color: INK, bold: true, halo: PAPER }) +
    strokeText(`${lens.pinholeFocalLengthMm} mm, ${trim(restPose.positionM[1])} m up`, x + 12, y + 28, {
      sizePx: 8,
      color: SOFT_INK,
      halo: PAPER,
    })
  );
}

function drawEye([x, y]: Vec2, heightM: number): string {
  return (
    circle([x, y], 9, { fill: PAPER, stroke: INK, width: 1.5 }) +
    circle([x, y], 3, { fill: INK }) +
    strokeText('outer eye', x + 15, y - 2, { sizePx: 8.5, color: INK, halo: PAPER }) +
    strokeText(`${trim(heightM)} m up`, x + 15, y + 12, { sizePx: 8, color: SOFT_INK, halo: PAPER })
  );
}

function scaleBar({ pxPerM, heightPx }: PlanView): string {
  const meters = niceStep(80 / pxPerM);
  const [x, y, w] = [SIDE_PX, heightPx - 22, meters * pxPerM];
  return (
    line([x, y], [x + w, y], INK, 2) +
    line([x, y - 5], [x, y + 5], INK, 2) +
    line([x + w, y - 5], [x + w, y + 5], INK, 2) +
    strokeText(`${trim(meters)} m`, x + w + 10, y + 4, { sizePx: 9, color: INK })
  );
}

function compass({ heightPx }: PlanView): string {
  const [x, y] = [WIDTH_PX - SIDE_PX - 70, heightPx - 16];
  return (
    arrow([x, y], [x, y - 32], INK, 2) +
    arrow([x, y], [x + 32, y], INK, 2) +
    strokeText('−Z', x - 8, y - 26, { sizePx: 8, color: INK, anchor: 'end' }) +
    strokeText('+X', x + 42, y + 4, { sizePx: 8, color: INK })
  );
}

const trim = (value: number): string => `${Math.round(value * 100) / 100}`;
