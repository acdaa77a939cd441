const OPENING = /^(?:\s|>|[-*+]\s|\d{1,9}[.)]\s)*(`{3,}|~{3,})(.*)$/;

/** Follows fenced code line by line, without a parser, so that what only looks like markup in there is left alone. */
export class FenceTracker {
  #fence = '';

  /** True if the line is code or a fence around it. Lines must come in order. */
  isFenced(line: string): boolean {
    const isOpen = this.#fence !== '';
    if (!line.includes('```') && !line.includes('~~~')) return isOpen;
    if (isOpen) {
      const content = line.replace(/^[\s>]+|\s+$/g, '');
      const isClosing =
        content.length >= this.#fence.length && content === this.#fence.charAt(0).repeat(content.length);
      if (isClosing) this.#fence = '';
      return true;
    }
    const [, fence = '', info = ''] = OPENING.exec(line) ?? [];
    // An info string with a backtick makes it inline code: ```` ```like this``` ````.
    if (fence === '' || (fence.startsWith('`') && info.includes('`'))) return false;
    this.#fence = fence;
    return true;
  }
}
