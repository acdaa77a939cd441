// The steps of the ranking by name, and the ranking without them.
import { DEFAULT_RANKING } from '../../dist/search/ranking/index.js';

const withoutWeight = (name) => (ranking) => ({ ...ranking, weights: { ...ranking.weights, [name]: 0 } });
const withTerm = (change) => (ranking) => ({ ...ranking, term: { ...ranking.term, ...change } });

export const STEPS = {
  document: withoutWeight('document'),
  passage: withoutWeight('passage'),
  name: withoutWeight('name'),
  coverage: withoutWeight('coverage'),
  'heading-coverage': withoutWeight('headingCoverage'),
  vector: withoutWeight('vector'),
  'title-precision': withoutWeight('titlePrecision'),
  'heading-match': withoutWeight('headingMatch'),
  link: withoutWeight('link'),
  burstiness: withTerm({ burstiness: 0 }),
  'weak-words': withTerm({ weakWord: 1 }),
  'function-words': withTerm({ functionWord: 1 }),
  'identifier-parts': withTerm({ identifierPart: 1 }),
};

export function rankingWithout(names) {
  return names.reduce((ranking, name) => {
    const without = STEPS[name];
    if (without === undefined) throw new Error(`${name}: no such step; there are ${Object.keys(STEPS).join(', ')}`);
    return without(ranking);
  }, DEFAULT_RANKING);
}
