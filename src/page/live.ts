import type { LiveAnswer } from 'snapdex/search';
import { ask } from './api.js';

/** A browser tries again by itself when a connection breaks, but not when the server refuses it. */
const REFUSED_AGAIN_MS = 5000;

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
  let source = open(listener, refused);
  function begin(): void {
    source.close();
    if (document.visibilityState === 'visible') source = open(listener, refused);
  }
  function refused(): void {
    // Tells why, and leads to the form to sign in with if that is what is missing.
    ask('status').catch(() => {
      // Told as lost already.
    });
    setTimeout(begin, REFUSED_AGAIN_MS);
  }
  document.addEventListener('visibilitychange', begin);
}

function open(listener: LiveListener, refused: () => void): EventSource {
  const source = new EventSource('/events');
  source.addEventListener('state', ({ data }) => listener.onState(JSON.parse(data)));
  source.addEventListener('problem', ({ data }) => listener.onProblem(JSON.parse(data).message));
  source.addEventListener('error', () => {
    listener.onLost();
    if (source.readyState === EventSource.CLOSED) refused();
  });
  return source;
}
