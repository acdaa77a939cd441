import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ConfigurationFlags } from '../server/index.js';

/** What every command takes: which project, how to answer, and the settings that win over files and environment. */
export interface ProjectOptions {
  readonly root?: string;
  readonly json?: boolean;
  readonly indexPath?: string;
  readonly documentsPath?: readonly string[];
  readonly recursive?: boolean;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly coordinationMode?: string;
  readonly lockTimeout?: number;
  readonly readOnly?: boolean;
  readonly embedder?: string;
  readonly embeddingModel?: string;
  readonly embeddingUrl?: string;
  /** Only `collect` takes it. */
  readonly maximumTotalBytes?: string;
}

/** The heading in a command's help below which settings stand. */
export const SETTINGS = 'Settings (they win over environment and snapdex.toml):';

const EMBEDDERS = ['local', 'static', 'http', 'transformers'];

/** Adds the options of commands that are about one project. */
export function addProjectOptions(command: Command): Command {
  const setting = (flags: string, description: string): Option => new Option(flags, description).helpGroup(SETTINGS);
  return addRootAndJson(command)
    .addOption(setting('--index-path <folder>', 'where the index is kept: a folder, or s3://bucket/prefix'))
    .addOption(setting('--documents-path <folder>', 'where the documents are; may be repeated').argParser(append))
    .addOption(setting('--include <glob>', 'which files are documents; may be repeated').argParser(append))
    .addOption(setting('--exclude <glob>', 'which files are not; may be repeated').argParser(append))
    .addOption(setting('--recursive', 'look into subfolders'))
    .addOption(setting('--no-recursive', 'do not look into subfolders'))
    .addOption(offering(setting('--coordination-mode <mode>', 'how writers are queued'), ['file_lock', 'none']))
    .addOption(setting('--lock-timeout <seconds>', 'how long a writer waits for its turn').argParser(seconds))
    .addOption(setting('--read-only', 'answer from the index and never write to it, whatever the documents hold'))
    .addOption(offering(setting('--embedder <kind>', 'what makes vectors'), EMBEDDERS))
    .addOption(setting('--embedding-model <name>', 'its model: a folder for static, else a name'))
    .addOption(setting('--embedding-url <url>', 'of http: the OpenAI-compatible endpoint, up to /v1'));
}

/** Names what an option takes, for help and completion. The configuration checks it, wherever it was written. */
function offering(option: Option, choices: readonly string[]): Option {
  option.argChoices = [...choices];
  return option;
}

/** Adds the options of commands that may need to know the project. */
export function addRootAndJson(command: Command): Command {
  return addJson(
    command.option('--root <folder>', 'the project; default the nearest project around the working directory'),
  );
}

/** Adds the options that every command takes. */
export function addJson(command: Command): Command {
  return command.option('--json', 'print one JSON object instead of text').helpOption('-h, --help', 'print help');
}

/** The settings among the options, as the configuration reads them; it also checks them. */
export function configurationFlags(options: ProjectOptions): ConfigurationFlags {
  const { indexPath, documentsPath, recursive, include, exclude, coordinationMode, lockTimeout } = options;
  const { readOnly, maximumTotalBytes, embedder, embeddingModel, embeddingUrl } = options;
  return {
    readOnly,
    indexPath,
    documentsPath,
    recursive,
    include,
    exclude,
    coordinationMode,
    lockTimeoutMs: lockTimeout === undefined ? undefined : lockTimeout * 1000,
    maximumTotalBytes,
    embedder,
    embeddingModel,
    embeddingUrl,
  };
}

/** Collects the values of an option that may be repeated. */
export function append(value: string, earlier: readonly string[] | undefined): readonly string[] {
  return [...(earlier ?? []), value];
}

function seconds(value: string): number {
  const number = Number(value);
  // Which numbers are allowed the setting says, wherever it was set.
  if (value.trim() !== '' && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number of seconds.');
}
