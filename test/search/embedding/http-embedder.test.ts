import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HttpEmbedder, type HttpEmbedderOptions } from '../../../dist/search/library.js';
import { type EmbeddingServer, embeddingServer, vectorFor } from './embedding-server.js';

const KEY = 'sk-very-secret';

async function serverAndEmbedder(
  options: Partial<HttpEmbedderOptions> = {},
): Promise<{ readonly server: EmbeddingServer; readonly embedder: HttpEmbedder }> {
  const server = await embeddingServer();
  const embedder = new HttpEmbedder({ url: server.url, model: 'tiny', firstDelayMs: 1, ...options });
  onTestFinished(() => embedder.close());
  return { server, embedder };
}

const failing = (code: string, message: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(message) });

const unit = (text: string): readonly number[] => {
  const vector = vectorFor(text);
  return vector.map((component) => component / Math.hypot(...vector));
};

/** An answer of two components. */
const ODD = { status: 200, text: '{"data":[{"index":0,"embedding":[1,2]}]}' };

test('texts are asked for in batches, and their vectors have unit length and the order of the texts', async () => {
  const { server, embedder } = await serverAndEmbedder({ batchSize: 3 });
  const texts = Array.from({ length: 10 }, (_, place) => `text ${place}`);
  const vectors = await embedder.embed(texts);
  expect(server.requests.map(({ body }) => body.input.length).toSorted()).toEqual([1, 3, 3, 3]);
  for (const [place, vector] of vectors.entries()) {
    for (const [component, value] of unit(texts[place] ?? '').entries())
      expect(vector[component]).toBeCloseTo(value, 6);
  }
  expect(embedder.dimension).toBe(4);
});

test('no text needs no request', async () => {
  const { server, embedder } = await serverAndEmbedder();
  expect(await embedder.embed([])).toEqual([]);
  expect(server.requests).toEqual([]);
});

test('a request names the model, the dimensions if they are set, and the key', async () => {
  const { server, embedder } = await serverAndEmbedder({ apiKey: KEY, dimensions: 4 });
  await embedder.embed(['a']);
  expect(server.requests[0]).toMatchObject({
    path: '/v1/embeddings',
    authorization: `Bearer ${KEY}`,
    body: { model: 'tiny', input: ['a'], dimensions: 4, encoding_format: 'float' },
  });
});

test('passages and questions get their prefixes, and that of passages is part of the id', async () => {
  const { server, embedder } = await serverAndEmbedder({ documentPrefix: 'passage: ', queryPrefix: 'query: ' });
  await embedder.embed(['a']);
  await embedder.embed(['b'], 'query');
  expect(server.requests.map(({ body }) => body.input)).toEqual([['passage: a'], ['query: b']]);
  const ids = ['', 'passage: ', 'other: '].map(
    (documentPrefix) => new HttpEmbedder({ url: server.url, model: 'tiny', documentPrefix }).id,
  );
  expect(new Set(ids).size).toBe(3);
  expect(ids[0]).toBe('http:tiny');
  expect(new HttpEmbedder({ url: server.url, model: 'tiny', queryPrefix: 'q' }).id).toBe('http:tiny');
});

test.each(['', '/', '/embeddings'])('an address that ends in /v1%s is understood', async (end) => {
  const server = await embeddingServer();
  await new HttpEmbedder({ url: `${server.url}${end}`, model: 'tiny' }).embed(['a']);
  expect(server.requests[0]?.path).toBe('/v1/embeddings');
});

describe('an endpoint that is busy', () => {
  test.each([429, 500, 503])('with status %i is asked again', async (status) => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ status }, { status });
    expect(await embedder.embed(['a'])).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
  });

  test('is not asked again before the time that it names', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ status: 429, headers: { 'retry-after': '0.3' } });
    await embedder.embed(['a']);
    const [first, second] = server.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(295);
  });

  test('for longer than anybody waits, is given up at once', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ status: 429, headers: { 'retry-after': '86400' } });
    await expect(embedder.embed(['a'])).rejects.toEqual(failing('EMBEDDER_UNAVAILABLE', 'status 429'));
    expect(server.requests).toHaveLength(1);
  });

  test('for good is given up after five tries, with what it said', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 503, text: 'loading\nmodel' });
    await expect(embedder.embed(['a'])).rejects.toEqual(failing('EMBEDDER_UNAVAILABLE', 'status 503: loading model'));
    expect(server.requests).toHaveLength(5);
  });

  test('is waited for twice as long each time, or longer', async () => {
    const firstDelayMs = 20;
    const { server, embedder } = await serverAndEmbedder({ firstDelayMs });
    server.answerAlways({ status: 503 });
    await expect(embedder.embed(['a'])).rejects.toEqual(failing('EMBEDDER_UNAVAILABLE', 'status 503'));
    const times = server.requests.map(({ atMs }) => atMs);
    const waits = times.slice(1).map((atMs, place) => (atMs - (times[place] ?? 0)) / firstDelayMs);
    // A timer may ring a millisecond early, and on a busy machine it rings late.
    expect(waits.map((wait, place) => wait >= 2 ** place - 0.1)).toEqual([true, true, true, true]);
  });

  test('does not keep a question waiting', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 503 });
    await expect(embedder.embed(['a'], 'query')).rejects.toEqual(failing('EMBEDDER_UNAVAILABLE', 'status 503'));
    expect(server.requests).toHaveLength(1);
  });

  test('that cuts the connection off is asked again', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ cutOff: true });
    expect(await embedder.embed(['a'])).toHaveLength(1);
  });

  test('that never answers is given up after the timeout, also where memory is collected meanwhile', async () => {
    setFlagsFromString('--expose-gc');
    const collecting = setInterval(runInNewContext('gc'), 20);
    onTestFinished(() => clearInterval(collecting));
    const { server, embedder } = await serverAndEmbedder({ timeoutMs: 300 });
    server.answerAlways({ silent: true });
    await expect(embedder.embed(['a'], 'query')).rejects.toEqual(
      failing('EMBEDDER_UNAVAILABLE', 'no answer within 0.3 seconds'),
    );
  });

  test('that never answers is given up after the timeout', async () => {
    const { server, embedder } = await serverAndEmbedder({ timeoutMs: 50 });
    server.answerAlways({ silent: true });
    await expect(embedder.embed(['a'], 'query')).rejects.toEqual(
      failing('EMBEDDER_UNAVAILABLE', 'no answer within 0.05 seconds'),
    );
  });
});

test('an endpoint that is not there is said so, with its address and a remedy', async () => {
  const { server, embedder } = await serverAndEmbedder();
  await server.close();
  const error: unknown = await embedder.embed(['a']).catch((reason: unknown) => reason);
  expect(error).toEqual(failing('EMBEDDER_UNAVAILABLE', `"tiny" at ${server.url}/embeddings`));
  expect(error).toMatchObject({ remedy: expect.stringContaining('Start the endpoint') });
});

describe('a request that is refused', () => {
  test('is not repeated, and names the variable of a key that is missing', async () => {
    const { server, embedder } = await serverAndEmbedder({ apiKeyVariable: 'MY_KEY' });
    server.answerAlways({ status: 401, text: 'no key' });
    const error: unknown = await embedder.embed(['a']).catch((reason: unknown) => reason);
    expect(error).toEqual(failing('EMBEDDER_REFUSED', 'status 401: no key'));
    expect(error).toMatchObject({ remedy: expect.stringContaining('MY_KEY') });
    expect(server.requests).toHaveLength(1);
  });

  test('with a 404 may have the wrong address', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 404, text: '404 page not found' });
    const error: unknown = await embedder.embed(['a']).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'EMBEDDER_REFUSED', remedy: expect.stringContaining('`embedding_url`') });
  });

  test('never shows the key, even if the endpoint repeats it', async () => {
    const { server, embedder } = await serverAndEmbedder({ apiKey: KEY });
    server.answerAlways({ status: 401, text: `bad key ${KEY} given` });
    const error: unknown = await embedder.embed(['a']).catch((reason: unknown) => reason);
    expect(error).toEqual(failing('EMBEDDER_REFUSED', 'bad key … given'));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(KEY);
  });

  test('for a key that cannot be sent does not show it either', async () => {
    const { server, embedder } = await serverAndEmbedder({ apiKey: `${KEY}\n${KEY}` });
    const error: unknown = await embedder.embed(['a']).catch((reason: unknown) => reason);
    expect(error).toEqual(failing('EMBEDDER_REFUSED', 'the API key holds what cannot be sent'));
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(KEY);
    expect(server.requests).toEqual([]);
  });

  test('for one text that is too long costs only that text its end', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.refuseTextsLongerThan(20);
    const long = 'x'.repeat(70);
    const vectors = await embedder.embed(['a', 'b', long, 'c']);
    const expected = ['a', 'b', 'x'.repeat(17), 'c'].map((text) => Math.fround(unit(text)[0] ?? 0));
    expect(vectors.map(([first]) => first)).toEqual(expected);
  });

  test('for a text of which nothing is taken leaves it without meaning', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.refuseTextsWith('poison');
    const [good, bad] = await embedder.embed(['good', 'poison'.repeat(99)]);
    expect(good?.some((component) => component !== 0)).toBe(true);
    expect([...(bad ?? [])]).toEqual([0, 0, 0, 0]);
  });

  test('for every text is an error, not a corpus without meaning', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 400, text: 'dimensions are not supported' });
    await expect(embedder.embed(['a', 'b'])).rejects.toEqual(failing('EMBEDDER_REFUSED', 'not supported'));
  });

  test('by a redirect is refused: nobody else gets the texts', async () => {
    const { server, embedder } = await serverAndEmbedder({ apiKey: KEY });
    const other = await embeddingServer();
    server.answerAlways({ status: 307, headers: { location: `${other.url}/embeddings` } });
    await expect(embedder.embed(['a'])).rejects.toEqual(expect.objectContaining({ code: 'EMBEDDER_UNAVAILABLE' }));
    expect(other.requests).toEqual([]);
  });
});

describe('an answer', () => {
  test.each([
    ['that is no JSON', 'hello', 'holds no embeddings'],
    ['without data', '{}', 'holds no embeddings'],
    ['with text in place of numbers', '{"data":[{"index":0,"embedding":["1"]}]}', 'holds no embeddings'],
    ['with an empty vector', '{"data":[{"index":0,"embedding":[]}]}', 'holds no embeddings'],
    ['with too few vectors', '{"data":[]}', '0 embeddings for 1 texts'],
    ['with one vector twice', '{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}', '0 is there twice'],
    ['with a vector of zeros', '{"data":[{"index":0,"embedding":[0,0]}]}', 'an embedding is all zeros'],
    ['with a vector of another text', '{"data":[{"index":7,"embedding":[1]}]}', '1 embeddings for 1 texts'],
    ['with a number too large', '{"data":[{"index":0,"embedding":[1e39,1]}]}', 'no number'],
  ])('%s is refused', async (_, text, message) => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 200, text });
    await expect(embedder.embed(['a'])).rejects.toEqual(failing('EMBEDDER_ANSWER_INVALID', message));
  });

  test('of zeros, for a text alone, leaves that text without a vector', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ status: 200, text: '{"data":[{"index":0,"embedding":[0,0,0,0]}]}' });
    expect(await embedder.embed(['?'])).toEqual([new Float32Array(4)]);
    expect(server.requests).toHaveLength(2);
  });

  test('of another dimension than before, which the endpoint keeps to, is refused once', async () => {
    const { server, embedder } = await serverAndEmbedder();
    await embedder.embed(['a']);
    server.answerWithComponents(8);
    await expect(embedder.embed(['b'])).rejects.toEqual(failing('EMBEDDER_ANSWER_INVALID', '8 components, expected 4'));
    expect(embedder.dimension).toBe(8);
    expect((await embedder.embed(['b']))[0]).toHaveLength(8);
  });

  test('of another dimension than before, once, is asked for again', async () => {
    const { server, embedder } = await serverAndEmbedder();
    embedder.assumeDimension(4);
    server.answerNext(ODD);
    expect((await embedder.embed(['b']))[0]).toHaveLength(4);
    expect(embedder.dimension).toBe(4);
  });

  test('of another dimension than before, now and then, is no new model', async () => {
    const { server, embedder } = await serverAndEmbedder();
    await embedder.embed(['a']);
    server.answerNext(ODD, ODD, ODD);
    const asked = embedder.embed(['what is odd'], 'query');
    await expect(asked).rejects.toEqual(
      failing('EMBEDDER_UNAVAILABLE', 'one embedding of 2 components among others of 4'),
    );
    expect(embedder.dimension).toBe(4);
  });

  test('of another dimension than was asked for is refused', async () => {
    const { embedder } = await serverAndEmbedder({ dimensions: 8 });
    await expect(embedder.embed(['b'])).rejects.toEqual(failing('EMBEDDER_ANSWER_INVALID', '4 components, expected 8'));
  });

  test('without the places of the texts is taken in its order', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({ status: 200, text: '{"data":[{"embedding":[1,0]},{"embedding":[0,1]}]}' });
    expect((await embedder.embed(['a', 'b'])).map(([first]) => first)).toEqual([1, 0]);
  });

  test('without end is not read to its end', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerAlways({ status: 200, text: ' '.repeat(2 * 1024 * 1024) });
    await expect(embedder.embed(['a'])).rejects.toEqual(failing('EMBEDDER_ANSWER_INVALID', 'an answer of more than'));
  });

  test('in another order than the texts is put in order', async () => {
    const { server, embedder } = await serverAndEmbedder();
    server.answerNext({
      status: 200,
      text: '{"data":[{"index":1,"embedding":[0,1]},{"index":0,"embedding":[1,0]}]}',
    });
    expect((await embedder.embed(['a', 'b'])).map((vector) => [...vector])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

test('closing ends a request, and the wait before the next one', async () => {
  const { server, embedder } = await serverAndEmbedder({ firstDelayMs: 10_000 });
  server.answerNext({ status: 500 });
  const waiting = embedder.embed(['a']);
  await server.requested(1);
  setTimeout(() => embedder.close(), 20);
  await expect(waiting).rejects.toEqual(failing('INDEX_CLOSED', 'closed'));
  const silent = await serverAndEmbedder();
  silent.server.answerAlways({ silent: true });
  const asking = silent.embedder.embed(['a']);
  await silent.server.requested(1);
  silent.embedder.close();
  await expect(asking).rejects.toEqual(failing('INDEX_CLOSED', 'closed'));
  await expect(silent.embedder.embed(['a'])).rejects.toEqual(failing('INDEX_CLOSED', 'closed'));
});
