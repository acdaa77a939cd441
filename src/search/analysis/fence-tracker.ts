const OPENING = /^(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*(`{3,}|~{3,})(.*)$/;

/** Where a line stands: the fences count as neither inside nor outside. */
export type FencePlace = 'outside' | 'opening' | 'inside' | 'closing';

/** Follows fenced code line by line, without a parser, so that what only looks like markup in there is left alone. */
export class FenceTracker {
  #fence = '';

  /** Where the next line stands. Lines must come in order. */
  place(line: string): FencePlace {
    const isOpen = this.#fence !== '';
    if (!line.includes('```') && !line.includes('~~~')) return isOpen ? 'inside' : 'outside';
    if (isOpen) {
      const content = line.replace(/^[\s>]+/, '').trimEnd();
      const isClosing =
        content.length >= this.#fence.length && content === this.#fence.charAt(0).repeat(content.length);
      if (!isClosing) return 'inside';
      this.#fence = '';
      return 'closing';
    }
    const [, fence = '', info = ''] = OPENING.exec(line) ?? [];
    // An info string with a backtick makes it inline code: ```` ```like this``` ````.
    if (fence === '' || (fence.startsWith('`') && info.includes('`'))) return 'outside';
    this.#fence = fence;
    return 'opening';
  }
}
