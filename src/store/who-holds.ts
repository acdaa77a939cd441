/** Who has a store open, in words for an error. */
import type { Environment } from './environment.js';
import { readInstance } from './instances.js';
import { STORE_LOCK } from './names.js';
import { judgeProcess } from './process-identity.js';
import type { Storage } from './storage.js';

/** `pid 4711 on laptop (client), …`: who holds the lock on a store, and whose instances are not known to be dead. */
export async function whoHoldsIt(storage: Storage, environment: Environment): Promise<string> {
  const holders: string[] = [];
  for (const { lock, process } of (await storage.upkeep?.listLocks()) ?? [])
    if (lock === STORE_LOCK) holders.push(process === undefined ? 'somebody' : `pid ${process.pid} on ${process.host}`);
  for (const { id } of await storage.listRecords('instances')) {
    const found = await readInstance(storage, id);
    if (found === undefined || found === 'lost') continue;
    const { identity, client } = found;
    if (judgeProcess(identity, environment.identity()) !== 'dead')
      holders.push(`pid ${identity.pid} on ${identity.host} (${client})`);
  }
  return holders.length === 0 ? 'nobody can tell by whom' : holders.join(', ');
}
