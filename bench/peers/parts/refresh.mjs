import { edited } from '../corpus/corpus-files.mjs';
import { takeTurns, timesLine } from '../turns.mjs';

/**
 * One process has kept a document. In another one, which has the index open: how long the next query by words takes, with
 * everything that taking notice of the change costs. That the change is seen is asked afterwards.
 */
export async function measureRefresh(bench, chunks) {
  const names = bench.able('shared', chunks);
  const documents = bench.documents(chunks).slice(0, 10);
  const figures = await bench.whileOpenOnCopies(names, chunks, { durability: 'deferred' }, (writers, folders) =>
    bench.whileOpen(
      names,
      chunks,
      async (readers) => {
        for (const name of names) await readers[name].ask('time', { kind: 'keyword', numbers: [0, 1, 2, 3, 4] });
        return takeTurns(names, bench.sizes.refreshes, async (name, turn) => {
          await writers[name].ask('put', { documents: [edited(documents[turn % documents.length], turn)] });
          return [await readers[name].ask('timeAfterEdit', { number: turn, edit: turn })];
        });
      },
      folders,
    ),
  );
  const what = `refresh in another process and first query, ${chunks} chunks`;
  return [timesLine({ what, figures, against: 'sqlite', most: 0.7 })];
}
