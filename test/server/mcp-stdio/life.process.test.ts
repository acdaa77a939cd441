import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import {
  cleanEnvironment,
  exitOf,
  json,
  SNAPDEX,
  type TemporaryProject,
  temporaryProject,
  textOf,
} from '../../cli/temporary-project.js';

const INITIALIZE = message(1, 'initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
});
const STATUS = message(2, 'tools/call', { name: 'index_status', arguments: {} });

describe('a server on standard input and output', () => {
  it('ends with 0 when its input closes', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });

  it('ends with 0 when its input was closed before it was ready', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });

  it('ends with 0 when its input closes in the middle of indexing', async () => {
    await using project = await temporaryProject(manyDocuments(1500));
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    const status = await answerTo(server, STATUS);
    expect(status).toMatchObject({ result: { structuredContent: { indexing: true } } });
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });

  it('says that it compares the files while an index that is there may be current', async () => {
    await using project = await temporaryProject(manyDocuments(1500));
    await json(['index', '--root', project.root]);
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    const answer = await answerTo(
      server,
      message(3, 'tools/call', { name: 'list_documents', arguments: { limit: 1 } }),
    );
    expect(answer).toMatchObject({ result: { structuredContent: { stale: true, comparing: true } } });
    expect(JSON.stringify(answer)).toContain('stale: files are being compared with the index; ask again to be sure');
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });

  it('says in its status that the project is gone, and answers from what was indexed', async () => {
    await using project = await temporaryProject();
    await json(['index', '--root', project.root]);
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    await answerTo(server, STATUS);
    await rm(project.root, { recursive: true });
    const status = JSON.stringify(await answerTo(server, STATUS));
    expect(status).toContain(`root ${project.root}: does not exist any more`);
    expect(status).toContain('Tell the user');
    expect(status).not.toContain('"isError":true');
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });

  it('answers what it read before its input closed', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    const output = textOf(server.stdout);
    server.stdin.end(`${INITIALIZE}\n`);
    expect(await exitOf(server)).toBe(0);
    expect(JSON.parse(await output)).toMatchObject({ id: 1, result: { serverInfo: { name: 'snapdex' } } });
  });

  it('says nothing of many answers that wait for a slow client', async () => {
    await using project = await temporaryProject({ 'long.md': `# Long\n\n${'Mash the malt. '.repeat(2000)}\n` });
    await json(['index', '--root', project.root]);
    const server = serve(project);
    const complaints = textOf(server.stderr);
    await answerTo(server, INITIALIZE);
    const calls = Array.from({ length: 40 }, (_, id) =>
      message(id + 10, 'tools/call', { name: 'get_document', arguments: { path: 'long.md' } }),
    );
    server.stdout.pause();
    server.stdin.write(`${calls.join('\n')}\n`);
    // Long enough for the pipe to fill up; nothing else tells that it has.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    server.stdout.resume();
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
    expect(await complaints).toBe('');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with 0 on %s', async (signal) => {
    await using project = await temporaryProject();
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    server.kill(signal);
    expect(await exitOf(server)).toBe(0);
  });

  it('ends when nobody reads its output any more', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    server.stdout.destroy();
    server.stdin.write(`${STATUS}\n`);
    expect(await exitOf(server)).toBe(0);
  });

  it('ends when its parent is killed, though its input stays open', async () => {
    await using project = await temporaryProject();
    const { pid, parent } = await serveUnderParent(project);
    parent.kill('SIGKILL');
    await exitOf(parent);
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it('writes nothing but protocol to its output, whatever happens', async () => {
    await using project = await temporaryProject({ ...manyDocuments(50), 'snapdex.md': '# x\n' });
    const server = serve(project);
    server.stdin.write(`${INITIALIZE}\nthis is not JSON\n{"jsonrpc":"2.0"}\n${STATUS}\n`);
    const messages: unknown[] = [];
    for await (const line of createInterface({ input: server.stdout })) {
      messages.push(JSON.parse(line));
      if (messages.length === 4) server.stdin.end();
    }
    expect(await exitOf(server)).toBe(0);
    for (const each of messages) expect(each).toMatchObject({ jsonrpc: '2.0' });
    expect(messages).toContainEqual(expect.objectContaining({ id: 2, result: expect.anything() }));
  });

  it('answers what is no message with the reason, in one line', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    const complaints = textOf(server.stderr);
    await answerTo(server, INITIALIZE);
    const params = { name: 'index_status', arguments: {}, _meta: 5 };
    const refused = await answerTo(server, message(7, 'tools/call', params));
    expect(refused).toMatchObject({ id: 7, error: { code: -32_600, message: expect.stringContaining('_meta') } });
    expect(await answerTo(server, '{"jsonrpc"')).toMatchObject({ id: null, error: { code: -32_700 } });
    expect(await answerTo(server, STATUS)).toMatchObject({ id: 2, result: {} });
    server.stdin.end();
    await exitOf(server);
    expect((await complaints).split('\n')).toHaveLength(3);
  });

  it.each([
    ['resources/read', { uri: 5 }, 'params: uri: expected string, received number'],
    ['resources/list', { cursor: 5 }, 'params: cursor: expected string, received number'],
    ['tools/call', { name: 5 }, 'params: name: expected string, received number'],
    ['tools/call', { name: 'index_status', arguments: 5 }, 'params: arguments: expected record, received number'],
  ])('refuses wrong parameters in words: %s %j', async (method, params, fault) => {
    await using project = await temporaryProject();
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    const error = { code: -32_602, message: `Invalid params: ${fault}` };
    expect(await answerTo(server, message(2, method, params))).toMatchObject({ id: 2, error });
    server.stdin.end();
    await exitOf(server);
  });

  it('refuses a message of more than 10 MB, and goes on', async () => {
    await using project = await temporaryProject();
    const server = serve(project);
    const complaints = textOf(server.stderr);
    await answerTo(server, INITIALIZE);
    const params = { name: 'query_documents', arguments: { query: 'x'.repeat(11_000_000) } };
    expect(await answerTo(server, message(7, 'tools/call', params))).toMatchObject({ id: 7, error: { code: -32_600 } });
    expect(await answerTo(server, STATUS)).toMatchObject({ id: 2, result: expect.anything() });
    server.stdin.end();
    expect([await exitOf(server), await complaints]).toEqual([0, expect.stringContaining('the most is 10 MB')]);
  });

  it('answers initialize before the index exists', async () => {
    await using project = await temporaryProject(manyDocuments(1500));
    const server = serve(project);
    await answerTo(server, INITIALIZE);
    expect(await answerTo(server, STATUS)).toMatchObject({ result: { structuredContent: { stale: true } } });
    server.stdin.end();
    expect(await exitOf(server)).toBe(0);
  });
});

function serve(project: TemporaryProject): ChildProcessWithoutNullStreams {
  const server = spawn(process.execPath, [SNAPDEX, 'serve', '--root', project.root], { env: cleanEnvironment() });
  server.stderr.resume();
  server.stdin.on('error', () => {
    // The server may be gone before everything is written; its exit code is what is looked at.
  });
  return server;
}

/** Starts a process that starts a server on pipes that this test holds open, and tells the server's id. */
async function serveUnderParent(project: TemporaryProject) {
  const script = `
    const server = require('node:child_process').spawn(process.execPath, ${JSON.stringify([SNAPDEX, 'serve', '--root', project.root])}, { stdio: ['inherit', 'ignore', 'ignore'] });
    console.log(server.pid);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['-e', script], { env: cleanEnvironment() });
  const [firstLine] = await once(parent.stdout, 'data');
  // The server watches its parent from its start on; give it time to have one.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return { parent, pid: Number(String(firstLine)) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The next answer of the server after `request`; what it tells unasked is passed over. */
async function answerTo(server: ChildProcessWithoutNullStreams, request: string): Promise<unknown> {
  server.stdin.write(`${request}\n`);
  let text = '';
  for (;;) {
    const end = text.indexOf('\n');
    if (end === -1) {
      const [chunk] = await once(server.stdout, 'data');
      text += String(chunk);
      continue;
    }
    const told: object = JSON.parse(text.slice(0, end));
    if ('id' in told) return told;
    text = text.slice(end + 1);
  }
}

function message(id: number, method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id, method, params });
}

function manyDocuments(count: number): Record<string, string> {
  const paragraph =
    'Words about brewing, malting, mashing, boiling, cooling and fermenting in many variations. '.repeat(20);
  const entries = Array.from({ length: count }, (_, number) => [
    `d/${number}.md`,
    `# Document ${number}\n\n${paragraph}\n`,
  ]);
  return Object.fromEntries(entries);
}
