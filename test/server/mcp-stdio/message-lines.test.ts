import { expect, it } from 'vitest';
import type { MessageFault } from '../../../dist/server/stdio/message-fault.js';
import { MessageLines } from '../../../dist/server/stdio/message-lines.js';

const LONG = 'x'.repeat(10_000_001);

/** What comes out of chunks that are written, and what is refused. */
async function passed(chunks: readonly string[]): Promise<{ text: string; refused: MessageFault[] }> {
  const refused: MessageFault[] = [];
  const lines = new MessageLines((line) => refused.push(line));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  let text = '';
  for await (const part of lines) text += String(part);
  return { text, refused };
}

it('lines are passed on as they are, wherever they were cut, and what is no line yet is not', async () => {
  const [first, second] = ['a', 'é'].map((method) => JSON.stringify({ jsonrpc: '2.0', method }));
  const halves = [`${first}\n\n${second?.slice(0, 9)}`, `${second?.slice(9)}\r\n{"c"`];
  expect(await passed(halves)).toEqual({
    text: `${first}\n\n${second}\r\n`,
    refused: [],
  });
});

it('a line of 10 MB is passed on, a longer one is refused, and what follows it is passed on', async () => {
  const message = (text: string) => `${JSON.stringify({ jsonrpc: '2.0', method: 'm', params: { text } })}\n`;
  const most = message(LONG.slice(message('').length + 1));
  const { text, refused } = await passed([`${most}${LONG}`, `\n${message('')}`]);
  expect([most.length, text === most + message('')]).toEqual([10_000_000, true]);
  expect(refused).toMatchObject([{ code: -32_600, message: expect.stringContaining('10000002 bytes') }]);
});

it.each([
  [`{"jsonrpc":"2.0","id":7,"method":"m","params":"${LONG}"}`, 7],
  [`{ "id": "a-7", "params": "${LONG}"}`, 'a-7'],
  [`{"method":"m","params":"${LONG}","jsonrpc":"2.0","id":7}`, 7],
  [`{"method":"m","params":"${LONG}","id":"a-7","jsonrpc":"2.0"}`, 'a-7'],
  [`{"method":"m","params":{"id":7,"text":"${LONG}"}}`, undefined],
  [`{"method":"m","params":{"text":"${LONG}","id":7},"jsonrpc":"2.0"}`, undefined],
  [`{"params":"${LONG},\\"id\\":7"}`, undefined],
])('the id of a refused request is told where it is surely its own', async (line, id) => {
  expect((await passed([`${line}\n`])).refused).toMatchObject([{ id }]);
});

const NO_MESSAGES: readonly (readonly [line: string, fault: Partial<MessageFault>])[] = [
  ['{"jsonrpc":"2.0","id":1', { code: -32_700, id: undefined, message: 'a line that is no JSON' }],
  ['5', { message: 'an invalid message: expected an object' }],
  ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', { id: undefined, message: expect.stringContaining('a batch, which') }],
  ['{}', { id: undefined, message: 'an invalid message: jsonrpc: expected "2.0"' }],
  ['{"jsonrpc":"1.0","id":1,"method":"ping"}', { id: 1, message: expect.stringContaining('jsonrpc: expected "2.0"') }],
  ['{"jsonrpc":"2.0","id":"a"}', { id: 'a', message: 'an invalid message: method: is missing' }],
  ['{"jsonrpc":"2.0","id":null,"method":"ping"}', { id: undefined, message: expect.stringContaining('id: expected') }],
  ['{"jsonrpc":"2.0","id":1,"method":5}', { id: 1, message: 'an invalid message: method: expected text' }],
  [
    '{"jsonrpc":"2.0","id":1,"method":"m","params":[]}',
    { id: 1, message: expect.stringContaining('params: expected') },
  ],
  ['{"jsonrpc":"2.0","id":1,"method":"m","params":{"_meta":5}}', { id: 1, message: expect.stringContaining('_meta') }],
  ['{"jsonrpc":"2.0","id":1,"method":"m","x":5}', { id: 1, message: expect.stringContaining('"x": is no member') }],
  ['{"jsonrpc":"2.0","id":1,"result":5}', { id: 1, isAnswered: false }],
];

it.each(NO_MESSAGES)('a line that is no message is refused, and what follows is passed on: %s', async (line, fault) => {
  const ping = '{"jsonrpc":"2.0","id":2,"method":"ping"}\n';
  const { text, refused } = await passed([`${line}\n${ping}`]);
  expect(text).toBe(ping);
  expect(refused).toMatchObject([{ code: -32_600, isAnswered: true, ...fault }]);
});
