import { radFromDeg, sinCosDeg } from '../core/angles.ts';
import { normalize, scale, type Vec3 } from '../core/vec.ts';
import { DEFAULT_LOD_ERROR_PX } from './build-frame-state.ts';
import type { SamplesPerLed, WorldFromStage } from './frame-state.ts';
import { resolveRelativePath } from './resolve-path.ts';
import schema from './show.schema.json' with { type: 'json' };
import { readValidJson, throwProblems } from './validate-json.ts';

/** A validated `*.show.json`: defaults filled in, angles in radians, paths as seen from where the file is seen. */
export interface ShowDocument {
  readonly file: string;
  readonly name: string;
  readonly stageFile: string;
  readonly sceneFile: string;
  readonly environment: ShowEnvironment | null;
  readonly sun: ShowSun | null;
  /** Radiance / π of even light from everywhere: what a white diffuse surface gives back, scene-linear RGB. */
  readonly ambient: Vec3;
  readonly worldFromStage: WorldFromStage;
  readonly exposureStops: number;
  readonly nitsPerUnit: number;
  readonly workingPrimaries: 'rec709' | 'rec2020' | 'acescg';
  readonly samplesPerLed: SamplesPerLed;
  /** Largest error of simplified surfaces, LED pixels; 0 = full detail. */
  readonly lodErrorPx: number;
}

export interface ShowEnvironment {
  readonly file: string;
  /** Factor from the picture's values to scene-linear. */
  readonly intensity: number;
  /** Turn about +Y, right-hand rule (counter-clockwise seen from above). */
  readonly rotationRad: number;
  readonly visible: boolean;
}

export type ShadowMapPx = 1024 | 2048 | 4096;

export interface ShowSun {
  /** Unit, world space, from the scene to the sun. */
  readonly directionToSun: Vec3;
  /** Irradiance / π at a surface that faces the sun, scene-linear RGB: what white paper gives back. Irradiance = π · radiance. */
  readonly radiance: Vec3;
  readonly shadow: boolean;
  /** Edge of its shadow maps, texels; the renderer's default when left out. */
  readonly shadowMapPx?: ShadowMapPx;
}

interface ShowFile {
  readonly name?: string;
  readonly stage: string;
  readonly scene: string;
  readonly environment?: { readonly file: string; readonly intensity?: number; readonly rotationDeg?: number; readonly visible?: boolean };
  readonly sun?: SunEntry;
  readonly ambient?: Vec3;
  readonly worldFromStage?: { readonly positionM?: Vec3; readonly yawDeg?: number; readonly scale?: number };
  readonly exposureStops?: number;
  readonly nitsPerUnit?: number;
  readonly workingPrimaries?: ShowDocument['workingPrimaries'];
  readonly samplesPerLed?: SamplesPerLed;
  readonly lodErrorPx?: number;
}

interface SunEntry {
  readonly azimuthDeg?: number;
  readonly elevationDeg?: number;
  readonly directionToSun?: Vec3;
  readonly intensity: number;
  readonly color?: Vec3;
  readonly shadow?: boolean;
  readonly shadowMapPx?: ShadowMapPx;
}

/**
 * Parses and validates a `*.show.json`.
 * @throws StageFileError listing every problem with path, got, expected and hint.
 */
export function parseShow(text: string, file: string): ShowDocument {
  const json = readValidJson(text, file, schema);
  const show = json.value as ShowFile;
  const { sun, environment, worldFromStage } = show;
  const isTwice = sun?.directionToSun && (sun.azimuthDeg !== undefined || sun.elevationDeg !== undefined);
  const isNowhere = sun?.directionToSun?.every((value) => value === 0);
  if (isTwice || isNowhere) {
    const expected = isTwice ? 'either directionToSun, or azimuthDeg and elevationDeg' : 'a direction, such as [0.3, 0.8, -0.5]';
    const got = isTwice ? 'both' : '[0, 0, 0]';
    throwProblems(file, [json.problem('/sun/directionToSun', 'BAD_SUN', 'the sun stands in no one place', { got, expected })]);
  }
  return {
    file,
    name: show.name ?? nameOf(file),
    stageFile: resolveRelativePath(file, show.stage),
    sceneFile: resolveRelativePath(file, show.scene),
    environment: environment
      ? {
          file: resolveRelativePath(file, environment.file),
          intensity: environment.intensity ?? 1,
          rotationRad: radFromDeg(environment.rotationDeg ?? 0),
          visible: environment.visible ?? true,
        }
      : null,
    sun: sun ? sunOf(sun) : null,
    ambient: show.ambient ?? [0, 0, 0],
    worldFromStage: {
      positionM: worldFromStage?.positionM ?? [0, 0, 0],
      yawRad: radFromDeg(worldFromStage?.yawDeg ?? 0),
      scale: worldFromStage?.scale ?? 1,
    },
    exposureStops: show.exposureStops ?? 0,
    nitsPerUnit: show.nitsPerUnit ?? 100,
    workingPrimaries: show.workingPrimaries ?? 'rec709',
    samplesPerLed: show.samplesPerLed ?? 1,
    lodErrorPx: show.lodErrorPx ?? DEFAULT_LOD_ERROR_PX,
  };
}

function sunOf(sun: SunEntry): ShowSun {
  const [sinAzimuth, cosAzimuth] = sinCosDeg(sun.azimuthDeg ?? 0);
  const [sinElevation, cosElevation] = sinCosDeg(sun.elevationDeg ?? 45);
  const direction: Vec3 = sun.directionToSun ?? [sinAzimuth * cosElevation, sinElevation, -cosAzimuth * cosElevation];
  return {
    directionToSun: normalize(direction),
    radiance: scale(sun.color ?? [1, 1, 1], sun.intensity),
    shadow: sun.shadow ?? true,
    ...(sun.shadowMapPx !== undefined && { shadowMapPx: sun.shadowMapPx }),
  };
}

const nameOf = (file: string): string =>
  file
    .split(/[/\\]/)
    .at(-1)!
    .replace(/\.show\.json$|\.json$/, '');
