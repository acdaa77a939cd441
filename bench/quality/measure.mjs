// Known-item measures of a ranking on a set.
import { searchView } from '../../dist/search/ranking/index.js';

const RANKS = 10;
/** How far down the first right document is looked for. */
const RECIPROCAL_RANKS = 100;

/** Means over the questions of an open set, as `scoresOf` has them of each. */
export function measure({ view, questions }, ranking) {
  return meanScores(
    questions.map(({ query, vector, relevant, linking }) => {
      const found = searchView(view, query, vector, {
        // Enough for as many once the linking pages are left out.
        limit: RECIPROCAL_RANKS + linking.size,
        ranking: { ...ranking, passagesPerDocument: 1 },
      });
      return scoresOf(
        found.map(({ path }) => path),
        { relevant, linking },
      );
    }),
  );
}

/**
 * What a ranking of documents is worth, the best first: nDCG@10 of all (`raw`) and without the pages that hold the question
 * as the text of a link (`excl`); for the latter also the recall among ten, and the reciprocal rank of the first right one
 * of a hundred, or 0.
 * @param relevant `Map` of paths to grades
 * @param linking `Set` of paths; one that is relevant stays
 */
export function scoresOf(paths, { relevant, linking }) {
  const others = paths.filter((path) => relevant.has(path) || !linking.has(path));
  const first = others.slice(0, RECIPROCAL_RANKS).findIndex((path) => relevant.has(path));
  return {
    raw: discountedGain(paths, relevant),
    excl: discountedGain(others, relevant),
    recall: others.slice(0, RANKS).filter((path) => relevant.has(path)).length / relevant.size,
    reciprocalRank: first === -1 ? 0 : 1 / (first + 1),
  };
}

export function meanScores(scores) {
  const mean = (name) => scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return Object.fromEntries(Object.keys(scores[0]).map((name) => [name, mean(name)]));
}

function discountedGain(paths, relevant) {
  const discounted = (grades) =>
    grades.slice(0, RANKS).reduce((sum, grade, rank) => sum + grade / Math.log2(rank + 2), 0);
  const ideal = [...relevant.values()].sort((a, b) => b - a);
  return discounted(paths.map((path) => relevant.get(path) ?? 0)) / discounted(ideal);
}
