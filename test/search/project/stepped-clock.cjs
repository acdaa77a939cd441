// Moves the clock of the process, and of its threads, by the milliseconds that stand in the file that this names.
const { readFileSync } = require('node:fs');

const { now } = Date;
Date.now = () => {
  try {
    return now() + Number(readFileSync(process.env.SNAPDEX_TEST_TOLD, 'utf8'));
  } catch {
    return now();
  }
};
