/** Weight of all character n-grams beside that of the word itself, which is 1, as the length of their sum. */
const NGRAM_WEIGHT = 0.7;
const SHORTEST_NGRAM = 3;
const LONGEST_NGRAM = 5;

/**
 * Adds a term to the sum of a text: the term itself and its n-grams of 3 to 5 UTF-16 code units, each hashed to one
 * component of the sum, with a sign.
 *
 * @param sum its length is a power of two.
 */
export function addTermFeatures(term: string, weight: number, sum: Float64Array): void {
  addFeature(hashOf(term, HASH_OF_WORD), weight, sum);
  if (term.length < SHORTEST_NGRAM) return;
  // With a mark at both ends, so that beginnings and endings differ from middles.
  const marked = `<${term}>`;
  const length = marked.length;
  let ngrams = 0;
  for (let size = SHORTEST_NGRAM; size <= LONGEST_NGRAM && size <= length; size++) ngrams += length - size + 1;
  // The signs are as good as random, so n features of weight w have a sum of length w·√n.
  const ngramWeight = (weight * NGRAM_WEIGHT) / Math.sqrt(ngrams);
  for (let start = 0; start + SHORTEST_NGRAM <= length; start++) {
    let hash = HASH_OF_NGRAM;
    const end = Math.min(length, start + LONGEST_NGRAM);
    for (let position = start; position < end; position++) {
      hash = Math.imul(hash ^ marked.charCodeAt(position), FNV_PRIME);
      if (position - start + 1 >= SHORTEST_NGRAM) addFeature(hash, ngramWeight, sum);
    }
  }
}

const FNV_PRIME = 0x0100_0193;
/** Two beginnings, so that a word and an n-gram of the same letters are different features. */
const HASH_OF_WORD = 0x811c_9dc5;
const HASH_OF_NGRAM = 0x2f0b_4c47;

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let position = 0; position < text.length; position++) {
    hash = Math.imul(hash ^ text.charCodeAt(position), FNV_PRIME);
  }
  return hash;
}

function addFeature(hash: number, weight: number, sum: Float64Array): void {
  // The finish of MurmurHash3, since the bits of FNV alone are uneven.
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  mixed ^= mixed >>> 16;
  const component = mixed & (sum.length - 1);
  sum[component] = (sum[component] ?? 0) + (mixed < 0 ? -weight : weight);
}
