// How well the ranking finds what was meant: `npm run eval -- --help`.
import { parseArgs } from 'node:util';
import { climb, crossValidate, parametersOf } from './cross-validation.mjs';
import { measure } from './measure.mjs';
import { markdownTable, writeTable } from './report.mjs';
import { derivedSets, givenSets, openSet, readSet } from './sets.mjs';
import { rankingWithout, STEPS } from './steps.mjs';

const HELP = `npm run eval -- [set…] [options]

Asks the questions of retrieval sets (default: all given ones) and prints nDCG@10: raw, excl (without the pages that
hold the question as the text of a link) and delinked (as excl, those links taken out of the corpus before).

  --derived            also sets made from the corpora of other languages by our own link graph
  --without STEP,…     leave steps of the ranking out: ${Object.keys(STEPS).join(', ')}
  --ablate             the mean with each step left out in turn
  --cross-validate     for each set, parameters chosen on all the others (takes long)
  --choose             parameters as they would be chosen on all of them
  --write              put the tables into docs/search-quality.md
  --help

sets: ${[...givenSets(), ...derivedSets()].join(', ')}`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    derived: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    ablate: { type: 'boolean', default: false },
    'cross-validate': { type: 'boolean', default: false },
    choose: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (options.help) console.log(HELP);
else await main();

async function main() {
  const names = positionals.length > 0 ? positionals : givenSets();
  const pairs = await openPairs([...names, ...(options.derived ? derivedSets() : [])]);
  const ranking = rankingWithout(options.without.split(',').filter((name) => name !== ''));
  if (options.ablate) tell('ablation', ablate(pairs));
  else if (options['cross-validate']) tell('cross-validation', crossValidationTable(pairs));
  else if (options.choose) console.log(parametersOf(climb(pairs)));
  else {
    for (const [name, isDerived] of [
      ['results', false],
      ['derived', true],
    ]) {
      const some = pairs.filter((pair) => pair.isDerived === isDerived);
      if (some.length > 0) tell(name, figuresOf(some, ranking));
    }
  }
}

/** Each set twice: as it is, and without the links that its questions were made of. */
async function openPairs(names) {
  const pairs = [];
  for (const name of names) {
    const set = readSet(name);
    const hasLinks = set.questions.some(({ linking }) => linking.size > 0);
    const linked = await openSet(set);
    const delinked = hasLinks ? await openSet(set, { isDelinked: true }) : linked;
    pairs.push({ name, linked, delinked, isDerived: derivedSets().includes(name) });
  }
  return pairs;
}

function figuresOf(pairs, ranking) {
  const rows = pairs.map(({ name, linked, delinked }) => {
    const { raw, excl, recall, reciprocalRank } = measure(linked, ranking);
    return [name, String(linked.questions.length), raw, excl, measure(delinked, ranking).excl, recall, reciprocalRank];
  });
  return markdownTable(['set', 'questions', 'raw', 'excl', 'delinked', 'recall@10', 'MRR'], rows);
}

function ablate(pairs) {
  const rows = [[], ...Object.keys(STEPS).map((name) => [name])].map((names) => {
    const ranking = rankingWithout(names);
    const linked = pairs.map((pair) => measure(pair.linked, ranking).excl);
    const delinked = pairs.map((pair) => measure(pair.delinked, ranking).excl);
    return [names[0] ?? '(nothing)', ...linked, mean(linked), mean(delinked)];
  });
  return markdownTable(['without', ...pairs.map(({ name }) => name), 'mean', 'mean delinked'], rows);
}

function crossValidationTable(pairs) {
  const rows = crossValidate(pairs, (line) => console.error(line)).map(({ name, raw, excl, delinked }) => {
    return [name, raw, excl, delinked];
  });
  return markdownTable(['left out', 'raw', 'excl', 'delinked'], rows);
}

function tell(name, table) {
  console.log(table);
  if (options.write) writeTable(name, table);
}

function mean(figures) {
  return figures.reduce((sum, figure) => sum + figure, 0) / figures.length;
}
