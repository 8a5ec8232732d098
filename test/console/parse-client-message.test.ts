import { expect, test } from 'vitest';
import { parseClientMessage } from '../../src/console/parse-client-message.ts';

const place = { positionM: [1, -2.5, 1e6], yawDeg: -90, scale: 0.5 };

// Every message that the protocol allows comes through as it is.
for (const message of [
  { type: 'set', parameters: { exposureStops: -1.5 } },
  { type: 'set', parameters: { worldFromStage: place } },
  { type: 'set', parameters: { samplesPerLed: 4 } },
  { type: 'set', parameters: { samplesPerLed: 8, lodErrorPx: 0 } },
  { type: 'set', parameters: { lodErrorPx: 1.5 } },
  { type: 'set', parameters: { governor: false } },
  { type: 'set', parameters: { camerasEnabled: { 'A-cam': false, 'Kamera Ä': true } } },
  { type: 'set', parameters: { exposureStops: 0, worldFromStage: place, samplesPerLed: 1, camerasEnabled: {} } },
  { type: 'record', on: true },
  { type: 'pictures', on: false },
])
  test(`takes ${JSON.stringify(message)}`, () => {
    expect(parseClientMessage(JSON.stringify(message))).toEqual(message);
  });

const worldFromStage = (change: object) => JSON.stringify({ type: 'set', parameters: { worldFromStage: { ...place, ...change } } });
const deep = '['.repeat(5000) + ']'.repeat(5000);

// What a broken, old or hostile client may send: text, and what the refusal must name.
for (const [text, names] of [
  ['', 'JSON'],
  ['{"type":"set"', 'JSON'],
  ['\u0000\u0001', 'JSON'],
  ['NaN', 'JSON'],
  ['null', 'message'],
  ['[]', 'message'],
  ['"set"', 'message'],
  ['{}', 'type'],
  ['{"type":"reboot"}', 'type'],
  ['{"type":["set"]}', 'type'],
  ['{"type":"record"}', 'on'],
  ['{"type":"record","on":1}', 'on'],
  ['{"type":"record","on":"true"}', 'on'],
  ['{"type":"pictures","on":true,"extra":1}', 'extra'],
  ['{"type":"set"}', 'parameters'],
  ['{"type":"set","parameters":{}}', 'at least one'],
  ['{"type":"set","parameters":[1]}', 'parameters'],
  ['{"type":"set","parameters":{"gain":1}}', 'gain'],
  ['{"type":"set","parameters":{"__proto__":{"exposureStops":1}}}', '__proto__'],
  ['{"type":"set","parameters":{"exposureStops":1e999}}', 'parameters.exposureStops: got Infinity'],
  ['{"type":"set","parameters":{"exposureStops":16.01}}', 'from -16 to 16'],
  ['{"type":"set","parameters":{"exposureStops":"0"}}', 'exposureStops'],
  ['{"type":"set","parameters":{"exposureStops":null}}', 'exposureStops'],
  ['{"type":"set","parameters":{"samplesPerLed":2}}', '1, 4 or 8'],
  ['{"type":"set","parameters":{"samplesPerLed":"4"}}', '1, 4 or 8'],
  ['{"type":"set","parameters":{"samplesPerLed":null}}', '1, 4 or 8'],
  ['{"type":"set","parameters":{"lodErrorPx":-0.1}}', 'parameters.lodErrorPx: got -0.1, expected a number from 0 to 64'],
  ['{"type":"set","parameters":{"governor":1}}', 'parameters.governor: got 1, expected true or false'],
  ['{"type":"set","parameters":{"governor":null}}', 'parameters.governor'],
  ['{"type":"set","parameters":{"outerRate":2}}', 'outerRate'],
  ['{"type":"set","parameters":{"lodErrorPx":65}}', 'from 0 to 64'],
  ['{"type":"set","parameters":{"lodErrorPx":null}}', 'lodErrorPx'],
  ['{"type":"set","parameters":{"lodErrorPx":"1"}}', 'lodErrorPx'],
  [worldFromStage({ positionM: [0, 0] }), 'worldFromStage.positionM'],
  [worldFromStage({ positionM: [0, 0, null] }), 'positionM[2]'],
  [worldFromStage({ positionM: [0, 1e8, 0] }), 'positionM[1]'],
  [worldFromStage({ positionM: { 0: 0, 1: 0, 2: 0, length: 3 } }), 'positionM'],
  [worldFromStage({ yawDeg: 361 }), 'yawDeg'],
  [worldFromStage({ yawDeg: undefined }), 'yawDeg'],
  [worldFromStage({ scale: 0 }), 'scale'],
  [worldFromStage({ scale: -1 }), 'scale'],
  [worldFromStage({ rollDeg: 0 }), 'rollDeg'],
  ['{"type":"set","parameters":{"worldFromStage":null}}', 'worldFromStage'],
  ['{"type":"set","parameters":{"camerasEnabled":{"a":1}}}', 'camerasEnabled["a"]'],
  ['{"type":"set","parameters":{"camerasEnabled":{"":true}}}', 'camera ids'],
  ['{"type":"set","parameters":{"camerasEnabled":{"__proto__":true}}}', 'camera ids'],
  [`{"type":"set","parameters":{"camerasEnabled":{"${'x'.repeat(129)}":true}}}`, 'camera ids'],
  [
    JSON.stringify({
      type: 'set',
      parameters: { camerasEnabled: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, true])) },
    }),
    '65 cameras',
  ],
  [deep, 'message'],
  ['x'.repeat(100_000), 'JSON'],
] as const)
  test(`refuses ${text.length > 90 ? `${text.slice(0, 80)}… (${text.length} characters)` : JSON.stringify(text)}`, () => {
    const result = parseClientMessage(text);
    expect(result).toHaveProperty('refused');
    if (!('refused' in result)) return;
    expect(result.refused).toContain(names);
    expect(result.refused).toMatch(/got .*, expected /);
    expect(result.refused.length).toBeLessThan(300);
  });
