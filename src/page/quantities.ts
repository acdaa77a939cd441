import { element } from './element.js';

const numbers = new Intl.NumberFormat('en');
const moments = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const ages = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' });

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
const AGE_UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `1,204`. */
export function number(value: number): string {
  return numbers.format(value);
}

/** `1 document`, `1,204 documents`. */
export function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Bytes in powers of 1,000: `999 B`, `1.2 MB`. */
export function byteSize(bytes: number): string {
  let power = 0;
  let value = bytes;
  // What one decimal would round up to 1,000 is one of the next unit.
  while (value >= (power === 0 ? 1000 : 999.95) && power < UNITS.length - 1) {
    value /= 1000;
    power += 1;
  }
  return `${power === 0 ? bytes : value.toFixed(1)} ${UNITS[power] ?? 'B'}`;
}

/** `37 %`; never 0 or 100 for what is neither. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const rounded = Math.round((100 * part) / whole);
  return `${part > 0 && part < whole ? Math.min(99, Math.max(1, rounded)) : rounded} %`;
}

/** How long ago a moment (ISO 8601) was, kept true by {@link keepAgesTrue}, with the moment itself as a tooltip. */
export function age(moment: string): HTMLTimeElement {
  return element('time', { datetime: moment, title: moments.format(new Date(moment)), class: 'age' }, ageText(moment));
}

/** Brings the ages on the page up to date, now and then. */
export function keepAgesTrue(): void {
  setInterval(() => {
    for (const shown of document.querySelectorAll<HTMLTimeElement>('time.age')) {
      shown.textContent = ageText(shown.dateTime);
    }
  }, 10_000);
}

function ageText(moment: string): string {
  // Clocks of other machines may be ahead.
  const seconds = Math.max(0, (Date.now() - Date.parse(moment)) / 1000);
  for (const [unit, length] of AGE_UNITS) {
    if (seconds >= length) return ages.format(-Math.floor(seconds / length), unit);
  }
  return 'now';
}
