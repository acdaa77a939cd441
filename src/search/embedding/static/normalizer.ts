/** The normalizers of a tokenizer.json: how a text is tidied before it is cut into words. */
import { z } from 'zod';
import { invalidModel } from './invalid-model.js';

/** Tidies a text. */
export type Normalize = (text: string) => string;

const namedSchema = z.looseObject({ type: z.string() });
const sequenceSchema = z.looseObject({ normalizers: z.array(z.unknown()).max(64) });
const stripSchema = z.looseObject({ strip_left: z.boolean().default(true), strip_right: z.boolean().default(true) });
const replaceSchema = z.looseObject({
  pattern: z.strictObject({ String: z.string().min(1) }),
  content: z.string().max(100),
});
const bertSchema = z.looseObject({
  clean_text: z.boolean().default(true),
  handle_chinese_chars: z.boolean().default(true),
  /** `null` means: as `lowercase`. */
  strip_accents: z.boolean().nullable().default(null),
  lowercase: z.boolean().default(true),
});

const DEEPEST = 8;
/** Replacing in turns can make a long text of a short one; what is longer than this is cut off. */
const LONGEST_TEXT = 100_000;

/**
 * The normalizer that a tokenizer.json describes; `null` is none.
 *
 * @throws SearchError EMBEDDER_MODEL_INVALID if it is of a kind that is not understood
 */
export function normalizerOf(file: string, described: unknown, depth = 0): Normalize {
  if (described === null || described === undefined) return (text) => text;
  const named = namedSchema.safeParse(described);
  if (!named.success) throw invalidModel(file, 'the normalizer is not described', named.error);
  if (depth > DEEPEST) throw invalidModel(file, `normalizers within normalizers, more than ${DEEPEST} deep`);
  try {
    switch (named.data.type) {
      case 'BertNormalizer':
        return bertNormalizer(bertSchema.parse(described));
      case 'Sequence':
        return inTurn(sequenceSchema.parse(described).normalizers.map((part) => normalizerOf(file, part, depth + 1)));
      case 'Strip':
        return strip(stripSchema.parse(described));
      case 'Replace': {
        const { pattern, content } = replaceSchema.parse(described);
        return (text) => text.replaceAll(pattern.String, () => content);
      }
    }
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause;
    throw invalidModel(file, `the normalizer ${named.data.type} has parts that are not understood`, cause);
  }
  const simple = SIMPLE.get(named.data.type);
  if (simple !== undefined) return simple;
  throw invalidModel(file, `a normalizer of kind "${named.data.type}" is not understood`);
}

const SIMPLE: ReadonlyMap<string, Normalize> = new Map<string, Normalize>([
  ['Lowercase', lowercase],
  ['NFC', (text) => text.normalize('NFC')],
  ['NFD', (text) => text.normalize('NFD')],
  ['NFKC', (text) => text.normalize('NFKC')],
  ['NFKD', (text) => text.normalize('NFKD')],
  ['StripAccents', (text) => text.replace(/\p{M}/gu, '')],
]);

/** As BERT's own: clean, spaces around CJK, accents away, lower case, in this order. */
function bertNormalizer(options: z.infer<typeof bertSchema>): Normalize {
  return inTurn([
    ...(options.clean_text ? [cleanText] : []),
    ...(options.handle_chinese_chars ? [spaceIdeographs] : []),
    ...((options.strip_accents ?? options.lowercase) ? [stripAccents] : []),
    ...(options.lowercase ? [lowercase] : []),
  ]);
}

function cleanText(text: string): string {
  return text.replace(/[\t\n\r\p{White_Space}]/gu, ' ').replace(/[\ufffd\p{C}]/gu, '');
}

/** The blocks that BERT treats as characters that are words of their own. */
const IDEOGRAPHS =
  /[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}]/gu;

function spaceIdeographs(text: string): string {
  return text.replace(IDEOGRAPHS, ' $& ');
}

function stripAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '');
}

/** Letter by letter: a sigma at the end of a word stays what it is. */
function lowercase(text: string): string {
  return /[\u0130\u03a3]/.test(text) ? Array.from(text, (letter) => letter.toLowerCase()).join('') : text.toLowerCase();
}

function strip({ strip_left: left, strip_right: right }: z.infer<typeof stripSchema>): Normalize {
  return (text) => {
    const begun = left ? text.replace(/^\p{White_Space}+/u, '') : text;
    return right ? begun.trimEnd() : begun;
  };
}

function inTurn(steps: readonly Normalize[]): Normalize {
  return (text) => steps.reduce((tidied, step) => step(tidied).slice(0, LONGEST_TEXT), text);
}
