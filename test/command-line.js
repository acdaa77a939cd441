/** What the commands that run tests are given: what is wrong is told in one line, and ends with 2. */
/** What `read` makes of the command line; if it throws, its message, and the end of the process. */
export function readCommandLine(read) {
  try {
    return read();
  } catch (error) {
    return endWithUsage(error instanceof Error ? error.message : String(error));
  }
}
/** The number that a text names. @throws RangeError for none, or one below `least` */
export function numberFrom(option, text, { least, isWhole = true }) {
  const number = text.trim() === '' ? Number.NaN : Number(text);
  if (number >= least && (!isWhole || Number.isSafeInteger(number))) return number;
  throw new RangeError(`${option} ${text}: expected a ${isWhole ? 'whole ' : ''}number of at least ${least}`);
}
/** @throws RangeError */
export function oneOf(option, text, allowed) {
  const found = allowed.find((one) => one === text);
  if (found !== undefined) return found;
  throw new RangeError(`${option} ${text}: expected one of ${allowed.join(', ')}`);
}
function endWithUsage(message) {
  process.stderr.write(`${message.split(/\n|(?<=\.) /u, 1)[0]} (--help lists the options)\n`);
  process.exit(2);
}
