// Answers one query from a project's index whenever it is asked: ROOT INDEX QUERY.
import { openProject } from '../project.mjs';

const [root, indexPath, query] = process.argv.slice(2);
const index = await openProject({ root, indexPath, mode: 'read' });
await index.search({ query });

process.on('message', async () => {
  const { generation } = await index.search({ query });
  process.send({ generation, answeredNs: process.hrtime.bigint() });
});
process.once('disconnect', () => index.close());
process.send('ready');
