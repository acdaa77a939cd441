/**
 * What a glob pattern may look like. Patterns come with a project that its user has perhaps just cloned, and some take
 * longer than a life to match or to expand; one that is not finished matches nothing, and would empty the index.
 */

const LONGEST_PATTERN = 500;
/** With this many in one name the longest file names take milliseconds; each more multiplies that by a hundred. */
const MOST_STARS_IN_A_NAME = 3;
const MOST_ALTERNATIVES = 1_000;

/** What is wrong with a pattern, or too much, as the end of a sentence; `undefined` if it is fine. */
export function findPatternFault(pattern: string): string | undefined {
  if (pattern.length > LONGEST_PATTERN) return `is longer than ${LONGEST_PATTERN} characters`;
  if (/[*+]\(/.test(pattern)) return 'repeats a group: "*(" and "+(" can take forever to match';
  const stars = Math.max(...pattern.split('/').map((name) => name.match(/\*+/g)?.length ?? 0));
  if (stars > MOST_STARS_IN_A_NAME) return `has more than ${MOST_STARS_IN_A_NAME} "*" between two "/"`;
  if (countAlternatives(pattern) > MOST_ALTERNATIVES) return `stands for more than ${MOST_ALTERNATIVES} patterns`;
  return findUnclosed(pattern);
}

/** Names a bracket or brace that nothing closes. Behind a backslash, and inside of brackets, both are letters. */
function findUnclosed(pattern: string): string | undefined {
  const rest = pattern.replace(/\\./gsu, '').replace(/\[[!^]?\]?[^\]]*\]/gu, '');
  if (rest.includes('[')) return 'has a "[" without "]"; a bracket in a name is written "\\["';
  let depth = 0;
  for (const character of rest) {
    if (character === '{') depth += 1;
    else if (character === '}') depth = Math.max(0, depth - 1);
  }
  return depth === 0 ? undefined : 'has a "{" without "}"; a brace in a name is written "\\{"';
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
