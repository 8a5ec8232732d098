import type { ConsoleStage } from '../../protocol.ts';
import { button, byId, element, setText } from '../dom.ts';
import type { CanvasPicture } from '../picture-decoder.ts';

const TRANSFER_NAMES: Readonly<Record<string, string>> = { pq: 'PQ', srgb: 'sRGB', gamma: 'Gamma' };

interface Card {
  readonly picture: HTMLCanvasElement;
  readonly empty: HTMLElement;
}

/** Strip of processor canvases as the processors get them; a press enlarges one, arrow keys go on to the next. */
export function createCanvasesPanel() {
  const strip = byId('canvases');
  const dialog = byId<HTMLDialogElement>('enlarged');
  const large = element('canvas', 'enlarged-picture');
  const title = element('strong', 'enlarged-title');
  const facts = element('span', 'dim number');
  const previous = button('‹', 'tool', () => step(-1));
  previous.setAttribute('aria-label', 'Previous canvas');
  const next = button('›', 'tool', () => step(1));
  next.setAttribute('aria-label', 'Next canvas');
  const head = element('div', 'enlarged-head', element('div', 'enlarged-words', title, facts), previous, next);
  head.append(button('Close', 'tool', () => dialog.close()));
  dialog.append(head, element('div', 'enlarged-body', large));
  let stage: ConsoleStage | null = null;
  let cards: Card[] = [];
  let enlarged = 0;

  const open = (index: number): void => {
    if (!stage) return;
    enlarged = index;
    const canvas = stage.canvases[index];
    setText(title, canvas.processor);
    setText(facts, factsOf(canvas));
    const shown = cards[index].picture;
    // The frame has the canvas's own shape before its first picture comes.
    large.width = canvas.widthPx;
    large.height = canvas.heightPx;
    large.getContext('2d')?.drawImage(shown, 0, 0, large.width, large.height);
    if (!dialog.open) dialog.showModal();
  };
  const step = (by: number): void => open((enlarged + by + cards.length) % cards.length);
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowLeft') step(-1);
    if (event.key === 'ArrowRight') step(1);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });

  return {
    setStage(next: ConsoleStage): void {
      stage = next;
      if (dialog.open) dialog.close();
      cards = [];
      strip.replaceChildren(
        ...next.canvases.map((canvas, index) => {
          const picture = element('canvas', 'canvas-picture');
          const empty = element('span', 'canvas-empty', 'No picture yet');
          cards.push({ picture, empty });
          // Before the first picture the card has the canvas's shape; 240 px wide is enough for that.
          picture.width = 240;
          picture.height = Math.max(1, Math.round((240 * canvas.heightPx) / canvas.widthPx));
          const words = element(
            'span',
            'canvas-words',
            element('b', 'canvas-name', canvas.processor),
            element('span', 'dim number', factsOf(canvas)),
          );
          const card = button('', 'canvas-card', () => open(index));
          card.append(element('span', 'canvas-frame', picture, empty), words);
          card.setAttribute('aria-label', `${canvas.processor}: ${factsOf(canvas)}. Enlarge`);
          return card;
        }),
      );
    },
    setPicture({ canvas, bitmap }: CanvasPicture): void {
      const card = cards[canvas];
      if (!card) return;
      card.empty.hidden = true;
      drawInto(card.picture, bitmap);
      if (dialog.open && enlarged === canvas) drawInto(large, bitmap);
    },
  };
}

const factsOf = (canvas: ConsoleStage['canvases'][number]): string =>
  `${canvas.widthPx} × ${canvas.heightPx} · ${canvas.bitDepth} bit · ${TRANSFER_NAMES[canvas.transfer] ?? canvas.transfer}`;

function drawInto(target: HTMLCanvasElement, bitmap: ImageBitmap): void {
  if (target.width !== bitmap.width) target.width = bitmap.width;
  if (target.height !== bitmap.height) target.height = bitmap.height;
  target.getContext('2d')?.drawImage(bitmap, 0, 0);
}
