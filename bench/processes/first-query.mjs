// Opens a project's index, answers one query, and says how long that took: ROOT INDEX QUERY.
import { timed } from '../measuring.mjs';
import { openProject } from '../project.mjs';

const [root, indexPath, query] = process.argv.slice(2);
let index;
const tookMs = await timed(async () => {
  index = await openProject({ root, indexPath, mode: 'read' });
  await index.search({ query });
});
process.once('disconnect', () => index.close());
process.send(tookMs);
