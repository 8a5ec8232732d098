import type { ConsoleCamera } from '../../protocol.ts';
import { button, byId } from '../dom.ts';
import type { StageView } from '../stage/stage-view.ts';
import type { ViewName } from '../stage/views.ts';

const FIXED_VIEWS: readonly (readonly [ViewName, string])[] = [
  ['perspective', 'Perspective'],
  ['plan', 'Plan'],
  ['front', 'Front'],
];

/** Buttons of the stage view: views (one per tracked camera among them) and what is drawn. A second press of a view fits it again. */
export function createStageToolbar(stageView: StageView) {
  const toolbar = byId('stage-toolbar');
  let current: ViewName = 'perspective';
  let known = '';
  const select = (view: ViewName): void => {
    current = view;
    stageView.setView(view);
    mark();
  };
  const mark = (): void => {
    for (const child of toolbar.querySelectorAll<HTMLElement>('button'))
      child.setAttribute('aria-pressed', String(child.dataset['view'] === current));
  };
  const setCameras = (cameras: readonly Pick<ConsoleCamera, 'id'>[]): void => {
    const ids = cameras.map((camera) => camera.id);
    if (ids.join('\n') === known && toolbar.childElementCount > 0) return;
    known = ids.join('\n');
    const views = [...FIXED_VIEWS, ...ids.map((id): readonly [ViewName, string] => [`camera:${id}`, `Through ${id}`])];
    toolbar.replaceChildren(
      ...views.map(([view, label]) => {
        const made = button(label, 'tool', () => select(view));
        made.dataset['view'] = view;
        return made;
      }),
    );
    if (!views.some(([view]) => view === current)) select('perspective');
    mark();
  };
  const toggles = byId('stage-toggles');
  for (const [what, label, on] of [
    ['frusta', 'Frusta', true],
    ['labels', 'Labels', true],
    ['seams', 'Seams', false],
  ] as const) {
    const toggle = button(label, 'tool', () => {
      const next = toggle.getAttribute('aria-pressed') !== 'true';
      toggle.setAttribute('aria-pressed', String(next));
      stageView.show(what, next);
    });
    toggle.setAttribute('aria-pressed', String(on));
    toggles.append(toggle);
  }
  setCameras([]);
  return { setCameras };
}
