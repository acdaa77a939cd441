import { richestKind } from '../engines/index.mjs';
import { takeTurns, timesLine } from '../turns.mjs';

/** A new process that has loaded the code opens the index and answers one query. Its files are in the page cache. */
export async function measureColdOpen(bench, chunks) {
  const names = bench.able('open', chunks);
  for (const name of names) await bench.database(name, chunks);
  const figures = await takeTurns(names, bench.sizes.coldStarts, async (name, turn) => {
    const engine = await bench.start(name, chunks);
    try {
      return [await engine.ask('openAndAsk', { kind: richestKind(name), number: turn })];
    } finally {
      await engine.close();
    }
  });
  const what = `cold open and first query, ${chunks} chunks`;
  return [timesLine({ what, figures, against: 'sqlite', most: 0.8 })];
}
