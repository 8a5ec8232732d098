import type { Vec2 } from '../core/vec.ts';
import { short, strokeText, textWidth } from './stroke-font.ts';

/** Colours of all stage drawings. */
export const INK = '#1d242e';
export const SOFT_INK = '#6b7686';
export const FAINT_INK = '#d5dbe3';
export const PAPER = '#fbfcfe';
export const ALERT = '#d0021b';
/** One per wall or canvas, in turn; dark enough for lines, used pale for areas. */
const PALETTE = ['#2563eb', '#c2410c', '#15803d', '#7e22ce', '#0e7490', '#be185d', '#a16207', '#475569'];

/** Distance of hatching lines along x, pixels. */
const HATCH_PX = 12;

export const colorOf = (index: number): string => PALETTE[index % PALETTE.length];

/** A drawing of the given size, pixels, with a title and a line of facts at its top (84 px are kept for them). */
export function svgDocument(widthPx: number, heightPx: number, title: string, facts: string, body: readonly string[]): string {
  const head = strokeText(title, 32, 42, { sizePx: 17, color: INK, bold: true });
  const note = strokeText(facts, 32, 66, { sizePx: 9.5, color: SOFT_INK });
  // A long name widens the paper.
  const width = Math.max(widthPx, 64 + textWidth(title, 17), 64 + textWidth(facts, 9.5));
  const size = `width="${short(width)}" height="${short(heightPx)}" viewBox="0 0 ${short(width)} ${short(heightPx)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size}>`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="100%" height="100%" fill="${PAPER}"/>`,
    head,
    note,
    ...body,
    '</svg>',
  ].join('\n');
}

/** Height that `svgDocument` takes for its title. */
export const HEAD_PX = 84;

export interface ShapeStyle {
  readonly fill?: string;
  readonly fillOpacity?: number;
  readonly stroke?: string;
  readonly width?: number;
  readonly dash?: string;
}

export const rect = (x: number, y: number, w: number, h: number, style: ShapeStyle): string =>
  `<rect x="${short(x)}" y="${short(y)}" width="${short(w)}" height="${short(h)}"${attributes(style)}/>`;

/** White with diagonal lines. Lines of our own: an SVG pattern takes the renderer seconds on a large area. */
export function hatchedRect(x: number, y: number, w: number, h: number, color: string): string {
  const lines: string[] = [];
  // Lines x + y = c, cut at the rectangle.
  for (let c = HATCH_PX; c < w + h; c += HATCH_PX) {
    const [x0, x1] = [Math.max(0, c - h), Math.min(w, c)];
    lines.push(`M${short(x + x0)} ${short(y + c - x0)}L${short(x + x1)} ${short(y + c - x1)}`);
  }
  return `${rect(x, y, w, h, { fill: '#ffffff' })}<path d="${lines.join('')}"${attributes({ stroke: color, width: 2.5 })}/>`;
}

export const line = (a: Vec2, b: Vec2, stroke: string, width: number, dash?: string): string =>
  `<path d="M${points([a, b])}"${attributes({ stroke, width, ...(dash === undefined ? {} : { dash }) })} stroke-linecap="round"/>`;

export const polygon = (corners: readonly Vec2[], style: ShapeStyle): string => `<path d="M${points(corners)}Z"${attributes(style)}/>`;

export const circle = (center: Vec2, radius: number, style: ShapeStyle): string =>
  `<circle cx="${short(center[0])}" cy="${short(center[1])}" r="${short(radius)}"${attributes(style)}/>`;

/** A line with a head at `b`. */
export function arrow(a: Vec2, b: Vec2, color: string, width: number): string {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const [dx, dy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const head = Math.min(length * 0.5, 3 + 3 * width);
  const side = (s: number): Vec2 => [b[0] - head * dx - s * 0.6 * head * dy, b[1] - head * dy + s * 0.6 * head * dx];
  return line(a, [b[0] - head * 0.6 * dx, b[1] - head * 0.6 * dy], color, width) + polygon([b, side(1), side(-1)], { fill: color });
}

const points = (list: readonly Vec2[]): string => list.map(([x, y]) => `${short(x)} ${short(y)}`).join('L');

function attributes({ fill = 'none', fillOpacity, stroke, width = 1, dash }: ShapeStyle): string {
  const opacity = fillOpacity === undefined ? '' : ` fill-opacity="${fillOpacity}"`;
  const outline = stroke === undefined ? '' : ` stroke="${stroke}" stroke-width="${short(width)}"`;
  return ` fill="${fill}"${opacity}${outline}${dash === undefined ? '' : ` stroke-dasharray="${dash}"`}`;
}

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/\p{Cc}/gu, ' ');
