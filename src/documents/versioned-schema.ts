import { DocumentError, invalidArgument } from './errors.js';
import { jsonTextOf } from './json-text.js';
import {
  describeIssues,
  isSchemaResult,
  type SchemaIssue,
  type SchemaResult,
  type StandardSchema,
  valueAt,
} from './standard-schema.js';

/** How documents of other versions of a program are read. */
export interface SchemaOptions {
  /** Which version of the schema this program has: a whole number of at least 1. Default 1. */
  readonly version?: number;
  /**
   * Makes the JSON value of an older schema version one of this version, which is then validated. Nothing is written
   * until the next change. Must not change when the version does not.
   */
  readonly migrate?: (value: unknown, fromVersion: number) => unknown;
}

/** JSON as it is kept: the text, and the version of the schema that it was written with. */
export interface KeptJson {
  readonly text: string;
  readonly version: number;
}

/** A validator, and the way from older versions to it. */
export class VersionedSchema<Input, Output> {
  readonly version: number;
  readonly #schema: StandardSchema<Input, Output>;
  readonly #migrate: SchemaOptions['migrate'];

  /** @throws DocumentError INVALID_ARGUMENT */
  constructor(schema: StandardSchema<Input, Output>, { version = 1, migrate }: SchemaOptions) {
    // A schema may be a function that has properties.
    if (typeof Object(schema)['~standard']?.validate !== 'function')
      throw invalidArgument('schema', 'a Standard Schema validator');
    if (!isVersion(version)) throw invalidArgument('version', 'a whole number of at least 1');
    if (migrate !== undefined && typeof migrate !== 'function') throw invalidArgument('migrate', 'a function');
    this.version = version;
    this.#schema = schema;
    this.#migrate = migrate;
  }

  /**
   * What `value` is kept as, and what whoever reads it will get: what is validated is the JSON, not the value.
   * @param name what the value is, for an error
   * @throws DocumentError DOCUMENT_INVALID
   */
  async encode(value: Input, name: string): Promise<{ readonly kept: KeptJson; readonly output: Output }> {
    const kept = { text: jsonTextOf(value, name), version: this.version };
    return { kept, output: await this.check(kept, name) };
  }

  /** What whoever reads a new value will get. @throws DocumentError DOCUMENT_INVALID */
  async check({ text }: KeptJson, name: string): Promise<Output> {
    const value: unknown = JSON.parse(text);
    return this.#validate(value, name, (issues) => `Nothing was changed. ${adviceFor(issues, value)}`);
  }

  /** A fresh value. @throws DocumentError DOCUMENT_INVALID, DOCUMENT_NEWER, DOCUMENT_NOT_MIGRATED */
  async decode({ text, version }: KeptJson, name: string): Promise<Output> {
    if (!isVersion(version)) throw writtenByAnother(name, 'what is kept has no version of a schema');
    this.requireNotNewer({ version }, name);
    const value = parseKept(text, name);
    const current = version === this.version ? value : await this.#migrated(value, name, version);
    return this.#validate(
      current,
      name,
      () => 'Roll back to a generation that matches; where the schema has changed, raise `version` and give `migrate`.',
    );
  }

  /** @throws DocumentError DOCUMENT_NEWER for what a program with a later version of the schema wrote */
  requireNotNewer({ version }: Pick<KeptJson, 'version'>, name: string): void {
    if (version > this.version) throw this.#newer(name, version);
  }

  async #validate(
    value: unknown,
    name: string,
    remedyFor: (issues: readonly SchemaIssue[]) => string,
  ): Promise<Output> {
    const result = await this.#resultOf(value, name);
    if (result.issues === undefined) return result.value;
    throw new DocumentError('DOCUMENT_INVALID', `${name}: ${describeIssues(result.issues)}`, {
      remedy: remedyFor(result.issues),
      issues: result.issues,
    });
  }

  async #resultOf(value: unknown, name: string): Promise<SchemaResult<Output>> {
    let result: SchemaResult<Output>;
    try {
      result = await this.#schema['~standard'].validate(value);
    } catch (cause) {
      throw brokenSchema(name, `failed: ${String(cause)}`, cause);
    }
    if (isSchemaResult(result)) return result;
    throw brokenSchema(name, 'answers neither a value nor issues');
  }

  async #migrated(value: unknown, name: string, version: number): Promise<unknown> {
    if (this.#migrate === undefined) throw this.#notMigrated(name, version, 'and no migrate function was given');
    try {
      // As it would be kept.
      return JSON.parse(jsonTextOf(await this.#migrate(value, version), 'what it returned'));
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw this.#notMigrated(name, version, `and the migrate function failed: ${text}`, cause);
    }
  }

  #newer(name: string, version: number): DocumentError {
    const text = `${name}: written with schema version ${version}, this program knows version ${this.version}`;
    return new DocumentError('DOCUMENT_NEWER', text, {
      remedy: 'Update this program, or end the newer one and roll back to a generation that this one wrote.',
    });
  }

  #notMigrated(name: string, version: number, problem: string, cause?: unknown): DocumentError {
    const text = `${name}: written with schema version ${version}, this program has version ${this.version}, ${problem}`;
    return new DocumentError('DOCUMENT_NOT_MIGRATED', text, {
      remedy: 'Give a `migrate` function that makes the value of every older version one of this version.',
      cause,
    });
  }
}

function adviceFor(issues: readonly SchemaIssue[], value: unknown): string {
  if (!issues.some(({ path = [] }) => isDateText(valueAt(value, path)))) return 'Correct the value.';
  return 'Values are kept as JSON, in which a Date becomes a text: let the schema take a text (in zod, `z.coerce.date()` takes it and gives a Date).';
}

/** As `Date.prototype.toJSON` writes it. */
function isDateText(value: unknown): boolean {
  return typeof value === 'string' && /^[\d+-].*Z$/.test(value) && new Date(value).toJSON() === value;
}

function brokenSchema(name: string, problem: string, cause?: unknown): DocumentError {
  return new DocumentError('DOCUMENT_INVALID', `${name}: the validate function of its schema ${problem}`, {
    remedy: 'Correct the schema: Standard Schema has `validate` answer `{ value }` or `{ issues }`, and throw nothing.',
    cause,
  });
}

function isVersion(version: number): boolean {
  return Number.isSafeInteger(version) && version >= 1;
}

/** @throws DocumentError DOCUMENT_INVALID where another program has written what is no JSON */
function parseKept(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw writtenByAnother(name, 'what is kept is no JSON', cause);
  }
}

function writtenByAnother(name: string, problem: string, cause?: unknown): DocumentError {
  return new DocumentError('DOCUMENT_INVALID', `${name}: ${problem}`, {
    remedy: 'Another program has written it. Roll back to a generation that this one wrote.',
    issues: cause === undefined ? [] : [{ message: String(cause) }],
    cause,
  });
}
