import type { HelloMessage, StatusMessage } from '../../protocol.ts';
import { byId, element, setText, syncChildren } from '../dom.ts';
import { formatBytes, formatCount, formatMs, formatShort } from '../format.ts';
import { drawFrameChart } from './frame-chart.ts';

type Fact = readonly [label: string, value: string, tone?: 'warn' | 'bad'];

/** Frame time against the budget, where it goes, what was drawn, and which device draws it (with the reason, where it is no GPU). */
export function createPerformancePanel() {
  const chart = element('canvas', 'chart');
  chart.setAttribute('role', 'img');
  const big = element('div', 'figures');
  const counters = element('dl', 'facts');
  const budget = element('span', 'budget number');
  const caption = element('p', 'chart-caption dim', element('span', '', 'Frame time, last 120 frames'), budget);
  const deviceKind = element('b', 'chip-word');
  const deviceName = element('span', 'device-name');
  const deviceReason = element('p', 'device-reason');
  const device = element('div', 'device', element('p', 'device-line', element('span', 'chip', deviceKind), deviceName), deviceReason);
  const title = element('h2', '', 'Performance');
  title.id = 'performance-title';
  byId('performance').append(element('div', 'panel-head', title), big, caption, element('div', 'chart-frame', chart), counters, device);
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
      const budgetMs = 1000 / status.targetFps;
      const over = status.frameMs > budgetMs ? 'warn' : undefined;
      setFacts(big, [
        ['Frame', formatMs(status.frameMs), ...(over ? [over] : [])] as unknown as Fact,
        ['Encode', formatMs(status.encodeMs)],
        ['GPU', formatMs(status.gpuMs)],
        ['Skipped', formatCount(status.framesSkipped)],
      ]);
      setText(budget, `budget ${formatMs(budgetMs)}`);
      const worst = Math.max(0, ...status.historyMs);
      chart.setAttribute(
        'aria-label',
        `Frame times of the last ${status.historyMs.length} frames: worst ${formatMs(worst)}, budget ${formatMs(budgetMs)}`,
      );
      draw();
      setFacts(counters, factsOf(status));
    },
  };
}

function factsOf({ counters, framesRendered, rssMb, errors }: StatusMessage): Fact[] {
  return [
    ['Frames rendered', formatCount(framesRendered)],
    ['Memory', `${formatCount(rssMb)} MB`],
    ['LEDs shaded', formatShort(counters.ledsShaded)],
    ['Surfaces shaded', formatShort(counters.surfacesShaded)],
    ['Triangles set up', formatShort(counters.trianglesSetUp)],
    ['Rasterized', formatShort(counters.trianglesRasterized)],
    ['Clusters tested', formatShort(counters.clustersTested)],
    ['Clusters drawn', formatShort(counters.clustersDrawn)],
    ['Instances', formatShort(counters.instances)],
    ['Written per frame', formatBytes(counters.bytesWritten)],
    ['Dispatches', formatCount(counters.dispatches)],
    counters.overflows > 0 ? ['List overflows', formatCount(counters.overflows), 'warn'] : ['List overflows', '0'],
    errors > 0 ? ['Errors', formatCount(errors), 'bad'] : ['Errors', '0'],
  ];
}

function setFacts(list: HTMLElement, facts: readonly Fact[]): void {
  syncChildren(
    list,
    facts,
    ([label]) => label,
    ([label]) => element('div', 'fact', element('dt', '', label), element('dd', 'number')),
    (child, [, value, tone]) => {
      setText(child.children[1], value);
      child.dataset['tone'] = tone ?? '';
    },
  );
}
