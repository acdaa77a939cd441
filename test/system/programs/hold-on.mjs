// Opens a store, pins a generation of it, has a lease, says so, and stays until it is killed.
import { SnapshotStore } from '../../../dist/store/index.js';

const [directory] = process.argv.slice(2);
const store = await SnapshotStore.open(directory);
await store.update((draft) => draft.write('file', Buffer.from('1')));
await store.openGeneration(1);
await store.tryLease('work');
process.stdout.write('held\n');
setInterval(() => {}, 1_000);
