/** How far some work is, and how long it has been going on. */
export interface Pace {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** How fast the work goes: `240/s`, `3/min`; empty while nobody can tell. */
export function rateOf({ done, elapsedMs }: Pace): string {
  if (done === 0 || elapsedMs <= 0) return '';
  const perSecond = (done * 1000) / elapsedMs;
  if (perSecond >= 1) return `${rounded(perSecond)}/s`;
  return `${rounded(perSecond * 60)}/min`;
}

/** How much time is left if the work goes on like this: `12 s left`, `3 min left`; empty while nobody can tell. */
export function timeLeft({ done, total, elapsedMs }: Pace): string {
  if (done === 0 || done >= total) return '';
  const seconds = Math.ceil(((total - done) * elapsedMs) / done / 1000);
  if (seconds < 90) return `${seconds} s left`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min left` : `${Math.round(minutes / 60)} h left`;
}

function rounded(number: number): string {
  return number < 10 ? String(Number(number.toFixed(1))) : Math.round(number).toLocaleString('en-US');
}
