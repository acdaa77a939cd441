const REMOVED_FROM_SLUGS = /[^\p{Alphabetic}\p{Mark}\p{Decimal_Number}\p{Connector_Punctuation}\- ]/gu;

/** The anchor that GitHub gives a heading with this text (markup already removed), before duplicates are numbered. */
export function headingSlug(text: string): string {
  return text.toLowerCase().replace(REMOVED_FROM_SLUGS, '').replaceAll(' ', '-');
}

/** Gives the headings of one document their anchors in order: the second `setup` becomes `setup-1`, as on GitHub. */
export class HeadingSlugger {
  readonly #used = new Map<string, number>();

  slug(text: string): string {
    const base = headingSlug(text);
    let slug = base;
    let count = this.#used.get(base);
    if (count !== undefined) {
      do {
        count++;
        slug = `${base}-${count}`;
      } while (this.#used.has(slug));
      this.#used.set(base, count);
    }
    this.#used.set(slug, 0);
    return slug;
  }
}

const EXPLICIT_ID = /\s*(?:\{:?\s*#([^\s{}]+)[^{}]*\}|\{\/\*\s*#([^\s{}*]+)\s*\*\/\})\s*$/;

/** Takes an explicit anchor off the end of a heading: `{#id}`, `{#id .class}`, `{: #id}` or, in MDX, a comment `#id` in braces. */
export function splitExplicitId(heading: string): { readonly text: string; readonly id: string | undefined } {
  // The expression is anchored at the end only; without this look it would be tried at every space.
  const last = heading.trimEnd();
  if (!last.endsWith('}') || !last.includes('#')) return { text: heading, id: undefined };
  const brace = last.lastIndexOf('{');
  const match = brace === -1 ? null : EXPLICIT_ID.exec(last.slice(brace));
  const id = match?.[1] ?? match?.[2];
  return id === undefined ? { text: heading, id: undefined } : { text: last.slice(0, brace).trimEnd(), id };
}
