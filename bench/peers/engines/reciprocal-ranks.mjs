/** Cormack's constant, which everybody uses. */
const K = 60;

/** One ranking out of several, by the sum of reciprocal ranks (Cormack, Clarke and Büttcher, SIGIR 2009). */
export function fuse(rankings, count) {
  const scores = new Map();
  for (const ranking of rankings) {
    for (const [rank, id] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (K + rank + 1));
  }
  return [...scores]
    .sort((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([id]) => id);
}
