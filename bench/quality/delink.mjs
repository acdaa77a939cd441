// A corpus without the links that questions were made of, so that nothing can be read off them.

// An inline or reference link, a wiki link, or an HTML link; images and embeds are told by the "!" before them.
const LINK =
  /(!?)\[((?:[^[\]\\]|\\.|\[[^[\]]*\])+?)\](?:\(\s*(?:<[^>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)|\[[^\]\n]*\])|(!?)\[\[([^[\]|\n]+?)(?:\\?\|([^[\]\n]*))?\]\]|<a\s[^>]*>([\s\S]*?)<\/a>/g;

/** The documents of a set, with each link on a linking page dropped, text and all, whose text is one of its questions. */
export function withoutJudgedLinks({ documents, questions }) {
  const judged = new Map();
  for (const { text, linking } of questions) {
    for (const path of linking) judged.set(path, (judged.get(path) ?? new Set()).add(lettersOf(text)));
  }
  return documents.map((document) => {
    const texts = judged.get(document.id);
    if (texts === undefined) return document;
    const text = document.text.replace(LINK, (link, image, inline, embed, target, alias, html) => {
      if (image === '!' || embed === '!') return link;
      return texts.has(lettersOf(inline ?? html ?? alias ?? target)) ? '' : link;
    });
    return { ...document, text };
  });
}

/** What is left of a text for comparison: markup, case, spaces and signs make no difference. */
export function lettersOf(text) {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)|<[^>]+>|&\w+;/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}
