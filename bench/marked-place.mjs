/** Places in the documentation that a script fills. */
import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Puts a text between `<!-- NAME: by COMMAND -->` and the next `<!-- end -->` of a page in docs.
 * @throws if the page has no such place
 */
export function fillMarkedPlace(page, { name, command, text }) {
  const file = new URL(`../docs/${page}`, import.meta.url);
  const before = readFileSync(file, 'utf8');
  const marks = new RegExp(`(<!-- ${name}: by ${command} -->\\n)[\\s\\S]*?(<!-- end -->)`);
  if (!marks.test(before)) throw new Error(`docs/${page}: no place for "${name}"`);
  writeFileSync(
    file,
    before.replace(marks, (_, start, end) => `${start}\n${text}\n\n${end}`),
  );
}
