import { expect, test } from 'vitest';
import type { AnalysedQuery } from '../../../dist/search/analysis/index.js';
import type { QueryVector } from '../../../dist/search/ranking/index.js';
import {
  DEFAULT_RANKING,
  type RankedChunk,
  type RankingParameters,
  searchView,
} from '../../../dist/search/ranking/index.js';
import { IndexView } from '../../../dist/search/segment/index.js';
import { DIMENSION, EMBEDDER, Random, randomDocument, segmentOf, testSeed } from '../segment/random-documents.js';

/** More results than any of these indexes has: every document that matches is judged. */
const ALL = 10_000;
const QUERIES = ['alpha', 'alpha beta', 'gamma delta lock', 'épée 検索 nothing', 'nothing'] as const;
const PAGES = [{ limit: 1 }, { limit: 10 }, { limit: 5, offset: 30 }, { limit: 60, offset: 2 }] as const;

const { weights } = DEFAULT_RANKING;
const EARLY_SIGNALS: RankingParameters = {
  ...DEFAULT_RANKING,
  weights: { ...weights, titlePrecision: 0, headingMatch: 0, link: 0 },
};
const RANKINGS: readonly RankingParameters[] = [
  DEFAULT_RANKING,
  EARLY_SIGNALS,
  { ...EARLY_SIGNALS, weights: { ...EARLY_SIGNALS.weights, passage: 0.1, vector: 3 } },
  { ...DEFAULT_RANKING, weights: { ...weights, document: 0, name: 0, coverage: 0, headingCoverage: 2 } },
];

/** Some hundred documents in several segments; newer ones hide some of the older. */
function randomView(random: Random): IndexView {
  const segments = [200, 40, 1, 15].map((count) => {
    const paths = new Set(Array.from({ length: count }, () => `d${random.below(250)}.md`));
    return segmentOf([...paths].sort().map((path) => randomDocument(random, path)));
  });
  return IndexView.open(segments);
}

function vectorOf(random: Random): QueryVector {
  return { embedderId: EMBEDDER, values: Float32Array.from({ length: DIMENSION }, () => random.below(200) - 100) };
}

function queryOf(text: string): AnalysedQuery {
  return { text, terms: text.split(' '), functionTerms: new Set<string>(), identifierParts: new Map() };
}

test('the best are those of a ranking that judges every document, to the last bit', () => {
  const random = new Random(testSeed('best documents'));
  for (let round = 0; round < 2; round++) {
    const view = randomView(random);
    for (const text of QUERIES) {
      for (const vector of [undefined, vectorOf(random)]) {
        for (const ranking of RANKINGS) {
          for (const pathPrefix of ['', 'd1']) {
            const rank = (limit: number, offset = 0): readonly RankedChunk[] =>
              searchView(view, queryOf(text), vector, { limit, offset, pathPrefix, ranking });
            const all = rank(ALL);
            for (const { limit, offset = 0 } of PAGES.map((page) => ({ offset: 0, ...page })))
              expect(rank(limit, offset)).toEqual(all.slice(offset, offset + limit));
          }
        }
      }
    }
  }
});

test('headings are compared with the query for exactly the fifty documents that are best without it', () => {
  const random = new Random(testSeed('named documents'));
  const oneEach = { passagesPerDocument: 1, collapseEqualPassages: false };
  for (let round = 0; round < 6; round++) {
    const view = randomView(random);
    for (const vector of [undefined, vectorOf(random)]) {
      const rank = (ranking: RankingParameters): readonly RankedChunk[] =>
        searchView(view, queryOf('alpha beta gamma'), vector, { limit: ALL, ranking: { ...ranking, ...oneEach } });
      const best = new Set(
        rank(EARLY_SIGNALS)
          .slice(0, 50)
          .map(({ path }) => path),
      );
      const withHeading = rank(DEFAULT_RANKING).filter(({ explain }) => explain.headingCoverage > 0);
      const compared = withHeading.filter(({ explain }) => explain.headingMatch > 0).map(({ path }) => path);
      expect(compared.length).toBeGreaterThan(0);
      expect(compared).toEqual(withHeading.map(({ path }) => path).filter((path) => best.has(path)));
    }
  }
});
