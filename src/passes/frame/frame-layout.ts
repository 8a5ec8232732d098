/** Byte offsets of the one buffer that carries a frame's parameters; test/passes/frame-layout.test.ts pins them against the WGSL structs. */
export const MAX_EYES = 5;
export const MAX_FACETS = 256;
export const MAX_LIGHTS = 128;
export const MAX_OUTPUTS = 64;
export const CASCADES = 3;
export const NO_VIEW = 0xffffffff;
/** World metres along the facet's normal (shaders/view.wgsl). */
export const NEAR_M = 0.02;

export const EYE_BYTES = 160;
export const VIEW_BYTES = 192;
export const OUTPUT_BYTES = 64;
export const LIGHT_BYTES = 64;
export const CASCADE_BYTES = 64;

const align = (bytes: number): number => Math.ceil(bytes / 256) * 256;

export const FRAME_OFFSET = 0;
export const FRAME_BYTES = 48;
export const EYES_OFFSET = 256;
export const EYES_BYTES = MAX_EYES * EYE_BYTES;
export const FACET_VIEWS_OFFSET = align(EYES_OFFSET + EYES_BYTES);
export const FACET_VIEWS_BYTES = MAX_EYES * MAX_FACETS * 4;
export const OUTPUTS_OFFSET = align(FACET_VIEWS_OFFSET + FACET_VIEWS_BYTES);
export const OUTPUTS_BYTES = 16 + MAX_OUTPUTS * OUTPUT_BYTES;
export const LIGHTING_OFFSET = align(OUTPUTS_OFFSET + OUTPUTS_BYTES);
/** Within Lighting: where each part starts. */
export const LIGHTING = {
  irradiance: 80,
  cascades: 224,
  anchorToEye: 224 + CASCADES * CASCADE_BYTES,
  lights: 224 + CASCADES * CASCADE_BYTES + MAX_EYES * 16,
} as const;
export const LIGHTING_BYTES = LIGHTING.lights + MAX_LIGHTS * LIGHT_BYTES;
export const VIEWS_OFFSET = align(LIGHTING_OFFSET + LIGHTING_BYTES);
