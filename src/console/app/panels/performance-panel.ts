import type { HelloMessage, StatusMessage } from '../../protocol.ts';
import { byId, element, setText } from '../dom.ts';
import { formatCount, formatMs } from '../format.ts';
import { createCountersView, type Fact, setFacts } from './counters-view.ts';
import { drawFrameChart } from './frame-chart.ts';
import { createGovernorView } from './governor-view.ts';

/** Frame time against the period, how well is drawn for it, where it goes, and which device draws it (with the reason, where it is no GPU). */
export function createPerformancePanel() {
  const chart = element('canvas', 'chart');
  chart.setAttribute('role', 'img');
  const big = element('div', 'figures');
  const governor = createGovernorView();
  const counters = createCountersView();
  const period = element('span', 'period number');
  const caption = element('p', 'chart-caption dim', element('span', '', 'Frame time, last 120 frames'), period);
  const deviceKind = element('b', 'chip-word');
  const deviceName = element('span', 'device-name');
  const deviceReason = element('p', 'device-reason');
  const device = element('div', 'device', element('p', 'device-line', element('span', 'chip', deviceKind), deviceName), deviceReason);
  const title = element('h2', '', 'Performance');
  title.id = 'performance-title';
  const frame = element('div', 'chart-frame', chart);
  byId('performance').append(element('div', 'panel-head', title), big, caption, frame, device, governor.root, counters.root);
  let last: StatusMessage | null = null;
  const draw = () => last && drawFrameChart(chart, last.historyMs, 1000 / last.targetFps);
  new ResizeObserver(draw).observe(chart);

  return {
    setHello({ device: info }: HelloMessage): void {
      setText(deviceKind, info.kind.toUpperCase());
      const chip = deviceKind.parentElement;
      if (chip) chip.dataset['tone'] = info.kind === 'gpu' ? 'good' : 'warn';
      setText(deviceName, info.adapter);
      setText(deviceReason, info.reason);
      deviceReason.dataset['tone'] = info.kind === 'gpu' ? '' : 'warn';
    },
    setStatus(status: StatusMessage): void {
      last = status;
      const periodMs = 1000 / status.targetFps;
      const over = status.frameMs > periodMs ? 'warn' : undefined;
      setFacts(big, [
        ['Frame', formatMs(status.frameMs), ...(over ? [over] : [])] as unknown as Fact,
        ['JavaScript', formatMs(status.encodeMs)],
        ['GPU', formatMs(status.gpuMs)],
        ['Skipped', formatCount(status.framesSkipped)],
      ]);
      setText(period, `period ${formatMs(periodMs)}`);
      const worst = Math.max(0, ...status.historyMs);
      chart.setAttribute(
        'aria-label',
        `Frame times of the last ${status.historyMs.length} frames: worst ${formatMs(worst)}, period ${formatMs(periodMs)}`,
      );
      draw();
      governor.show(status.governor);
      counters.show(status);
    },
  };
}
