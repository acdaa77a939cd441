/** Telling an endpoint that embeds nothing from a text without meaning. */
import type { EndpointAnswer } from './embeddings-endpoint.js';

/** Any model has a vector for it. */
const PROBE = 'dimension';

/**
 * The answer, unless it has vectors of length zero and the endpoint has no other for a plain word: then what is wrong
 * with it.
 */
export async function refuseZeros(
  answer: EndpointAnswer,
  ask: (texts: readonly string[]) => Promise<EndpointAnswer>,
): Promise<EndpointAnswer> {
  if (!hasZeros(answer)) return answer;
  const probe = await ask([PROBE]);
  if (probe.kind !== 'vectors') return probe;
  return hasZeros(probe) ? { kind: 'nonsense', what: 'an embedding is all zeros' } : answer;
}

function hasZeros(answer: EndpointAnswer): boolean {
  return answer.kind === 'vectors' && answer.vectors.some((vector) => vector.every((component) => component === 0));
}
