/**
 * The name that was probably meant by a misspelled or shortened one (`lock_timeout` of `lock_timeout_seconds`);
 * undefined if none is near. Letter case does not matter.
 */
export function findClosestName(name: string, names: Iterable<string>): string | undefined {
  const known = [...names];
  const [longer, another] = known.filter((candidate) => candidate.toLowerCase().startsWith(`${name.toLowerCase()}_`));
  if (longer !== undefined && another === undefined) return longer;
  let closest: string | undefined;
  // A third of the letters wrong is still a misspelling, more is another word.
  let limit = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < limit) {
      limit = distance;
      closest = candidate;
    }
  }
  return closest;
}

/** Levenshtein's: letters to insert, delete or replace. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
