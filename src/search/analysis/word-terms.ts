import { stemmer as stemRussian } from '@orama/stemmers/russian';
import { stemEnglish } from './english-stemmer.js';

/**
 * The distinct index terms of a word of a spaced script.
 *
 * A plain word gives its stem. An identifier (`useState`, `v-model`, `foo_bar`, `foo.bar`) gives itself, lower-cased, and
 * the stems of its parts. A version gives itself and what it begins with: `v2.0.1` is `2.0.1`, `2.0` and `2`. Case, Latin
 * diacritics, compatibility forms (NFKC) and a possessive `'s` make no difference. Words of Latin letters have English
 * stems and those of Cyrillic ones Russian stems, whatever their language (docs/decisions/0107).
 */
export function termsOfWord(word: string): readonly string[] {
  // Most words are plain, and none of the questions below has to be asked of them.
  return PLAIN_WORD.test(word) ? [stem(word)] : [...new Set(analyseWord(word))];
}

/** Nothing to fold and nothing to split. */
const PLAIN_WORD = /^[A-Za-z][a-z]*$/;

function analyseWord(word: string): readonly string[] {
  const plain = foldCharacters(word);
  // Compatibility forms may unfold into several words: `½` is `1⁄2`.
  return plain
    .split(/[^\p{L}\p{N}\p{M}_.'-]+/u)
    .map((piece) => stripPossessive(piece).replace(/^[_.'-]+|[_.'-]+$/g, ''))
    .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
    .flatMap(termsOfIdentifier);
}

const LATIN_LETTERS_WITHOUT_DECOMPOSITION: Readonly<Record<string, string>> = {
  ß: 'ss',
  ẞ: 'SS',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'TH',
  ı: 'i',
  ς: 'σ',
};

/** NFKC without Latin diacritics; letters of other scripts keep theirs, where they make another letter. */
function foldCharacters(word: string): string {
  let isAscii = true;
  for (let position = 0; position < word.length && isAscii; position++) isAscii = word.charCodeAt(position) < 128;
  if (isAscii) return word;
  return word
    .normalize('NFKD')
    .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
    .normalize('NFKC')
    .replace(/[\u2019\u00ad]/g, (character) => (character === '\u2019' ? "'" : ''))
    .replace(/[ßẞæÆœŒøØłŁđĐðÐþÞıς]/g, (letter) => LATIN_LETTERS_WITHOUT_DECOMPOSITION[letter] ?? letter);
}

function stripPossessive(word: string): string {
  return /[^s]'s$/i.test(word) && !CONTRACTIONS_IN_S.test(word) ? word.slice(0, -2) : word;
}

const CONTRACTIONS_IN_S = /^(?:he|she|it|that|there|here|what|when|where|who|why|how|let)'s$/i;
const CONTRACTION = /^[a-z]+'(?:t|s|re|ll|ve|d|m)$/i;
const VERSION = /^v?(\d+(?:\.\d+)+)$/i;

function termsOfIdentifier(word: string): readonly string[] {
  const version = VERSION.exec(word)?.[1];
  if (version !== undefined) return termsOfVersion(version);
  if (CONTRACTION.test(word)) return [word.toLowerCase()];
  const segments = word.split(/[-_']+/);
  const parts = segments.flatMap((segment) => {
    const release = VERSION.exec(segment)?.[1];
    return release === undefined ? segment.split('.').flatMap(termsOfCamelCase) : termsOfVersion(release);
  });
  if (segments.length === 1 && !word.includes('.')) return parts;
  return [word.toLowerCase(), ...parts.filter((part) => part.length > 1 || !/[a-z]/.test(part))];
}

function termsOfVersion(version: string): readonly string[] {
  const numbers = version.split('.');
  return numbers.map((_, index) => numbers.slice(0, numbers.length - index).join('.'));
}

function termsOfCamelCase(part: string): readonly string[] {
  if (part === '') return [];
  const whole = stem(part);
  // `APIs` is a plural, not `AP` and `Is`; and without a capital behind the first letter there is nothing to split.
  if (/^\p{Lu}{2,}s$/u.test(part) || !/.\p{Lu}/u.test(part)) return [whole];
  const humps = part
    .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(' ');
  if (humps.length === 1) return [whole];
  return [whole, ...humps.filter((hump) => hump.length > 1).map(stem)];
}

function stem(part: string): string {
  // Upper-case final sigma becomes ς or σ by its place; one of them must do.
  const lower = part.toLowerCase().replaceAll('ς', 'σ');
  if (/^[a-z]{3,}$/.test(lower)) return stemEnglish(lower);
  return /^[а-яё]{3,}$/.test(lower) ? stemRussian(lower) : lower;
}
