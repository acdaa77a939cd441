import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HttpEmbedder, IndexManager } from '../../../dist/search/library.js';
import { FileLock, processEnvironment, SnapshotStore } from '../../../dist/store/index.js';
import { embeddingServer } from '../embedding/embedding-server.js';
import { CountingEmbedder, temporaryIndex } from './temporary-index.js';

describe('an index manager', () => {
  it('finds what was put in before and after it is persisted', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('a.md', '# Apples\n\nCox and Boskoop.\n');
    expect(await pathsOf(manager, 'boskoop')).toEqual(['a.md']);
    expect(manager).toMatchObject({ documentCount: 1, pendingCount: 1, generation: 0 });
    expect(await manager.persist()).toMatchObject({ added: 1, changed: 0, removed: 0, generation: 1, isNew: true });
    expect(await pathsOf(manager, 'boskoop')).toEqual(['a.md']);
    expect(manager).toMatchObject({ documentCount: 1, pendingCount: 0, generation: 1 });
  });

  it('replaces and removes documents', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('a.md', 'first quince');
    manager.indexDocument('b.md', 'second medlar');
    await manager.persist();
    manager.indexDocument('a.md', 'third sorb');
    expect(manager.removeDocument('b.md')).toBe(true);
    expect(manager.removeDocument('none.md')).toBe(false);
    expect(await pathsOf(manager, 'medlar')).toEqual([]);
    expect(await manager.persist()).toMatchObject({ added: 0, changed: 1, removed: 1 });
    expect(await pathsOf(manager, 'quince')).toEqual([]);
    expect(await pathsOf(manager, 'sorb')).toEqual(['a.md']);
    expect(manager.documentCount).toBe(1);
  });

  it('has one document of a path, with a leading ./ or without', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('./notes/a.md', 'first quince');
    manager.indexDocument('notes/a.md', 'second quince');
    expect(await pathsOf(manager, 'quince')).toEqual(['notes/a.md']);
    expect(manager.removeDocument('./notes/a.md')).toBe(true);
    expect(manager.documentCount).toBe(0);
  });

  it('does nothing any more once it is closed', async () => {
    await using index = await temporaryIndex();
    const manager = await IndexManager.open(index.directory);
    manager.indexDocument('a.md', 'quince');
    await manager.close();
    const calls = [
      () => manager.query('quince'),
      () => manager.indexDocument('b.md', 'medlar'),
      () => manager.removeDocument('a.md'),
      () => manager.persist(),
      () => manager.load(),
      () => manager.flush(),
    ];
    for (const call of calls) await expect((async () => call())()).rejects.toMatchObject({ code: 'INDEX_CLOSED' });
    await manager.close();
  });

  it('makes no generation when nothing has changed', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    manager.indexDocument('a.md', 'same');
    await manager.persist();
    manager.indexDocument('a.md', 'same');
    expect(await manager.persist()).toMatchObject({ isNew: false, generation: 1, changed: 0 });
    expect(await manager.persist()).toMatchObject({ isNew: false, generation: 1 });
  });

  it('keeps few segments however often it persists, and finds the same', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    for (let round = 0; round < 40; round++) {
      manager.indexDocument(`${round % 20}.md`, `# Note ${round}\n\nround${round}`);
      await manager.persist();
    }
    await using store = await SnapshotStore.open(index.directory);
    expect((await store.snapshot()).files.size).toBeLessThan(24);
    await manager.flush();
    expect((await store.snapshot()).files.size).toBeLessThan(8);
    expect(manager.documentCount).toBe(20);
    expect(await pathsOf(manager, 'round19')).toEqual([]);
    expect(await pathsOf(manager, 'round21')).toEqual(['1.md']);
  });

  it('does not read what it has just written', async () => {
    await using index = await temporaryIndex();
    const { fileSystem } = processEnvironment;
    const opened: string[] = [];
    const openFile: typeof fileSystem.openFile = (path) => {
      opened.push(path);
      return fileSystem.openFile(path);
    };
    const environment = { ...processEnvironment, fileSystem: { ...fileSystem, openFile } };
    await using manager = await IndexManager.open(index.directory, { environment });
    manager.indexDocument('a.md', '# A\n\nwritten');
    await manager.persist();
    expect(await pathsOf(manager, 'written')).toEqual(['a.md']);
    expect(opened).toEqual([]);
    await using other = await IndexManager.open(index.directory, { environment });
    expect(await pathsOf(other, 'written')).toEqual(['a.md']);
    expect(opened).toHaveLength(1);
  });

  it.skipIf(process.platform !== 'linux')(
    'leaves no file open when it is closed in the middle of something',
    async () => {
      await using index = await temporaryIndex();
      const open = () => readdirSync('/proc/self/fd').length;
      const openBefore = open();
      for (let round = 0; round < 10; round++) {
        const manager = await IndexManager.open(index.directory);
        manager.indexDocument(`${round}.md`, `# Note ${round}\n`);
        const running = [manager.persist(), manager.load(), manager.query('note')];
        await manager.close();
        await Promise.allSettled(running);
      }
      expect(open()).toBe(openBefore);
      await using manager = await IndexManager.open(index.directory);
      expect(manager.documentCount).toBe(10);
    },
  );

  it('refuses a document without a path or in another encoding', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory);
    expect(() => manager.indexDocument('', 'x')).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
    const latin1 = Uint8Array.of(0x67, 0x72, 0xf6, 0xdf, 0x65);
    expect(() => manager.indexDocument('a.md', latin1)).toThrow(expect.objectContaining({ code: 'DOCUMENT_NOT_UTF8' }));
    expect(manager.pendingCount).toBe(0);
  });
});

describe('an index manager that reads a generation which is collected meanwhile', () => {
  it('starts over on the newer one when it loads', async () => {
    await using folder = await exchangeableIndex();
    await using manager = await IndexManager.open(folder.directory, { environment: folder.environment });
    await folder.exchangeAtNextRead();
    await manager.load();
    expect([manager.generation, await pathsOf(manager, 'note7')]).toEqual([9, ['7.md']]);
  });

  it('starts over on the newer one when it opens', async () => {
    await using folder = await exchangeableIndex();
    await folder.exchangeAtNextRead();
    await using manager = await IndexManager.open(folder.directory, { environment: folder.environment });
    expect([manager.generation, await pathsOf(manager, 'note7')]).toEqual([9, ['7.md']]);
  });
});

/** An index of which seven generations become one ninth, at the moment when a file is opened in `environment`. */
async function exchangeableIndex() {
  const index = await temporaryIndex();
  const { directory } = index;
  let changeMeanwhile = (): void => {};
  const { fileSystem } = processEnvironment;
  const openFile: typeof fileSystem.openFile = (path) => {
    const change = changeMeanwhile;
    changeMeanwhile = () => {};
    change();
    return fileSystem.openFile(path);
  };
  return {
    directory,
    environment: { ...processEnvironment, fileSystem: { ...fileSystem, openFile } },
    exchangeAtNextRead: async () => {
      await persistNotes(directory, 7);
      const later = `${directory}-later`;
      cpSync(directory, later, { recursive: true });
      await persistNotes(later, 8);
      await collectIn(later);
      changeMeanwhile = () => {
        rmSync(join(directory, 'generations'), { recursive: true });
        cpSync(join(later, 'generations'), join(directory, 'generations'), { recursive: true });
      };
    },
    [Symbol.asyncDispose]: () => index[Symbol.asyncDispose](),
  };
}

/** What another process does: one generation for each note up to `count` that is missing. The eighth makes it merge. */
async function persistNotes(directory: string, count: number): Promise<void> {
  await using manager = await IndexManager.open(directory);
  for (let number = manager.documentCount; number < count; number++) {
    manager.indexDocument(`${number}.md`, `note${number}`);
    await manager.persist();
  }
  await manager.flush();
}

async function collectIn(directory: string): Promise<void> {
  await using store = await SnapshotStore.open(directory);
  const { kept } = await store.collect({ keepGenerations: 1, minimumAgeMs: 0 });
  expect(kept).toEqual([9]);
}

describe('two index managers', () => {
  it('that persist different new documents at the same time end with both', async () => {
    await using index = await temporaryIndex();
    await using one = await IndexManager.open(index.directory);
    await using other = await IndexManager.open(index.directory);
    for (let round = 0; round < 20; round++) {
      one.indexDocument(`one/${round}.md`, `# One ${round}\n\nsalt`);
      other.indexDocument(`other/${round}.md`, `# Other ${round}\n\npepper`);
      const outcomes = await Promise.all([one.persist(), other.persist()]);
      expect(outcomes).toMatchObject([
        { added: 1, isNew: true },
        { added: 1, isNew: true },
      ]);
    }
    // merges in the background are commits as well, and end before both are brought to the same generation
    await one.flush();
    await other.flush();
    await one.load();
    await other.load();
    expect([one.documentCount, other.documentCount]).toEqual([40, 40]);
    expect(one.generation).toBe(other.generation);
  });

  it('rebase the one that lost the race, and neither skip nor overwrite it', async () => {
    await using index = await temporaryIndex();
    await using winner = await IndexManager.open(index.directory);
    await using loser = await IndexManager.open(index.directory);
    winner.indexDocument('shared.md', 'from the winner');
    winner.indexDocument('winner.md', 'w');
    loser.indexDocument('loser.md', 'l');
    await winner.persist();
    expect(await loser.persist()).toMatchObject({ generation: 2, added: 1, changed: 0 });
    expect(loser.documentCount).toBe(3);
    expect(await pathsOf(loser, 'winner')).toContain('shared.md');
  });

  it('commit one change that both saw once', async () => {
    await using index = await temporaryIndex();
    await using one = await IndexManager.open(index.directory);
    await using other = await IndexManager.open(index.directory);
    for (const manager of [one, other]) manager.indexDocument('same.md', 'seen by both');
    const outcomes = await Promise.all([one.persist(), other.persist()]);
    expect(outcomes.filter((outcome) => outcome.isNew)).toHaveLength(1);
    expect(outcomes.map((outcome) => outcome.generation)).toEqual([1, 1]);
  });

  it('end with the later persist where both changed one document', async () => {
    await using index = await temporaryIndex();
    await using one = await IndexManager.open(index.directory);
    await using other = await IndexManager.open(index.directory);
    one.indexDocument('a.md', 'earlier');
    other.indexDocument('a.md', 'later');
    await one.persist();
    await other.persist();
    await one.load();
    expect(await pathsOf(one, 'later')).toEqual(['a.md']);
    expect(await pathsOf(one, 'earlier')).toEqual([]);
  });
});

describe('a persist while another process holds the commit lock', () => {
  it('keeps its changes pending, says LOCK_TIMEOUT, and succeeds once the lock is free', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory, { lockTimeoutMs: 50, persistPatienceMs: 300 });
    const held = await holdCommitLock(index.directory);
    manager.indexDocument('a.md', 'patience');
    await expect(manager.persist()).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    expect(manager).toMatchObject({ pendingCount: 1, generation: 0 });
    await held.release();
    expect(await manager.persist()).toMatchObject({ added: 1, generation: 1 });
    expect(manager.pendingCount).toBe(0);
  });

  it('waits for longer than one timeout if it may', async () => {
    await using index = await temporaryIndex();
    await using manager = await IndexManager.open(index.directory, { lockTimeoutMs: 50, persistPatienceMs: 60_000 });
    const held = await holdCommitLock(index.directory);
    manager.indexDocument('a.md', 'patience');
    const persisted = manager.persist();
    await new Promise((resolve) => setTimeout(resolve, 400));
    await held.release();
    expect(await persisted).toMatchObject({ added: 1, generation: 1 });
  });
});

describe('vectors of known passages', () => {
  const text = Array.from(
    { length: 12 },
    (_, part) => `## Part ${part}\n\nUnique words ${part * 7} and ${part * 13}.\n`,
  );
  const document = `# Long document\n\n${text.join('\n')}`;

  it('are reused when a document is renamed', async () => {
    await using index = await temporaryIndex();
    const embedder = new CountingEmbedder();
    await using manager = await IndexManager.open(index.directory, { embedder });
    manager.indexDocument('old name.md', document);
    await manager.persist();
    expect(embedder.takeCount()).toBeGreaterThan(0);
    manager.removeDocument('old name.md');
    manager.indexDocument('new name.md', document);
    await manager.persist();
    expect(embedder.takeCount()).toBe(0);
    expect(await pathsOf(manager, 'unique words')).toEqual(['new name.md']);
  });

  it('are reused by another process that switches to a branch and back', async () => {
    await using index = await temporaryIndex();
    await using first = await IndexManager.open(index.directory);
    first.indexDocument('a.md', document);
    await first.persist();
    const embedder = new CountingEmbedder();
    await using second = await IndexManager.open(index.directory, { embedder });
    second.indexDocument('a.md', document.replace('Part 3', 'Chapter three'));
    await second.persist();
    expect(embedder.takeCount()).toBe(1);
    second.indexDocument('a.md', document);
    await second.persist();
    expect(embedder.takeCount()).toBe(0);
  });

  it('are reused from an endpoint that has not told its dimension yet, and replaced if it is another', async () => {
    await using index = await temporaryIndex();
    const server = await embeddingServer();
    const open = (): Promise<IndexManager> =>
      IndexManager.open(index.directory, { embedder: new HttpEmbedder({ url: server.url, model: 'tiny' }) });
    await using first = await open();
    first.indexDocument('a.md', document);
    await first.persist();
    const asked = server.embedded.length;
    await using second = await open();
    second.indexDocument('b.md', document);
    await second.persist();
    expect(server.embedded).toHaveLength(asked);
    expect((await second.query('Unique words'))[0]?.matchedBy).toContain('vector');

    await using third = await open();
    const one = JSON.stringify({ data: [{ index: 0, embedding: [3, 4] }] });
    const rest = JSON.stringify({
      data: Array.from({ length: asked - 1 }, (_, place) => ({ index: place, embedding: [1, 0] })),
    });
    server.answerNext({ text: one }, { text: rest });
    third.indexDocument('c.md', document.replace('words 0', 'other 0'));
    await third.persist();
    expect(server.requests.slice(-2).map(({ body }) => body.input.length)).toEqual([1, asked - 1]);
  });

  it('are not taken from another embedder', async () => {
    await using index = await temporaryIndex();
    await using first = await IndexManager.open(index.directory);
    first.indexDocument('a.md', document);
    await first.persist();
    const embedder = new CountingEmbedder();
    const renamed = { id: 'another', dimension: embedder.dimension, embed: embedder.embed.bind(embedder) };
    await using second = await IndexManager.open(index.directory, { embedder: renamed });
    second.indexDocument('b.md', document);
    await second.persist();
    expect(embedder.takeCount()).toBeGreaterThan(0);
  });
});

async function pathsOf(manager: IndexManager, query: string): Promise<readonly string[]> {
  return [...new Set((await manager.query(query)).map((result) => result.path))].sort();
}

/** Holds the lock that commits queue at, as a writer does that takes too long. */
async function holdCommitLock(directory: string) {
  // Opened once, so that the layout is there.
  await (await SnapshotStore.open(directory)).close();
  const lock = new FileLock({
    path: `${directory}/commit.lock`,
    draftsPath: `${directory}/drafts`,
    environment: processEnvironment,
  });
  return lock.acquire({ mode: 'exclusive', holder: '0123456789abcdef-1' });
}

it('an option that there is not is refused, and all that there are are named', async () => {
  const open = (options: unknown): Promise<unknown> => Reflect.apply(IndexManager.open, null, ['somewhere', options]);
  await expect(open({ embeder: 1 })).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: 'options: "embeder" is not known here',
    remedy: expect.stringMatching(/^Known are embedder, persistPatienceMs, .*lockTimeoutMs.*onWarning/),
  });
  await expect(open(null)).rejects.toMatchObject({ code: 'INVALID_OPTION', message: 'options null is not an object' });
});
