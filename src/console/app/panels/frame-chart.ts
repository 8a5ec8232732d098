const COLORS = { bar: '#5f7f9c', over: '#f2b03d', far: '#ff6b62', budget: '#e8ebed' };
const HISTORY = 120;

/** Frame times as bars, newest right, against the budget line of the rate; bars over it are amber, over twice it red. */
export function drawFrameChart(canvas: HTMLCanvasElement, historyMs: readonly number[], budgetMs: number): void {
  const ratio = Math.min(2, window.devicePixelRatio);
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (width === 0 || height === 0) return;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  const context = canvas.getContext('2d');
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const topMs = scaleTop(historyMs, budgetMs);
  const yOf = (ms: number) => height - Math.min(1, ms / topMs) * (height - 2);
  const step = width / HISTORY;
  const gap = step > 3 ? 1 : 0;
  historyMs.slice(-HISTORY).forEach((ms, index, shown) => {
    context.fillStyle = ms <= budgetMs ? COLORS.bar : ms <= 2 * budgetMs ? COLORS.over : COLORS.far;
    const y = yOf(ms);
    context.fillRect(width - (shown.length - index) * step, y, step - gap, height - y);
  });
  const budgetY = Math.round(yOf(budgetMs)) + 0.5;
  context.strokeStyle = COLORS.budget;
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(0, budgetY);
  context.lineTo(width, budgetY);
  context.stroke();
  context.setLineDash([]);
}

/** Top of the scale: 1.6 budgets, or more in fixed steps where one frame in twenty is slower, so that neither a single hitch nor noise moves it. */
function scaleTop(historyMs: readonly number[], budgetMs: number): number {
  const sorted = [...historyMs].sort((a, b) => a - b);
  const slow = (sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0) / budgetMs;
  return budgetMs * ([1.6, 2.5, 5, 10, 20, 50, 100].find((top) => slow <= top) ?? slow);
}
