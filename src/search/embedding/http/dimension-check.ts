/** Telling a model that was replaced from one odd answer. */
import type { EndpointAnswer } from './embeddings-endpoint.js';

/** Asked for nothing but the length of its vector. */
const PROBE = 'dimension';

/** So many probes in a row must agree with an answer that differs from all before. */
const PROBES = 3;

/** Asks the endpoint once. */
type Ask = (texts: readonly string[]) => Promise<EndpointAnswer>;

/** What an answer of another dimension comes to: the model's new dimension, or why it is none. */
export type DimensionVerdict = { readonly dimension: number } | { readonly answer: EndpointAnswer };

/** The dimension in an answer that is not the expected one; `undefined` if all are as expected. */
export function oddDimension(answer: EndpointAnswer, expected: number): number | undefined {
  if (answer.kind !== 'vectors' || expected === 0) return undefined;
  return answer.vectors.find(({ length }) => length !== expected)?.length;
}

/** What to think of vectors of `found` components where others had `expected`: whether the endpoint keeps to it. */
export async function judgeDimension(
  { found, expected }: { readonly found: number; readonly expected: number },
  ask: Ask,
): Promise<DimensionVerdict> {
  for (let probe = 0; probe < PROBES; probe++) {
    const answer = await ask([PROBE]);
    if (answer.kind !== 'vectors') return { answer };
    if (answer.vectors[0]?.length === found) continue;
    const what = `one embedding of ${found} components among others of ${expected}`;
    return { answer: { kind: 'busy', what, retryAfterMs: undefined } };
  }
  return { dimension: found };
}
