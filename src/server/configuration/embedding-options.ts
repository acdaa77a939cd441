import { join, resolve } from 'node:path';
import { type EmbeddingOptions, whereItLeads } from '../../search/index.js';
import { ServerError } from '../errors.js';
import { CONFIGURATION_FILE } from './configuration-files.js';
import { EMBEDDING_SETTINGS, type EmbeddingSettingValues } from './embedding-settings.js';
import type { Configuration } from './load-configuration.js';
import { isInside, settingAt, type WrittenPath } from './project-paths.js';

/** The settings of `[embedding]`, each checked by itself, and where they were written. */
interface EmbeddingCheck {
  readonly root: string;
  readonly homeDirectory: string;
  readonly values: EmbeddingSettingValues;
  readonly writtenAt: (name: keyof EmbeddingSettingValues) => Omit<WrittenPath, 'value'>;
}

/**
 * The settings as they hold together, with a static model's folder made absolute. A project's own file was written by
 * whoever wrote the project: it may not send documents to another machine, nor name a secret to be sent.
 *
 * @throws ServerError `CONFIG_INVALID`
 */
export function checkEmbedding({ root, homeDirectory, values, writtenAt }: EmbeddingCheck): EmbeddingSettingValues {
  const { embedder, embeddingModel, embeddingUrl, embeddingApiKeyVariable } = values;
  const refuse = (name: keyof EmbeddingSettingValues, fault: string, remedy: string): ServerError => {
    const at = writtenAt(name);
    const { key } = EMBEDDING_SETTINGS[name];
    return new ServerError('CONFIG_INVALID', `${settingAt({ ...at, key })}: ${fault}`, {
      remedy,
      isCommandLine: at.kind === 'flag',
    });
  };
  const isProjects = (name: keyof EmbeddingSettingValues): boolean => writtenAt(name).kind === 'project file';

  if (embedder !== 'local' && embeddingModel === undefined) {
    const what = embedder === 'static' ? 'the folder of a model' : 'the name of a model';
    throw refuse('embedder', `"${embedder}" needs ${what}`, 'Set embedding_model too, or leave the embedder out.');
  }
  if (embedder === 'http' && embeddingUrl === undefined) {
    throw refuse('embedder', '"http" needs the address of an endpoint', 'Set embedding_url too.');
  }
  if (embeddingUrl !== undefined && isProjects('embeddingUrl') && !isOnThisMachine(embeddingUrl)) {
    const fault = `${JSON.stringify(embeddingUrl)} would send the documents to another machine`;
    throw refuse(
      'embeddingUrl',
      fault,
      'Say so in your own snapdex.toml, by SNAPDEX_EMBEDDING_URL or --embedding-url.',
    );
  }
  if (embeddingApiKeyVariable !== undefined && isProjects('embeddingApiKeyVariable')) {
    const fault = 'a project may not choose which of your variables is sent';
    throw refuse('embeddingApiKeyVariable', fault, 'Say so in your own snapdex.toml or by the environment.');
  }
  if (embedder !== 'static' || embeddingModel === undefined) return values;
  const expanded = /^~[/\\]/.test(embeddingModel) ? join(homeDirectory, embeddingModel.slice(2)) : embeddingModel;
  const folder = resolve(root, expanded);
  if (isProjects('embeddingModel') && !(isInside(folder, root) && isInside(whereItLeads(folder), root))) {
    const fault = `${JSON.stringify(embeddingModel)} lies outside of the project`;
    throw refuse('embeddingModel', fault, 'Name it in your own snapdex.toml, or by SNAPDEX_EMBEDDING_MODEL.');
  }
  return { ...values, embeddingModel: folder };
}

/** What a project's index is opened with. The key is read here, and goes nowhere but to the endpoint. */
export function embeddingOptions(
  configuration: Configuration,
  environment: { readonly [name: string]: string | undefined },
): EmbeddingOptions {
  const { root, sources, embeddingApiKeyVariable: variable } = configuration;
  const projectFile = join(root, CONFIGURATION_FILE);
  // A key is meant for the endpoint that the same person named.
  const mayHaveKey = variable !== undefined && sources.embeddingUrl !== projectFile;
  const apiKey = mayHaveKey ? environment[variable]?.trim() : undefined;
  return {
    embedder: configuration.embedder,
    model: configuration.embeddingModel,
    url: configuration.embeddingUrl,
    apiKey: apiKey === '' ? undefined : apiKey,
    apiKeyVariable: mayHaveKey ? variable : undefined,
    dimensions: configuration.embeddingDimensions,
    batchSize: configuration.embeddingBatchSize,
    timeoutMs: configuration.embeddingTimeoutMs,
    documentPrefix: configuration.embeddingDocumentPrefix,
    queryPrefix: configuration.embeddingQueryPrefix,
    // A project that chooses `transformers` itself must not bring the code that is then run.
    packageFolders: sources.embedder === projectFile ? [] : [root],
    weight: configuration.embeddingWeight,
    minimumSimilarity: configuration.embeddingMinimumSimilarity,
  };
}

function isOnThisMachine(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
