/** Comparing what a page shows with what a command printed, but for what differs from run to run. */
import { hostname } from 'node:os';

/** What stands on the pages instead of the places of a test. */
export interface Places {
  /** The temporary home directory; `/home/me` on the pages. */
  readonly home: string;
  /** The port that stands for 7331. */
  readonly port: number;
}

/** The text as the pages show it, where the client that calls tools is an assistant. */
export function asShown(text: string, { home, port }: Places): string {
  return text
    .replaceAll(home, '/home/me')
    .replaceAll(process.cwd(), '/home/me/snapdex')
    .replaceAll(process.execPath, '/usr/bin/node')
    .replaceAll(String(port), '7331')
    .replaceAll('end-to-end-modern', 'an-assistant')
    .replaceAll(new RegExp(`(?<=\\s)${escapePattern(hostname())}(?=[\\s)])`, 'g'), 'pc')
    .replaceAll(/[ \t]+$/gm, '');
}

/** True if both say the same. `…` stands for anything in a line; alone in a line, for any lines. */
export function isAsShown(shown: string, printed: string): boolean {
  const lines = withoutChance(shown).split('\n');
  const pattern = lines.map((line) => (line === '…' ? '(?:.*\n)*?' : `${lineAsPattern(line)}\n`)).join('');
  return new RegExp(`^${pattern}$`).test(`${withoutChance(printed)}\n`);
}

/** What is shown with the sizes that were printed, where both have as many; none of them is compared. */
export function withSizesOf(printed: string, shown: string): string {
  const sizes = printed.match(SIZE) ?? [];
  return sizes.length === shown.match(SIZE)?.length ? shown.replace(SIZE, (size) => sizes.shift() ?? size) : shown;
}

function lineAsPattern(line: string): string {
  return line.split('…').map(escapePattern).join('.*');
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Without times, sizes, ids, the width of columns, and what depends on the machine. */
function withoutChance(text: string): string {
  return CHANCE.reduce((rest, [found, word]) => rest.replaceAll(found, word), text.trim());
}

const SIZE = /\b\d+(?:\.\d+)? (?:k|M)?B\b/g;

const CHANCE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [SIZE, 'SIZE'],
  [/\bpid \d+\b/g, 'PID'],
  // Digits behind a point are no id.
  [/(?<!\.)\b[0-9a-f]{16}\b/g, 'ID'],
  [/\bsnapdex \d+\.\d+\.\d+\b/g, 'snapdex VERSION'],
  [/(?<=\(SIZE, )[^,()]+(?=, \w+\))/g, 'FILE SYSTEM'],
  [/^(?<line>node|file system) {2,}.*$/gm, '$<line> MACHINE'],
  // Only Linux has it.
  [/^watching {2,}.*\n/gm, ''],
  [/ {2,}/g, ' '],
  [/^ /gm, ''],
  // A table whose first column is process ids.
  [/^\d{3,}(?= )/gm, 'PID'],
];
