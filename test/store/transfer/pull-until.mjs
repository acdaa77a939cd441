// Pulls from one store into another, and kills itself when so many files have come, or numbers were passed over.
import { SnapshotStore } from '../../../dist/store/index.js';

const [from, to, wanted, count] = process.argv.slice(2);
const source = await SnapshotStore.open(from, { mendHead: false });
const target = await SnapshotStore.open(to);
await target.pull(source, {
  onProgress: ({ phase, done }) => {
    if (phase === wanted && done === Number(count)) process.kill(process.pid, 'SIGKILL');
  },
});
throw new Error('it was to be killed before');
