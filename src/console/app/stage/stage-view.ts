import { type OrthographicCamera, PerspectiveCamera, WebGLRenderer } from 'three';
import { OrbitControls } from 'three/addons/controls/OrbitControls.js';
import type { ConsoleCamera, ConsoleStage } from '../../protocol.ts';
import { byId } from '../dom.ts';
import { createLabels } from './labels.ts';
import { BACKGROUND, createStageContent, type StageContent } from './stage-content.ts';
import { fitOrthographic, fitPerspective, lookThrough, setOrthographicSize, type ViewName } from './views.ts';

export interface StageView {
  setStage(stage: ConsoleStage): void;
  setCameras(cameras: readonly ConsoleCamera[]): void;
  setPicture(canvas: number, bitmap: ImageBitmap): void;
  setView(view: ViewName): void;
  show(what: 'frusta' | 'labels' | 'seams', visible: boolean): void;
}

/** Height of what lies over the view, pixels: view buttons at the top, toggles at the bottom. */
const TOOLBAR_PX = 72;
const TOGGLES_PX = 48;

const SLOW_DRAW_MS = 60;
const LONGEST_PAUSE_MS = 250;

/**
 * The stage in three dimensions. Draws only when something has changed. @returns null where the browser gives no WebGL 2: the rest of
 * the console works without it.
 */
export function createStageView(): StageView | null {
  const host = byId('stage-canvas');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('webgl2', { antialias: true, alpha: false });
  if (!context) return null;
  host.append(canvas);
  const renderer = new WebGLRenderer({ canvas, context });
  renderer.setClearColor(BACKGROUND);
  const labels = createLabels(byId('stage-labels'));
  const gate = byId('stage-gate');
  let content: StageContent | null = null;
  let cameras: readonly ConsoleCamera[] = [];
  let view: ViewName = 'perspective';
  let viewCamera: PerspectiveCamera | OrthographicCamera = new PerspectiveCamera();
  let controls: OrbitControls | null = null;
  let visible = { frusta: true, labels: true, seams: false };
  /** The view stands as fitted: nobody has moved it, so it may be fitted again. */
  let isFitted = true;
  let widthPx = 1;
  let heightPx = 1;
  let frameRequest = 0;

  let drawMs = 0;
  const draw = (): void => {
    frameRequest = 0;
    const startMs = performance.now();
    requestAnimationFrame(() => {
      drawMs = performance.now() - startMs;
    });
    if (controls?.update()) invalidate();
    if (!content) return;
    renderer.render(content.scene, viewCamera);
    labels.set(visible.labels ? content.labels : []);
    labels.place(viewCamera, widthPx, heightPx);
  };
  const invalidate = (): void => {
    if (frameRequest !== 0) return;
    // Where drawing is slow (a tablet without a GPU driver) half the time is left to the rest of the page.
    frameRequest = drawMs > SLOW_DRAW_MS ? window.setTimeout(draw, Math.min(drawMs, LONGEST_PAUSE_MS)) : requestAnimationFrame(draw);
  };

  const followTrackedCamera = (): void => {
    if (!view.startsWith('camera:') || !(viewCamera instanceof PerspectiveCamera)) return;
    const tracked = cameras.find((camera) => `camera:${camera.id}` === view);
    if (!tracked) return;
    const share = lookThrough(viewCamera, tracked, widthPx / heightPx);
    gate.style.width = `${Math.round(share.width * widthPx)}px`;
    gate.style.height = `${Math.round(share.height * heightPx)}px`;
  };
  const setView = (next: ViewName): void => {
    view = next;
    isFitted = true;
    const isThrough = view.startsWith('camera:');
    gate.hidden = !isThrough;
    controls?.dispose();
    controls = null;
    if (!content) return;
    content.lookThrough(isThrough ? view.slice('camera:'.length) : null);
    content.setCameras(cameras);
    content.wall.showCeilings(view !== 'plan');
    const frame = { aspect: widthPx / heightPx, coveredTop: TOOLBAR_PX / heightPx, coveredBottom: TOGGLES_PX / heightPx };
    if (isThrough) {
      viewCamera = new PerspectiveCamera();
      followTrackedCamera();
    } else {
      const fitted =
        view === 'perspective'
          ? fitPerspective(content.points, content.audience, frame)
          : fitOrthographic(content.points, content.audience, frame, view === 'plan' ? 'plan' : 'front');
      viewCamera = fitted.camera;
      controls = createControls(fitted.camera, canvas, fitted.target, view === 'perspective');
      controls.addEventListener('change', invalidate);
      controls.addEventListener('start', () => {
        isFitted = false;
      });
    }
    invalidate();
  };
  const resize = (): void => {
    if (host.clientWidth === 0 || host.clientHeight === 0) return;
    widthPx = host.clientWidth;
    heightPx = host.clientHeight;
    renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    renderer.setSize(widthPx, heightPx, false);
    if (isFitted) setView(view);
    else if (viewCamera instanceof PerspectiveCamera) {
      viewCamera.aspect = widthPx / heightPx;
      viewCamera.updateProjectionMatrix();
    } else setOrthographicSize(viewCamera, viewCamera.top, widthPx / heightPx);
    followTrackedCamera();
    // At once, not with the next animation frame: resizing has emptied the canvas.
    draw();
  };
  new ResizeObserver(resize).observe(host);
  watchContext(canvas, invalidate);

  return {
    setStage(stage) {
      content?.destroy();
      content = createStageContent(stage, Math.min(8, renderer.capabilities.getMaxAnisotropy()));
      content.wall.showSeams(visible.seams);
      content.showFrusta(visible.frusta);
      setView(view.startsWith('camera:') && !cameras.some((camera) => `camera:${camera.id}` === view) ? 'perspective' : view);
    },
    setCameras(next) {
      const others = next.length !== cameras.length;
      cameras = next;
      content?.setCameras(cameras);
      if (others && isFitted) setView(view);
      followTrackedCamera();
      invalidate();
    },
    setPicture(index, bitmap) {
      content?.wall.setPicture(index, bitmap);
      invalidate();
    },
    setView,
    show(what, on) {
      visible = { ...visible, [what]: on };
      if (what === 'frusta') content?.showFrusta(on);
      if (what === 'seams') content?.wall.showSeams(on);
      if (what === 'frusta') content?.setCameras(cameras);
      invalidate();
    },
  };
}

function createControls(
  camera: PerspectiveCamera | OrthographicCamera,
  canvas: HTMLCanvasElement,
  target: { x: number; y: number; z: number },
  mayOrbit: boolean,
): OrbitControls {
  const controls = new OrbitControls(camera, canvas);
  controls.target.set(target.x, target.y, target.z);
  controls.enableDamping = true;
  controls.dampingFactor = 0.12;
  controls.zoomToCursor = true;
  controls.minDistance = 0.3;
  controls.maxDistance = 500;
  if (!mayOrbit) {
    controls.enableRotate = false;
    controls.mouseButtons = { LEFT: 2, MIDDLE: 1, RIGHT: 2 };
    controls.touches = { ONE: 1, TWO: 2 };
  } else controls.maxPolarAngle = Math.PI * 0.98;
  controls.update();
  return controls;
}

/** A driver restart takes the context away; the browser gives it back and three.js uploads everything again. */
function watchContext(canvas: HTMLCanvasElement, redraw: () => void): void {
  const message = byId('stage-message');
  canvas.addEventListener('webglcontextlost', () => {
    message.hidden = false;
    message.textContent = 'The graphics driver took the stage view away. It comes back by itself; the show is not affected.';
  });
  canvas.addEventListener('webglcontextrestored', () => {
    message.hidden = true;
    redraw();
  });
}
