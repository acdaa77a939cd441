/**
 * BM25F: BM25 over several fields, where the counts of the fields are weighed and put in proportion to the field's
 * length before they saturate together. Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted
 * fields" (CIKM 2004); Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), 3.6.
 */

/** How one field counts. */
export interface FieldParameters {
  /** Worth of one occurrence in this field against the others. 0 (ignored) to about 20. */
  readonly weight: number;
  /** How much a longer field counts for less: 0 not at all, 1 in proportion. 0.75 is usual for running text. */
  readonly lengthPenalty: number;
}

/**
 * How often a term seems to occur, for one field.
 *
 * @param length terms in the field of this passage or document
 * @param averageLength the same on average; 0 if no passage has the field
 */
export function weighedFrequency(
  count: number,
  parameters: FieldParameters,
  length: number,
  averageLength: number,
): number {
  if (count === 0) return 0;
  const relativeLength = averageLength > 0 ? length / averageLength : 1;
  return (parameters.weight * count) / (1 - parameters.lengthPenalty + parameters.lengthPenalty * relativeLength);
}

/** `weighedFrequency` for many passages: what they share is worked out once. */
export class FieldWeight {
  readonly #weight: number;
  readonly #unpenalised: number;
  readonly #penaltyPerTerm: number;

  /** @param averageLength terms in the field on average; 0 if no passage has the field */
  constructor({ weight, lengthPenalty }: FieldParameters, averageLength: number) {
    this.#weight = weight;
    this.#unpenalised = averageLength > 0 ? 1 - lengthPenalty : 1;
    this.#penaltyPerTerm = averageLength > 0 ? lengthPenalty / averageLength : 0;
  }

  /** @param length terms in the field of this passage or document */
  frequency(count: number, length: number): number {
    return (this.#weight * count) / (this.#unpenalised + this.#penaltyPerTerm * length);
  }
}

/**
 * What a term contributes to a score for each time that its rarity is worth, from 0 to `saturation` + 1.
 *
 * @param frequency sum of `weighedFrequency` over the fields
 * @param saturation k1: how soon more of the same stops counting; 0 (at once) to about 3, usually 1.2
 */
export function saturated(frequency: number, saturation: number): number {
  return (frequency * (saturation + 1)) / (frequency + saturation);
}

/**
 * What finding the term is worth: its inverse document frequency, above 0 even if all have it (the variant of Lucene).
 *
 * @param having how many of `total` passages or documents have the term
 */
export function termRarity(having: number, total: number): number {
  return Math.log(1 + (total - having + 0.5) / (having + 0.5));
}
