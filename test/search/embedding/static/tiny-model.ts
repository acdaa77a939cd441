import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A tensor to be written: its numbers as bytes of that kind. */
export interface WrittenTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export const float32 = (shape: readonly number[], numbers: readonly number[]): WrittenTensor => ({
  dtype: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(numbers).buffer),
});

/** The bytes of a safetensors file, laid out by hand from the format's description. */
export function safetensors(tensors: Readonly<Record<string, WrittenTensor>>): Buffer {
  let offset = 0;
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } };
  for (const [name, { dtype, shape, bytes }] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
  }
  return withHeader(
    JSON.stringify(header),
    Object.values(tensors).map(({ bytes }) => bytes),
  );
}

/** A file with this header, whatever it says. */
export function withHeader(header: string, data: readonly Uint8Array[]): Buffer {
  const padded = Buffer.from(header.padEnd(Math.ceil(header.length / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...data]);
}

const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
const WORDS = [
  'the',
  'lock',
  'snap',
  'shot',
  'store',
  'car',
  'auto',
  'engine',
  'cafe',
  'a',
  'b',
  'c',
  '日',
  '本',
  '.',
  ',',
];
const PIECES = ['##s', '##shot', '##ing', '##mobile', '##ed', '##e', '##r', '##1', '!', '-', '1', '_', 'σ', '##σ'];
export const VOCABULARY: readonly string[] = [...SPECIAL, ...WORDS, ...PIECES];

/** A tokenizer.json as BERT models have it. */
export function bertTokenizer(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: SPECIAL.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(VOCABULARY.map((token, id) => [token, id])),
    },
    ...changes,
  };
}

export const DIMENSION = 6;

/** One row of numbers for each token, none like another. */
export const ROWS: readonly (readonly number[])[] = VOCABULARY.map((_, token) =>
  Array.from({ length: DIMENSION }, (__, component) => Math.fround(Math.sin(token * 7 + component * 3 + 1))),
);

/** A model's folder; files that are not given are those of a sound model. Removed after the test. */
export async function modelFolder(
  files: { readonly tokenizer?: unknown; readonly tensors?: Uint8Array; readonly config?: string } = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-model-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const tensors = files.tensors ?? safetensors({ embeddings: float32([VOCABULARY.length, DIMENSION], ROWS.flat()) });
  const { tokenizer = bertTokenizer() } = files;
  await writeFile(
    join(folder, 'tokenizer.json'),
    typeof tokenizer === 'string' ? tokenizer : JSON.stringify(tokenizer),
  );
  await writeFile(join(folder, 'model.safetensors'), tensors);
  await writeFile(join(folder, 'config.json'), files.config ?? '{"model_type":"model2vec","normalize":true}');
  return folder;
}
