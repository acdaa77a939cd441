// Ends every thread of the process while the file that this names exists, as a system that is out of memory would, and
// leaves a dot in it for each.
const { appendFileSync, existsSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');

if (!isMainThread) {
  const endIfTold = () => {
    if (!existsSync(process.env.SNAPDEX_TEST_TOLD)) return;
    appendFileSync(process.env.SNAPDEX_TEST_TOLD, '.');
    process.exit(1);
  };
  endIfTold();
  setInterval(endIfTold, 5).unref();
}
