/** Telling front matter that somebody forgot to close from a document that begins with a thematic break. Pure. */

/** Keys that begin the front matter of documents, and hardly any sentence. */
const USUAL_KEYS: ReadonlySet<string> = new Set([
  'aliases',
  'author',
  'authors',
  'categories',
  'category',
  'created',
  'date',
  'description',
  'draft',
  'id',
  'layout',
  'permalink',
  'slug',
  'summary',
  'tags',
  'title',
  'updated',
  'weight',
]);
/** One key that is none of these may begin a sentence (`note: …`). */
const ENOUGH_KEYS = 2;

/** `key:` and `key = `, from the beginning of a line. */
const YAML_KEY = /^([A-Za-z_][\w-]*):(?:[ \t]|$)/u;
const TOML_KEY = /^[\w."-]+[ \t]*=[ \t]*\S/u;
/** What stands between keys: lists, values on lines of their own, comments. */
const YAML_BETWEEN = /^(?:[ \t]+\S|-[ \t]|#)/u;

/** True if what follows the opening fence, which no line closes, is metadata. */
export function isUnclosedFrontMatter(text: string, fence: '---' | '+++'): boolean {
  const [, ...lines] = text.split(/\r\n?|\n/u, 64);
  // A line of plus signs is no markup.
  if (fence === '+++') return TOML_KEY.test(lines[0] ?? '');
  const [, first] = YAML_KEY.exec(lines[0] ?? '') ?? [];
  if (first === undefined) return false;
  return USUAL_KEYS.has(first.toLowerCase()) || countKeys(lines) >= ENOUGH_KEYS;
}

/** Sentences begin with capitals, so keys that do are not counted. */
function countKeys(lines: readonly string[]): number {
  let count = 0;
  for (const line of lines) {
    if (/^[a-z_]/u.test(line) && YAML_KEY.test(line)) count += 1;
    else if (!YAML_BETWEEN.test(line)) break;
  }
  return count;
}
