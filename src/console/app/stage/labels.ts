import { type Camera, Vector3 } from 'three';
import type { Vec3 } from '../../../core/vec.ts';
import { element, setText } from '../dom.ts';

export interface Label {
  readonly key: string;
  readonly positionM: Vec3;
  readonly title: string;
  readonly detail: string;
  /** CSS class: `live`, `held`, `rest`, `off`, `wall`, `eye`. */
  readonly tone: string;
}

interface Placed {
  readonly root: HTMLElement;
  readonly title: HTMLElement;
  readonly detail: HTMLElement;
  widthPx: number;
}

const HEIGHT_PX = 24;
const ROW_PX = HEIGHT_PX + 2;
/** Labels stay under the row of view buttons. */
const TOOLBAR_PX = 60;

/** Names drawn over the stage view as page text: sharp at any zoom, and moved apart where they would cover each other. */
export function createLabels(container: HTMLElement) {
  const placed = new Map<string, Placed>();
  let labels: readonly Label[] = [];

  const set = (next: readonly Label[]): void => {
    labels = next;
    const keys = new Set(next.map((label) => label.key));
    for (const [key, { root }] of placed)
      if (!keys.has(key)) {
        root.remove();
        placed.delete(key);
      }
    for (const label of next) {
      let entry = placed.get(label.key);
      if (!entry) {
        const title = element('span', 'label-title');
        const detail = element('span', 'label-detail');
        entry = { root: element('div', '', title, detail), title, detail, widthPx: 0 };
        container.append(entry.root);
        placed.set(label.key, entry);
      }
      if (entry.title.textContent !== label.title || entry.detail.textContent !== label.detail) entry.widthPx = 0;
      setText(entry.title, label.title);
      setText(entry.detail, label.detail);
      entry.root.className = `label ${label.tone}`;
    }
  };

  const place = (camera: Camera, widthPx: number, heightPx: number): void => {
    const taken: { x: number; y: number; width: number }[] = [];
    for (const label of labels) {
      const entry = placed.get(label.key);
      if (!entry) continue;
      const clip = new Vector3(...label.positionM).project(camera);
      const visible = clip.z > -1 && clip.z < 1 && Math.abs(clip.x) < 1.05 && Math.abs(clip.y) < 1.05;
      entry.root.hidden = !visible;
      if (!visible) continue;
      entry.widthPx ||= entry.root.offsetWidth;
      const half = entry.widthPx / 2;
      const x = Math.min(widthPx - half - 6, Math.max(half + 6, ((clip.x + 1) / 2) * widthPx));
      const wantedY = Math.min(heightPx - HEIGHT_PX - 6, Math.max(TOOLBAR_PX, ((1 - clip.y) / 2) * heightPx - HEIGHT_PX - 10));
      const y = freeRow(
        wantedY,
        taken.filter((other) => Math.abs(other.x - x) < (other.width + entry.widthPx) / 2 + 4),
      );
      taken.push({ x, y, width: entry.widthPx });
      entry.root.style.transform = `translate(${Math.round(x - half)}px, ${Math.round(y)}px)`;
    }
  };
  return { set, place };
}

/** The place nearest to `wantedY` that no label of the same columns takes: its own, or just above or below one of them. */
function freeRow(wantedY: number, taken: readonly { readonly y: number }[]): number {
  const places = [wantedY, ...taken.flatMap(({ y }) => [y - ROW_PX, y + ROW_PX])].filter((place) => place >= TOOLBAR_PX);
  places.sort((a, b) => Math.abs(a - wantedY) - Math.abs(b - wantedY));
  return places.find((place) => taken.every(({ y }) => Math.abs(y - place) >= ROW_PX)) ?? wantedY;
}
