import { formatRational } from '../core/rational.ts';
import type { GovernorStatus } from '../engine/governor.ts';
import { givenUpText } from '../engine/governor-text.ts';
import type { GovernorReport, ShowStatus } from '../engine/show-status.ts';
import type { GpuDescription } from '../gpu/gpu-context.ts';
import { type AnyScene, isPacked } from '../scene/packed-scene.ts';
import type { BakedStage, StageCamera } from '../stage/baked-stage.ts';
import type { TrackingHealth } from '../tracking/camera-tracker.ts';

/** One line of facts with its subject in a column of its own. */
export const factLine = (subject: string, fact: string): string => `  ${subject.padEnd(9)} ${fact}`;

export const count = (n: number, noun: string): string => `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

export function stageText(stage: BakedStage): string {
  const walls = new Set(stage.facets.map(({ wall }) => wall)).size;
  const leds = stage.facets.reduce((sum, { widthPx, heightPx }) => sum + widthPx * heightPx, 0);
  const canvases = stage.canvases.map(
    ({ processor, widthPx, heightPx, bitDepth, transfer }) => `${processor} ${widthPx}×${heightPx} ${bitDepth}-bit ${transfer.kind}`,
  );
  const shown = canvases.length > 4 ? [...canvases.slice(0, 3), `and ${canvases.length - 3} more`] : canvases;
  return `${stage.name}: ${count(walls, 'wall')}, ${count(leds, 'LED')}, ${formatRational(stage.rate)} frames a second; ${shown.join(', ')}`;
}

export function sceneText(scene: AnyScene): string {
  const textures = isPacked(scene) ? scene.images({ bc: true }) : scene.images;
  const parts = [
    count(scene.triangleCount, 'triangle'),
    count(scene.instances.count, 'instance'),
    count(scene.materials.length, 'material'),
    count(textures.length, 'texture'),
    ...(scene.lights.length > 0 ? [count(scene.lights.length, 'light')] : []),
  ];
  return `${scene.name}: ${parts.join(', ')}`;
}

export const deviceText = ({ adapter, kind, reason }: GpuDescription): string => `${adapter} (${kind}). ${reason}`;

/** Where a camera's poses come from. */
export function trackingText({ id, tracking }: StageCamera): string {
  if (!tracking) return `${id}: not tracked, stands at its rest pose`;
  const subject = tracking.subject === null ? 'any camera' : `subject "${tracking.subject}"`;
  switch (tracking.kind) {
    case 'simulated':
      return `${id}: simulated operator, ${tracking.move ?? 'handheld'}`;
    case 'take':
      return `${id}: replays ${tracking.file}`;
    case 'opentrackio-ws':
      return `${id}: OpenTrackIO over WebSocket, port ${tracking.port}, ${subject}`;
    case 'opentrackio-udp':
      return `${id}: OpenTrackIO over UDP${tracking.multicast ? ` multicast ${tracking.multicast}` : ''}, port ${tracking.port}, ${subject}`;
    case 'freed-udp':
      return `${id}: FreeD over UDP, port ${tracking.port}, ${subject}`;
  }
}

/** What the governor will do, before the first frame. @param asked What the user asked for; undefined: nothing. */
export function governorFact({ on, budgetMs }: Pick<GovernorStatus, 'on' | 'budgetMs'>, asked?: boolean): string {
  if (on)
    return `holds ${trimZeros(budgetMs.toFixed(2))} ms of device time a frame; gives up samples per LED, then the outer eye's lattice, then detail`;
  const why = asked === false ? 'off' : 'off without a GPU (--governor, --budget or the console switch it on)';
  return `${why}: everything is drawn as asked, whatever it costs`;
}

/** The calm line of a running show. */
export function statusText(status: ShowStatus, health: ReadonlyMap<string, TrackingHealth>, recording: string | null): string {
  const tracking = [...health].map(([id, state]) => `${id} ${state}`).join(', ');
  if (status.framesRendered === 0 && status.phase !== 'recovering')
    return 'the first frame is being drawn; a software driver compiles its shaders now';
  const phase = status.phase === 'running' ? '' : `${status.phase} · `;
  const parts = [
    `${phase}${status.fps.toFixed(1)} of ${trimZeros(status.targetFps.toFixed(2))} frames a second`,
    `${status.frameMs.toFixed(0)} ms a frame`,
    governorPart(status.governor),
    tracking && `tracking ${tracking}`,
    `${status.framesRendered.toLocaleString('en')} rendered, ${status.framesSkipped.toLocaleString('en')} skipped`,
    status.errors > 0 && count(status.errors, 'error'),
    status.deviceLosses > 0 && `device rebuilt ${status.deviceLosses}×`,
    recording && `recording ${recording}`,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** What is drawn less well than asked; nothing while all is. */
function governorPart(governor: GovernorReport | null): string {
  if (!governor?.on || governor.level === 0) return '';
  return `drawn: ${givenUpText(governor.drawn, governor.wish).join(', ')} (${governor.level} of ${governor.steps} steps)`;
}

const trimZeros = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
