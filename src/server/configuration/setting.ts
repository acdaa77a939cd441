import { z } from 'zod';
import { readByteAmount } from './byte-amount.js';

/** One setting: its name everywhere, what it may be, and what it is if nobody says. */
export interface Setting<T> {
  /** The table of `snapdex.toml` that it stands in. */
  readonly section: SectionName;
  /** Its key there; the environment variable is `SNAPDEX_` and the key in capitals. */
  readonly key: string;
  /** The flag that sets it; undefined if no command has one. */
  readonly flag?: string;
  readonly fallback: T;
  /** How a value is written as text, in the environment. */
  readonly form: 'text' | 'list' | 'number' | 'boolean';
  /** Takes what files and the environment give, and gives what the program works with. */
  readonly schema: z.ZodType<T>;
  /** What the schema accepts, as the end of "expected …". */
  readonly allowed: string;
  /** What to do about a value that is refused for more than its form; undefined for all others. */
  readonly adviceFor?: (value: unknown) => string | undefined;
}

/** The tables of `snapdex.toml`. */
export type SectionName = 'indexing' | 'store' | 'server' | 'embedding';

/** What a setting may be. */
type Form<T> = Pick<Setting<T>, 'schema' | 'allowed'>;

/** One text, or a list of them. */
export function textOrList(): z.ZodType<readonly string[]> {
  const text = z.string().trim().min(1);
  return z.union([text.transform((path) => [path]), z.array(text)]);
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** Written in seconds, fractions allowed; worked with in milliseconds. */
export function seconds({ least, most }: Range): Form<number> {
  const schema = z.number().min(least).max(most);
  return { schema: schema.transform((value) => Math.round(value * 1000)), allowed: `seconds, ${least} to ${most}` };
}

export function whole({ least, most }: Range): Form<number> {
  return { schema: z.int().min(least).max(most), allowed: `a whole number, ${least} to ${most}` };
}

/** Written as a number of bytes, or as text with a unit. */
export function byteAmount(): Form<number> {
  const written = z.union([z.int().min(1), z.string().transform((text) => readByteAmount(text) ?? Number.NaN)]);
  const allowed = 'a whole number of bytes of at least 1, or text such as "500MB" or "2GiB"';
  return { schema: written.pipe(z.int().min(1)), allowed };
}
