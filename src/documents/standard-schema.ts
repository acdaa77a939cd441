/**
 * What a validator must offer: version 1 of the Standard Schema interface (https://standardschema.dev), which zod,
 * valibot, arktype and others implement. Restated here, so that no package is needed for a few types.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    /** What is valid, or what is wrong with it. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Only for the compiler. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validator says of a value: what it makes of it, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  readonly message: string;
  /** Where in the value; each step is a key, or an object that has it. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** True for what a validator may answer; one that nobody has checked may answer anything. */
export function isSchemaResult(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  const issues: unknown = Reflect.get(result, 'issues');
  return issues === undefined ? 'value' in result : Array.isArray(issues) && issues.every(isIssue);
}

function isIssue(issue: unknown): boolean {
  const { message, path } = Object(issue);
  return typeof message === 'string' && (path === undefined || (Array.isArray(path) && path.every(isStep)));
}

function isStep(step: unknown): boolean {
  const key: unknown = typeof step === 'object' && step !== null ? Reflect.get(step, 'key') : step;
  return typeof key === 'string' || typeof key === 'number' || typeof key === 'symbol';
}

/** `ports[0].name: expected a text; size: too large` */
export function describeIssues(issues: readonly SchemaIssue[]): string {
  // A schema may refuse without saying why.
  return issues.length === 0 ? 'the schema refuses it and gives no reason' : issues.map(describeIssue).join('; ');
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const place = placeOf(path);
  // ArkType begins its messages with the place.
  return place === '' || message.startsWith(`${place} `) ? message : `${place}: ${message}`;
}

/** What stands in `value` where an issue was found. */
export function valueAt(value: unknown, path: NonNullable<SchemaIssue['path']>): unknown {
  return keysOf(path).reduce((inner: unknown, key) => Reflect.get(Object(inner), key), value);
}

function keysOf(path: NonNullable<SchemaIssue['path']>): readonly PropertyKey[] {
  return path.map((step) => (typeof step === 'object' ? step.key : step));
}

function placeOf(path: NonNullable<SchemaIssue['path']>): string {
  const place = keysOf(path)
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  return place.replace(/^\./, '');
}
