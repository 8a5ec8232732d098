/** A decoded canvas picture. `bitmap` is closed when the next one of the same canvas arrives. */
export interface CanvasPicture {
  readonly canvas: number;
  /** Low 32 bits of the frame number. */
  readonly frame: number;
  readonly bitmap: ImageBitmap;
}

interface Slot {
  decoding: boolean;
  waiting: { readonly frame: number; readonly jpeg: Uint8Array<ArrayBuffer> } | null;
  shown: ImageBitmap | null;
}

/** Decodes pictures off the main thread, one at a time per canvas; while one decodes only the newest waits, so a slow tablet skips instead of lagging. */
export function createPictureDecoder(onPicture: (picture: CanvasPicture) => void) {
  const slots = new Map<number, Slot>();

  const decode = async (canvas: number, slot: Slot): Promise<void> => {
    slot.decoding = true;
    while (slot.waiting) {
      const { frame, jpeg } = slot.waiting;
      slot.waiting = null;
      const bitmap = await createImageBitmap(new Blob([jpeg], { type: 'image/jpeg' })).catch(() => null);
      if (!bitmap || slots.get(canvas) !== slot) {
        bitmap?.close();
        continue;
      }
      onPicture({ canvas, frame, bitmap });
      slot.shown?.close();
      slot.shown = bitmap;
    }
    slot.decoding = false;
  };

  return {
    push(canvas: number, frame: number, jpeg: Uint8Array<ArrayBuffer>): void {
      let slot = slots.get(canvas);
      if (!slot) {
        slot = { decoding: false, waiting: null, shown: null };
        slots.set(canvas, slot);
      }
      slot.waiting = { frame, jpeg };
      if (!slot.decoding) void decode(canvas, slot);
    },
    /** Forgets everything: the stage has changed, and indices mean other canvases now. */
    reset(): void {
      for (const { shown } of slots.values()) shown?.close();
      slots.clear();
    },
  };
}
