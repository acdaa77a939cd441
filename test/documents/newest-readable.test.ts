import { expect, it } from 'vitest';
import { readNewest } from '../../dist/documents/newest-readable.js';
import { pauseAt } from '../store/paused-storage.js';
import { ONLY_THE_HEAD, textOf, withStore, writing } from '../store/with-store.js';

it('the newest generation is read anew if it is collected between the look and the reading', () =>
  withStore(async (folder) => {
    await folder.store.update(writing('document', 'old'));
    const late = pauseAt(folder.storage(), { method: 'openFile', when: 'before' });
    const problems: string[] = [];
    const readText = async (): Promise<string> => {
      const store = await folder.openOn(late.storage, { readOnly: true });
      return readNewest(
        store,
        (snapshot) => textOf(snapshot, 'document'),
        (problem) => void problems.push(problem),
      );
    };
    const reading = readText();
    await late.asleep;
    await folder.store.update(writing('document', 'new'));
    expect((await folder.store.collect(ONLY_THE_HEAD)).retired).toEqual([1]);
    late.wake();
    expect([await reading, problems]).toEqual(['new', []]);
  }));
