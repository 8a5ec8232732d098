import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { type FileProblem, listNames, nearestName, StageFileError, showValue } from './file-errors.ts';
import { type JsonText, pathFromPointer, positionAt, readJsonText } from './json-text.ts';

/** A validated file: its value, and where things stand in it for errors found later. */
export interface ValidJson {
  readonly value: unknown;
  /** A problem at a JSON pointer, with its line; for `throwProblems`. */
  problem(pointer: string, code: string, message: string, detail?: Pick<FileProblem, 'got' | 'expected' | 'hint'>): FileProblem;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly description?: string;
  readonly oneOf?: readonly SchemaNode[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
}

/** A file with more is not one of ours; looking for each one's line would take long. */
const MAX_PROBLEMS = 500;
const ajv = new Ajv2020({ allErrors: true, verbose: true, discriminator: true, strict: true, strictTypes: false, strictRequired: false });
const compiled = new Map<object, ValidateFunction>();

/**
 * Reads a JSON file and checks it against one of our schemas.
 * @throws StageFileError JSON_SYNTAX with line and column, or one problem per violation, in the order of the file.
 */
export function readValidJson(text: string, file: string, schema: object): ValidJson {
  const json = readJsonText(text);
  if (!json.ok) {
    const { line, column } = positionAt(text, json.offset);
    const problem = {
      code: 'JSON_SYNTAX',
      message: 'not JSON',
      got: json.got,
      expected: json.expected,
      path: `${line}:${column}`,
      offset: 0,
    };
    throw new StageFileError(file, [problem]);
  }
  const report = (pointer: string, code: string, message: string, detail: object = {}): FileProblem => {
    const offset = offsetOf(json, pointer);
    const where = `line ${positionAt(text, offset).line}`;
    return { code, message: `${message} (${where})`, path: pathFromPointer(pointer) || 'the file', offset, ...detail };
  };
  const validate = compiled.get(schema) ?? ajv.compile(schema);
  compiled.set(schema, validate);
  validate(json.value);
  throwProblems(file, problemsOf(validate.errors ?? [], report));
  return { value: json.value, problem: report };
}

/** @throws StageFileError when there is at least one problem. */
export function throwProblems(file: string, problems: readonly FileProblem[]): void {
  if (problems.length)
    throw new StageFileError(
      file,
      [...problems].sort((a, b) => a.offset - b.offset),
    );
}

/** A missing field stands where its object does. */
function offsetOf(json: JsonText & { ok: true }, pointer: string): number {
  for (let at = pointer; ; at = at.slice(0, at.lastIndexOf('/'))) {
    const offset = json.offsets.get(at);
    if (offset !== undefined) return offset;
  }
}

type Report = ValidJson['problem'];

function problemsOf(errors: readonly ErrorObject[], report: Report): FileProblem[] {
  // The branch that failed says what is wrong; that a branch failed adds nothing.
  const real = errors.filter((error) => error.keyword !== 'if' && error.keyword !== 'oneOf').slice(0, MAX_PROBLEMS);
  const unknown = real.filter((error) => error.keyword === 'additionalProperties');
  const isMisspelt = (error: ErrorObject): boolean =>
    error.keyword === 'required' &&
    unknown.some(
      (other) =>
        other.instancePath === error.instancePath &&
        nearestName(other.params['additionalProperty'], [error.params['missingProperty']]) !== null,
    );
  const problems = real.filter((error) => !isMisspelt(error)).map((error) => problemOf(error, report));
  return [...new Map(problems.map((problem) => [`${problem.code} ${problem.path}`, problem])).values()];
}

function problemOf(error: ErrorObject, report: Report): FileProblem {
  const { keyword, params, instancePath: at, data } = error;
  const schema = error.parentSchema as SchemaNode;
  const got = showValue(data);
  if (keyword === 'additionalProperties') {
    const name = String(params['additionalProperty']);
    const known = Object.keys(schema.properties ?? {});
    const near = nearestName(name, known);
    const hint = near ? `did you mean ${JSON.stringify(near)}?` : 'remove it';
    return report(`${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'UNKNOWN_FIELD', 'unknown field', {
      expected: listNames(known),
      hint,
    });
  }
  if (keyword === 'required') {
    const name = String(params['missingProperty']);
    const about = schema.properties?.[name]?.description;
    return report(
      `${at}/${name}`,
      'MISSING_FIELD',
      'missing field',
      about === undefined ? { got: 'nothing' } : { got: 'nothing', expected: about },
    );
  }
  if (keyword === 'discriminator') {
    const tag = String(params['tag']);
    const choices = (schema.oneOf ?? []).flatMap(({ properties }) => properties?.[tag]?.enum ?? [properties?.[tag]?.const]);
    return choice(`${at}/${tag}`, params['tagValue'], choices, report);
  }
  if (keyword === 'enum') return choice(at, data, schema.enum ?? [], report);
  if (keyword === 'const') return choice(at, data, [schema.const], report);
  const expected = keyword === 'pattern' && schema.description ? schema.description : expectation(error);
  return report(
    at,
    'BAD_VALUE',
    keyword === 'type' ? 'wrong type' : 'bad value',
    schema.description && at && expected !== schema.description ? { got, expected, hint: schema.description } : { got, expected },
  );
}

function choice(pointer: string, value: unknown, choices: readonly unknown[], report: Report): FileProblem {
  const near =
    typeof value === 'string' && choices.length > 1 ? nearestName(value, choices.filter((c) => typeof c === 'string') as string[]) : null;
  const hint = near ? { hint: `did you mean ${JSON.stringify(near)}?` } : {};
  return report(pointer, 'BAD_VALUE', 'not one of the known values', { got: showValue(value), expected: listNames(choices), ...hint });
}

function expectation({ keyword, params, message }: ErrorObject): string {
  const limit = params['limit'];
  switch (keyword) {
    case 'type':
      return [params['type']].flat().join(' or ');
    case 'minimum':
      return `at least ${limit}`;
    case 'maximum':
      return `at most ${limit}`;
    case 'exclusiveMinimum':
      return `more than ${limit}`;
    case 'minItems':
      return `at least ${limit} entries`;
    case 'maxItems':
    case 'items':
      return `at most ${limit} entries`;
    case 'minLength':
      return 'at least one character';
    case 'maxLength':
      return `at most ${limit} characters`;
    case 'minProperties':
      return `at least ${limit} entry`;
    case 'pattern':
      return `text like ${params['pattern']}`;
    default:
      return message ?? keyword;
  }
}
