import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SearchError } from '../../errors.js';
import { requireText } from '../../request-checks.js';
import { invalidModel } from './invalid-model.js';
import { numbersOf, readSafetensors, type Tensor } from './safetensors.js';
import { tokenizerOf } from './tokenizer.js';

/**
 * A model of model2vec, ready to be used in any thread: the numbers lie in shared memory.
 * https://github.com/MinishLab/model2vec
 */
export interface StaticModel {
  /** Names the content of the model's files. */
  readonly id: string;
  /** The tokenizer.json. */
  readonly tokenizer: Uint8Array;
  /** One row of `dimension` numbers after the other. */
  readonly rows: Float32Array;
  readonly dimension: number;
  /** The row of each token; undefined if token i has row i. */
  readonly mapping: Float32Array | undefined;
  /** What each token's row is multiplied with; undefined if all count the same. */
  readonly weights: Float32Array | undefined;
}

/** Larger models are no static ones, and would not fit beside a server's other memory. */
const LARGEST_MODEL_BYTES = 2 * 1024 ** 3;
const LARGEST_TEXT_BYTES = 64 * 1024 * 1024;
const MOST_COMPONENTS = 16_384;
const READ_BYTES = 4 * 1024 * 1024;
/** Numbers that are looked at before others get a turn. */
const NUMBERS_PER_TURN = 1 << 20;

const configSchema = z.looseObject({});

/**
 * Reads the model in a folder: `model.safetensors`, `tokenizer.json` and, if it is there, `config.json`. Gives way to
 * others while it reads.
 *
 * @throws SearchError EMBEDDER_MODEL_INVALID, naming the file and what is wrong with it; INVALID_REQUEST
 */
export async function readStaticModel(folder: string): Promise<StaticModel> {
  requireText('folder', folder);
  const hash = createHash('sha256');
  const read = (name: string, most: number): Promise<Uint8Array | undefined> => readShared(folder, name, most, hash);
  const tokenizer = await read('tokenizer.json', LARGEST_TEXT_BYTES);
  const config = await read('config.json', LARGEST_TEXT_BYTES);
  const tensors = await read('model.safetensors', LARGEST_MODEL_BYTES);
  if (tokenizer === undefined) throw invalidModel(path.join(folder, 'tokenizer.json'), 'there is no such file');
  if (tensors === undefined) throw invalidModel(path.join(folder, 'model.safetensors'), 'there is no such file');
  if (config !== undefined) checkConfig(path.join(folder, 'config.json'), config);
  const file = path.join(folder, 'model.safetensors');
  const tokens = tokenizerOf(path.join(folder, 'tokenizer.json'), tokenizer).size;
  const content = modelOf(file, readSafetensors(file, tensors), tokens);
  await requireFinite(file, content.rows);
  const id = `static-${content.dimension}-${hash.digest('hex').slice(0, 16)}`;
  return { id, tokenizer, ...content };
}

/** The tensors of a model, which must have a row for every token. */
function modelOf(
  file: string,
  tensors: ReadonlyMap<string, Tensor>,
  tokens: number,
): Omit<StaticModel, 'id' | 'tokenizer'> {
  // The second name is that of a sentence-transformers folder.
  const embeddings = tensors.get('embeddings') ?? tensors.get('embedding.weight');
  if (embeddings === undefined) throw invalidModel(file, 'there is no tensor "embeddings"');
  const [count = 0, dimension = 0, ...more] = embeddings.shape;
  if (more.length > 0 || count < 1 || dimension < 1 || dimension > MOST_COMPONENTS) {
    throw invalidModel(file, `the embeddings have the shape [${embeddings.shape.join(', ')}]`);
  }
  const mapping = column(file, tensors, 'mapping');
  const weights = column(file, tensors, 'weights');
  const known = mapping?.length ?? count;
  if (known < tokens) throw invalidModel(file, `it has ${known} tokens, the tokenizer ${tokens}`);
  if (weights !== undefined && weights.length < tokens) {
    throw invalidModel(file, `it has ${weights.length} weights, the tokenizer ${tokens} tokens`);
  }
  if (mapping?.every((row) => Number.isInteger(row) && row >= 0 && row < count) === false) {
    throw invalidModel(file, `the mapping names rows that are none of the ${count}`);
  }
  if (weights?.every(Number.isFinite) === false) throw invalidModel(file, 'a weight is no number');
  return { rows: numbersOf(embeddings), dimension, mapping, weights };
}

function column(file: string, tensors: ReadonlyMap<string, Tensor>, name: string): Float32Array | undefined {
  const tensor = tensors.get(name);
  if (tensor === undefined) return undefined;
  if (tensor.shape.length === 1) return numbersOf(tensor);
  throw invalidModel(file, `the tensor "${name}" has the shape [${tensor.shape.join(', ')}]`);
}

/** A config.json says nothing that changes a direction; but one that is no object is a sign of damage. */
function checkConfig(file: string, bytes: Uint8Array): void {
  try {
    configSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    throw invalidModel(file, 'it is no JSON object', cause);
  }
}

async function requireFinite(file: string, numbers: Float32Array): Promise<void> {
  for (let start = 0; start < numbers.length; start += NUMBERS_PER_TURN) {
    const end = Math.min(numbers.length, start + NUMBERS_PER_TURN);
    for (let index = start; index < end; index++) {
      if (!Number.isFinite(numbers[index])) throw invalidModel(file, 'an embedding holds what is no number');
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A file's bytes in shared memory, added to the hash; undefined if there is none. */
async function readShared(
  folder: string,
  name: string,
  mostBytes: number,
  hash: Hash,
): Promise<Uint8Array | undefined> {
  const file = path.join(folder, name);
  try {
    // A pipe would be waited for, and nothing ends that wait.
    await using handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const status = await handle.stat();
    if (!status.isFile()) throw invalidModel(file, 'it is no file');
    if (status.size > mostBytes) throw invalidModel(file, `${status.size} bytes, at most ${mostBytes} are taken`);
    const bytes = new Uint8Array(new SharedArrayBuffer(status.size));
    hash.update(`${name} ${status.size}\n`);
    for (let done = 0; done < bytes.length; ) {
      const part = bytes.subarray(done, done + READ_BYTES);
      const { bytesRead } = await handle.read(part, 0, part.length, done);
      if (bytesRead === 0) throw invalidModel(file, `it ends at byte ${done} of ${status.size}`);
      hash.update(part.subarray(0, bytesRead));
      done += bytesRead;
    }
    return bytes;
  } catch (cause) {
    if (cause instanceof SearchError) throw cause;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw invalidModel(file, 'it cannot be read', cause);
  }
}
