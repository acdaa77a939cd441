import { z } from 'zod';
import { DEFAULT_INCLUDE, DEFAULT_MAXIMUM_FILE_BYTES, findPatternFault } from '../../search/index.js';
import { EMBEDDING_SETTINGS, type EmbeddingSettingValues } from './embedding-settings.js';
import { SERVING_SETTINGS, type ServingSettingValues } from './serving-settings.js';
import { byteAmount, type Setting, seconds, textOrList, whole } from './setting.js';

/** The settings by their names in the program, where times are in milliseconds. */
export interface SettingValues extends EmbeddingSettingValues, ServingSettingValues {
  readonly documentsPath: readonly string[];
  readonly indexPath: string;
  readonly recursive: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly coordinationMode: 'file_lock' | 'none';
  readonly readOnly: boolean;
  readonly lockTimeoutMs: number;
  readonly reconciliationIntervalMs: number;
  readonly debounceMs: number;
  readonly maximumFileBytes: number;
  readonly keepGenerations: number;
  readonly minimumAgeMs: number;
  readonly maximumTotalBytes: number | undefined;
}

export type SettingName = keyof SettingValues;

type Settings = { readonly [Name in SettingName]: Setting<SettingValues[Name]> };

/** Largest file that can be asked for: beyond it the text would no longer fit a JavaScript string with room to work. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

/** Every setting there is. `docs/configuration.md` describes them one by one. */
export const SETTINGS: Settings = {
  documentsPath: {
    section: 'indexing',
    key: 'documents_path',
    flag: '--documents-path',
    fallback: ['.'],
    form: 'list',
    schema: textOrList().refine((paths) => paths.length > 0),
    allowed: 'a folder of the project, or a list of them',
  },
  indexPath: {
    section: 'indexing',
    key: 'index_path',
    flag: '--index-path',
    fallback: '.snapdex',
    form: 'text',
    schema: z.string().trim().min(1),
    allowed: 'a folder, relative to the root or absolute, or "s3://bucket/prefix"',
  },
  recursive: {
    section: 'indexing',
    key: 'recursive',
    flag: '--recursive',
    fallback: true,
    form: 'boolean',
    schema: z.boolean(),
    allowed: 'true or false',
  },
  include: {
    section: 'indexing',
    key: 'include',
    flag: '--include',
    fallback: DEFAULT_INCLUDE,
    form: 'list',
    schema: patterns().refine((list) => list.length > 0),
    allowed: 'one or more valid glob patterns',
    adviceFor: adviceForPatterns,
  },
  exclude: {
    section: 'indexing',
    key: 'exclude',
    flag: '--exclude',
    fallback: [],
    form: 'list',
    schema: patterns(),
    allowed: 'a list of valid glob patterns',
    adviceFor: adviceForPatterns,
  },
  coordinationMode: {
    section: 'indexing',
    key: 'coordination_mode',
    flag: '--coordination-mode',
    fallback: 'file_lock',
    form: 'text',
    schema: z.enum(['file_lock', 'none']),
    allowed: '"file_lock" or "none"',
    adviceFor: (value) =>
      value === 'singleton'
        ? 'snapdex needs no singleton, any number of processes may share an index: leave the setting out, or use "file_lock".'
        : undefined,
  },
  lockTimeoutMs: {
    section: 'indexing',
    key: 'lock_timeout_seconds',
    flag: '--lock-timeout',
    fallback: 5_000,
    form: 'number',
    ...seconds({ least: 0.1, most: 3_600 }),
  },
  reconciliationIntervalMs: {
    section: 'indexing',
    key: 'reconciliation_interval_seconds',
    fallback: 3_600_000,
    form: 'number',
    ...seconds({ least: 1, most: 604_800 }),
  },
  debounceMs: {
    section: 'indexing',
    key: 'debounce_window_seconds',
    fallback: 500,
    form: 'number',
    ...seconds({ least: 0.05, most: 60 }),
  },
  maximumFileBytes: {
    section: 'indexing',
    key: 'maximum_file_bytes',
    fallback: DEFAULT_MAXIMUM_FILE_BYTES,
    form: 'number',
    ...whole({ least: 1, most: LARGEST_FILE_BYTES }),
  },
  readOnly: {
    section: 'store',
    key: 'read_only',
    flag: '--read-only',
    fallback: false,
    form: 'boolean',
    schema: z.boolean(),
    allowed: 'true or false',
  },
  keepGenerations: {
    section: 'store',
    key: 'keep_generations',
    fallback: 32,
    form: 'number',
    ...whole({ least: 1, most: 1_000_000 }),
  },
  minimumAgeMs: {
    section: 'store',
    key: 'minimum_age_seconds',
    fallback: 10_000,
    form: 'number',
    ...seconds({ least: 0, most: 31_536_000 }),
  },
  maximumTotalBytes: {
    section: 'store',
    key: 'maximum_total_bytes',
    flag: '--maximum-total-bytes',
    fallback: undefined,
    form: 'number',
    ...byteAmount(),
  },
  ...SERVING_SETTINGS,
  ...EMBEDDING_SETTINGS,
};

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** What the name of each environment variable begins with. */
export const VARIABLE_PREFIX = 'SNAPDEX_';

/** The environment variable of a setting. */
export function environmentName(setting: Setting<unknown>): string {
  return `${VARIABLE_PREFIX}${setting.key.toUpperCase()}`;
}

function patterns(): z.ZodType<readonly string[]> {
  return textOrList().refine((list) => list.every((pattern) => describePatternFault(pattern) === undefined));
}

function adviceForPatterns(value: unknown): string | undefined {
  const faults = [value].flat().flatMap((pattern) => {
    const fault = typeof pattern === 'string' ? describePatternFault(pattern) : undefined;
    return fault === undefined ? [] : [`The pattern ${JSON.stringify(pattern)} ${fault}.`];
  });
  return faults[0];
}

function describePatternFault(pattern: string): string | undefined {
  if (pattern.startsWith('!') && !pattern.startsWith('!(')) return 'is negated: put it into the other list without "!"';
  if (/^(?:\/|[A-Za-z]:[\\/])/.test(pattern)) return 'is absolute: patterns are relative to the root';
  if (pattern.split('/').includes('..')) return 'leaves the root';
  const fault = findPatternFault(pattern);
  if (fault !== undefined) return fault;
  if (pattern.includes('\\') && !/\\[^\w\s]/.test(pattern)) return 'has "\\": folders are separated by "/"';
  return undefined;
}
