/** Registering where the disk may be full: collecting has to be registered before it can free anything. */
import { isNoSpace, StoreError } from './errors.js';
import type { InstanceRegistry } from './instances.js';
import type { Storage } from './storage.js';

/**
 * Registers, unless that is done already. Where there is no room for a record, garbage goes first, and then the pointer,
 * which nothing relies on.
 * @param onCurrentRemoved called once the pointer is to be put back as soon as there is room
 * @throws StoreError NO_SPACE if that was not enough
 */
export async function registerInLittleRoom(
  storage: Storage,
  registry: InstanceRegistry,
  onCurrentRemoved: () => void,
): Promise<void> {
  const isRegistered = (): Promise<boolean> => unlessFull(() => registry.rejoinIfForgotten());
  if (await isRegistered()) return;
  // 1. What nobody needs, whoever has the store for itself: what the dead left, and the trash.
  await unlessFull(() => registry.reap());
  await unlessFull(() => storage.emptyTrash());
  if (await isRegistered()) return;
  // 2. The pointer: the directory says what the head is, and whoever opens the store for writing puts it back.
  onCurrentRemoved();
  await storage.removeCurrent?.();
  if (!(await isRegistered())) throw noRoomAtAll(storage);
}

/** What `action` does, unless there is no room for it: then false. */
export async function unlessFull(action: () => Promise<void>): Promise<boolean> {
  try {
    await action();
    return true;
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    return false;
  }
}

function noRoomAtAll({ location }: Storage): StoreError {
  return new StoreError('NO_SPACE', `store ${location}: no space left, not even for the record of who collects`, {
    remedy:
      'Delete or move any other file on that disk: a few kilobytes, or one inode, are enough for the same call to free the rest. No generation was deleted.',
  });
}
