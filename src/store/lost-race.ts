/** How a writer goes on after a lost race: with its turn, or after a pause. Pure, so that it can be read in a table. */

/** What is known when a race is lost. */
export interface LostRace {
  /** How long the change took to decide and write, without waiting for the lock. */
  readonly tryMs: number;
  /** Races that this commit lost before. */
  readonly rebases: number;
  /** Whether this writer has its turn among those that use the lock. */
  readonly isTurn: boolean;
}

/** How to go on. */
export interface NextTry {
  /** Give the turn up and pause for at most so long; `undefined`: replay at once, with the turn. Milliseconds. */
  readonly longestPauseMs: number | undefined;
  /** So many of the next commits of this store take the lock before they draft. */
  readonly commitsToQueue: number;
}

/** A change that takes at most this long is replayed while the lock is held. */
const QUICK_REBASE_MS = 250;
/** A slower one first tries this often without making the others wait, then holds the lock too, or it might never win. */
const SLOW_REBASES_WITHOUT_LOCK = 3;
/** One lost race in so many keeps the guess fresh whether others still write. */
const COMMITS_QUEUED_AFTER_A_LOSS = 8;
const LONGEST_PAUSE_MS = 500;
const MOST_DOUBLINGS = 6;

/** What to do about a lost race. */
export function afterLostRace({ tryMs, rebases, isTurn }: LostRace): NextTry {
  const isQuick = tryMs <= QUICK_REBASE_MS;
  // Whoever waited has its turn: with the lock given back, the base is old again by the time the lock comes again.
  const keepsTurn = isTurn && (isQuick || rebases >= SLOW_REBASES_WITHOUT_LOCK);
  const pauseMs = Math.max(1, tryMs) * 2 ** Math.min(rebases, MOST_DOUBLINGS);
  return {
    longestPauseMs: keepsTurn ? undefined : Math.min(LONGEST_PAUSE_MS, pauseMs),
    commitsToQueue: isQuick ? COMMITS_QUEUED_AFTER_A_LOSS : 0,
  };
}
