import {
  type ArrayDefinition,
  type IntrinsicDefinition,
  makeShaderDataDefinitions,
  type StructDefinition,
  type TypeDefinition,
} from 'webgpu-utils';
import { GpuError } from '../core/errors.ts';
import { typeDeclarations } from './wgsl-scan.ts';

/** Where one field of a WGSL struct lies. */
export interface FieldLayout {
  readonly name: string;
  readonly offsetBytes: number;
  /** 0 for a runtime-sized array. */
  readonly sizeBytes: number;
  /** WGSL type as written; `array` and `struct` for the compound ones. */
  readonly type: string;
  /** Members of an array; 0 when runtime-sized, 1 for all other types. */
  readonly count: number;
}

/** A WGSL struct as the GPU sees it (WGSL, "Memory Layout"). */
export interface StructLayout {
  readonly name: string;
  /** Size, which is also the stride of an array of it. */
  readonly sizeBytes: number;
  readonly fields: readonly FieldLayout[];
  readonly definition: StructDefinition;
}

/** Vectors and matrices are flat and tight (a mat3x3f has 9 numbers, column-major); structs are objects, arrays of structs arrays of them. */
export type FieldValue = number | ArrayLike<number> | StructValue | readonly StructValue[];
export interface StructValue {
  readonly [field: string]: FieldValue;
}

type WriteField = (view: DataView, atBytes: number, value: FieldValue) => void;

/** @param code WGSL, linked or not.   @throws GpuError NO_STRUCT when the text has no such struct, or one of its types is unknown. */
export function reflectStruct(code: string, name: string): StructLayout {
  // The reflector reads this global while loading entry points; outside browsers it exists only once a device is open.
  if (!('GPUShaderStage' in globalThis)) Object.assign(globalThis, { GPUShaderStage: { VERTEX: 1, FRAGMENT: 2, COMPUTE: 4 } });
  let definition: StructDefinition | undefined;
  try {
    definition = makeShaderDataDefinitions(typeDeclarations(code)).structs[name];
  } catch (cause) {
    throw new GpuError('NO_STRUCT', `the WGSL that declares "${name}" could not be read: ${(cause as Error).message}`, { cause });
  }
  if (!definition || !Number.isFinite(definition.size))
    throw new GpuError('NO_STRUCT', `the WGSL declares no struct "${name}" whose types are all known`);
  const fields = Object.entries(definition.fields).map(([field, { offset, type }]) => ({
    name: field,
    offsetBytes: offset,
    sizeBytes: type.size,
    type: 'fields' in type ? 'struct' : 'elementType' in type ? 'array' : (type as IntrinsicDefinition).type,
    count: 'elementType' in type ? (type as ArrayDefinition).numElements : 1,
  }));
  return { name, sizeBytes: definition.size, fields, definition };
}

/**
 * Writes values of one struct into memory laid out as the shader expects. Fields whose names start with `pad` or `_` may be left out (they
 * stay 0); of a runtime-sized last array the members are written with a writer of their own.
 */
export class StructWriter<T extends { readonly [K in keyof T]: FieldValue }> {
  readonly layout: StructLayout;
  readonly #write: WriteField;

  constructor(layout: StructLayout) {
    this.layout = layout;
    this.#write = structField(layout.name, layout.definition);
  }

  /** One struct, or an array of them, in a new buffer. @throws GpuError BAD_STRUCT naming the field that is missing, unknown or of the wrong length. */
  pack(values: T | readonly T[]): ArrayBuffer {
    const list: readonly T[] = Array.isArray(values) ? values : [values as T];
    const target = new ArrayBuffer(list.length * this.layout.sizeBytes);
    const view = new DataView(target);
    for (const [index, value] of list.entries()) this.write(view, value, index);
    return target;
  }

  /** Member `index` of an array that starts `baseBytes` into `view`; makes no garbage. @throws GpuError BAD_STRUCT */
  write(view: DataView, value: T, index = 0, baseBytes = 0): void {
    this.#write(view, baseBytes + index * this.layout.sizeBytes, value as unknown as StructValue);
  }
}

/** A writer for `name` of a WGSL text. @throws GpuError NO_STRUCT */
export function createStructWriter<T extends { readonly [K in keyof T]: FieldValue }>(code: string, name: string): StructWriter<T> {
  return new StructWriter<T>(reflectStruct(code, name));
}

function structField(path: string, { fields }: StructDefinition): WriteField {
  const members = Object.entries(fields)
    .filter(([, { type }]) => !('numElements' in type && type.numElements === 0))
    .map(([name, { offset, type }]) => ({ name, offset, optional: /^(?:_|pad)/.test(name), write: fieldOf(`${path}.${name}`, type) }));
  const known = new Set(members.map((member) => member.name));
  return (view, at, value) => {
    if (typeof value !== 'object' || value === null) throw badStruct(path, JSON.stringify(value), `{ ${[...known].join(', ')} }`);
    for (const name in value as StructValue)
      if (!known.has(name)) throw badStruct(`${path}.${name}`, 'a field the struct does not have', [...known].join(', '));
    for (const { name, offset, optional, write } of members) {
      const field = (value as StructValue)[name];
      if (field !== undefined) write(view, at + offset, field);
      else if (!optional) throw badStruct(`${path}.${name}`, 'nothing', 'a value');
    }
  };
}

function fieldOf(path: string, type: TypeDefinition): WriteField {
  if ('fields' in type) return structField(path, type as StructDefinition);
  if ('elementType' in type) return arrayField(path, type as ArrayDefinition);
  return numbersField(path, (type as IntrinsicDefinition).type);
}

function arrayField(path: string, { elementType, numElements, size }: ArrayDefinition): WriteField {
  const stride = size / numElements;
  const write = fieldOf(path, elementType);
  const perElement =
    'fields' in elementType || 'elementType' in elementType ? 0 : shapeOf(path, (elementType as IntrinsicDefinition).type).numbers;
  const expected = perElement === 0 ? numElements : numElements * perElement;
  return (view, at, value) => {
    const list = value as ArrayLike<FieldValue>;
    if (list.length !== expected) throw badStruct(path, `${list.length} values`, `${expected}`);
    for (let i = 0; i < numElements; i++) {
      if (perElement <= 1) write(view, at + i * stride, list[i]!);
      else
        write(
          view,
          at + i * stride,
          (Array.isArray(list)
            ? list.slice(i * perElement, (i + 1) * perElement)
            : (list as unknown as Float32Array).subarray(i * perElement, (i + 1) * perElement)) as number[],
        );
    }
  };
}

function numbersField(path: string, type: string): WriteField {
  const { numbers, rows, columnBytes, scalarBytes, scalar } = shapeOf(path, type);
  const put = SCALARS[scalar]!;
  if (numbers === 1) {
    return (view, at, value) => {
      if (typeof value !== 'number') throw badStruct(path, JSON.stringify(value), `a number (${type})`);
      put(view, at, value);
    };
  }
  return (view, at, value) => {
    const list = value as ArrayLike<number>;
    if (list.length !== numbers) throw badStruct(path, `${list.length ?? 'one'} number(s)`, `${numbers} (${type})`);
    for (let i = 0; i < numbers; i++) put(view, at + Math.floor(i / rows) * columnBytes + (i % rows) * scalarBytes, list[i]!);
  };
}

const SCALARS: Readonly<Record<string, (view: DataView, at: number, value: number) => void>> = {
  f32: (view, at, value) => view.setFloat32(at, value, true),
  u32: (view, at, value) => view.setUint32(at, value, true),
  i32: (view, at, value) => view.setInt32(at, value, true),
  f16: (view, at, value) =>
    (view as unknown as { setFloat16(at: number, value: number, little: boolean): void }).setFloat16(at, value, true),
};
const SCALAR_OF_SUFFIX: Readonly<Record<string, string>> = { f: 'f32', u: 'u32', i: 'i32', h: 'f16' };

/** Reads a WGSL type name: `f32`, `vec3f`, `vec3<f32>`, `mat3x4f` (columns × rows), `atomic<u32>`. Columns of 3 rows are padded to 4. */
function shapeOf(path: string, type: string): { numbers: number; rows: number; columnBytes: number; scalarBytes: number; scalar: string } {
  const match = /^(?:atomic<)?(?:vec(\d)|mat(\d)x(\d))?(?:<?([fiu]32|f16)>?|([fiuh]))$/.exec(type);
  if (!match) throw badStruct(path, type, 'a numeric type');
  const rows = Number(match[1] ?? match[3] ?? 1);
  const scalar = match[4] ?? SCALAR_OF_SUFFIX[match[5]!]!;
  const scalarBytes = scalar === 'f16' ? 2 : 4;
  return { numbers: rows * Number(match[2] ?? 1), rows, columnBytes: (rows === 3 ? 4 : rows) * scalarBytes, scalarBytes, scalar };
}

function badStruct(path: string, got: string, expected: string): GpuError {
  return new GpuError('BAD_STRUCT', 'the value does not fit the WGSL struct', { path, got, expected });
}
