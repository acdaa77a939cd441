/** What a server does about `notifications/cancelled`, by every byte that it sends. */
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { temporaryProject } from '../../cli/temporary-project.js';
import { INITIALIZE, messagesIn, type RawServer, startRawServer, toolCall } from '../../end-to-end/raw-server.js';

it('a call that is cancelled ends: nothing more is said of it, and it is never answered', async () => {
  const paragraph = 'Mashing, boiling, cooling and fermenting in many variations. '.repeat(20);
  const many = Array.from({ length: 800 }, (_, number) => [`${number}.md`, `# Document ${number}\n\n${paragraph}\n`]);
  await using project = await temporaryProject(Object.fromEntries(many));
  await using server = startRawServer(['--root', project.root]);
  server.send(INITIALIZE);
  await server.answer(1);
  server.send(reindex(2, 'cancelled'));
  while (progressOf(server, 'cancelled').length === 0) await once(server.process.stdout, 'data');
  server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2, reason: 'never mind' } });
  server.send({ jsonrpc: '2.0', id: 3, method: 'ping' });
  await server.answer(3);
  const saidBefore = progressOf(server, 'cancelled').length;
  server.send(reindex(4, 'awaited'));
  expect(await server.answer(4)).toMatchObject({ result: { structuredContent: { documents: 800, stale: false } } });
  // The other call was told of the same work until its end.
  expect(progressOf(server, 'awaited').length).toBeGreaterThan(0);
  expect(progressOf(server, 'cancelled').length).toBe(saidBefore);
  expect(messagesIn(server.stdout()).filter(({ id }) => id === 2)).toEqual([]);
});

function reindex(id: number, progressToken: string): object {
  const call = toolCall(id, 'reindex');
  return { ...call, params: { name: 'reindex', arguments: {}, _meta: { progressToken } } };
}

function progressOf(server: RawServer, progressToken: string): readonly object[] {
  return messagesIn(server.stdout()).filter(
    ({ method, params }) =>
      method === 'notifications/progress' && JSON.stringify(params).includes(`"progressToken":"${progressToken}"`),
  );
}
