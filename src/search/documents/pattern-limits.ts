/**
 * How much a glob pattern may ask for. Patterns come with a project that its user has perhaps just cloned, and some take
 * longer than a life to match or to expand.
 */

const LONGEST_PATTERN = 500;
/** With this many in one name the longest file names take milliseconds; each more multiplies that by a hundred. */
const MOST_STARS_IN_A_NAME = 3;
const MOST_ALTERNATIVES = 1_000;

/** What a pattern asks too much of, as the end of a sentence; `undefined` if it is fine. */
export function findPatternExcess(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  if (/[*+]\(/.test(pattern)) return 'repeats a group: "*(" and "+(" can take forever to match';
  const stars = Math.max(...pattern.split('/').map((name) => name.match(/\*+/g)?.length ?? 0));
  if (stars > MOST_STARS_IN_A_NAME) return `has more than ${MOST_STARS_IN_A_NAME} "*" between two "/"`;
  if (countAlternatives(pattern) > MOST_ALTERNATIVES) return `stands for more than ${MOST_ALTERNATIVES} patterns`;
  return undefined;
}

/** An upper bound of what braces expand to: groups side by side multiply, alternatives add up. */
function countAlternatives(pattern: string): number {
  const product = [1];
  const sum = [0];
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') {
      product.push(1);
      sum.push(rangeLength(pattern.slice(at)));
    } else if (character === ',' && product.length > 1) {
      sum.push((sum.pop() ?? 0) + (product.pop() ?? 1));
      product.push(1);
    } else if (character === '}' && product.length > 1) {
      const inside = (sum.pop() ?? 0) + (product.pop() ?? 1);
      product.push((product.pop() ?? 1) * inside);
    }
  }
  return product.reduce((all, one) => all * one, 1);
}

/** Steps of a range such as `{1..9}` at the beginning of `text`; 0 if there is none. */
function rangeLength(text: string): number {
  const [, from = '', to = ''] = /^\{([^{},]*)\.\.([^{},.]*)/.exec(text) ?? [];
  if (from === '' || to === '') return 0;
  const isLetters = from.length === 1 && to.length === 1;
  const place = (end: string): number => (isLetters ? (end.codePointAt(0) ?? 0) : Number(end));
  const length = Math.abs(place(to) - place(from));
  return Number.isNaN(length) ? 0 : length;
}
