import { describe, expect, it, test } from 'vitest';
import { readSteps } from './guide-page.js';
import { isAsShown, withSizesOf } from './shown-output.js';

describe('what was printed is as shown', () => {
  it.each([
    ['generation 1 (7.7 kB, ext4, file_lock)', 'generation 1 (812 B, xfs, file_lock)'],
    ['index (pid 17 on pc) at 2026-01-31T12:00:00.000Z', 'index (pid 4242 on pc) at 2027-02-01T00:00:00.123Z'],
    ['PID  ROLE\n17640  indexer', ' PID   ROLE\n9123   indexer\n'],
    ['a … c', 'a b c'],
    ['first\n…\nlast', 'first\n\nsecond\nthird\nlast'],
    ['', '\n'],
  ])('%j, %j', (shown, printed) => expect(isAsShown(shown, printed)).toBe(true));
});

describe('what was printed is not as shown', () => {
  it.each([
    ['generation 1', 'generation 2'],
    ['1 document', '1 documents'],
    ['a', 'a\nb'],
    ['', 'a'],
    ['a … c', 'a\nb\nc'],
    ['first\n…\nlast', 'first\nlast but one'],
    ['a.b', 'axb'],
  ])('%j, %j', (shown, printed) => expect(isAsShown(shown, printed)).toBe(false));
});

test('what is written anew of what is as shown are the sizes', () => {
  const shown = 'generation 1 (7.7 kB) at 2026-01-31T12:00:00.000Z, 812 B';
  expect(withSizesOf('generation 1 (8.3 kB) at 2027-02-01T00:00:00.123Z, 1 kB', shown)).toBe(
    'generation 1 (8.3 kB) at 2026-01-31T12:00:00.000Z, 1 kB',
  );
  expect(withSizesOf('8.3 kB', 'generation 1 …')).toBe('generation 1 …');
});

test('a page is read from top to bottom, commands of several lines included', () => {
  const page = '```console\n$ one\n1\n\n$ two \\\n> more\n$ three\n```\n\n```toml\na = 1\n```\n';
  expect(readSteps(page)).toMatchObject([
    { command: 'one', output: '1\n\n', outputAt: page.indexOf('1\n') },
    { command: 'two \\\nmore', output: '' },
    { command: 'three', output: '' },
    { kind: 'configuration', text: 'a = 1\n' },
  ]);
});

test('a block that nothing would run is refused', () => {
  expect(() => readSteps('```json\n{}\n```\n')).toThrow('which no test runs');
});
