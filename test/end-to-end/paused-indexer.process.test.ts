import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { arrayOf, entriesOf, expectVerified, until, untilSettled } from './agreement.js';
import { corpusFolder, projectFrom } from './corpus-project.js';
import { type RunningServer, startFour } from './running-server.js';
import { report, sized } from './test-size.js';

it('followers show a commit of the indexer soon after the save', { timeout: 300_000 }, async () => {
  await using project = await projectFrom(corpusFolder('vue-docs'));
  await using fleet = await startFour(['--root', project.root]);
  await untilSettled(fleet.servers, project);
  const times: number[] = [];
  for (let save = 0; save < sized({ quick: 5, full: 30 }); save++) {
    const savedMs = performance.now();
    await writeFile(join(project.root, 'saved.md'), `# Saved\n\nsavedword${save}\n`);
    await Promise.all(fleet.servers.map((server) => untilFound(server, `savedword${save}`)));
    times.push(Math.round(performance.now() - savedMs));
  }
  report('a save is found in all four servers', { 'after ms': times.toSorted((a, b) => a - b).join('/') });
  await fleet.endCleanly();
});

it.skipIf(process.platform === 'win32')(
  'a follower acts for an indexer that is stopped',
  { timeout: 300_000 },
  async () => {
    await using project = await projectFrom(corpusFolder('vue-docs'));
    await using fleet = await startFour(['--root', project.root]);
    await untilSettled(fleet.servers, project);
    const { instances } = await fleet.first.call('index_status');
    const indexer = arrayOf(instances)
      .map(entriesOf)
      .find((instance) => instance.role === 'indexer');
    const stopped = fleet.servers.find((server) => server.pid === indexer?.pid);
    const others = fleet.servers.filter((server) => server !== stopped);
    expect(others).toHaveLength(3);
    stopped?.process.kill('SIGSTOP');
    try {
      const savedMs = performance.now();
      await writeFile(join(project.root, 'while stopped.md'), '# While the indexer is stopped\n\nwaitingword\n');
      await Promise.all(others.map((server) => untilFound(server, 'waitingword')));
      report('a stopped indexer', { 'acted for after ms': Math.round(performance.now() - savedMs) });
      const againMs = performance.now();
      await writeFile(join(project.root, 'again.md'), '# Again\n\nagainword\n');
      await Promise.all(others.map((server) => untilFound(server, 'againword')));
      report('a stopped indexer', { 'next save after ms': Math.round(performance.now() - againMs) });
    } finally {
      stopped?.process.kill('SIGCONT');
    }
    // Awake again it agrees with the others, and takes nothing back.
    await writeFile(join(project.root, 'awake.md'), '# Awake\n\nawakeword\n');
    await Promise.all(fleet.servers.map((server) => untilFound(server, 'awakeword')));
    await untilSettled(fleet.servers, project);
    await expectVerified(project.root, project.indexPath);
    await fleet.endCleanly();
  },
);

function untilFound(server: RunningServer, word: string): Promise<void> {
  return until(async () => {
    const { results } = await server.call('query_documents', { query: word, limit: 1 });
    return arrayOf(results).some((result) => String(entriesOf(result).snippet).includes(word));
  });
}
