import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ConfigurationRequest, embeddingOptions } from '../../../dist/server/configuration/index.js';
import { homeWith } from './home-with-project.js';

const withProjectFile = (toml: string) => homeWith({ 'project/snapdex.toml': `[embedding]\n${toml}` });
const withUserFile = (toml: string) => homeWith({ '.config/snapdex/snapdex.toml': `[embedding]\n${toml}` });
const invalid = (message: string) =>
  expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) });

test('without any setting the embedder is local, and needs nothing', () => {
  expect(embeddingOptions(homeWith().load(), {})).toMatchObject({
    embedder: 'local',
    model: undefined,
    url: undefined,
    apiKey: undefined,
    weight: undefined,
    minimumSimilarity: undefined,
  });
});

test('every key is read', () => {
  const { load } = withUserFile(`
    embedder = "http"
    embedding_model = "nomic-embed-text"
    embedding_url = "https://example.com/v1"
    embedding_api_key_variable = "MY_KEY"
    embedding_dimensions = 256
    embedding_batch_size = 8
    embedding_timeout_seconds = 2.5
    embedding_document_prefix = "search_document: "
    embedding_query_prefix = "search_query: "
    embedding_weight = 0.25
    embedding_minimum_similarity = 0.6
  `);
  expect(embeddingOptions(load(), { MY_KEY: ' secret\n' })).toMatchObject({
    embedder: 'http',
    model: 'nomic-embed-text',
    url: 'https://example.com/v1',
    apiKey: 'secret',
    apiKeyVariable: 'MY_KEY',
    dimensions: 256,
    batchSize: 8,
    timeoutMs: 2_500,
    documentPrefix: 'search_document: ',
    queryPrefix: 'search_query: ',
    weight: 0.25,
    minimumSimilarity: 0.6,
  });
});

test('flags and variables set the embedder too', () => {
  const flags = { embedder: 'http', embeddingModel: 'm', embeddingUrl: 'http://localhost:1/v1' };
  expect(homeWith().load({ flags })).toMatchObject({ embedder: 'http', embeddingModel: 'm' });
  const environment = { SNAPDEX_EMBEDDER: 'transformers', SNAPDEX_EMBEDDING_MODEL: 'm' };
  expect(homeWith().load({ environment })).toMatchObject({ embedder: 'transformers', embeddingModel: 'm' });
});

test('the folder of a static model is relative to the root, and may begin with the home', () => {
  const { root, home, load } = homeWith();
  const modelIn = (embeddingModel: string): unknown =>
    load({ flags: { embedder: 'static', embeddingModel } }).embeddingModel;
  expect(modelIn('models/x')).toBe(join(root, 'models/x'));
  expect(modelIn('~/models/x')).toBe(join(home, 'models/x'));
  expect(load({ flags: { embedder: 'http', embeddingModel: 'a/b', embeddingUrl: 'http://[::1]/' } })).toMatchObject({
    embeddingModel: 'a/b',
  });
});

describe('what is refused', () => {
  test.each([
    ['embedder = "bert"', 'embedder: expected "local", "static", "http" or "transformers", found "bert"'],
    ['embedder = "static"', 'embedder: "static" needs the folder of a model'],
    ['embedder = "http"', 'embedder: "http" needs the name of a model'],
    ['embedder = "transformers"', 'embedder: "transformers" needs the name of a model'],
    ['embedder = "http"\nembedding_model = "m"', 'embedder: "http" needs the address of an endpoint'],
    ['embedding_url = "localhost:1"', 'embedding_url: expected an address'],
    ['embedding_url = "file:///etc"', 'embedding_url: expected an address'],
    ['embedding_url = "http://me:pw@localhost/v1"', 'embedding_url: expected an address'],
    ['embedding_api_key_variable = "sk-123"', 'embedding_api_key_variable: expected the name of an environment'],
    ['embedding_dimensions = 0', 'embedding_dimensions: expected a whole number, 1 to 16384'],
    ['embedding_weight = -1', 'embedding_weight: expected a number, 0 to 10'],
    ['embedding_minimum_similarity = 2', 'embedding_minimum_similarity: expected a number, -1 to 1'],
  ])('%j', (toml, message) => {
    expect(withUserFile(toml).load).toThrow(invalid(message));
  });
});

describe('the file of a project, which somebody else may have written', () => {
  const http = 'embedder = "http"\nembedding_model = "m"\n';

  test.each(['https://evil.example/v1', 'http://10.0.0.1/v1', 'http://localhost.evil.example/v1'])(
    'cannot send the documents to %s',
    (url) => {
      const { load } = withProjectFile(`${http}embedding_url = "${url}"`);
      expect(load).toThrow(invalid('would send the documents to another machine'));
    },
  );

  test.each(['http://localhost:11434/v1', 'http://127.0.0.1:1/v1', 'http://[::1]:1/v1'])('may name %s', (url) => {
    expect(withProjectFile(`${http}embedding_url = "${url}"`).load().embeddingUrl).toBe(url);
  });

  test('cannot name a secret to be sent', () => {
    const { load } = withProjectFile('embedding_api_key_variable = "AWS_SECRET_ACCESS_KEY"');
    expect(load).toThrow(invalid('which of your variables is sent'));
  });

  test('does not get the key that was meant for another endpoint', () => {
    const environment = { SNAPDEX_EMBEDDING_API_KEY_VARIABLE: 'MY_KEY', MY_KEY: 'secret' };
    const keyFor = (request: Partial<ConfigurationRequest>): unknown => {
      const { load } = withProjectFile(`${http}embedding_url = "http://localhost:1/v1"`);
      return embeddingOptions(load({ environment, ...request }), environment).apiKey;
    };
    expect(keyFor({})).toBeUndefined();
    expect(keyFor({ flags: { embeddingUrl: 'http://localhost:2/v1' } })).toBe('secret');
  });

  test('cannot name a model outside of the project, not even through a link', () => {
    expect(withProjectFile('embedder = "static"\nembedding_model = "../m"').load).toThrow(invalid('lies outside'));
    const { home, root, load } = withProjectFile('embedder = "static"\nembedding_model = "link/m"');
    expect(load().embeddingModel).toBe(join(root, 'link/m'));
    symlinkSync(home, join(root, 'link'));
    expect(load).toThrow(invalid('lies outside'));
  });

  test('cannot have code of the project run by choosing transformers', () => {
    const toml = 'embedder = "transformers"\nembedding_model = "m"';
    const { root, load } = withProjectFile(toml);
    expect(embeddingOptions(load(), {}).packageFolders).toEqual([]);
    expect(embeddingOptions(load({ flags: { embedder: 'transformers' } }), {}).packageFolders).toEqual([root]);
  });
});
