/**
 * The English stem of a lower-cased word: Porter2 as Snowball 3.1 defines it, so that `adding`, `added` and `add` agree.
 * Words with other letters than `a`–`z` and `'` go through the same rules, which leave most of them alone.
 *
 * @see https://snowballstem.org/algorithms/english/stemmer.html
 */
export function stemEnglish(word: string): string {
  if (word.length < 3) return word;
  const exception = EXCEPTIONS.get(word);
  if (exception !== undefined) return exception;
  const marked = markConsonantY(word.startsWith("'") ? word.slice(1) : word);
  const regions = findRegions(marked);
  let stem = removePlural(marked);
  stem = removePastAndGerund(stem, regions);
  stem = replaceFinalY(stem);
  stem = replaceLongestSuffix(stem, DERIVATIONAL_SUFFIXES, regions.r1);
  stem = replaceLongestSuffix(stem, ADJECTIVE_SUFFIXES, regions.r1, regions.r2);
  stem = removeResidualSuffix(stem, regions.r2);
  stem = removeFinalEOrL(stem, regions);
  return stem.replaceAll('Y', 'y');
}

/** Where the regions R1 and R2 of the algorithm begin. They are fixed before any suffix goes. */
interface Regions {
  readonly r1: number;
  readonly r2: number;
}

const EXCEPTIONS: ReadonlyMap<string, string> = new Map([
  ['skis', 'ski'],
  ['skies', 'sky'],
  ['idly', 'idl'],
  ['gently', 'gentl'],
  ['ugly', 'ugli'],
  ['early', 'earli'],
  ['only', 'onli'],
  ['singly', 'singl'],
  ...['andes', 'atlas', 'bias', 'cosmos', 'howe', 'news', 'sky'].map((word): [string, string] => [word, word]),
]);

const VOWELS = 'aeiouy';
const IS_VOWEL: readonly boolean[] = Array.from({ length: 128 }, (_, unit) =>
  VOWELS.includes(String.fromCharCode(unit)),
);
const REGION_PREFIX = /^(?:arsen|commun|emerg|gener|inter|later|organ|past|univers)/;

/** A `y` that stands for a consonant is written `Y` while the rules run. */
function markConsonantY(word: string): string {
  if (!word.includes('y')) return word;
  let marked = '';
  for (const letter of word) {
    const previous = marked.at(-1);
    marked += letter === 'y' && (previous === undefined || VOWELS.includes(previous)) ? 'Y' : letter;
  }
  return marked;
}

function findRegions(word: string): Regions {
  const prefix = REGION_PREFIX.exec(word)?.[0].length;
  const r1 = prefix ?? afterVowelAndConsonant(word, 0);
  return { r1, r2: afterVowelAndConsonant(word, r1) };
}

function afterVowelAndConsonant(word: string, from: number): number {
  let position = from;
  while (position < word.length && IS_VOWEL[word.charCodeAt(position)] !== true) position++;
  while (position < word.length && IS_VOWEL[word.charCodeAt(position)] === true) position++;
  return Math.min(position + 1, word.length);
}

function hasVowel(text: string): boolean {
  return /[aeiouy]/.test(text);
}

/** "Short syllable" at the end of the word, as the algorithm names it. */
function endsInShortSyllable(word: string): boolean {
  return /[^aeiouy][aeiouy][^aeiouywxY]$/.test(word) || /^[aeiouy][^aeiouy]$/.test(word) || word.endsWith('past');
}

function removePlural(word: string): string {
  const bare = word.replace(/'(?:s'?)?$/, '');
  if (bare.endsWith('sses')) return bare.slice(0, -2);
  if (/ie[ds]$/.test(bare)) return bare.length > 4 ? bare.slice(0, -2) : bare.slice(0, -1);
  if (/[us]s$/.test(bare) || !bare.endsWith('s')) return bare;
  return hasVowel(bare.slice(0, -2)) ? bare.slice(0, -1) : bare;
}

function removePastAndGerund(word: string, { r1 }: Regions): string {
  const suffix = /(?:eedly|eed|ingly|ing|edly|ed)$/.exec(word)?.[0];
  if (suffix === undefined) return word;
  const rest = word.slice(0, -suffix.length);
  if (suffix.startsWith('eed')) {
    return rest.length < r1 || /^(?:succ|proc|exc)$/.test(rest) ? word : `${rest}ee`;
  }
  if (suffix === 'ing') {
    if (/^[^aeiouy]y$/.test(rest)) return `${rest.charAt(0)}ie`;
    if (/^(?:even|cann|inn|earr|herr|out)$/.test(rest)) return word;
  }
  if (!hasVowel(rest)) return word;
  if (/(?:at|bl|iz)$/.test(rest)) return `${rest}e`;
  if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(rest)) return /^[aeo]..$/.test(rest) ? rest : rest.slice(0, -1);
  return rest.length === r1 && endsInShortSyllable(rest) ? `${rest}e` : rest;
}

function replaceFinalY(word: string): string {
  return /.[^aeiouy][yY]$/.test(word) ? `${word.slice(0, -1)}i` : word;
}

/** A suffix, what takes its place, and what must stand before it; `inR2` if it must lie in R2 as well. */
type SuffixRule = readonly [suffix: string, replacement: string, after?: RegExp | undefined, inR2?: boolean];

/** The rules by the last letter of their suffix, so that most words are compared with few; longest suffix first. */
type SuffixRules = ReadonlyMap<string, readonly SuffixRule[]>;

const DERIVATIONAL_SUFFIXES: SuffixRules = byLastLetter([
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['abli', 'able'],
  ['entli', 'ent'],
  ['izer', 'ize'],
  ['ization', 'ize'],
  ['ational', 'ate'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['aliti', 'al'],
  ['alli', 'al'],
  ['fulness', 'ful'],
  ['fulli', 'ful'],
  ['ousli', 'ous'],
  ['ousness', 'ous'],
  ['iveness', 'ive'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['bli', 'ble'],
  ['ogist', 'og'],
  ['ogi', 'og', /l$/],
  ['lessli', 'less'],
  ['li', '', /[cdeghkmnrt]$/],
]);

const ADJECTIVE_SUFFIXES: SuffixRules = byLastLetter([
  ['tional', 'tion'],
  ['ational', 'ate'],
  ['alize', 'al'],
  ['icate', 'ic'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
  ['ative', '', undefined, true],
]);

function byLastLetter(rules: readonly SuffixRule[]): SuffixRules {
  const byLetter = new Map<string, SuffixRule[]>();
  for (const rule of rules.toSorted(([left], [right]) => right.length - left.length)) {
    const letter = rule[0].slice(-1);
    byLetter.set(letter, [...(byLetter.get(letter) ?? []), rule]);
  }
  return byLetter;
}

function replaceLongestSuffix(word: string, rules: SuffixRules, r1: number, r2 = 0): string {
  for (const [suffix, replacement, after, inR2 = false] of rules.get(word.slice(-1)) ?? []) {
    if (!word.endsWith(suffix)) continue;
    const rest = word.slice(0, -suffix.length);
    if (rest.length < r1 || (inR2 && rest.length < r2)) return word;
    return after === undefined || after.test(rest) ? rest + replacement : word;
  }
  return word;
}

const RESIDUAL_SUFFIX = /(?:ement|ment|ance|ence|able|ible|ant|ent|ism|ate|iti|ous|ive|ize|ion|al|er|ic)$/;

function removeResidualSuffix(word: string, r2: number): string {
  const suffix = RESIDUAL_SUFFIX.exec(word)?.[0];
  if (suffix === undefined) return word;
  const rest = word.slice(0, -suffix.length);
  if (rest.length < r2) return word;
  return suffix === 'ion' && !/[st]$/.test(rest) ? word : rest;
}

function removeFinalEOrL(word: string, { r1, r2 }: Regions): string {
  const rest = word.slice(0, -1);
  if (word.endsWith('e')) {
    return rest.length >= r2 || (rest.length >= r1 && !endsInShortSyllable(rest)) ? rest : word;
  }
  return word.endsWith('ll') && rest.length >= r2 ? rest : word;
}
