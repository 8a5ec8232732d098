import type { EventMessage, HelloMessage, ServerMessage, StatusMessage } from '../protocol.ts';
import { type Connection, openConnection } from './connection.ts';
import { byId, setText } from './dom.ts';
import { formatCount } from './format.ts';
import { createBanner, isLive, type LiveState } from './panels/banner.ts';
import { createCanvasesPanel } from './panels/canvases-panel.ts';
import { createControlsPanel } from './panels/controls-panel.ts';
import { createEventLog } from './panels/event-log.ts';
import { createHeader } from './panels/header.ts';
import { createPerformancePanel } from './panels/performance-panel.ts';
import { createRecordButton } from './panels/record-button.ts';
import { createStageToolbar } from './panels/stage-toolbar.ts';
import { createTabs } from './panels/tabs.ts';
import { createTrackingPanel } from './panels/tracking-panel.ts';
import { createPictureDecoder } from './picture-decoder.ts';
import { createStageView } from './stage/stage-view.ts';

/** Wires the page: messages in to panels, edits out to the show, and a clock that never lets a frozen picture pass for a live one. */
function startConsole(): void {
  const stageView = createStageView();
  const toolbar = stageView && createStageToolbar(stageView);
  if (!stageView) showNoWebGl();
  const send: Connection['send'] = (message) => connection.send(message);
  const header = createHeader();
  const canvases = createCanvasesPanel();
  const controls = createControlsPanel(send);
  const record = createRecordButton(send);
  const tracking = createTrackingPanel();
  const performancePanel = createPerformancePanel();
  const events = createEventLog();
  createTabs();
  const banner = createBanner(() => connection.retryNow());
  const pictures = createPictureDecoder((picture) => {
    canvases.setPicture(picture);
    stageView?.setPicture(picture.canvas, picture.bitmap);
  });
  let live: LiveState = { phase: 'connecting', retryAtMs: null, frameAtMs: null, intervalMs: 0, openedAtMs: 0 };
  let shownStage = '';
  let version: string | null = null;
  let status: StatusMessage | null = null;
  let wasLost = false;
  const note = (level: EventMessage['level'], text: string) =>
    events.add({ type: 'event', timeIso: new Date().toISOString(), level, text });

  const onHello = (hello: HelloMessage): void => {
    // Another program answers now than the one this page came from: take its page.
    if (version !== null && version !== hello.version) {
      window.location.reload();
      return;
    }
    version = hello.version;
    header.setHello(hello);
    performancePanel.setHello(hello);
    askForPictures();
    // A reconnect or a rebuilt device brings the same stage again: the operator's view and the pictures stay.
    const stageText = JSON.stringify(hello.stage);
    if (stageText === shownStage) return;
    shownStage = stageText;
    pictures.reset();
    canvases.setStage(hello.stage);
    stageView?.setStage(hello.stage);
    const leds = hello.stage.facets.reduce((sum, facet) => sum + facet.widthPx * facet.heightPx, 0);
    const parts = [`${formatCount(leds)} LEDs`, `${hello.stage.facets.length} facets`, `${hello.stage.rateHz} Hz`];
    setText(byId('stage-note'), parts.join(' · '));
  };
  const onStatus = (next: StatusMessage): void => {
    if (next.frame !== status?.frame) {
      const now = performance.now();
      live = { ...live, frameAtMs: now, intervalMs: live.frameAtMs === null ? 0 : now - live.frameAtMs };
    }
    status = next;
    controls.setStatus(next);
    record.setStatus(next);
    tracking.setStatus(next);
    performancePanel.setStatus(next);
    toolbar?.setCameras(next.cameras);
    stageView?.setCameras(next.cameras);
    showLive();
  };
  const onMessage = (message: ServerMessage): void => {
    if (message.type === 'hello') onHello(message);
    else if (message.type === 'status') onStatus(message);
    else events.add(message);
  };
  const showLive = (): void => {
    const now = performance.now();
    banner.show(live, now);
    if (status) header.setStatus(status, isLive(live, now));
  };
  /** A hidden page needs no pictures: they cost the show an encoder and the tablet its battery. */
  const askForPictures = () => connection.send({ type: 'pictures', on: document.visibilityState === 'visible' });

  const connection = openConnection(`${window.location.protocol === 'https:' ? 'wss' : 'ws'}://${window.location.host}/ws`, {
    onMessage,
    onPicture: pictures.push,
    onPhase(phase, retryAtMs) {
      live = { ...live, phase, retryAtMs, openedAtMs: phase === 'open' ? performance.now() : live.openedAtMs };
      if (phase === 'open' && wasLost) note('info', 'connection to the show is back');
      if (phase === 'waiting' && !wasLost) note('error', 'connection to the show lost');
      wasLost = phase === 'waiting' || (wasLost && phase === 'connecting');
      controls.setConnected(phase === 'open');
      record.setConnected(phase === 'open');
      showLive();
    },
  });
  document.addEventListener('visibilitychange', askForPictures);
  window.setInterval(showLive, 250);
}

function showNoWebGl(): void {
  const message = byId('stage-message');
  message.hidden = false;
  message.textContent =
    'This browser gives no WebGL 2, so the stage cannot be drawn in 3D here. Canvases, tracking, performance and controls work as usual.';
  byId('stage').dataset['webgl'] = 'missing';
}

startConsole();
