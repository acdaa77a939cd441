import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { benchModule, DATA, findHindrance } from './bench-modules.js';

interface Document {
  readonly id: string;
  readonly text: string;
}

interface RetrievalSet {
  readonly documents: readonly Document[];
  readonly questions: readonly { readonly text: string; readonly linking: ReadonlySet<string> }[];
}

const { withoutJudgedLinks }: { withoutJudgedLinks(set: RetrievalSet): readonly Document[] } = await import(
  benchModule('quality/delink.mjs')
);

const hindrance = findHindrance('delink.py');

describe('a corpus without its judged links', () => {
  it.each([
    ['an inline link', 'See [the guide](guide.md#top).', 'See .'],
    ['one with a title and emphasis', 'See [the *guide*](<a b.md> "Title").', 'See .'],
    ['a reference link', 'See [the guide][ref].', 'See .'],
    ['a wiki link', 'See [[the guide]].', 'See .'],
    ['the alias of a wiki link', 'See [[other|The Guide]].', 'See .'],
    ['an HTML link', 'See <a href="guide">the guide</a>.', 'See .'],
    ['a link in every place', '[the guide](a.md) [the guide](b.md)', ' '],
  ])('has lost %s, text and all', (_, text, expected) => {
    expect(delinked(text)).toBe(expected);
  });

  it.each([
    ['an image', '![the guide](guide.png)'],
    ['an embed', '![[the guide]]'],
    ['a link with another text', '[the guides](guide.md)'],
    ['the same words without a link', 'the guide'],
  ])('keeps %s', (_, text) => {
    expect(delinked(text)).toBe(text);
  });

  it('keeps the links of pages that do not count as linking', () => {
    const set = { documents: [{ id: 'other.md', text: '[the guide](guide.md)' }], questions: questionOf('page.md') };
    expect(withoutJudgedLinks(set)).toEqual(set.documents);
  });

  it.skipIf(hindrance !== undefined)(
    `is nearly always what an independent program leaves (${hindrance ?? 'delink.py'})`,
    async () => {
      const set = await readSet('vue-anchors');
      const elsewhere = await delinkedElsewhere('vue-docs', 'vue-anchors');
      const before = new Map(set.documents.map(({ id, text }) => [id, text]));
      const changed = withoutJudgedLinks(set).filter(({ id, text }) => text !== before.get(id));
      const others = await Promise.all(changed.map(({ id }) => readFile(join(elsewhere, id), 'utf8')));
      const differing = changed.filter(({ text }, place) => !others[place]?.trimEnd().endsWith(text.trim()));
      expect(changed.length).toBeGreaterThan(50);
      expect(differing.length).toBeLessThanOrEqual(changed.length * 0.05);
    },
  );
});

function delinked(text: string): string | undefined {
  return withoutJudgedLinks({ documents: [{ id: 'page.md', text }], questions: questionOf('page.md') })[0]?.text;
}

function questionOf(page: string): RetrievalSet['questions'] {
  return [{ text: 'the guide', linking: new Set([page]) }];
}

async function readSet(name: string): Promise<RetrievalSet> {
  const { readSet: read }: { readSet(set: string): RetrievalSet } = await import(benchModule('quality/sets.mjs'));
  return read(name);
}

/** The folder of the corpus as the program leaves it. */
async function delinkedElsewhere(corpus: string, set: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'snapdex-delink-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const out = join(folder, 'out');
  const words = [join(DATA, 'corpora', corpus), join(DATA, 'ir', set, 'queries.jsonl'), out, 'drop'];
  execFileSync('python3', [join(DATA, 'tools/delink.py'), ...words]);
  return out;
}
