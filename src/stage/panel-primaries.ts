import { P3_D65, type Primaries, REC709, REC2020 } from '../core/primaries.ts';
import type { PrimariesName, PrimariesXy } from './stage-document.ts';

const NAMED: Readonly<Record<PrimariesName, Primaries>> = { rec709: REC709, rec2020: REC2020, 'p3-d65': P3_D65 };

/** Chromaticities of a panel's LEDs, by name or as measured. */
export const panelPrimaries = (primaries: PrimariesName | PrimariesXy): Primaries =>
  typeof primaries === 'string' ? NAMED[primaries] : primaries;
