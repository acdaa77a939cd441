import { join } from 'node:path';
import { resolveRoot, SearchError } from '../../search/index.js';
import { isS3Location } from '../../store/index.js';
import { ServerError } from '../errors.js';
import {
  CONFIGURATION_FILE,
  findUnreadFile,
  readConfigurationFile,
  userConfigurationPaths,
} from './configuration-files.js';
import { checkEmbedding } from './embedding-options.js';
import { type FoundRoot, findRoot } from './find-root.js';
import { documentsPathInRoot, indexPathBeside, settingAt, type WrittenPath } from './project-paths.js';
import { remoteIndexPath } from './remote-index-path.js';
import { checkServing } from './serving-settings.js';
import type { Setting } from './setting.js';
import {
  type ConfigurationFlags,
  environmentSource,
  fileSource,
  flagSource,
  remedyForUnknown,
  type SettingSource,
  unknownVariables,
} from './setting-sources.js';
import { isSettingName, SETTINGS, type SettingName, type SettingValues } from './settings.js';

/** What a process works with. `indexPath` is absolute or a URL, `documentsPath` relative to the root with `/`. */
export interface Configuration extends SettingValues {
  /** Real absolute path of the project. */
  readonly root: string;
  /** Who chose the root: see {@link FoundRoot}. */
  readonly rootSource: string;
  /** Who set each setting, by its name here: `default`, a file's path, a variable's or a flag's name. */
  readonly sources: { readonly [name: string]: string };
  /** Configuration files that were read, weakest first. */
  readonly files: readonly string[];
  /** What is odd but does not stop anything. */
  readonly warnings: readonly { readonly code: string; readonly message: string; readonly remedy: string }[];
}

export interface ConfigurationRequest {
  /** The root that was asked for; default see `findRoot`. */
  readonly root?: string | undefined;
  readonly flags: ConfigurationFlags;
  /** The folder that the client has open, if it told one. */
  readonly workspace?: FoundRoot | undefined;
  readonly environment: { readonly [name: string]: string | undefined };
  readonly cwd: string;
  readonly homeDirectory: string;
  /** Default this machine's. */
  readonly platform?: NodeJS.Platform;
}

/**
 * The configuration of a process, from weak to strong: defaults, the user's `snapdex.toml`, the project's, the
 * environment, flags. Every value is checked, also those that a stronger source replaces.
 *
 * @throws ServerError `CONFIG_INVALID`, naming the place, the key, the value and what is allowed; `CONFIG_UNREADABLE`
 * @throws SearchError `ROOT_MISSING`, `ROOT_NOT_A_DIRECTORY`, `ROOT_FORBIDDEN`
 */
export function loadConfiguration(request: ConfigurationRequest): Configuration {
  const { environment, homeDirectory, platform = process.platform } = request;
  if (request.root?.trim() === '') throw emptyRoot();
  const found = findRoot(request);
  const root = rootAt(found);

  const userPaths = userConfigurationPaths({ environment, homeDirectory, platform });
  const userFile = userPaths.map(readConfigurationFile).find((file) => file !== undefined);
  const projectFile = readConfigurationFile(join(root, CONFIGURATION_FILE));
  const sources: readonly SettingSource[] = [
    ...(userFile === undefined ? [] : [fileSource('user file', userFile)]),
    ...(projectFile === undefined ? [] : [fileSource('project file', projectFile)]),
    environmentSource(environment),
    flagSource(request.flags),
  ];
  return {
    root,
    rootSource: found.source,
    ...settle(sources, { root, homeDirectory }),
    sources: Object.fromEntries(
      Object.keys(SETTINGS)
        .filter(isSettingName)
        .map((name) => [name, written(name, sources).place]),
    ),
    files: [userFile, projectFile].flatMap((file) => (file === undefined ? [] : [file.path])),
    warnings: [
      ...unknownVariables(environment).map(({ name, closest }) => ({
        code: 'UNKNOWN_VARIABLE',
        message: `environment: ${name}: is not a setting of snapdex`,
        remedy: remedyForUnknown(closest),
      })),
      ...(projectFile === undefined ? unreadFileWarnings(root) : []),
    ],
  };
}

function unreadFileWarnings(root: string): Configuration['warnings'] {
  const path = findUnreadFile(root);
  if (path === undefined) return [];
  const remedy = `Write the settings as TOML into ${CONFIGURATION_FILE}; docs/configuration.md shows one.`;
  return [{ code: 'CONFIG_NOT_READ', message: `${path}: is not read, settings are TOML`, remedy }];
}

/** The real path of a root that was found. Where nobody named it, the error says how to. */
function rootAt({ path, source }: FoundRoot): string {
  try {
    return resolveRoot(path);
  } catch (error) {
    const isNamed = source === '--root' || source === 'SNAPDEX_ROOT';
    if (isNamed || !(error instanceof SearchError) || error.code !== 'ROOT_FORBIDDEN') throw error;
    throw new SearchError('ROOT_FORBIDDEN', `${error.message}, and nobody named a project`, {
      remedy: NAME_THE_PROJECT,
      cause: error,
    });
  }
}

const NAME_THE_PROJECT =
  'Start in a project folder or name one with --root; in the configuration of an assistant, add the words ' +
  '"--root", "/path/to/project" behind "serve" in the "args" of this server.';

function settle(
  sources: readonly SettingSource[],
  { root, homeDirectory }: { readonly root: string; readonly homeDirectory: string },
): SettingValues {
  const documents = written('documentsPath', sources);
  const index = written('indexPath', sources);
  const documentsPath = read('documentsPath', sources).map((value) =>
    documentsPathInRoot(root, { ...documents, value }),
  );
  const indexPath = { ...index, value: read('indexPath', sources) };
  return {
    documentsPath,
    indexPath: isS3Location(indexPath.value)
      ? remoteIndexPath({ root, homeDirectory }, indexPath)
      : indexPathBeside({ root, documentsPath, homeDirectory }, indexPath),
    recursive: read('recursive', sources),
    include: read('include', sources),
    exclude: read('exclude', sources),
    coordinationMode: read('coordinationMode', sources),
    readOnly: read('readOnly', sources),
    lockTimeoutMs: read('lockTimeoutMs', sources),
    reconciliationIntervalMs: read('reconciliationIntervalMs', sources),
    debounceMs: read('debounceMs', sources),
    maximumFileBytes: read('maximumFileBytes', sources),
    keepGenerations: read('keepGenerations', sources),
    minimumAgeMs: read('minimumAgeMs', sources),
    maximumTotalBytes: read('maximumTotalBytes', sources),
    ...checkServing({
      root,
      homeDirectory,
      values: {
        host: read('host', sources),
        port: read('port', sources),
        allowedHosts: read('allowedHosts', sources),
        tokenFile: read('tokenFile', sources),
      },
      writtenAt: (name) => written(name, sources),
    }),
    ...checkEmbedding({
      root,
      homeDirectory,
      values: {
        embedder: read('embedder', sources),
        embeddingModel: read('embeddingModel', sources),
        embeddingUrl: read('embeddingUrl', sources),
        embeddingApiKeyVariable: read('embeddingApiKeyVariable', sources),
        embeddingDimensions: read('embeddingDimensions', sources),
        embeddingBatchSize: read('embeddingBatchSize', sources),
        embeddingTimeoutMs: read('embeddingTimeoutMs', sources),
        embeddingDocumentPrefix: read('embeddingDocumentPrefix', sources),
        embeddingQueryPrefix: read('embeddingQueryPrefix', sources),
        embeddingWeight: read('embeddingWeight', sources),
        embeddingMinimumSimilarity: read('embeddingMinimumSimilarity', sources),
      },
      writtenAt: (name) => written(name, sources),
    }),
  };
}

/** The strongest value of a setting, after all values that are given for it have been checked. */
function read<Name extends SettingName>(name: Name, sources: readonly SettingSource[]): SettingValues[Name] {
  const setting: Setting<SettingValues[Name]> = SETTINGS[name];
  let strongest = setting.fallback;
  for (const source of sources) {
    const value = source.find(name);
    if (value === undefined) continue;
    const parsed = setting.schema.safeParse(value);
    if (!parsed.success) throw invalidValue(setting, value, { source, place: source.place(name), cause: parsed.error });
    strongest = parsed.data;
  }
  return strongest;
}

function invalidValue(
  setting: Setting<unknown>,
  value: unknown,
  { source, place, cause }: { readonly source: SettingSource; readonly place: string; readonly cause: unknown },
): ServerError {
  const { kind } = source;
  return new ServerError(
    'CONFIG_INVALID',
    `${settingAt({ place, kind, key: setting.key })}: expected ${setting.allowed}, found ${JSON.stringify(value)}`,
    { remedy: setting.adviceFor?.(value) ?? REMEDIES[kind], cause, isCommandLine: kind === 'flag' },
  );
}

const REMEDIES: Readonly<Record<SettingSource['kind'], string>> = {
  'user file': 'Correct it there, or remove it to use the default.',
  'project file': 'Correct it there, or remove it to use the default.',
  environment: 'Correct the variable, or unset it to use the default.',
  flag: 'Correct it, or leave it out to use the default.',
};

function emptyRoot(): ServerError {
  return new ServerError('CONFIG_INVALID', '--root: expected a folder, found ""', {
    remedy: 'Name the folder of the project, or leave the option out to use the nearest one.',
    isCommandLine: true,
  });
}

/** Where the strongest value of a setting was written. */
function written(name: SettingName, sources: readonly SettingSource[]): Omit<WrittenPath, 'value'> {
  const source = sources.findLast((candidate) => candidate.find(name) !== undefined);
  return { place: source?.place(name) ?? 'default', kind: source?.kind };
}
