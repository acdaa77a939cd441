import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = readFileSync('docs/errors.md', 'utf8');

/** The members of a union of codes, read from where it is declared. */
function declaredCodes(file: string, name: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const start = source.indexOf(`export type ${name}`);
  return [...source.slice(start, source.indexOf(';', start)).matchAll(/\| '([A-Z_0-9]+)'/g)].map(
    ([, code]) => code ?? '',
  );
}

describe('docs/errors.md', () => {
  it.each([
    ['src/store/errors.ts', 'StoreErrorCode'],
    ['src/documents/errors.ts', 'DocumentErrorCode'],
    ['src/search/errors.ts', 'SearchErrorCode'],
    ['src/server/errors.ts', 'ServerErrorCode'],
  ])('has a line for every code of %s', (file, name) => {
    const codes = declaredCodes(file, name);
    expect(codes.length).toBeGreaterThan(3);
    expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });

  it('has one line for each code of a section', () => {
    const sections = page
      .split('\n## ')
      .map((section) => [...section.matchAll(/^\| `([A-Z_0-9]+)` \|/gm)].map(([, code]) => code));
    expect(sections.flat().length).toBeGreaterThan(20);
    expect(sections.flatMap((codes) => codes.filter((code, place) => codes.indexOf(code) !== place))).toEqual([]);
  });

  it('says no sentence twice outside of its tables', () => {
    const text = page.split('\n').filter((line) => !line.startsWith('|'));
    const sentences = text.flatMap((line) => line.split(/(?<=[.;:]) /)).filter((sentence) => sentence.length > 30);
    expect(sentences.filter((sentence, place) => sentences.indexOf(sentence) !== place)).toEqual([]);
  });

  it('explains what the page answers to a request of another page', () => {
    expect(readFileSync('src/server/page/page-server.ts', 'utf8')).toContain("'REQUEST_REFUSED'");
    expect(page).toContain('`REQUEST_REFUSED`');
  });
});
