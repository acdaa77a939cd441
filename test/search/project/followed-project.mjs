// Follows a project as a server does, and answers its parent. Told to, it takes watches away from itself.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';

const options = JSON.parse(process.argv[2]);
const WATCHES = '/proc/sys/user/max_inotify_watches';

/** Documents that were opened since the parent last asked, whoever opened them. */
const opened = new Set();
const { openSync } = fs;
fs.openSync = (file, ...rest) => {
  if (String(file).endsWith('.md')) opened.add(path.relative(options.root, String(file)));
  return openSync(file, ...rest);
};
syncBuiltinESMExports();

const { ProjectIndex } = await import('../../../dist/search/index.js');
const index = await ProjectIndex.open(options);

/** The kernel drops the process's watches without a word, and no new ones can be had. */
function loseWatches() {
  const [inotify] = fs.readdirSync('/proc/self/fd').filter((number) => {
    const place = `/proc/self/fd/${number}`;
    return fs.existsSync(`/proc/self/fdinfo/${number}`) && linkOf(place) === 'anon_inode:inotify';
  });
  fs.closeSync(Number(inotify));
  // Nothing else may get its number.
  while (openSync('/dev/null', 'r') !== Number(inotify));
}

function linkOf(place) {
  try {
    return fs.readlinkSync(place);
  } catch {
    return undefined;
  }
}

const actions = {
  start: () => index.start(),
  search: (query) => index.search({ query }),
  status: () => index.status(),
  loseWatches,
  /** In a user namespace of its own, where this limits nobody else. */
  allowWatches: (count) => fs.writeFileSync(WATCHES, String(count)),
  takeOpened: () => {
    const paths = [...opened].sort();
    opened.clear();
    return paths;
  },
};

process.on('message', async ({ id, action, given }) => {
  try {
    process.send({ id, answer: (await actions[action](given)) ?? null });
  } catch (error) {
    process.send({ id, failure: String(error) });
  }
});
process.on('disconnect', () => process.exit());
