import { type AnalysedChunk, type AnalysedDocument, analyseDocument } from '../../../dist/search/analysis/index.js';

/** The analysis of a text, as the file `guide/page.md` unless told otherwise. */
export function analysed(text: string, path = 'guide/page.md'): AnalysedDocument {
  return analyseDocument({ path, bytes: new TextEncoder().encode(text) });
}

export function bodyOf(document: AnalysedDocument): string {
  return document.chunks.flatMap(({ bodyTerms }) => bodyTerms.texts()).join(' ');
}

export function codeOf(document: AnalysedDocument): string {
  return document.chunks.flatMap(({ codeTerms }) => codeTerms.texts()).join(' ');
}

/** `anchor@startLine-endLine` of each chunk. */
export function outlineOf(document: AnalysedDocument): readonly string[] {
  return document.chunks.map(({ anchor, startLine, endLine }: AnalysedChunk) => `${anchor}@${startLine}-${endLine}`);
}

/** `line kind target#anchor "text"` of each link. */
export function linksOf(document: AnalysedDocument): readonly string[] {
  return document.links.map(({ line, kind, target, anchor, text }) => `${line} ${kind} ${target}#${anchor} "${text}"`);
}
