import type { LiveAnswer } from 'snapdex/search';

/** Who follows the index. */
export interface LiveListener {
  /** How the index is now. */
  onState(state: LiveAnswer): void;
  /** It cannot be opened; told with the reason. */
  onProblem(message: string): void;
  /** The server does not answer; it is tried again. */
  onLost(): void;
}

/** Follows the index while the page is to be seen: a browser opens few connections to one server. */
export function followIndex(listener: LiveListener): void {
  let source = open(listener);
  document.addEventListener('visibilitychange', () => {
    source.close();
    if (document.visibilityState === 'visible') source = open(listener);
  });
}

function open(listener: LiveListener): EventSource {
  const source = new EventSource('/events');
  source.addEventListener('state', ({ data }) => listener.onState(JSON.parse(data)));
  source.addEventListener('problem', ({ data }) => listener.onProblem(JSON.parse(data).message));
  source.addEventListener('error', () => listener.onLost());
  return source;
}
