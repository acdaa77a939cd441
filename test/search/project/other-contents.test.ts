import { cp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ProjectIndex } from '../../../dist/search/index.js';
import { IndexManager } from '../../../dist/search/library.js';
import { SnapshotStore } from '../../../dist/store/index.js';
import { type Project, pathsIn, problemCodes, projectWith, until, untilCurrent } from './temporary-project-index.js';

const NOW = { 'a.md': '# Apricot\n', 'b.md': '# Bilberry\n' };

/** Two instances that follow a project whose first generation had other documents. */
async function changedProject(): Promise<{ readonly project: Project; readonly instances: readonly ProjectIndex[] }> {
  const project = await projectWith({ 'a.md': '# Almond\n', 'c.md': '# Cherry\n' });
  await project.index();
  await cp(project.indexPath, `${project.indexPath}.first`, { recursive: true });
  await project.remove('c.md');
  for (const [path, text] of Object.entries(NOW)) await project.write(path, text);
  await project.index();
  const instances = [await project.open(), await project.open()];
  for (const instance of instances) instance.start();
  for (const instance of instances) await untilCurrent(instance);
  return { project, instances };
}

/** Asks until the answer says that it is current; each that says so must have the titles of the files. */
async function expectTruth(instances: readonly ProjectIndex[]): Promise<void> {
  for (const instance of instances) {
    await until(async () => {
      const { stale, documents } = await instance.list({});
      if (!stale) expect(documents.map(({ title }) => title)).toEqual(['Apricot', 'Bilberry']);
      return !stale;
    });
    expect(await problemCodes(instance)).toEqual([]);
  }
}

describe('an answer that says that it is current', () => {
  it('is, right after a rollback and the end of its hold', async () => {
    const { project, instances } = await changedProject();
    await using _project = project;
    await using store = await SnapshotStore.open(project.indexPath);
    await store.rollback(1);
    await store.resume();
    await expectTruth(instances);
  });

  it('is, right after the end of a hold that was seen', async () => {
    const { project, instances } = await changedProject();
    await using _project = project;
    const [first, second] = instances;
    await first?.rollback({ generation: 1 });
    await until(async () => (await second?.status())?.hold !== null);
    await first?.resume();
    await expectTruth(instances);
  });

  it('is, though a rollback brought back what a file held that cannot be indexed any more', async () => {
    await using project = await projectWith({ 'a.md': '# Apricot\n', 'b.md': '# Bilberry\n', 'c.md': '# Cherry\n' });
    await project.index();
    await using index = await project.open();
    index.start();
    await project.write('c.md', new Uint8Array([0xff, 0xfe, 0]));
    await until(async () => (await pathsIn(index)).join() === 'a.md,b.md');
    await untilCurrent(index);
    await index.rollback({ generation: 1 });
    await index.resume();
    await until(async () => {
      const { stale, documents } = await index.list({});
      if (!stale) expect(documents.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
      return !stale;
    });
  });

  it('is, right after the documents of another index were pulled on top', async () => {
    const { project, instances } = await changedProject();
    await using _project = project;
    await using elsewhere = await projectWith({ 'a.md': '# Almond\n', 'z.md': '# Zucchini\n' });
    await elsewhere.index();
    await using source = await SnapshotStore.open(elsewhere.indexPath, { readOnly: true });
    await using store = await SnapshotStore.open(project.indexPath);
    await store.pull(source, { onTop: true });
    await expectTruth(instances);
  });

  it('is, right after generations of this index were pulled that were made elsewhere, a merge among them', async () => {
    const { project, instances } = await changedProject();
    await using _project = project;
    const elsewhere = `${project.indexPath}.elsewhere`;
    await cp(project.indexPath, elsewhere, { recursive: true });
    await using manager = await IndexManager.open(elsewhere);
    for (let persist = 0; persist < 8; persist++) {
      manager.indexDocument(`z${persist}.md`, `# Other ${persist}\n`);
      await manager.persist();
    }
    await manager.flush();
    await using source = await SnapshotStore.open(elsewhere, { readOnly: true });
    const { generations } = await source.history();
    expect(generations.map(({ metadata }) => metadata.operation)).toContain('merge');
    await using store = await SnapshotStore.open(project.indexPath);
    await store.pull(source);
    await expectTruth(instances);
  });

  it('is, right after a copy of long ago took the place of the index', async () => {
    const { project, instances } = await changedProject();
    await using _project = project;
    await rename(project.indexPath, `${project.indexPath}.before`);
    await rename(`${project.indexPath}.first`, project.indexPath);
    await expectTruth(instances);
  });
});

it.skipIf(process.platform === 'win32')(
  'a folder whose place a link takes that leads to itself has no documents',
  async () => {
    await using project = await projectWith({ 'b.md': '# Bilberry\n', 'd/a.md': '# Apricot\n' });
    const instances = [await project.open(), await project.open()];
    for (const instance of instances) instance.start();
    for (const instance of instances) await untilCurrent(instance);
    await rm(join(project.root, 'd'), { recursive: true });
    await symlink('d', join(project.root, 'd'));
    for (const instance of instances) await until(async () => (await pathsIn(instance)).join() === 'b.md');
    for (const instance of instances) await untilCurrent(instance);
  },
);
