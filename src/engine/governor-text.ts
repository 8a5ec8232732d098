import type { GovernorChange, GovernorStatus } from './governor.ts';
import type { Quality, QualityWish } from './quality-ladder.ts';

const LATTICE = { 1: 'the whole lattice', 2: '½ lattice', 4: '¼ lattice' } as const;

/** What of the wish is not drawn, one entry each: `1 of 4 samples per LED`, `outer eye at ½ lattice`, `LOD error 2.3 px`. */
export function givenUpText(drawn: Quality, wish: QualityWish): string[] {
  const parts: string[] = [];
  if (drawn.samplesPerLed !== wish.samplesPerLed) parts.push(`${drawn.samplesPerLed} of ${wish.samplesPerLed} samples per LED`);
  if (drawn.outerRate !== 1) parts.push(`outer eye at ${LATTICE[drawn.outerRate]}`);
  if (drawn.lodErrorPx !== wish.lodErrorPx) parts.push(`LOD error ${errorText(drawn.lodErrorPx)}`);
  return parts;
}

/** The governor in one line. @param since Time of day of its last change, as people read it. */
export function governorText(status: Omit<GovernorStatus, 'sinceFrame'>, since: string | null): string {
  if (!status.on) return 'Governor off: drawn as asked, whatever it costs';
  if (status.level === 0) return 'Governor: everything drawn as asked';
  const steps = status.isOutOfSteps ? 'no step left, and still over budget' : `${status.level} of ${status.steps} steps`;
  return `Governor: ${[...givenUpText(status.drawn, status.wish), steps, ...(since === null ? [] : [`since ${since}`])].join(', ')}`;
}

/** A change as the event log tells it. */
export function governorChangeText(change: GovernorChange): string {
  const { kind, from, to, level, steps, loadMs, overShare, budgetMs } = change;
  const load =
    kind === 'gave-back' || loadMs > budgetMs
      ? `frames take ${milliseconds(loadMs)} of ${milliseconds(budgetMs)}`
      : `${Math.round(100 * overShare)} % of frames take longer than ${milliseconds(budgetMs)}`;
  if (kind === 'out-of-steps')
    return `governor: ${load} with everything given up (${steps} of ${steps} steps); this device cannot hold the rate`;
  return `governor: ${changedText(from, to).join(', ')} (${level} of ${steps} steps); ${load}`;
}

function changedText(from: Quality, to: Quality): string[] {
  const parts: string[] = [];
  if (from.samplesPerLed !== to.samplesPerLed) parts.push(`samples per LED ${from.samplesPerLed} → ${to.samplesPerLed}`);
  if (from.outerRate !== to.outerRate) parts.push(`outer eye at ${LATTICE[to.outerRate]}`);
  if (from.lodErrorPx !== to.lodErrorPx) parts.push(`LOD error ${errorText(from.lodErrorPx)} → ${errorText(to.lodErrorPx)}`);
  return parts;
}

const errorText = (px: number): string => (px === 0 ? 'none' : `${Number(px.toFixed(1))} px`);
const milliseconds = (ms: number): string => `${ms >= 100 ? ms.toFixed(0) : ms.toFixed(1)} ms`;
