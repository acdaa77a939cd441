/** Standard output of a server holds the protocol and nothing else, whatever its modules say. */
import { describe, expect, it } from 'vitest';
import { indexedProject, snapdex } from '../cli/temporary-project.js';
import { INITIALIZE, messagesIn, startRawServer, toolCall } from '../end-to-end/raw-server.js';

const TALKATIVE = { nodeOptions: ['--import', new URL('talkative-modules.mjs', import.meta.url).href] };

describe('a server whose every module says something while it is loaded', () => {
  it('writes nothing but answers to standard output, before and after the first one', async () => {
    await using project = await indexedProject();
    await using server = startRawServer(['--root', project.root], TALKATIVE);
    server.send(INITIALIZE);
    await server.answer(1);
    const saidBefore = server.stderr().split('as I said').length;
    server.send(toolCall(2, 'query_documents', { query: 'mash' }));
    expect(await server.answer(2)).toMatchObject({ result: { structuredContent: { results: expect.anything() } } });
    expect(messagesIn(server.stdout()).every((message) => message.jsonrpc === '2.0')).toBe(true);
    expect(saidBefore).toBeGreaterThan(1);
    expect(server.stderr().split('as I said').length).toBeGreaterThan(saidBefore);
  });

  it.each([['serve', '--help'], ['--version']])(
    'leaves what is said to a person where it is: %s %s',
    async (...words) => {
      const { stdout } = await snapdex(words, TALKATIVE);
      expect(stdout).toContain('loaded, as I said');
    },
  );
});
