/**
 * Documents that nobody wrote: as many as wanted, with words, lengths and vectors distributed as in real ones, the same
 * for everybody. Chunks are sections of about 120 words with a heading; a document has about four.
 */
import { between, oneOf, randomFrom } from './random.mjs';
import { near, randomDirection } from './vectors.mjs';
import { makeVocabulary } from './vocabulary.mjs';

/** Raised with every change that makes another corpus of the same seed. */
export const GENERATOR_VERSION = 1;
const SEED = 20_260_823;

const CHUNKS_PER_TOPIC = 100;
const WORDS_PER_TOPIC = 40;
/** Share of a text's words that are its topic's: what makes neighbours of a word likely. */
const TOPIC_SHARE = 0.2;
/** Topics choose among the words of these ranks. */
const TOPIC_RANKS = { first: 150, last: 9_000 };
const COSINE_TO_TOPIC = 0.8;
const COSINE_OF_QUERY = 0.85;

/** A corpus of exactly so many chunks: `{ documents, queries }`, both generators, to be exhausted in this order. */
export function makeCorpus({ chunks, queries }) {
  const random = randomFrom(SEED + chunks);
  const vocabulary = makeVocabulary(SEED);
  const topics = Array.from({ length: Math.max(5, Math.round(chunks / CHUNKS_PER_TOPIC)) }, () => ({
    ranks: Array.from({ length: WORDS_PER_TOPIC }, () => between(random, TOPIC_RANKS.first, TOPIC_RANKS.last)),
    centre: randomDirection(random),
  }));
  const world = { random, vocabulary, topics };
  const asked = [];
  return {
    documents: makeDocuments(world, { chunks, queries, asked }),
    queries: () => asked.map((chunk) => makeQuery(world, chunk)),
  };
}

function* makeDocuments(world, { chunks, queries, asked }) {
  const { random } = world;
  for (let first = 0, number = 0; first < chunks; number += 1) {
    const count = Math.min(chunks - first, between(random, 2, 6));
    const sections = Array.from({ length: count }, () => makeChunk(world));
    const title = sections[0].heading;
    const folder = `${title.split(' ')[0].toLowerCase()}/${nounOf(world, sections[0].topic)}`;
    yield { path: `${folder}/${title.toLowerCase().replaceAll(' ', '-')}-${number}.md`, title, first, sections };
    // Queries are spread evenly over the corpus.
    while (asked.length < queries && (asked.length + 0.5) * (chunks / queries) < first + count) {
      asked.push(oneOf(random, sections));
    }
    first += count;
  }
}

function makeChunk(world) {
  const { random, vocabulary, topics } = world;
  const topic = oneOf(random, topics);
  const ranks = Array.from({ length: between(random, 100, 136) }, () =>
    random() < TOPIC_SHARE ? topicRank(random, topic) : vocabulary.draw(random),
  );
  const heading = Array.from({ length: between(random, 2, 3) }, () => capital(nounOf(world, topic))).join(' ');
  return {
    topic,
    ranks,
    heading,
    text: sentences(
      random,
      ranks.map((rank) => vocabulary.words[rank]),
    ),
    vector: near(topic.centre, COSINE_TO_TOPIC, random),
  };
}

/** A topic has words that it uses all the time and others. */
function topicRank(random, { ranks }) {
  return ranks[Math.floor(ranks.length * random() ** 2)];
}

function nounOf({ random, vocabulary }, topic) {
  return vocabulary.words[topicRank(random, topic)];
}

/** Sentences of 8 to 16 words, a blank line after about every fourth. */
function sentences(random, words) {
  const parts = [];
  for (let start = 0; start < words.length; ) {
    const end = Math.min(words.length, start + between(random, 8, 16));
    const isLast = end === words.length;
    parts.push(`${capital(words.slice(start, end).join(' '))}.${isLast ? '' : oneOf(random, [' ', ' ', ' ', '\n\n'])}`);
    start = end;
  }
  return parts.join('');
}

/**
 * What somebody asks who wants this chunk: two to four of its words, of which some are its topic's, some are words that
 * half of all texts have, and a few stand nearly nowhere else.
 */
function makeQuery({ random, vocabulary }, { ranks, vector }) {
  const meaningful = [...new Set(ranks)].filter((rank) => rank >= vocabulary.firstMeaningful);
  const rarestFirst = meaningful.toSorted((a, b) => b - a);
  const wanted = between(random, 2, 4);
  const chosen = new Set();
  while (chosen.size < wanted) {
    const isRare = random() < 0.15;
    chosen.add(oneOf(random, isRare ? rarestFirst.slice(0, meaningful.length >> 2) : meaningful));
  }
  const text = [...chosen].map((rank) => vocabulary.words[rank]).join(' ');
  return { text, vector: near(vector, COSINE_OF_QUERY, random) };
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
