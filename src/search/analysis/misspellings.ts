import { tokenizeWithOffsets } from './tokenizer.js';
import { termsOfWord } from './word-terms.js';

/** What may have been left out, or typed wrongly, in a word that consists of these. */
const ALPHABETS = ['abcdefghijklmnopqrstuvwxyz', 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя'];

/**
 * Words as they stand in a text, in lower case, by the one term that each gives. Identifiers, which give several, and
 * words of other scripts than Latin and Cyrillic are left out.
 */
export function plainWords(text: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const { term, start, end } of tokenizeWithOffsets(text)) {
    const word = text.slice(start, end).toLowerCase();
    if (alphabetOf(word) !== undefined && termsOfWord(word)[0] === term) words.set(term, word);
  }
  return words;
}

/**
 * The terms of all words that are one edit away: a letter more, less, another one, or two that changed places. What is
 * stemmed first and compared then is often further away (`mreging`, `acidty`), for an ending is only known when it is
 * spelled well.
 *
 * @param word as `plainWords` gives it
 */
export function termsOneEditAway(word: string): ReadonlySet<string> {
  const terms = new Set<string>();
  const letters = [...(alphabetOf(word) ?? '')];
  const note = (other: string): void => {
    if (other !== '' && other !== word) terms.add(termsOfWord(other)[0] ?? other);
  };
  for (let place = 0; place <= word.length; place++) {
    const [before, here, behind] = [word.slice(0, place), word.charAt(place), word.slice(place + 1)];
    for (const letter of letters) note(before + letter + here + behind);
    if (here === '') continue;
    note(before + behind);
    note(before + behind.charAt(0) + here + behind.slice(1));
    for (const letter of letters) note(before + letter + behind);
  }
  return terms;
}

function alphabetOf(word: string): string | undefined {
  return ALPHABETS.find((alphabet) => [...word].every((letter) => alphabet.includes(letter)));
}
