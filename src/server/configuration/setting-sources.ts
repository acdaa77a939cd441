import { ServerError } from '../errors.js';
import { findClosestName } from './closest-name.js';
import type { ConfigurationFile } from './configuration-files.js';
import type { SectionName, Setting } from './setting.js';
import { environmentName, SETTINGS, type SettingName, VARIABLE_PREFIX } from './settings.js';

/** One place that may set settings. */
export interface SettingSource {
  readonly kind: 'user file' | 'project file' | 'environment' | 'flag';
  /** What it says of a setting, in the setting's written form; undefined if nothing. */
  readonly find: (name: SettingName) => unknown;
  /** Where exactly: the file, the variable, the flag. */
  readonly place: (name: SettingName) => string;
}

/** Settings as command-line options carry them: by the program's names, times in milliseconds. */
export type ConfigurationFlags = {
  readonly [Name in SettingName]?: string | number | boolean | readonly string[] | undefined;
};

type Environment = { readonly [name: string]: string | undefined };

/**
 * @throws ServerError `CONFIG_INVALID` for a table or a key that does not exist, with the one that was probably meant
 */
export function fileSource(kind: 'user file' | 'project file', file: ConfigurationFile): SettingSource {
  requireKnownKeys(file);
  return {
    kind,
    find: (name) => {
      const table = file.content[SETTINGS[name].section];
      return isTable(table) ? table[SETTINGS[name].key] : undefined;
    },
    place: () => file.path,
  };
}

/** Variables that are set but empty count as not set, as is usual where they are passed on by scripts. */
export function environmentSource(environment: Environment): SettingSource {
  return {
    kind: 'environment',
    find: (name) => {
      const text = environment[environmentName(SETTINGS[name])]?.trim();
      return text === undefined || text === '' ? undefined : parseText(text, SETTINGS[name].form);
    },
    place: (name) => environmentName(SETTINGS[name]),
  };
}

/** @throws ServerError `CONFIG_INVALID` for a name that is no setting's: programs without types can give any */
export function flagSource(flags: ConfigurationFlags): SettingSource {
  for (const name of Object.keys(flags)) if (!Object.hasOwn(SETTINGS, name)) throw unknownFlag(name);
  return {
    kind: 'flag',
    find: (name) => {
      const value = flags[name];
      return typeof value === 'number' && name.endsWith('Ms') ? value / 1000 : value;
    },
    // What no command has an option for, a program has given.
    place: (name) => SETTINGS[name].flag ?? `flags.${name}`,
  };
}

/** Variables that look like settings and are none: misspelled ones would otherwise go unnoticed. */
export function unknownVariables(
  environment: Environment,
): readonly { readonly name: string; readonly closest?: string }[] {
  const known = new Set(['SNAPDEX_ROOT', 'SNAPDEX_TOKEN', ...Object.values(SETTINGS).map(environmentName)]);
  // What all have in common makes no two of them near.
  const endings = [...known].map((name) => name.slice(VARIABLE_PREFIX.length));
  return Object.keys(environment)
    .filter((name) => name.startsWith(VARIABLE_PREFIX) && !known.has(name))
    .sort()
    .map((name) => {
      const closest = findClosestName(name.slice(VARIABLE_PREFIX.length), endings);
      return closest === undefined ? { name } : { name, closest: `${VARIABLE_PREFIX}${closest}` };
    });
}

/** What the text means; the text itself if it has not the setting's form, for the validation to refuse. */
function parseText(text: string, form: Setting<unknown>['form']): unknown {
  if (form === 'list')
    return text
      .split(/[;\n]/)
      .map((item) => item.trim())
      .filter((item) => item !== '');
  if (form === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  if (form === 'boolean') return BOOLEANS.get(text.toLowerCase()) ?? text;
  return text;
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
]);

/** What to do about a name that is no setting's. @param closest what was probably meant */
export function remedyForUnknown(closest: string | undefined): string {
  return closest === undefined ? 'Remove it; docs/configuration.md lists all.' : `Did you mean ${closest}?`;
}

function unknownFlag(name: string): ServerError {
  const closest = findClosestName(name, Object.keys(SETTINGS));
  return new ServerError('CONFIG_INVALID', `flags: ${JSON.stringify(name)} is not a setting of snapdex`, {
    remedy: remedyForUnknown(closest),
  });
}

function requireKnownKeys({ path, content }: ConfigurationFile): void {
  const sections = new Set<string>(Object.values(SETTINGS).map((setting) => setting.section));
  for (const [section, table] of Object.entries(content)) {
    if (!sections.has(section)) throw unknownName({ path, name: section, kind: nameKind(table), known: sections });
    if (!isTable(table)) {
      throw new ServerError('CONFIG_INVALID', `${path}: ${section}: expected a table, found ${JSON.stringify(table)}`, {
        remedy: `Write [${section}] on a line of its own, and its keys below.`,
      });
    }
    const known = new Set(keysOf(section));
    for (const key of Object.keys(table)) {
      if (!known.has(key)) throw unknownName({ path, name: key, section, kind: 'key', known });
    }
  }
}

function nameKind(value: unknown): 'table' | 'key' {
  return isTable(value) ? 'table' : 'key';
}

function unknownName({
  path,
  name,
  section,
  kind,
  known,
}: {
  readonly path: string;
  readonly name: string;
  readonly section?: string;
  readonly kind: 'table' | 'key';
  readonly known: ReadonlySet<string>;
}): ServerError {
  const home = kind === 'key' ? sectionOf(name) : undefined;
  const closest = findClosestName(name, known);
  const shown = [...known].map((other) => (section === undefined ? `[${other}]` : other)).join(', ');
  const remedy =
    home !== undefined
      ? `Move ${name} below [${home}].`
      : `${closest === undefined ? '' : `Did you mean ${section === undefined ? `[${closest}]` : closest}? `}There are: ${shown}.`;
  const where = section === undefined ? name : `${section}.${name}`;
  return new ServerError(
    'CONFIG_INVALID',
    `${path}: ${where}: there is no such ${kind}${section === undefined ? ' here' : ''}`,
    { remedy },
  );
}

function sectionOf(key: string): SectionName | undefined {
  return Object.values(SETTINGS).find((setting) => setting.key === key)?.section;
}

function keysOf(section: string): readonly string[] {
  return Object.values(SETTINGS)
    .filter((setting) => setting.section === section)
    .map((setting) => setting.key);
}

function isTable(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
