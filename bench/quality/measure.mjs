// Known-item measures of a ranking on a set.
import { searchView } from '../../dist/search/ranking/index.js';

/** Enough documents for ten after the linking pages are left out. */
const DOCUMENTS = 40;
const RANKS = 10;

/**
 * Means over the questions of an open set: nDCG@10 of all documents (`raw`) and without the pages that hold the question
 * as the text of a link (`excl`); for the latter also the recall among ten and the mean reciprocal rank.
 */
export function measure({ view, questions }, ranking) {
  const sums = { raw: 0, excl: 0, recall: 0, reciprocalRank: 0 };
  for (const { query, vector, relevant, linking } of questions) {
    const found = searchView(view, query, vector, {
      limit: DOCUMENTS,
      ranking: { ...ranking, passagesPerDocument: 1 },
    });
    const paths = found.map(({ path }) => path);
    const others = paths.filter((path) => relevant.has(path) || !linking.has(path));
    sums.raw += discountedGain(paths, relevant);
    sums.excl += discountedGain(others, relevant);
    sums.recall += others.slice(0, RANKS).filter((path) => relevant.has(path)).length / relevant.size;
    const first = others.findIndex((path) => relevant.has(path));
    sums.reciprocalRank += first === -1 ? 0 : 1 / (first + 1);
  }
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / questions.length]));
}

function discountedGain(paths, relevant) {
  const discounted = (grades) =>
    grades.slice(0, RANKS).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
  const ideal = [...relevant.values()].sort((a, b) => b - a);
  return discounted(paths.map((path) => relevant.get(path) ?? 0)) / discounted(ideal);
}
