import { expect, it } from 'vitest';
import { MessageLines, type RefusedLine } from '../../../dist/server/stdio/message-lines.js';

const LONG = 'x'.repeat(10_000_001);

/** What comes out of chunks that are written, and what is refused. */
async function passed(chunks: readonly string[]): Promise<{ text: string; refused: RefusedLine[] }> {
  const refused: RefusedLine[] = [];
  const lines = new MessageLines((line) => refused.push(line));
  for (const chunk of chunks) lines.write(chunk);
  lines.end();
  let text = '';
  for await (const part of lines) text += String(part);
  return { text, refused };
}

it('lines are passed on as they are, wherever they were cut, and what is no line yet is not', async () => {
  expect(await passed(['{"a"', ':1}\n\n{"b":"', 'é"}\r\n{"c"'])).toEqual({
    text: '{"a":1}\n\n{"b":"é"}\r\n',
    refused: [],
  });
});

it('a line of 10 MB is passed on, a longer one is refused, and what follows it is passed on', async () => {
  const most = LONG.slice(2);
  const { text, refused } = await passed([`${most}\n${LONG}`, `\n{}\n`]);
  expect([text.length, text.endsWith('x\n{}\n'), refused]).toEqual([
    10_000_003,
    true,
    [{ id: undefined, lengthBytes: 10_000_002 }],
  ]);
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
