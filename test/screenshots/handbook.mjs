/** What is drawn: a copy of this project's own documents, with a small history and three assistants at work. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'snapdex-screenshots-'));

/** The command as it was built. */
export const COMMAND = join(repository, 'dist/bundle/snapdex.js');
/** Where the pictures are kept. */
export const IMAGES = join(repository, 'docs/images');
export const ROOT = join(folder, 'handbook');

/** Some days in the life of a handbook: pages come, change and go, and a cleanup is taken back. */
export function makeHistory() {
  const decisions = join(ROOT, 'docs/decisions');
  const kept = join(folder, 'decisions');
  cpSync(join(repository, 'README.md'), join(ROOT, 'README.md'));
  cpSync(join(repository, 'docs'), join(ROOT, 'docs'), { recursive: true });
  renameSync(decisions, kept);
  snapdex('index');
  renameSync(kept, decisions);
  snapdex('index');
  snapdex('tag', 'before-cleanup');
  for (const name of ['protocol', 'format'])
    edit(`docs/${name}.md`, (text) => text.replaceAll('pointer', 'head pointer'));
  snapdex('index');
  rmSync(join(decisions, '0102-own-porter2.md'));
  rmSync(join(decisions, '0104-local-embedder.md'));
  snapdex('index');
  snapdex('rollback', 'before-cleanup', '--yes', '--reason', 'the cleanup went too far');
  snapdex('resume');
  writeFileSync(
    join(ROOT, 'docs/notes.md'),
    '# Notes\n\nSee [the protocol](protocol.md#commit) and [this](gone.md).\n',
  );
  snapdex('index');
}

/** Three assistants on the handbook, each with a server of its own. */
export async function startAssistants() {
  const assistants = [];
  for (const name of ['Claude Desktop', 'Cursor', 'VS Code']) assistants.push(await startAssistant(name));
  return assistants;
}

export function removeHandbook() {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

async function startAssistant(name) {
  const client = new Client({ name, version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [COMMAND, 'serve', '--root', ROOT] }),
  );
  await client.callTool({ name: 'index_status', arguments: {} });
  return client;
}

function snapdex(...words) {
  execFileSync(process.execPath, [COMMAND, ...words, '--root', ROOT], { stdio: 'ignore' });
}

function edit(path, change) {
  writeFileSync(join(ROOT, path), change(readFileSync(join(ROOT, path), 'utf8')));
}
