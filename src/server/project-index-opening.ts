import { homedir } from 'node:os';
import { type Checks, FUNCTION, oneOf, required, TEXT } from '../arguments/index.js';
import type { ProjectIndex, ProjectIndexOptions } from '../search/index.js';
import type { Configuration, ConfigurationFlags, FoundRoot } from './configuration/index.js';
import { CONFIGURATION_SOURCE, readGiven } from './given-request.js';

/** Which project, and what wins over its configuration. */
export interface ConfigurationSource {
  /** The project's folder; default see `findRoot`. */
  readonly root?: string;
  /** Settings that win over files and environment. */
  readonly flags?: ConfigurationFlags;
  /** Asked for the folder that the client has open, if nobody names the root. */
  readonly findWorkspace?: () => Promise<FoundRoot | undefined>;
  /** Told what is odd about the configuration, and later what is wrong with documents and index. */
  readonly onProblem?: NonNullable<ProjectIndexOptions['onProblem']>;
}

/** Which project's index to open, and for what. */
export interface ProjectIndexRequest extends ConfigurationSource {
  /** `serve` follows the files, `once` indexes when told to, `read` never writes. */
  readonly mode: ProjectIndexOptions['mode'];
  /** How `status` names this process. */
  readonly client: string;
  /** Told how far indexing is. */
  readonly onProgress?: NonNullable<ProjectIndexOptions['onProgress']>;
}

/** An open index and the configuration that it follows. */
export interface OpenProjectIndex {
  readonly index: ProjectIndex;
  readonly configuration: Configuration;
}

const REQUEST: Checks<ProjectIndexRequest> = {
  ...CONFIGURATION_SOURCE,
  mode: required(oneOf('serve', 'once', 'read')),
  client: required(TEXT),
  onProgress: FUNCTION,
};

// Both functions load the code that they call only when called: `initialize` and `--help` must not wait for it.

/**
 * What files, this process's environment and flags say.
 *
 * @throws ServerError `CONFIG_INVALID`, `CONFIG_UNREADABLE`, `USAGE`; SearchError `ROOT_MISSING`, `ROOT_NOT_A_DIRECTORY`,
 *   `ROOT_FORBIDDEN`.
 */
export async function readConfiguration(source: ConfigurationSource = {}): Promise<Configuration> {
  const { root, flags = {}, findWorkspace, onProblem } = readGiven('readConfiguration', source, CONFIGURATION_SOURCE);
  const { isRootNamed, loadConfiguration } = await import('./configuration/index.js');
  const workspace = isRootNamed({ root, environment: process.env }) ? undefined : await findWorkspace?.();
  const configuration = loadConfiguration({
    root,
    flags,
    workspace,
    environment: process.env,
    cwd: process.cwd(),
    homeDirectory: homedir(),
  });
  for (const warning of configuration.warnings) onProblem?.(warning);
  return configuration;
}

/**
 * Where the index lies that a person means by `place`: a project's folder stands for its index, as its configuration and
 * this process's environment say; a store, an S3 location and all else for itself.
 *
 * @throws as {@link readConfiguration}
 */
export async function indexLocation(place: string): Promise<string> {
  const { isProjectFolder } = await import('./configuration/index.js');
  return isProjectFolder(place) ? (await readConfiguration({ root: place })).indexPath : place;
}

/**
 * The index of a project, and its configuration, which is read unless it is given. The caller closes the index.
 *
 * @throws ServerError `USAGE`; ServerError and SearchError as {@link readConfiguration} does; StoreError if the store cannot be opened.
 */
export async function openProjectIndex(
  request: ProjectIndexRequest,
  knownConfiguration?: Configuration,
): Promise<OpenProjectIndex> {
  const { mode, client, onProgress, ...source } = readGiven('openProjectIndex', request, REQUEST);
  const { onProblem } = source;
  const configuration = knownConfiguration ?? (await readConfiguration(source));
  const { ProjectIndex } = await import('../search/index.js');
  const { embeddingOptions } = await import('./configuration/index.js');
  const index = await ProjectIndex.open({
    ...configuration,
    embedding: embeddingOptions(configuration, process.env),
    mode,
    client,
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(onProblem === undefined ? {} : { onProblem }),
  });
  return { index, configuration };
}
