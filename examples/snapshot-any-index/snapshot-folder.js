/** A folder of any files, kept as generations: whoever changes it works on a copy of their own. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { SnapshotStore } from 'snapdex';

/** Opens the folder kept in `directory`; `options` are those of `SnapshotStore.open`. */
export async function openSnapshotFolder(directory, options) {
  return new SnapshotFolder(await SnapshotStore.open(directory, options));
}

class SnapshotFolder {
  #store;

  constructor(store) {
    this.#store = store;
  }

  /**
   * Calls `change` with the path of a folder that holds the newest files, and commits what it leaves there. After a lost
   * race `change` is called again, with a folder of what the winner has left. It must close the files that it opens, and leave
   * files and folders only.
   */
  async change(change, { reason } = {}) {
    return this.#store.update((draft, base) =>
      inTemporaryFolder(async (folder) => {
        await checkOut(base, folder);
        await change(folder);
        await checkIn(draft, base, folder);
        if (reason !== undefined) draft.explain(reason);
      }),
    );
  }

  /** What `use` makes of a folder with the newest files, or those of a generation of the history. */
  async read(use, generation) {
    const newest = await this.#store.snapshot();
    // Kept while it is copied, whatever others commit and collect meanwhile.
    const snapshot =
      newest.generation === 0 ? newest : await this.#store.openGeneration(generation ?? newest.generation);
    try {
      return await inTemporaryFolder(async (folder) => {
        await checkOut(snapshot, folder);
        return use(folder);
      });
    } finally {
      await snapshot.close();
    }
  }

  history() {
    return this.#store.history();
  }

  rollback(generation, options) {
    return this.#store.rollback(generation, options);
  }

  close() {
    return this.#store.close();
  }
}

async function inTemporaryFolder(action) {
  const folder = await mkdtemp(join(tmpdir(), 'snapshot-folder-'));
  try {
    return await action(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function checkOut(snapshot, folder) {
  for (const name of snapshot.files.keys()) {
    const copy = join(folder, name);
    await mkdir(dirname(copy), { recursive: true });
    // Compared with its checksum, which a copy of the file at `path` is not: damage must not become a new generation.
    await writeFile(copy, await snapshot.read(name));
  }
}

async function checkIn(draft, base, folder) {
  const missing = new Set(base.files.keys());
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    const name = path.slice(folder.length + 1).replaceAll(sep, '/');
    if (!entry.isFile()) throw new Error(`${name} is a link or no file, which a generation cannot keep`);
    const bytes = await readFile(path);
    if (base.files.get(name)?.sha256 !== createHash('sha256').update(bytes).digest('hex')) draft.write(name, bytes);
    missing.delete(name);
  }
  for (const name of missing) draft.remove(name);
}
