import { processorPeaksNits } from './bake-stage.ts';
import { wallHingesDeg } from './bake-wall.ts';
import { type FileProblem, listNames, nearestName } from './file-errors.ts';
import schema from './stage.schema.json' with { type: 'json' };
import type { CameraEntry, PanelMapEntry, StageDocument, WallEntry } from './stage-document.ts';
import { readValidJson, throwProblems, type ValidJson } from './validate-json.ts';

/** LEDs of one wall and of a stage that we accept: beyond it the file is wrong, or memory would run out. */
const MAX_WALL_LEDS = 2 ** 26;
const MAX_STAGE_LEDS = 2 ** 27;
const ARC_TOLERANCE_DEG = 0.5;

/**
 * Parses and validates a `*.stage.json`: JSON, schema, then names and numbers that refer to each other.
 * @param file Name for errors; paths inside the stage are relative to it.
 * @throws StageFileError listing all problems of the first step that finds any, each with path, got, expected and hint.
 */
export function parseStage(text: string, file: string): StageDocument {
  const json = readValidJson(text, file, schema);
  const { $schema: _, ...fields } = json.value as Omit<StageDocument, 'file'> & { $schema?: string };
  const document: StageDocument = { ...fields, file };
  throwProblems(file, [
    ...wallProblems(document, json),
    ...mapProblems(document, json),
    ...whiteProblems(document, json),
    ...cameraProblems(document, json),
  ]);
  return document;
}

function wallProblems(document: StageDocument, { problem }: ValidJson): FileProblem[] {
  const found = duplicates(document.walls, (wall) => wall.name, '/walls', 'name', problem);
  let ledCount = 0;
  document.walls.forEach((wall, k) => {
    const at = `/walls/${k}`;
    const panel = own(document.panelTypes, wall.panelType);
    if (!panel) {
      found.push(unknownName(`${at}/panelType`, 'panel type', wall.panelType, Object.keys(document.panelTypes), problem));
      return;
    }
    found.push(...shapeProblems(wall, at, document, problem));
    const leds = wall.columns * wall.rows * panel.pixels[0] * panel.pixels[1];
    ledCount += leds;
    if (leds > MAX_WALL_LEDS)
      found.push(problem(at, 'WALL_TOO_LARGE', 'more LEDs than a wall may have', { got: `${leds}`, expected: `at most ${MAX_WALL_LEDS}` }));
  });
  if (ledCount > MAX_STAGE_LEDS && !found.length)
    found.push(
      problem('/walls', 'STAGE_TOO_LARGE', 'more LEDs than a stage may have', {
        got: `${ledCount}`,
        expected: `at most ${MAX_STAGE_LEDS}`,
      }),
    );
  return found;
}

function shapeProblems(wall: WallEntry, at: string, document: StageDocument, problem: ValidJson['problem']): FileProblem[] {
  const { shape } = wall;
  const panel = document.panelTypes[wall.panelType];
  if (shape?.kind === 'polyline' && shape.anglesDeg.length !== wall.columns - 1)
    return [
      problem(`${at}/shape/anglesDeg`, 'BAD_HINGES', 'one angle for each hinge', {
        got: `${shape.anglesDeg.length} angles`,
        expected: `${wall.columns - 1}, for ${wall.columns} columns`,
      }),
    ];
  if (shape?.kind !== 'arc') return [];
  const widthM = panel.sizeMm[0] / 1000;
  if (widthM > 2 * shape.radiusM)
    return [
      problem(`${at}/shape/radiusM`, 'ARC_TOO_TIGHT', 'a panel does not fit on the circle', {
        got: `${shape.radiusM} m`,
        expected: `at least half a panel's width, ${widthM / 2} m`,
      }),
    ];
  const hingeDeg = wall.columns > 1 ? wallHingesDeg(wall, panel)[0] : wallHingesDeg({ ...wall, columns: 2 }, panel)[0];
  const spanDeg = hingeDeg * wall.columns;
  if (spanDeg > 360 + ARC_TOLERANCE_DEG)
    return [
      problem(`${at}/shape`, 'ARC_OVERLAPS', 'the arc closes on itself', {
        got: `${round(spanDeg)}°`,
        expected: 'at most 360°',
        hint: 'fewer columns or a larger radius',
      }),
    ];
  if (shape.arcDeg !== undefined && Math.abs(spanDeg - shape.arcDeg) > ARC_TOLERANCE_DEG)
    return [
      problem(`${at}/shape/arcDeg`, 'ARC_MISMATCH', 'columns, panel width and radius span another angle', {
        got: `${shape.arcDeg}°`,
        expected: `${round(spanDeg)}° (${wall.columns} columns of ${round(hingeDeg)}°)`,
        hint: `for ${shape.arcDeg}° the radius is ${round(widthM / 2 / Math.sin((shape.arcDeg * Math.PI) / 360 / wall.columns))} m`,
      }),
    ];
  return [];
}

function mapProblems(document: StageDocument, { problem }: ValidJson): FileProblem[] {
  const found = duplicates(document.processors, (processor) => processor.name, '/processors', 'name', problem);
  // Of two walls of one name the first is meant; the second is reported.
  const walls = new Map([...document.walls].reverse().map((wall) => [wall.name, wall]));
  document.processors.forEach((processor, p) => {
    processor.map.forEach((entry, m) => {
      const at = `/processors/${p}/map/${m}`;
      const wall = walls.get(entry.wall);
      if (!wall) {
        found.push(unknownName(`${at}/wall`, 'wall', entry.wall, [...walls.keys()].reverse(), problem));
        return;
      }
      const check = (pointer: string, index: number, count: number, what: string): void => {
        if (index >= count)
          found.push(
            problem(pointer, 'NO_SUCH_PANEL', `wall "${wall.name}" has no such ${what}`, {
              got: `${index}`,
              expected: `0 to ${count - 1}`,
            }),
          );
      };
      if ('panels' in entry) checkPanels(entry, at, wall, check);
      else
        for (const [key, count] of [['columns', wall.columns] as const, ['rows', wall.rows] as const]) {
          const range = entry[key];
          if (range && range[0] > range[1])
            found.push(
              problem(`${at}/${key}`, 'BAD_RANGE', 'first comes after last', { got: JSON.stringify(range), expected: '[first, last]' }),
            );
          else if (range) check(`${at}/${key}`, range[1], count, key === 'columns' ? 'column' : 'row');
        }
    });
  });
  return found;
}

function checkPanels(
  entry: PanelMapEntry,
  at: string,
  wall: WallEntry,
  check: (pointer: string, index: number, count: number, what: string) => void,
): void {
  entry.panels.forEach((panel, k) => {
    check(`${at}/panels/${k}/column`, panel.column, wall.columns, 'column');
    check(`${at}/panels/${k}/row`, panel.row, wall.rows, 'row');
  });
}

/** A signal white that is not stated is the panels' peak; then all walls of the canvas must have one. */
function whiteProblems(document: StageDocument, { problem }: ValidJson): FileProblem[] {
  return document.processors.flatMap((processor, p) => {
    const transfer = processor.transfer ?? 'srgb';
    const isStated = transfer === 'pq' || (typeof transfer === 'object' && (transfer.kind === 'pq' || transfer.whiteNits !== undefined));
    const peaks = processorPeaksNits(processor, document);
    if (isStated || peaks.length < 2) return [];
    const got = `walls with peaks of ${peaks.join(' and ')} nits`;
    const hint = 'state "whiteNits" in the transfer, or map these walls to different processors';
    return [
      problem(`/processors/${p}/transfer`, 'WHITE_NITS_AMBIGUOUS', 'signal white has no luminance', {
        got,
        expected: 'walls of one peak',
        hint,
      }),
    ];
  });
}

function cameraProblems(document: StageDocument, { problem }: ValidJson): FileProblem[] {
  const cameras = document.cameras ?? [];
  const found = duplicates(cameras, (camera) => camera.id, '/cameras', 'id', problem);
  const needs = { 'freed-udp': 'port', 'opentrackio-ws': 'port', take: 'file' } as const;
  cameras.forEach(({ tracking }: CameraEntry, k) => {
    const need = tracking && own(needs, tracking.kind);
    if (tracking && need && tracking[need] === undefined)
      found.push(
        problem(`/cameras/${k}/tracking/${need}`, 'MISSING_FIELD', `"${tracking.kind}" needs "${need}"`, {
          got: 'nothing',
          expected: need === 'port' ? 'the port that the tracker sends to, 1 to 65535' : 'the path of a take',
        }),
      );
  });
  return found;
}

function duplicates<T>(
  list: readonly T[],
  nameOf: (item: T) => string,
  at: string,
  field: string,
  problem: ValidJson['problem'],
): FileProblem[] {
  const firstOf = new Map<string, number>();
  return list.flatMap((item, k) => {
    const name = nameOf(item);
    const first = firstOf.get(name);
    if (first === undefined) {
      firstOf.set(name, k);
      return [];
    }
    const expected = `a name of its own; ${at.slice(1)}[${first}] has this one`;
    return [problem(`${at}/${k}/${field}`, 'DUPLICATE_NAME', 'name used twice', { got: JSON.stringify(name), expected })];
  });
}

function unknownName(pointer: string, what: string, name: string, known: readonly string[], problem: ValidJson['problem']): FileProblem {
  const near = nearestName(name, known);
  const hint = near ? { hint: `did you mean ${JSON.stringify(near)}?` } : {};
  return problem(pointer, 'UNKNOWN_NAME', `no such ${what}`, { got: JSON.stringify(name), expected: listNames(known), ...hint });
}

/** A field of the object itself: names like "constructor" are no panel types. */
const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const round = (value: number): number => Math.round(value * 1000) / 1000;
