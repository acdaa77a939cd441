import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { benchModule, DATA, findHindrance } from './bench-modules.js';

interface Judgement {
  readonly relevant: ReadonlyMap<string, number>;
  readonly linking: ReadonlySet<string>;
}

interface Scores {
  readonly raw: number;
  readonly excl: number;
  readonly recall: number;
  readonly reciprocalRank: number;
}

interface Question extends Judgement {
  readonly id: string;
  readonly ranking: readonly string[];
}

const scoring: {
  scoresOf(paths: readonly string[], judgement: Judgement): Scores;
  meanScores(scores: readonly Scores[]): Scores;
} = await import(benchModule('quality/measure.mjs'));

const hindrance = findHindrance('score.py');

describe('the scores of a ranking', () => {
  it('are those computed by hand', () => {
    const relevant = new Map([
      ['right', 1],
      ['best', 3],
    ]);
    const linking = new Set(['linking']);
    // Grades 3 and 1 at the places 1 and 4 of the ranking, 3 and 1 at 1 and 3 without the linking page.
    const scores = scoring.scoresOf(['best', 'wrong', 'linking', 'right'], { relevant, linking });
    const ideal = 3 + 1 / Math.log2(3);
    expect(scores.raw).toBeCloseTo((3 + 1 / Math.log2(5)) / ideal, 12);
    expect(scores.excl).toBeCloseTo((3 + 1 / 2) / ideal, 12);
    expect(scores).toMatchObject({ recall: 1, reciprocalRank: 1 });
    expect(scores.excl).toBeCloseTo(0.96394, 5);
  });

  it('leave nothing out that is right, though it links', () => {
    const judgement = { relevant: new Map([['a', 1]]), linking: new Set(['a', 'b']) };
    expect(scoring.scoresOf(['b', 'a'], judgement)).toEqual({
      raw: 1 / Math.log2(3),
      excl: 1,
      recall: 1,
      reciprocalRank: 1,
    });
  });

  it('count ten places for gain and recall, and a hundred for the rank', () => {
    const others = Array.from({ length: 100 }, (_, place) => `other ${place}`);
    const at = (place: number): Scores =>
      scoring.scoresOf(others.toSpliced(place - 1, 0, 'a'), { relevant: new Map([['a', 1]]), linking: new Set() });
    expect(at(10)).toMatchObject({ excl: 1 / Math.log2(11), recall: 1, reciprocalRank: 1 / 10 });
    expect(at(11)).toMatchObject({ excl: 0, recall: 0, reciprocalRank: 1 / 11 });
    expect(at(100)).toMatchObject({ reciprocalRank: 1 / 100 });
    expect(at(101)).toMatchObject({ reciprocalRank: 0 });
  });

  it.skipIf(hindrance !== undefined)(`are those of an independent program (${hindrance ?? 'score.py'})`, async () => {
    const name = 'obsidian-tasks-anchors';
    const questions = await questionsWithRankings(name);
    const means = scoring.meanScores(questions.map((question) => scoring.scoresOf(question.ranking, question)));
    const [raw, excl] = await scoredElsewhere(name, questions);
    expect(raw).toMatchObject({ exclude_src: false, n: questions.length, ndcg10: rounded(means.raw) });
    expect(excl).toMatchObject({
      exclude_src: true,
      ndcg10: rounded(means.excl),
      recall10: rounded(means.recall),
      mrr: rounded(means.reciprocalRank),
    });
  });
});

/** Real questions, each with an order of all documents that has nothing to do with it but for a push to what is right. */
async function questionsWithRankings(name: string): Promise<readonly Question[]> {
  const read = (file: string): Promise<string> => readFile(join(DATA, 'ir', name, file), 'utf8');
  const paths = linesOf(await read('corpus.jsonl')).map((line): string => JSON.parse(line).id);
  const judged = linesOf(await read('qrels.tsv')).slice(1);
  return linesOf(await read('queries.jsonl')).map((line, number) => {
    const { id, occurrences }: { id: string; occurrences: readonly { src: string }[] } = JSON.parse(line);
    const rows = judged.map((row) => row.split('\t')).filter(([question]) => question === id);
    const relevant = new Map(rows.map(([, path = '', grade]) => [path, Number(grade)]));
    const linking = new Set(occurrences.map(({ src }) => src));
    const start = (number * 37) % paths.length;
    const shuffled = [...paths.slice(start), ...paths.slice(0, start)];
    const others = shuffled.filter((path) => !relevant.has(path) && !linking.has(path));
    // Right ones at the places 0 to 11, some behind a page that links; of every fifth question far down.
    const place = number % 5 === 4 ? 90 + (number % 20) : number % 12;
    const pushed = others.toSpliced(place, 0, ...new Set([...linking, ...relevant.keys()]));
    return { id, relevant, linking, ranking: pushed };
  });
}

/** What the program prints as JSON: one object without and one with the linking pages left out. */
async function scoredElsewhere(name: string, questions: readonly Question[]): Promise<readonly object[]> {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-scoring-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink(join(DATA, 'ir'), join(folder, 'ir'));
  await mkdir(join(folder, 'runs'));
  const run = questions.map(({ id, ranking }) => `${id}\t${ranking.join('\x02')}\n`).join('');
  await writeFile(join(folder, 'runs', `${name}@made`), run);
  execFileSync('python3', [join(DATA, 'tools/score.py')], { env: { ...process.env, SEARCH_DATA: folder } });
  return JSON.parse(await readFile(join(folder, 'baselines.json'), 'utf8'));
}

/** As the program rounds. */
function rounded(value: number): number {
  return Number(value.toFixed(4));
}

function linesOf(text: string): readonly string[] {
  return text.trim().split('\n');
}
