/** Pictures of the command line: what the real command writes to a terminal, drawn by the browser. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { COMMAND, IMAGES, ROOT } from './handbook.mjs';

const COLUMNS = 150;
const ROWS = 26;

/** Each picture shows commands and what they print; `isLive` if they go on until they are ended. */
const PICTURES = [
  { name: 'terminal-search', commands: [['search', 'how does rollback work', '--limit', '3']] },
  { name: 'terminal-history', commands: [['history'], ['diff', 'before-cleanup']] },
  { name: 'terminal-watch', commands: [['watch']], isLive: true },
  { name: 'terminal-doctor', commands: [['doctor']] },
];

/** Draws what commands print on the handbook. */
export async function drawTerminal(browser, colorSchemes) {
  for (const { name, commands, isLive = false } of PICTURES) {
    const parts = [];
    for (const words of commands) parts.push(html(words, await outputOf(words, isLive)));
    for (const colorScheme of colorSchemes) {
      const page = await browser.newPage({ viewport: { width: 1160, height: 200 }, colorScheme });
      await page.setContent(`<style>${STYLE}</style><pre>${parts.join('\n\n')}</pre>`);
      await page.locator('pre').screenshot({ path: join(IMAGES, `${name}-${colorScheme}.png`) });
      await page.close();
    }
  }
}

/** What a command writes to a terminal of `COLUMNS`; of a live one, its last whole picture. */
async function outputOf(words, isLive) {
  const quoted = [process.execPath, COMMAND, ...words].map((word) => `'${word}'`).join(' ');
  const line = `stty cols ${COLUMNS} rows ${ROWS}; cd '${ROOT}'; exec ${quoted}`;
  const terminal = spawn('script', ['-qfec', line, '/dev/null'], {
    env: { ...process.env, SHELL: '/bin/sh', TERM: 'xterm-256color' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  let isEnding = false;
  terminal.stdout.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    // The second picture of a live view begins when the first is complete.
    if (!isLive || isEnding || text.split(CLEAR).length <= 2) return;
    isEnding = true;
    terminal.stdin.write(INTERRUPT);
  });
  await once(terminal, 'close');
  const shown = isLive ? text.split(CLEAR)[1].split(HOME, 1)[0] : text;
  return shown.replaceAll('\r\n', '\n').replaceAll(dirname(ROOT), '/home/me').trimEnd();
}

const INTERRUPT = '\u0003';
const CLEAR = '\u001b[0J';
const HOME = '\u001b[1;1H';
const CODES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' };

/** A prompt with the command, and its output with styles as elements; other control sequences are left out. */
function html(words, output) {
  const shown = words.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ');
  let isOpen = false;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences of a terminal begin with one
  const styled = escaped(output).replace(/\u001b\[([\d;?]*)([A-Za-z])/g, (_, codes, letter) => {
    const close = isOpen ? '</span>' : '';
    const style = letter === 'm' ? CODES[codes] : undefined;
    isOpen = style !== undefined;
    return isOpen ? `${close}<span class="${style}">` : close;
  });
  return `<span class="prompt">$</span> <b>snapdex ${escaped(shown)}</b>\n${styled}${isOpen ? '</span>' : ''}`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const STYLE = `
  :root { color-scheme: light dark; }
  body { margin: 0; }
  pre {
    display: inline-block; margin: 0; padding: 16px 20px; box-sizing: border-box; width: 1160px;
    font: 12px/1.5 "DejaVu Sans Mono", "Liberation Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere;
    color: light-dark(#24292f, #d7dde6); background: light-dark(#f6f8fa, #12161d);
  }
  .bold { font-weight: 700; }
  .prompt, .dim { color: light-dark(#6e7781, #8a93a1); }
  .red { color: light-dark(#b3261e, #ff8f87); }
  .green { color: light-dark(#1a7f37, #7ee08f); }
  .yellow { color: light-dark(#8a5a00, #f0c060); }
  .cyan { color: light-dark(#0b6b80, #6fd3e8); }
`;
