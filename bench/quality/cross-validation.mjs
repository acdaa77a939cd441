// Parameters chosen on all sets but one, judged on that one.
import { DEFAULT_RANKING } from '../../dist/search/ranking/index.js';
import { measure } from './measure.mjs';

/** The parameters that are varied, each by these factors of what it is. */
const PARAMETERS = [
  ['weights', 'document'],
  ['weights', 'name'],
  ['weights', 'coverage'],
  ['weights', 'headingCoverage'],
  ['weights', 'vector'],
  ['weights', 'titlePrecision'],
  ['weights', 'headingMatch'],
  ['weights', 'link'],
  ['term', 'burstiness'],
  ['term', 'weakWord'],
  ['passage', 'saturation'],
  ['document', 'saturation'],
];
const FACTORS = [0.5, 0.75, 1.33, 2];
const MOST_ROUNDS = 2;
/** A change must gain this much to be taken. */
const LEAST_GAIN = 0.0002;
/** What a set may lose when it is delinked, and a margin. */
const LEAST_LOSS = 0.007;

/**
 * For each given set: what the parameters that were chosen on all the others make of it. Derived sets help to choose, with
 * a third of the weight of a given one, and are never judged.
 *
 * @param pairs `{ name, linked, delinked, isDerived }`
 */
export function crossValidate(pairs, say) {
  const judge = new Judge();
  return pairs
    .filter(({ isDerived }) => !isDerived)
    .map((pair) => {
      const others = pairs.filter((other) => other !== pair);
      const chosen = climb(others, judge);
      const result = { name: pair.name, ...judge.figures(pair, chosen), parameters: parametersOf(chosen) };
      say(`${pair.name}: excl ${result.excl.toFixed(4)}, delinked ${result.delinked.toFixed(4)}, ${result.parameters}`);
      return result;
    });
}

/** A plain beginning, so that what was chosen on all sets gives nothing away. */
export const PLAIN = {
  ...DEFAULT_RANKING,
  weights: {
    document: 1,
    passage: 1,
    name: 0.3,
    coverage: 0.2,
    headingCoverage: 0.2,
    vector: 0.2,
    titlePrecision: 0.3,
    headingMatch: 0.3,
    link: 0.1,
  },
  term: { ...DEFAULT_RANKING.term, burstiness: 0.25, weakWord: 0.75 },
  passage: { ...DEFAULT_RANKING.passage, saturation: 1.2 },
  document: { ...DEFAULT_RANKING.document, saturation: 2 },
};

/** Changes one parameter after the other as long as that helps. */
export function climb(pairs, judge = new Judge()) {
  let ranking = PLAIN;
  let best = judge.mean(pairs, ranking);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = best;
    for (const [group, name] of PARAMETERS) {
      for (const candidate of valuesAround(ranking[group][name])) {
        const changed = { ...ranking, [group]: { ...ranking[group], [name]: candidate } };
        const mean = judge.mean(pairs, changed);
        if (mean <= best + LEAST_GAIN) continue;
        best = mean;
        ranking = changed;
      }
    }
    if (best === before) break;
  }
  return ranking;
}

/** Measures each set under each ranking once. */
export class Judge {
  #known = new Map();

  figures({ name, linked, delinked }, ranking) {
    const key = name + JSON.stringify(ranking);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const { raw, excl } = measure(linked, ranking);
    const figures = { raw, excl, delinked: delinked === linked ? excl : measure(delinked, ranking).excl };
    this.#known.set(key, figures);
    return figures;
  }

  /** What a choice is judged by: mostly the delinked corpora, with a penalty for what the links give away. */
  mean(pairs, ranking) {
    let sum = 0;
    let weight = 0;
    for (const pair of pairs) {
      const { excl, delinked } = this.figures(pair, ranking);
      const own = pair.isDerived ? 1 / 3 : 1;
      sum += own * (0.3 * excl + 0.7 * delinked - Math.max(0, excl - delinked - LEAST_LOSS));
      weight += own;
    }
    return sum / weight;
  }
}

function valuesAround(value) {
  return FACTORS.map((factor) => Number((value * factor).toPrecision(3)));
}

export function parametersOf(ranking) {
  return PARAMETERS.map(([group, name]) => `${name} ${ranking[group][name]}`).join(', ');
}
