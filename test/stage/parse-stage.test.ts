import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bakeStage } from '../../src/stage/bake-stage.ts';
import { StageFileError } from '../../src/stage/file-errors.ts';
import { parseStage } from '../../src/stage/parse-stage.ts';
import { arcDocument, arcStage, cameraEntry, flatStage, lDocument, lStage } from '../support/stages.ts';

// biome-ignore lint/suspicious/noExplicitAny: tests break documents in ways that types forbid
type Broken = any;

/** The L stage as a file has it, to be broken by a test. */
function file(change: (stage: Broken) => void = () => {}): string {
  const { file: _, ...document } = structuredClone(lDocument({ cameras: [cameraEntry()] })) as Broken;
  change(document);
  return JSON.stringify(document, null, 2);
}

function messageOf(text: string): string {
  try {
    parseStage(text, 'my.stage.json');
  } catch (error) {
    expect(error).toBeInstanceOf(StageFileError);
    return (error as Error).message;
  }
  throw new Error('the file was accepted');
}
const problem = (change: (stage: Broken) => void): string => messageOf(file(change));

test('what is written is what is baked', () => {
  for (const [document, stage] of [
    [lDocument(), lStage()],
    [arcDocument({ canvases: 4 }), arcStage({ canvases: 4 })],
  ] as const) {
    const { file: name, ...content } = document;
    expect(bakeStage(parseStage(JSON.stringify(content), name))).toEqual(stage);
  }
});

test('$schema and a byte order mark are allowed', () => {
  const text = `\ufeff${file((stage) => Object.assign(stage, { $schema: '../../src/stage/stage.schema.json' }))}`;
  expect(parseStage(text, 'x')).not.toHaveProperty('$schema');
});

describe('JSON errors name line and column', () => {
  for (const [text, message] of [
    [
      '{\n  "schema": "cyclorama.stage/1",\n}',
      'my.stage.json: 3:1: not JSON; got "}"; expected a field name in double quotes (no comma before "}") [JSON_SYNTAX]',
    ],
    ['{\n  "name": "a"\n  "rate": 24\n}', 'my.stage.json: 3:3: not JSON; got "\\"rate\\": 24"; expected "," or "}" [JSON_SYNTAX]'],
    ['{ "a": [1, 2', 'my.stage.json: 1:13: not JSON; got end of file; expected "," or "]" [JSON_SYNTAX]'],
    ['', 'my.stage.json: 1:1: not JSON; got end of file; expected a value [JSON_SYNTAX]'],
    ['{ "a": 01 }', 'my.stage.json: 1:9: not JSON; got "1 }"; expected "," or "}" [JSON_SYNTAX]'],
    [
      '{ "a": 1, "a": 2 }',
      'my.stage.json: 1:11: not JSON; got "\\"a\\": 2 }"; expected each field once; "a" stands twice in this object [JSON_SYNTAX]',
    ],
  ] as const)
    test(JSON.stringify(text.slice(0, 24)), () => expect(messageOf(text)).toBe(message));
  test('nesting and size cannot crash it', () => {
    expect(messageOf('['.repeat(1e6))).toContain('at most 64 levels');
    expect(messageOf(`{"a": "${'x'.repeat(3e7)}`)).toContain('a string that ends in its line');
    expect(messageOf(`[${'0,'.repeat(1e5)}0]`)).toContain('the file: wrong type (line 1)');
  });
});

describe('errors name path, got, expected and what to do', () => {
  test('unknown field, with the nearest name', () => {
    expect(
      problem((stage) => {
        stage.walls[1].yawDegs = 3;
      }),
    ).toMatch(
      /^my\.stage\.json: walls\[1\]\.yawDegs: unknown field \(line \d+\); expected "name", .*; did you mean "yawDeg"\? \[UNKNOWN_FIELD\]$/,
    );
  });
  test('a misspelt field that is required is one problem, not two', () => {
    const message = problem((stage) => {
      stage.outerEye = stage.outerEyeM;
      delete stage.outerEyeM;
    });
    expect(message).toContain('did you mean "outerEyeM"?');
    expect(message).not.toContain('MISSING_FIELD');
  });
  for (const [name, change, expected] of [
    [
      'missing field',
      (s: Broken) => delete s.walls[0].positionM,
      /walls\[0\]\.positionM: missing field \(line \d+\); got nothing; expected The middle of the wall's bottom edge/,
    ],
    ['wrong type', (s: Broken) => (s.walls[0].columns = '16'), /walls\[0\]\.columns: wrong type \(line \d+\); got "16"; expected integer/],
    ['range', (s: Broken) => (s.walls[0].rows = 0), /walls\[0\]\.rows: bad value \(line \d+\); got 0; expected at least 1/],
    ['vector length', (s: Broken) => (s.outerEyeM = [0, 1, 2, 3]), /outerEyeM: bad value .*got \[0,1,2,3\]; expected at most 3 entries/],
    ['number too large for a double', (s: Broken) => (s.walls[0].positionM[0] = 'HUGE'), /walls\[0\]\.positionM\[0\]: .*expected number/],
    ['fractional rate', (s: Broken) => (s.rate = 23.976), /rate: wrong type .*got 23.976; expected integer; .*"24000\/1001"/],
    ['rate by zero', (s: Broken) => (s.rate = '24000/0'), /rate: bad value .*got "24000\/0"/],
    [
      'shape',
      (s: Broken) => (s.walls[0].shape = { kind: 'ark', radiusM: 3 }),
      /walls\[0\]\.shape\.kind: not one of the known values .*got "ark"; expected "flat", "arc" or "polyline"; did you mean "arc"\?/,
    ],
    [
      'field of another shape',
      (s: Broken) => (s.walls[0].shape = { kind: 'flat', radiusM: 3 }),
      /walls\[0\]\.shape\.radiusM: unknown field/,
    ],
    [
      'transfer',
      (s: Broken) => (s.processors[0].transfer = 'hlg'),
      /processors\[0\]\.transfer: not one .*got "hlg"; expected "srgb" or "pq"/,
    ],
    ['bit depth', (s: Broken) => (s.processors[0].bitDepth = 16), /processors\[0\]\.bitDepth: .*got 16; expected 8, 10 or 12/],
    ['turn', (s: Broken) => (s.processors[0].map[0].turnDeg = 45), /map\[0\]\.turnDeg: .*got 45; expected 0, 90, 180 or 270/],
    [
      'lens model',
      (s: Broken) => (s.cameras[0].lens.distortion = { model: 'openlensio', radial: [0] }),
      /cameras\[0\]\.lens\.distortion\.model: .*did you mean "openlensio-d-u"\?/,
    ],
    ['version', (s: Broken) => (s.schema = 'cyclorama.stage/2'), /schema: .*got "cyclorama.stage\/2"; expected "cyclorama.stage\/1"/],
    [
      'panel type',
      (s: Broken) => (s.walls[0].panelType = 'panal'),
      /walls\[0\]\.panelType: no such panel type .*got "panal"; expected "panel" or "ceiling"; did you mean "panel"\? \[UNKNOWN_NAME\]/,
    ],
    ['inherited name', (s: Broken) => (s.walls[0].panelType = 'constructor'), /no such panel type .*got "constructor"/],
    ['wall of a map', (s: Broken) => (s.processors[0].map[1].wall = 'rihgt'), /map\[1\]\.wall: no such wall .*did you mean "right"\?/],
    [
      'column of a map',
      (s: Broken) => (s.processors[0].map[0].columns = [0, 16]),
      /map\[0\]\.columns: wall "back" has no such column .*got 16; expected 0 to 15 \[NO_SUCH_PANEL\]/,
    ],
    [
      'row of a panel',
      (s: Broken) => (s.processors[0].map[0] = { wall: 'back', panels: [{ column: 0, row: 8, xPx: 0, yPx: 0 }] }),
      /map\[0\]\.panels\[0\]\.row: wall "back" has no such row .*got 8; expected 0 to 7/,
    ],
    ['range of a map', (s: Broken) => (s.processors[0].map[0].columns = [3, 2]), /first comes after last .*got \[3,2\]/],
    [
      'name twice',
      (s: Broken) => (s.walls[1].name = 'back'),
      /walls\[1\]\.name: name used twice .*walls\[0\] has this one \[DUPLICATE_NAME\]/,
    ],
    ['camera twice', (s: Broken) => s.cameras.push(s.cameras[0]), /cameras\[1\]\.id: name used twice/],
    [
      'hinges',
      (s: Broken) => (s.walls[0].shape = { kind: 'polyline', anglesDeg: [10] }),
      /walls\[0\]\.shape\.anglesDeg: one angle for each hinge .*got 1 angles; expected 15, for 16 columns/,
    ],
    // 16 panels of 0.5 m on R = 5: 16 · 2·asin(0.05) = 91.71°; for 90°, R = 0.25 / sin(90°/32) = 5.0951 m.
    [
      'arc angle',
      (s: Broken) => (s.walls[0].shape = { kind: 'arc', radiusM: 5, arcDeg: 90 }),
      /got 90°; expected 91\.711° .*; for 90° the radius is 5\.095 m/,
    ],
    [
      'arc too tight',
      (s: Broken) => (s.walls[0].shape = { kind: 'arc', radiusM: 0.2 }),
      /does not fit .*got 0.2 m; expected at least half a panel's width, 0.25 m/,
    ],
    ['arc over itself', (s: Broken) => (s.walls[0].shape = { kind: 'arc', radiusM: 1 }), /closes on itself/],
    [
      'signal white',
      (s: Broken) => {
        s.panelTypes.ceiling.peakNits = 800;
        s.processors[0].transfer = 'srgb';
      },
      /processors\[0\]\.transfer: signal white has no luminance .*got walls with peaks of 100 and 800 nits; .*state "whiteNits"/,
    ],
    ['port', (s: Broken) => (s.cameras[0].tracking = { kind: 'freed-udp' }), /cameras\[0\]\.tracking\.port: "freed-udp" needs "port"/],
    ['take', (s: Broken) => (s.cameras[0].tracking = { kind: 'take' }), /cameras\[0\]\.tracking\.file: "take" needs "file"/],
    [
      'too many LEDs',
      (s: Broken) => Object.assign(s.walls[0], { columns: 4096, rows: 4096 }),
      /walls\[0\]: more LEDs than a wall may have .*got 6710886400/,
    ],
  ] as const)
    test(name, () => expect(problem((stage) => void change(stage))).toMatch(expected));
});

test('several problems come together, in the order of the file', () => {
  const message = problem((stage) => {
    stage.cameras[0].lens.focalLengthMm = -1;
    stage.walls[1].panelType = 3;
    stage.rate = 0;
  });
  expect(message).toMatch(
    /^my\.stage\.json: 3 problems\n {2}rate: .*\n {2}walls\[1\]\.panelType: .*\n {2}cameras\[0\]\.lens\.focalLengthMm: .*\n {2}\[FILE_INVALID\]$/,
  );
});

describe('defaults', () => {
  test('stand in the schema and are those that baking fills in', () => {
    const camera = bakeStage(parseStage(file(), 'x')).cameras[0];
    const { $defs } = JSON.parse(readFileSync(new URL('../../src/stage/stage.schema.json', import.meta.url), 'utf8'));
    const defaultOf = (type: string, field: string): unknown => $defs[type].properties[field].default;
    expect(camera.overscanPercent).toBe(defaultOf('camera', 'overscanPercent'));
    expect(camera.featherPercent).toBe(defaultOf('camera', 'featherPercent'));
    expect(camera.priority).toBe(defaultOf('camera', 'priority'));
    expect(camera.lens.projectionOffsetMm).toEqual(defaultOf('lens', 'projectionOffsetMm'));
    expect(camera.lens.entrancePupilOffsetM).toBe(defaultOf('lens', 'entrancePupilOffsetM'));
    const stage = bakeStage(
      parseStage(
        file((s) => {
          delete s.processors[0].bitDepth;
          delete s.processors[0].transfer;
          delete s.panelTypes.panel.primaries;
        }),
        'x',
      ),
    );
    expect(stage.canvases[0].bitDepth).toBe(defaultOf('processor', 'bitDepth'));
    expect(stage.canvases[0].transfer.kind).toBe(defaultOf('processor', 'transfer'));
    expect(stage.panelTypes[0].primaries.red).toEqual([0.64, 0.33]);
    expect(defaultOf('panelType', 'primaries')).toBe('rec709');
  });
  test("signal white is the panels' peak", () => {
    for (const transfer of ['srgb', { kind: 'gamma', gamma: 2.4 }] as const)
      expect(flatStage({ peakNits: 1800, transfer }).canvases[0].transfer).toMatchObject({ whiteNits: 1800 });
    expect(flatStage({ peakNits: 1800, transfer: { kind: 'srgb', whiteNits: 1000 } }).canvases[0].transfer).toEqual({
      kind: 'srgb',
      whiteNits: 1000,
    });
    expect(flatStage({ transfer: 'pq' }).canvases[0].transfer).toEqual({ kind: 'pq' });
  });
});

describe('cameras', () => {
  test('OpenLensIO coefficients in mm become tangent units, odd ones in the numerator', () => {
    const lens = {
      focalLengthMm: 20,
      distortion: { model: 'openlensio-d-u', radial: [1e-4, 2e-4, 3e-7, 4e-7, 5e-10, 6e-10], tangential: [1e-5, -2e-5] },
    } as const;
    const { distortion } = flatStage({ cameras: [cameraEntry({ lens })] }).cameras[0].lens;
    expect(distortion!.direction).toBe('distorted-to-undistorted');
    // × 20², 20⁴, 20⁶; tangential × 20.
    [0.04, 0.048, 0.032].forEach((value, k) => {
      expect(distortion!.numerator[k]).toBeCloseTo(value, 14);
    });
    [0.08, 0.064, 0.0384].forEach((value, k) => {
      expect(distortion!.denominator[k]).toBeCloseTo(value, 14);
    });
    [2e-4, -4e-4].forEach((value, k) => {
      expect(distortion!.tangential[k]).toBeCloseTo(value, 16);
    });
  });
  test('OpenCV coefficients stay, k4 to k6 in the denominator', () => {
    const lens = { focalLengthMm: 20, distortion: { model: 'opencv', k1: 1, k2: 2, p1: 3, p2: 4, k3: 5, k4: 6, k5: 7, k6: 8 } } as const;
    expect(flatStage({ cameras: [cameraEntry({ lens })] }).cameras[0].lens.distortion).toEqual({
      direction: 'undistorted-to-distorted',
      numerator: [1, 2, 5],
      denominator: [6, 7, 8],
      tangential: [3, 4],
    });
  });
  test('tracking: default port of OpenTrackIO, take paths seen from the stage file', () => {
    const tracking = (entry: NonNullable<Parameters<typeof cameraEntry>[0]>['tracking']) => {
      const document = { ...lDocument({ cameras: [cameraEntry({ tracking: entry! })] }), file: 'shows/a/x.stage.json' };
      return bakeStage(document).cameras[0].tracking;
    };
    expect(tracking({ kind: 'opentrackio-udp' })).toMatchObject({ port: 55555, multicast: null, subject: null, delayMs: 0 });
    expect(tracking({ kind: 'take', file: '../takes/1.take' })).toMatchObject({ file: 'shows/takes/1.take', port: null });
    expect(tracking({ kind: 'simulated' })).toMatchObject({ move: 'handheld', stageFromTracker: { positionM: [0, 0, 0], yawRad: 0 } });
    expect(tracking({ kind: 'freed-udp', port: 40000, stageFromTracker: { yawDeg: 90 } })).toMatchObject({
      port: 40000,
      stageFromTracker: { yawRad: Math.PI / 2 },
    });
  });
});
