// Runs inside a mount namespace of its own, in which the store's directory cannot be written.
import { SnapshotStore } from '../../dist/store/index.js';

const [directory] = process.argv.slice(2);
const store = await SnapshotStore.open(directory);
const snapshot = await store.snapshot();
const old = await store.openGeneration(1);
const refusal = await store.update((draft) => draft.write('a', Buffer.from('2'))).catch((error) => error.code);
const answer = {
  reason: store.describe().readOnlyReason,
  text: Buffer.from(await snapshot.read('a')).toString(),
  old: Buffer.from(await old.read('a')).toString(),
  refusal,
  problems: (await store.verify()).problems,
};
await store.close();
process.stdout.write(JSON.stringify(answer));
