import { expect, test } from 'vitest';
import { afterLostRace } from '../../dist/store/lost-race.js';

test.each([
  [{ tryMs: 10, rebases: 0, isTurn: true }, undefined, 8],
  [{ tryMs: 250, rebases: 0, isTurn: true }, undefined, 8],
  [{ tryMs: 251, rebases: 0, isTurn: true }, 251, 0],
  [{ tryMs: 251, rebases: 2, isTurn: true }, 500, 0],
  [{ tryMs: 251, rebases: 3, isTurn: true }, undefined, 0],
  [{ tryMs: 10, rebases: 0, isTurn: false }, 10, 8],
  [{ tryMs: 10, rebases: 2, isTurn: false }, 40, 8],
  [{ tryMs: 2, rebases: 6, isTurn: false }, 128, 8],
  [{ tryMs: 2, rebases: 60, isTurn: false }, 128, 8],
  [{ tryMs: 0.1, rebases: 1, isTurn: false }, 2, 8],
  [{ tryMs: 250, rebases: 9, isTurn: false }, 500, 8],
])('after %j a writer pauses up to %j ms and queues its next %i commits', (race, longestPauseMs, commitsToQueue) => {
  expect(afterLostRace(race)).toEqual({ longestPauseMs, commitsToQueue });
});
