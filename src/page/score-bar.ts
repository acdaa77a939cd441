import type { ScorePart } from 'snapdex/search';
import { drawn, element } from './element.js';

/** A score and what it is made of: a bar whose parts have the colours of the table that explains them. */
export function explainedScore(
  score: number,
  parts: readonly ScorePart[],
  { id, highest }: { readonly id: string; readonly highest: number },
): HTMLElement {
  return element(
    'details',
    { class: 'score', id },
    element('summary', {}, element('span', {}, `score ${score.toFixed(2)}`), scoreBar(parts, highest)),
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'What the score is made of'),
      element('tbody', {}, ...parts.map(explanationRow)),
    ),
  );
}

/** The parts side by side; the best result fills the bar. */
function scoreBar(parts: readonly ScorePart[], highest: number): SVGSVGElement {
  let x = 0;
  const pieces = parts
    .filter(({ adds }) => adds > 0)
    .map(({ signal, adds }) => {
      const width = (100 * adds) / highest;
      const piece = drawn('rect', { class: `signal ${signal}`, x: `${x}%`, width: `${width}%`, height: '100%' });
      x += width;
      return piece;
    });
  return drawn('svg', { class: 'bar', 'aria-hidden': 'true' }, ...pieces);
}

function explanationRow({ signal, adds, reason }: ScorePart): HTMLElement {
  const swatch = drawn('svg', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.append(drawn('rect', { class: `signal ${signal}`, width: '100%', height: '100%' }));
  return element(
    'tr',
    {},
    element('td', { class: 'number' }, adds.toFixed(3)),
    element('th', { scope: 'row' }, swatch, signal),
    element('td', {}, reason),
  );
}
