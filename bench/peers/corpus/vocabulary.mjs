/** Words that are used as words are: few all the time, most hardly ever. */
import { between, oneOf, randomFrom } from './random.mjs';

const WORDS = 200_000;
/**
 * A word of rank r is used in proportion to 1/r up to this rank and to r ^ -1.77 behind it (Gerlach and Altmann,
 * "Stochastic model for the vocabulary growth in natural languages", Physical Review X 2013).
 */
const CORE = 7_873;
const EXPONENT_BEHIND = 1.77;

/** The words of every sentence, which no query asks for. They have the first ranks. */
const FUNCTION_WORDS =
  'the of to and a in is for it that you with on as this be are or if by can an not from will at your which when have'.split(
    ' ',
  );
const ONSETS = [
  ...'bcdfghjklmnprstvwz',
  ...'bdlmnprst',
  'br',
  'ch',
  'cl',
  'fl',
  'gr',
  'pl',
  'pr',
  'sh',
  'st',
  'th',
  'tr',
  '',
];
const VOWELS = [...'aeiou', ...'aeio', 'ai', 'ea', 'ou'];
const CODAS = [...'lmnrst', 'ck', 'nd', 'ng', 'nt', 'st', ...Array(12).fill('')];

/** `words` by rank, `firstMeaningful`, the rank where the function words end, and `draw(random)` for a rank. */
export function makeVocabulary(seed) {
  const words = [...FUNCTION_WORDS, ...inventWords(randomFrom(seed), WORDS - FUNCTION_WORDS.length)];
  const shares = new Float64Array(WORDS);
  let sum = 0;
  for (let rank = 0; rank < WORDS; rank += 1) {
    sum += rank < CORE ? 1 / (rank + 1) : CORE ** (EXPONENT_BEHIND - 1) / (rank + 1) ** EXPONENT_BEHIND;
    shares[rank] = sum;
  }
  return {
    words,
    firstMeaningful: FUNCTION_WORDS.length,
    draw: (random) => rankAt(shares, random() * sum),
  };
}

function inventWords(random, count) {
  const invented = new Set();
  while (invented.size < count) {
    const syllables = syllablesOf(random, invented.size);
    let word = '';
    for (let syllable = 0; syllable < syllables; syllable += 1) {
      word += oneOf(random, ONSETS) + oneOf(random, VOWELS) + oneOf(random, CODAS);
    }
    if (word.length > 2 && !FUNCTION_WORDS.includes(word)) invented.add(word);
  }
  return invented;
}

/** Words that are used more often are shorter. */
function syllablesOf(random, rank) {
  if (rank < 1_000) return between(random, 1, 2);
  return rank < CORE ? between(random, 2, 3) : between(random, 3, 4);
}

function rankAt(shares, wanted) {
  let low = 0;
  let high = shares.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (shares[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
