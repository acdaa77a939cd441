/** What a process loads before it answers: how soon it starts is measured by `npm run bench -- start`. */
import { describe, expect, it } from 'vitest';
import { indexedProject } from '../cli/temporary-project.js';
import { INITIALIZE } from '../end-to-end/raw-server.js';
import { filesLoadedBy, packagesIn } from './loaded-files.js';

describe('before it answers', () => {
  it('a search loads no parser, no watcher and no protocol', async () => {
    await using project = await indexedProject();
    const packages = packagesIn(await filesLoadedBy(['search', 'mash', '--root', project.root]));
    expect(packages).toContain('zod');
    for (const unneeded of ['yaml', 'markdown-it', 'chokidar', '@modelcontextprotocol/server', 'prom-client']) {
      expect(packages).not.toContain(unneeded);
    }
  });

  it('a server loads the protocol, and nothing of the index', async () => {
    await using project = await indexedProject();
    const input = `${JSON.stringify(INITIALIZE)}\n`;
    const packages = packagesIn(await filesLoadedBy(['serve', '--root', project.root], { input }));
    expect(packages).toEqual(['@modelcontextprotocol/core', '@modelcontextprotocol/server', 'commander', 'zod']);
  });

  it('--version loads the parser of the command line only', async () => {
    expect(packagesIn(await filesLoadedBy(['--version']))).toEqual(['commander']);
  });
});
