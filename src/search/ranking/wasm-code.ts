/**
 * The little of WebAssembly's binary format that our kernel needs, as lists of bytes. Encodings:
 * https://webassembly.github.io/spec/core/binary/ and, for the instructions behind 0xfd, the fixed-width SIMD proposal,
 * part of WebAssembly 2.0.
 */

/** Bytes of instructions, or of a part of a module. */
export type Code = readonly number[];

export const I32 = 0x7f;
export const F32 = 0x7d;
export const V128 = 0x7b;

export const END = 0x0b;
export const LOOP: Code = [0x03, 0x40];
export const IF: Code = [0x04, 0x40];
/** To the start of the innermost loop. */
export const BRANCH_IF: Code = [0x0d, 0];
export const ADD = 0x6a;
export const LESS = 0x49;
export const ZERO_V128: Code = [0xfd, 0x0c, ...Array.from({ length: 16 }, () => 0)];
export const ADD_I32X4: Code = [0xfd, 0xae, 0x01];
/** Multiplies eight pairs of i16 and adds neighbours: four i32. */
export const DOT_I16X8: Code = [0xfd, 0xba, 0x01];
export const CONVERT_I32X4: Code = [0xfd, 0xfa, 0x01];
export const MULTIPLY_F32X4: Code = [0xfd, 0xe6, 0x01];
export const AT_LEAST_F32X4: Code = [0xfd, 0x46];
export const ANY_TRUE: Code = [0xfd, 0x53];
export const SPLAT_F32X4: Code = [0xfd, 0x13];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
export const keep = (local: number): Code => [0x22, local];
/** @param value 0 to 63 */
export const constant = (value: number): Code => [0x41, value];
/** @param offset in bytes, 0 to 127, as in all that follow */
export const storeI32 = (offset: number): Code => [0x36, 2, offset];
/** Loads eight i8 and widens them to i16. */
export const loadEight = (offset: number): Code => [0xfd, 0x01, 3, offset];
export const loadV128 = (offset: number): Code => [0xfd, 0x00, 4, offset];
export const storeV128 = (offset: number): Code => [0xfd, 0x0b, 4, offset];
export const lane = (index: number): Code => [0xfd, 0x1b, index];
/** Adds to an i32 local what `by` leaves. */
export const advance = (local: number, by: Code): Code => [...get(local), ...by, ADD, ...set(local)];

/** A function of a module: what it takes, what it gives back, its other locals as pairs of number and type, its code. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: Code;
  readonly results: Code;
  readonly locals: readonly (readonly [number, number])[];
  readonly code: Code;
}

/** A module that exports the functions and a `memory` of so many pages. */
export function moduleOf(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const types = functions.map(({ parameters, results }) => [0x60, ...sized(parameters), ...sized(results)]);
  const exports = functions.map(({ name }, index) => [...sized([...Buffer.from(name, 'ascii')]), 0, index]);
  const bodies = functions.map(({ locals, code }) => sized([...counted(locals), ...code]));
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, counted(types)),
    ...section(3, counted(functions.map((_, index) => [index]))),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(7, counted([[...sized([...Buffer.from('memory', 'ascii')]), 2, 0], ...exports])),
    ...section(10, counted(bodies)),
  ]);
}

function section(id: number, content: Code): Code {
  return [id, ...sized(content)];
}

function sized(content: Code): Code {
  return [...unsigned(content.length), ...content];
}

function counted(parts: readonly Code[]): Code {
  return [...unsigned(parts.length), ...parts.flat()];
}

/** LEB128, two bytes at most. */
function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 0x7f) | 0x80, value >>> 7];
}
