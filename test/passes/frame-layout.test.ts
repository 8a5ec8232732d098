import { expect, test } from 'vitest';
import { ShaderLibrary } from '../../src/gpu/shader-library.ts';
import { reflectStruct } from '../../src/gpu/struct-layout.ts';
import {
  CASCADE_BYTES,
  EYE_BYTES,
  EYES_OFFSET,
  FACET_VIEWS_OFFSET,
  FRAME_BYTES,
  LIGHT_BYTES,
  LIGHTING,
  LIGHTING_BYTES,
  LIGHTING_OFFSET,
  MAX_EYES,
  MAX_LIGHTS,
  MAX_OUTPUTS,
  OUTPUT_BYTES,
  OUTPUTS_BYTES,
  OUTPUTS_OFFSET,
  VIEW_BYTES,
  VIEWS_OFFSET,
} from '../../src/passes/frame/frame-layout.ts';
import { MATERIAL_WORDS } from '../../src/passes/scene/pack-materials.ts';
import { loadShaderSources } from '../../src/platform/node/shaders.ts';

const library = new ShaderLibrary(loadShaderSources());
const shade = library.link('passes/shade.wgsl').code;
const setup = library.link('passes/setup.wgsl').code;

/** `field@offset` of every field but padding: what the writers in TypeScript count on. */
function fieldsOf(code: string, name: string): string {
  const { fields } = reflectStruct(code, name);
  return fields
    .filter((field) => !field.name.startsWith('pad'))
    .map((field) => `${field.name}@${field.offsetBytes}`)
    .join(' ');
}

const sizeOf = (code: string, name: string): number => reflectStruct(code, name).sizeBytes;

test.each([
  ['Frame', FRAME_BYTES],
  ['Eye', EYE_BYTES],
  ['View', VIEW_BYTES],
  ['Output', OUTPUT_BYTES],
  ['OutputTable', OUTPUTS_BYTES],
  ['PunctualLight', LIGHT_BYTES],
  ['Cascade', CASCADE_BYTES],
  ['Lighting', LIGHTING_BYTES],
  ['Material', MATERIAL_WORDS * 4],
  ['TextureSlot', 48],
  ['Instance', 80],
  ['Meshlet', 64],
  ['Block', 52],
] as const)('%s takes %i bytes, as TypeScript writes it', (name, bytes) => {
  expect(sizeOf(shade, name)).toBe(bytes);
});

test.each([
  ['Entry', 48],
  ['Record', 80],
] as const)('%s takes %i bytes, as the lists are sized', (name, bytes) => {
  expect(sizeOf(setup, name)).toBe(bytes);
});

test('fields lie where the writers put them', () => {
  const frame =
    'eyeCount@0 viewCount@4 entryCapacity@8 recordCapacity@12 nodeCapacity@16 clusterCapacity@20 lodErrorPx@24 residentError@28 listsCoarse@32 instanceSet@36 shadowLayer@40 firstInnerView@44';
  expect(fieldsOf(shade, 'Frame')).toBe(frame);
  expect(fieldsOf(shade, 'Eye')).toBe(
    'positionHi@0 firstView@12 positionLo@16 viewCount@28 cameraX@32 kind@44 cameraY@48 margin@60 cameraZ@64 feather@76 ' +
      'halfSensor@80 projectionOffset@88 distortionOffset@96 validRadius2@104 lensDirection@108 numerator@112 tangential1@124 denominator@128 tangential2@140 sampleColumns@144 sampleRows@148 rate@152 previousEye@156',
  );
  expect(fieldsOf(shade, 'View')).toBe(
    'rayOrigin@0 windowX@12 rayU@16 windowY@28 rayV@32 windowWidth@44 sampleX@48 windowHeight@60 sampleY@64 firstSample@76 sampleW@80 distanceM@92 planes@96 firstTexel@160 previousView@164 ledsPerM@168 reachM@172 facet@176 eye@180',
  );
  expect(fieldsOf(shade, 'Output')).toBe('matrix0@0 bitDepth@12 matrix1@16 transfer@28 matrix2@32 gamma@44 whiteNits@48 peakNits@52');
  expect(fieldsOf(shade, 'OutputTable')).toBe('nitsPerUnit@0 debug@4 outputs@16');
  expect(fieldsOf(shade, 'Lighting')).toBe(
    'sunDirection@0 sunEnabled@12 sunColor@16 sunShadows@28 ambient@32 lightCount@44 environmentIntensity@48 environmentSin@52 environmentCos@56 ' +
      `environmentFlags@60 environmentSize@64 environmentLastLevel@72 specularLastLevel@76 irradiance@${LIGHTING.irradiance} ` +
      `cascades@${LIGHTING.cascades} anchorToEye@${LIGHTING.anchorToEye} lights@${LIGHTING.lights}`,
  );
  expect(fieldsOf(shade, 'PunctualLight')).toBe(
    'positionHi@0 kind@12 positionLo@16 inverseRange2@28 direction@32 coneScale@44 color@48 coneOffset@60',
  );
  expect(fieldsOf(shade, 'Cascade')).toBe('row0@0 row1@16 row2@32 texelM@48');
  expect(fieldsOf(shade, 'Material')).toBe(
    'baseColor@0 emissive@16 normalScale@28 metallic@32 roughness@36 occlusionStrength@40 alphaCutoff@44 flags@48 filledSlots@52 slots@64',
  );
  expect(fieldsOf(shade, 'TextureSlot')).toBe('source@0 sampling@4 uvRow0@16 uvRow1@32');
  expect(fieldsOf(shade, 'Instance')).toBe(
    'row0@0 row1@16 row2@32 translationLo@48 maxScale@60 material@64 flags@68 mesh@72 firstMeshletInstance@76',
  );
  expect(fieldsOf(shade, 'Meshlet')).toBe(
    'bounds@0 cone@16 firstVertex@32 vertexCount@36 firstTriangle@40 triangleCount@44 selfGroup@48 parentGroup@52',
  );
  expect(fieldsOf(shade, 'Block')).toBe(
    'facet@0 firstLed@4 size@8 output@12 tileFirst@16 tileSize@20 place@24 turn@28 canvasBase@32 canvasStride@36 canvasLed@40 listed@44 listedCoarse@48',
  );
  expect(fieldsOf(setup, 'Entry')).toBe('meshletInstance@0 eye@4 instance@8 meshlet@12 mask@16');
  expect(fieldsOf(setup, 'Record')).toBe(
    'edge0@0 id@12 edge1@16 view@28 edge2@32 columns@44 depth@48 rows@60 flags@64 jobRecord@68 jobBlock@72',
  );
});

test('ranges of the frame buffer start where devices can bind them, and do not overlap', () => {
  const ranges = [
    [0, FRAME_BYTES],
    [EYES_OFFSET, MAX_EYES * EYE_BYTES],
    [FACET_VIEWS_OFFSET, MAX_EYES * 256 * 4],
    [OUTPUTS_OFFSET, 16 + MAX_OUTPUTS * OUTPUT_BYTES],
    [LIGHTING_OFFSET, LIGHTING.lights + MAX_LIGHTS * LIGHT_BYTES],
    [VIEWS_OFFSET, 0],
  ] as const;
  ranges.forEach(([offset, bytes], k) => {
    // WebGPU's default minUniformBufferOffsetAlignment.
    expect(offset % 256).toBe(0);
    expect(offset + bytes).toBeLessThanOrEqual(ranges[k + 1]?.[0] ?? Number.POSITIVE_INFINITY);
  });
});
