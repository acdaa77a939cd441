// One engine in a process of its own, which does what it is asked: ENGINE FOLDER CORPUS OPTIONS-AS-JSON.
import { timed } from '../measuring.mjs';
import { editWord, readQueries } from './corpus/corpus-files.mjs';
import { ENGINES } from './engines/index.mjs';

const [name, folder, corpusFolder, options] = process.argv.slice(2);
const engine = await ENGINES[name]();
const queries = readQueries(corpusFolder);
let opened;

const ANSWERS = {
  /** How long opening takes. */
  open: () => timed(open),
  /** How long opening and the first query take together. */
  openAndAsk: ({ kind, number }) =>
    timed(async () => {
      await open();
      await opened[kind](queries[number]);
    }),
  /** How long each of some queries takes. */
  time: ({ kind, numbers }) => eachTimed(numbers, (number) => opened[kind](queries[number])),
  /** What some queries find, as `path` and `heading`. */
  find: async ({ kind, numbers }) => {
    const found = [];
    for (const number of numbers) {
      const hits = await opened[kind](queries[number]);
      found.push(hits.map((hit) => opened.hitOf(hit)).map(({ path, heading }) => ({ path, heading })));
    }
    return found;
  },
  /** How long it takes to keep each of some documents by itself. */
  put: ({ documents }) => eachTimed(documents, (document) => opened.put([document])),
  /** How long it takes to keep all of them at once. */
  putTogether: ({ documents }) => timed(() => opened.put(documents)),
  /** How long the first query takes after another process has kept the edit of that number, which must be there then. */
  timeAfterEdit: async ({ number, edit }) => {
    const tookMs = await timed(() => opened.keyword(queries[number]));
    const hits = await opened.keyword({ text: editWord(edit) });
    const found = hits.map((hit) => opened.hitOf(hit).text);
    if (!found.some((text) => text.includes(`${editWord(edit)} `))) throw new Error(`edit ${edit} is not found`);
    return tookMs;
  },
  /** Queries answered from one moment to another. */
  askUntil: async ({ kind, startMs, endMs }) => {
    await until(startMs);
    let count = 0;
    while (Date.now() < endMs) {
      await opened[kind](queries[count % queries.length]);
      count += 1;
    }
    return count;
  },
  /** Documents kept, each by itself, from one moment to another, and how many were refused; `isNew` gives them new paths. */
  putUntil: async ({ documents, startMs, endMs, isNew }) => {
    await until(startMs);
    let kept = 0;
    let refused = 0;
    while (Date.now() < endMs) {
      const document = documents[kept % documents.length];
      const path = isNew ? `new/${process.pid}-${kept + refused}.md` : document.path;
      try {
        await opened.put([{ ...document, path }]);
        kept += 1;
      } catch {
        // What is refused is not lost: whoever hears of it can try again.
        refused += 1;
      }
      // Whoever commits without pause still hears what he is told.
      await new Promise((resolve) => setImmediate(resolve));
    }
    return { kept, refused };
  },
  countDocuments: () => opened.countDocuments(),
};

process.on('message', async (message) => {
  try {
    process.send({ answer: await ANSWERS[message.ask](message) });
  } catch (error) {
    process.send({ failure: `${name}, ${message.ask}: ${error.stack}` });
  }
});
process.once('disconnect', async () => {
  await opened?.close();
  process.exit();
});
process.send({ answer: 'ready' });

async function open() {
  opened = await engine.open(folder, { ...JSON.parse(options), vectorOf: standInVector });
}

async function eachTimed(items, action) {
  const samples = [];
  for (const item of items) samples.push(await timed(() => action(item)));
  return samples;
}

/** A text that is new has the vector of some query: what an embedder needs is no matter here. */
function standInVector(text) {
  let sum = 0;
  for (let position = Math.max(0, text.length - 100); position < text.length; position += 1) {
    sum = (sum * 31 + text.charCodeAt(position)) >>> 0;
  }
  return queries[sum % queries.length].vector;
}

function until(startMs) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, startMs - Date.now())));
}
