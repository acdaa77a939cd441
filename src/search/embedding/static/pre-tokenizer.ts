/** The pre-tokenizers of a tokenizer.json: how a tidied text is cut into words. */
import { z } from 'zod';
import { invalidModel } from './invalid-model.js';

/** Cuts a text into words, in order. */
export type CutIntoWords = (text: string) => readonly string[];

const namedSchema = z.looseObject({ type: z.string() });
const sequenceSchema = z.looseObject({ pretokenizers: z.array(z.unknown()).max(64) });
const digitsSchema = z.looseObject({ individual_digits: z.boolean().default(false) });
const punctuationSchema = z.looseObject({ behavior: z.literal('Isolated').default('Isolated') });

const DEEPEST = 8;

/**
 * The pre-tokenizer that a tokenizer.json describes; `null` is none.
 *
 * @throws SearchError EMBEDDER_MODEL_INVALID if it is of a kind that is not understood
 */
export function preTokenizerOf(file: string, described: unknown, depth = 0): CutIntoWords {
  if (described === null || described === undefined) return (text) => (text === '' ? [] : [text]);
  const named = namedSchema.safeParse(described);
  if (!named.success) throw invalidModel(file, 'the pre-tokenizer is not described', named.error);
  const { type } = named.data;
  if (depth > DEEPEST) throw invalidModel(file, `pre-tokenizers within pre-tokenizers, more than ${DEEPEST} deep`);
  try {
    switch (type) {
      case 'BertPreTokenizer':
        return matching(BERT_WORDS);
      case 'WhitespaceSplit':
        return matching(/\P{White_Space}+/gu);
      case 'Whitespace':
        return matching(WORDS_AND_SIGNS);
      case 'Punctuation':
        punctuationSchema.parse(described);
        return matching(PUNCTUATION_APART);
      case 'Digits':
        return matching(digitsSchema.parse(described).individual_digits ? /\p{N}|\P{N}+/gu : /\p{N}+|\P{N}+/gu);
      case 'Sequence':
        return inTurn(
          sequenceSchema.parse(described).pretokenizers.map((part) => preTokenizerOf(file, part, depth + 1)),
        );
    }
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw invalidModel(file, `the pre-tokenizer ${type} has parts that are not understood`, cause);
  }
  throw invalidModel(file, `a pre-tokenizer of kind "${type}" is not understood`);
}

/** Punctuation for BERT: that of Unicode, and whatever is no letter or digit in ASCII. Each sign is a word. */
const BERT_WORDS = /[\p{P}$+<=>^`|~]|[^\p{White_Space}\p{P}$+<=>^`|~]+/gu;
const PUNCTUATION_APART = /[\p{P}$+<=>^`|~]|[^\p{P}$+<=>^`|~]+/gu;
const WORDS_AND_SIGNS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

function matching(pattern: RegExp): CutIntoWords {
  return (text) => text.match(pattern) ?? [];
}

function inTurn(steps: readonly CutIntoWords[]): CutIntoWords {
  return (text) => steps.reduce<readonly string[]>((words, step) => words.flatMap(step), text === '' ? [] : [text]);
}
