import { Tokenizer as Reference } from '@huggingface/tokenizers';
import { expect, test } from 'vitest';
import { Tokenizer } from '../../../../dist/search/embedding/static/tokenizer.js';
import { randomNumbers, seedOfThisRun } from '../../documents/random-numbers.js';
import { bertTokenizer } from './tiny-model.js';

const bytesOf = (described: unknown): Uint8Array => Buffer.from(JSON.stringify(described));

/** The tokens of ours and of the reference implementation. */
function tokensOfBoth(described: Record<string, unknown>, text: string): readonly (readonly number[])[] {
  const ours = new Tokenizer('tokenizer.json', bytesOf(described));
  const reference = new Reference(described, {});
  return [ours.encode(text), reference.encode(text, { add_special_tokens: false }).ids];
}

const TEXTS = [
  '',
  '   \n\t ',
  'The snapshots lock the store.',
  'automobiles, cars & engines!',
  'Café CAFÉ cafe\u0301',
  '日本語の本',
  'lock-store_1 a.b.c',
  'a\u0000b\ufffdc a\u200db\u00adc a\u00a0b\u3000c\u2028a',
  'ΣΑΣ σ Σ',
  'x'.repeat(101),
  'lock[MASK]store [CLS] [UNK]',
  'unknownword lock 🚗 car 𝒜',
  '$a+b<c>a^b`c|a~b=c',
] as const;

test.each(TEXTS)('%j has the tokens that the reference gives', (text) => {
  const [ours, reference] = tokensOfBoth(bertTokenizer(), text);
  expect(ours).toEqual(reference);
});

test('random texts have the tokens that the reference gives', () => {
  const seed = seedOfThisRun();
  console.log(`texts: SNAPDEX_SEED=${seed}`);
  const random = randomNumbers(seed);
  const parts = [
    'lock',
    'snap',
    'shot',
    's',
    'ing',
    'E',
    'é',
    '本',
    ' ',
    '\n',
    '.',
    '!',
    '-',
    '_',
    '1',
    'car',
    'Auto',
    '[MASK]',
    'q',
    '\u0301',
    '\u200b',
    '’',
    '€',
  ];
  const ours = new Tokenizer('tokenizer.json', bytesOf(bertTokenizer()));
  const reference = new Reference(bertTokenizer(), {});
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: random(12) }, () => parts[random(parts.length)]).join('');
    expect([text, ours.encode(text)]).toEqual([text, reference.encode(text, { add_special_tokens: false }).ids]);
  }
});

test.each([
  ['cased', { normalizer: { ...bertNormalizer(), lowercase: false } }],
  ['with accents', { normalizer: { ...bertNormalizer(), strip_accents: false } }],
  ['without spaces around CJK', { normalizer: { ...bertNormalizer(), handle_chinese_chars: false } }],
  ['uncleaned', { normalizer: { ...bertNormalizer(), clean_text: false } }],
  [
    'in steps',
    {
      normalizer: { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }, { type: 'Lowercase' }] },
    },
  ],
  ['replaced', { normalizer: { type: 'Replace', pattern: { String: 'lock' }, content: 'car' } }],
  ['without a normalizer', { normalizer: null }],
  ['cut at white space', { pre_tokenizer: { type: 'WhitespaceSplit' } }],
  ['cut at words', { pre_tokenizer: { type: 'Whitespace' } }],
  [
    'cut twice',
    {
      pre_tokenizer: {
        type: 'Sequence',
        pretokenizers: [{ type: 'WhitespaceSplit' }, { type: 'Digits', individual_digits: true }],
      },
    },
  ],
])('a tokenizer %s has the tokens that the reference gives', (_, changes) => {
  for (const text of ['Locks café 日本 a1_b', 'lock  LOCK\tthe Auto-mobiles 11']) {
    const [ours, reference] = tokensOfBoth(bertTokenizer(changes), text);
    expect([text, ours]).toEqual([text, reference]);
  }
});

test.each([
  ['the tokenizer kinds that are not understood', { model: { type: 'Unigram', vocab: [['a', 0]] } }, '"Unigram"'],
  ['byte pairs', { model: { type: 'BPE', vocab: {}, merges: [] } }, '"BPE"'],
  ['no kind at all', { model: {} }, '"unnamed"'],
  ['an unknown normalizer', { normalizer: { type: 'Precompiled' } }, '"Precompiled"'],
  ['an unknown pre-tokenizer', { pre_tokenizer: { type: 'Metaspace' } }, '"Metaspace"'],
  [
    'a pattern that is an expression',
    { normalizer: { type: 'Replace', pattern: { Regex: '(a+)+$' }, content: '' } },
    'Replace',
  ],
  ['normalizers in normalizers without end', { normalizer: nested('Sequence', 'normalizers') }, 'more than 8 deep'],
  ['pre-tokenizers likewise', { pre_tokenizer: nested('Sequence', 'pretokenizers') }, 'more than 8 deep'],
  ['a vocabulary without its unknown token', { model: { type: 'WordPiece', vocab: { a: 0 } } }, '[UNK]'],
  ['numbers below zero', { model: { type: 'WordPiece', vocab: { '[UNK]': -1 } } }, 'WordPiece'],
])('%s are refused by name', (_, changes, named) => {
  expect(() => new Tokenizer('tokenizer.json', bytesOf(bertTokenizer(changes)))).toThrow(
    expect.objectContaining({ code: 'EMBEDDER_MODEL_INVALID', message: expect.stringContaining(named) }),
  );
});

test('what is no JSON is refused', () => {
  expect(() => new Tokenizer('t.json', Buffer.from('{'))).toThrow(
    expect.objectContaining({ code: 'EMBEDDER_MODEL_INVALID' }),
  );
});

test('a word with the name of an inherited property is a word like others', () => {
  const [ours, reference] = tokensOfBoth(bertTokenizer(), 'constructor __proto__ toString');
  expect(ours).toEqual(reference);
});

test('replacements that make a text grow without end are cut off', () => {
  const grow = { type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(100) };
  const normalizer = { type: 'Sequence', normalizers: Array.from({ length: 20 }, () => grow) };
  const tokenizer = new Tokenizer('t.json', bytesOf(bertTokenizer({ normalizer })));
  expect(tokenizer.encode('a')).toEqual([tokenizer.unknown]);
});

function nested(type: string, key: string): unknown {
  let described: unknown = null;
  for (let depth = 0; depth < 2_000; depth++) described = { type, [key]: [described] };
  return described;
}

function bertNormalizer(): object {
  return { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true };
}
