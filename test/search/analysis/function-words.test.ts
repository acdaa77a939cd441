import { expect, test } from 'vitest';
import { analyseQuery } from '../../../dist/search/analysis/index.js';

/** The terms of a question, its grammar left out. */
const subject = (question: string): string => {
  const { terms, functionTerms } = analyseQuery(question);
  return terms.filter((term) => !functionTerms.has(term)).join(' ');
};

test.each([
  ['Wie binde ich Tailwind ein', 'bind tailwind'],
  ['¿Cómo puedo añadir React a mi proyecto?', 'anadir react proyecto'],
  ['Comment déployer mon site sur Netlify ?', 'deploy site netlifi'],
  ['Como faço para adicionar o Tailwind ao meu projeto?', 'adicionar tailwind projeto'],
  ['Come posso aggiungere React al mio progetto?', 'aggiunger react progetto'],
  ['Hoe voeg ik Tailwind toe aan mijn project?', 'voeg tailwind project'],
  ['Jak dodać Tailwind do projektu', 'dodac tailwind projektu'],
  ['Как добавить Tailwind в проект?', 'добав tailwind проект'],
  ['Tailwind をどうやって追加しますか', 'tailwind て追 追加 加し'],
])('the grammar of a question in its language is told from its subject: %s', (question, expected) => {
  expect(subject(question)).toBe(expected);
});

test.each([
  ['os bin path', 'os bin path'],
  ['die man con', 'die man con'],
  ['comment on a par with code', 'comment par code'],
  ['what does die on error do', 'die error'],
  ['no default export from es modules', 'default export es modul'],
  ['de es fr', 'de es fr'],
  ['Kraken über', 'kraken uber'],
  ['はじめに', 'はじ じめ めに'],
])('words of other languages stay in what is not a question of theirs: %s', (question, expected) => {
  expect(subject(question)).toBe(expected);
});

test('a question of nothing but grammar keeps it', () => {
  expect(subject('Was ist das?')).toBe('ist das');
});
