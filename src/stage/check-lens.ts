import type { LensState } from '../core/lens.ts';
import { lensValidRadius } from '../core/lens-math.ts';
import type { StageCamera } from './baked-stage.ts';
import type { StageProblem } from './check-stage.ts';

/** The lens model must answer for the whole sensor grown by overscan and feather; else LEDs there belong to no camera (prototype, finding 8). */
export function checkCamera(camera: StageCamera): StageProblem[] {
  const where = `camera ${camera.id}`;
  const problems: StageProblem[] = [];
  const grow = camera.overscanPercent + camera.featherPercent;
  if (!covers(camera, camera.lens, grow)) {
    const most = largestGrowPercent(camera, camera.lens);
    const mend =
      most === null
        ? 'not even the sensor itself is covered: check the coefficients and their units'
        : `overscan and feather may be ${Math.floor(10 * most) / 10} % together, they are ${grow} %`;
    problems.push({ severity: 'error', code: 'LENS_FOLDS', where, text: `the distortion folds back inside the grown sensor; ${mend}` });
  }
  const [width, height] = camera.sensorMm;
  const pixelAspect = width / camera.resolutionPx[0] / (height / camera.resolutionPx[1]);
  if (Math.abs(pixelAspect - 1) > 0.01)
    problems.push({
      severity: 'warning',
      code: 'PIXELS_NOT_SQUARE',
      where,
      text: `sensor ${width} × ${height} mm and picture ${camera.resolutionPx.join(' × ')} px make pixels of aspect ${pixelAspect.toFixed(3)}`,
    });
  return problems;
}

const covers = (camera: StageCamera, lens: LensState, growPercent: number): boolean =>
  lensValidRadius(lens, camera.sensorMm, (growPercent / 100) * camera.sensorMm[0]).coversSensor;

/** Largest margin that the lens model serves, percent of the sensor's width; null where even 0 is too much. */
function largestGrowPercent(camera: StageCamera, lens: LensState): number | null {
  if (!covers(camera, lens, 0)) return null;
  let [good, bad] = [0, camera.overscanPercent + camera.featherPercent];
  for (let k = 0; k < 20; k++) {
    const middle = (good + bad) / 2;
    if (covers(camera, lens, middle)) good = middle;
    else bad = middle;
  }
  return good;
}
