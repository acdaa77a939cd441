import { expect, test } from 'vitest';
import { analysed, bodyOf, codeOf, linksOf, outlineOf } from './analysed.js';

const mdx = (text: string) => analysed(text, 'page.mdx');

test('imports and exports are not prose', () => {
  const text =
    "import A from 'a';\nimport {\n  B\n} from 'b';\n\nexport const c = {\n\n  d: 1,\n};\n\nText to import and export things.\n";
  expect(bodyOf(mdx(text))).toBe('text to import and export thing');
});

test('text in components is prose, tags are not', () => {
  expect(
    bodyOf(
      mdx(
        '<Card title="Shown" kind="hidden" on={() => "hidden"}>\n  Inner **text**\n</Card>\n\nAn <Icon name="x" /> inline.\n',
      ),
    ),
  ).toBe('shown inner text an inlin');
});

test('headings and fences in components count, however deep', () => {
  const text =
    '<Tabs>\n  <Tab>\n    <Box>\n      ## Deep\n\n      ```js\n      # no heading\n        ```\n    </Box>\n  </Tab>\n</Tabs>\n\n## After\n';
  const document = mdx(text);
  expect(outlineOf(document)).toEqual(['@1-3', 'deep@4-11', 'after@13-13']);
  expect(codeOf(document)).toBe('js no head');
});

test('a component in a list does not end the list, nor its fence', () => {
  const text =
    '1. one\n\n    <Tab>\n      <Box>\n        ```sh\n        run\n    ```\n      </Box>\n    </Tab>\n\n2. two [x](y.md)\n';
  expect(bodyOf(mdx(text))).toBe('one two x');
  expect(codeOf(mdx(text))).toBe('sh run');
});

test('expressions do not break anything, and comments are not read', () => {
  const text =
    "{/* hidden\n\n hidden */}\n\nValue {props.value} and {'}'} end.\n\n{list.map((x) => (\n  <li>{x}</li>\n))}\n\nLast { unclosed.\n";
  expect(bodyOf(mdx(text))).toBe('valu and end last unclos');
});

test('explicit ids of headings', () => {
  expect(outlineOf(mdx('## One {#first}\n\n## Two {/* #second */}\n\n<h2 id="third">Three</h2>\n'))).toEqual([
    'first@1-1',
    'second@3-3',
    'third@5-5',
  ]);
});

test('links of components and of tags inside text', () => {
  const text =
    '<LinkCard\n  title="Guide"\n  href="/guide/"\n/>\n\nSee <a href="b.md#x">the *b*</a>.\n<a href="c.md">c</a>\n';
  expect(linksOf(mdx(text))).toEqual(['1 html /guide/# "Guide"', '6 html b.md#x "the b"', '7 html c.md# "c"']);
});

test('markdown in .md files is not treated as MDX', () => {
  expect(bodyOf(analysed('Template {{ value }} and {x}.\n'))).toBe('templat valu and x');
});
