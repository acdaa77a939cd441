import type { IndexWrites, StatusAnswer } from '../../search/index.js';
import type { IndexSession } from '../index-session.js';

/** What the index of a session is like, and what this process has written; undefined if it cannot be opened. */
export async function readFigures(
  session: IndexSession,
): Promise<{ readonly status: StatusAnswer; readonly writes: IndexWrites } | undefined> {
  try {
    const index = await session.open();
    return { status: await index.status(), writes: index.writes };
  } catch {
    // Whoever reads figures is told that there are none; why, `/health` and every tool call say.
    return undefined;
  }
}
