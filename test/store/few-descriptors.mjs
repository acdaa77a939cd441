// A process that first asks who it is when it has no descriptor left, and again when it has.
import fs from 'node:fs';
import { processEnvironment } from '../../dist/store/index.js';

const eaten = [];
const ask = () => {
  try {
    return processEnvironment.identity();
  } catch (error) {
    return error.code;
  }
};

try {
  for (;;) eaten.push(fs.openSync('/dev/null'));
} catch {
  // None is left now.
}
const first = ask();
for (const descriptor of eaten) fs.closeSync(descriptor);
console.log(JSON.stringify({ first, second: ask() }));
