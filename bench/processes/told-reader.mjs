// Says when it was told of a generation, however early: INDEX.
import { SnapshotStore } from '../../dist/store/index.js';

const [indexPath] = process.argv.slice(2);
const store = await SnapshotStore.open(indexPath);
const toldNs = new Map();
let wanted = Number.POSITIVE_INFINITY;

store.watch((generation) => {
  toldNs.set(generation, process.hrtime.bigint());
  answer();
});
process.on('message', ({ generation }) => {
  wanted = generation;
  answer();
});
process.once('disconnect', () => store.close());
process.send('ready');

function answer() {
  const told = [...toldNs].find(([generation]) => generation >= wanted);
  if (told === undefined) return;
  wanted = Number.POSITIVE_INFINITY;
  toldNs.clear();
  process.send({ toldNs: told[1] });
}
