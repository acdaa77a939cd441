/** A place in memory with a history, for tests that look at one step of the protocol. */
import { SnapshotStore, type StoreOptions } from '../../dist/store/index.js';
import { type Content, MemoryPlace, MemoryStorage } from './memory-storage.js';
import { unmadeFolder, writing } from './with-store.js';

export interface CommittedPlace {
  readonly place: MemoryPlace;
  readonly storage: MemoryStorage;
  /** Still open. */
  readonly store: SnapshotStore;
  content(generation: number): Content;
  /** What the pointer was set to through `storage`, if it was. */
  writtenCurrent(): number | undefined;
}

/** `count` generations; generation N writes `file-N`, of the bytes "N", and replaces `last`. */
export async function committedPlace(count: number, options: StoreOptions = {}): Promise<CommittedPlace> {
  const place = new MemoryPlace();
  const folder = unmadeFolder();
  const store = await SnapshotStore.openOn(new MemoryStorage(place, folder), {
    collectAutomatically: false,
    ...options,
  });
  for (let done = 1; done <= count; done++) {
    await store.update((draft) => {
      writing(`file-${done}`, String(done))(draft);
      writing('last', String(done))(draft);
    });
  }
  const storage = new PointerRecorder(place, folder);
  return {
    place,
    storage,
    store,
    content: (generation) => {
      const content = place.generations.get(generation);
      if (content === undefined) throw new Error(`there is no generation ${generation}`);
      return content;
    },
    writtenCurrent: () => storage.written,
  };
}

class PointerRecorder extends MemoryStorage {
  written: number | undefined;

  override async writeCurrent(generation: number): Promise<void> {
    this.written = generation;
    await super.writeCurrent(generation);
  }
}
