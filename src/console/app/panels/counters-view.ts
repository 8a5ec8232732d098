import type { StatusMessage } from '../../protocol.ts';
import { element, setText, syncChildren } from '../dom.ts';
import { formatBytes, formatCount, formatMs, formatShort } from '../format.ts';

/** One figure with its name; a tone says that it should not be so. */
export type Fact = readonly [label: string, value: string, tone?: 'warn' | 'bad'];

/** What the newest frame cost, grouped by where the work is done: passes of the GPU, geometry, shading, the device's bookkeeping, the show. */
export function createCountersView() {
  const passes = element('div', 'passes');
  const noPasses = element('p', 'dim no-passes', 'This device measures no passes.');
  const groups = ['Geometry', 'Shading', 'Device', 'Show'].map((title) => {
    const list = element('dl', 'facts');
    return { root: element('div', 'counter-group', element('h3', '', title), list), list };
  });
  const root = element('div', 'counters', element('h3', '', 'GPU time by pass'), noPasses, passes, ...groups.map((group) => group.root));

  return {
    root,
    show(status: StatusMessage): void {
      showPasses(passes, status.passesMs);
      noPasses.hidden = Object.keys(status.passesMs).length > 0;
      const facts = [geometryFacts(status), shadingFacts(status), deviceFacts(status), showFacts(status)];
      groups.forEach(({ list }, index) => {
        setFacts(list, facts[index] ?? []);
      });
    },
  };
}

function geometryFacts({ counters }: StatusMessage): Fact[] {
  return [
    ['Instances', formatShort(counters.instances)],
    ['Instances tested', formatShort(counters.instancesTested)],
    ['Nodes tested', formatShort(counters.nodesTested)],
    ['Clusters tested', formatShort(counters.clustersTested)],
    ['Clusters occluded', formatShort(counters.clustersOccluded)],
    ['Clusters drawn', formatShort(counters.clustersDrawn)],
    ['Triangles set up', formatShort(counters.trianglesSetUp)],
    ['Rasterized', formatShort(counters.trianglesRasterized)],
  ];
}

function shadingFacts({ counters }: StatusMessage): Fact[] {
  const { ledsLit, ledsShaded, ledsShadedInFeather, ledsInFeather } = counters;
  // Every LED belongs to one eye outside the feather bands: more than one shading each is waste.
  const outside = ledsLit - ledsInFeather;
  const ratio = outside > 0 ? `${((ledsShaded - ledsShadedInFeather) / outside).toFixed(3)}` : '–';
  return [
    ['LEDs lit', formatShort(ledsLit)],
    ['LEDs shaded', formatShort(ledsShaded)],
    ['In feather', formatShort(ledsInFeather)],
    ['Shaded ÷ lit', ratio],
    ['Surfaces shaded', formatShort(counters.surfacesShaded)],
    ['Texels read', formatShort(counters.texelsRead)],
  ];
}

function deviceFacts({ counters, encodeMs }: StatusMessage): Fact[] {
  return [
    ['JavaScript', formatMs(encodeMs)],
    ['Allocations', formatCount(counters.allocations)],
    ['Dispatches', formatCount(counters.dispatches)],
    ['Draws', formatCount(counters.draws)],
    ['Bytes written', formatBytes(counters.bytesWritten)],
    counters.overflows > 0 ? ['List overflows', formatCount(counters.overflows), 'warn'] : ['List overflows', '0'],
  ];
}

function showFacts({ framesRendered, rssMb, errors, framesSkipped }: StatusMessage): Fact[] {
  return [
    ['Frames rendered', formatCount(framesRendered)],
    ['Frames skipped', formatCount(framesSkipped)],
    ['Memory', `${formatCount(rssMb)} MB`],
    errors > 0 ? ['Errors', formatCount(errors), 'bad'] : ['Errors', '0'],
  ];
}

/** Passes in their order, each with its share of the sum as a bar. */
function showPasses(parent: HTMLElement, passesMs: StatusMessage['passesMs']): void {
  const passes = Object.entries(passesMs);
  const sum = passes.reduce((total, [, ms]) => total + ms, 0);
  syncChildren(
    parent,
    passes,
    ([label]) => label,
    ([label]) =>
      element(
        'div',
        'pass',
        element('span', '', label),
        element('span', 'pass-track', element('span', 'pass-bar')),
        element('b', 'number'),
      ),
    (child, [, ms]) => {
      const bar = child.querySelector<HTMLElement>('.pass-bar');
      if (bar) bar.style.width = `${sum > 0 ? (100 * ms) / sum : 0}%`;
      setText(child.children[2]!, formatMs(ms));
    },
  );
}

/** Writes facts into a `dl`, keeping what is there. */
export function setFacts(list: HTMLElement, facts: readonly Fact[]): void {
  syncChildren(
    list,
    facts,
    ([label]) => label,
    ([label]) => element('div', 'fact', element('dt', '', label), element('dd', 'number')),
    (child, [, value, tone]) => {
      setText(child.children[1]!, value);
      child.dataset['tone'] = tone ?? '';
    },
  );
}
