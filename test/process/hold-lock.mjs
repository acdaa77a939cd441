// Takes a lock, says so, and holds it until it is killed.
import { FileLock, processEnvironment } from '../../dist/store/index.js';

const [path, draftsPath, holder] = process.argv.slice(2);
const lock = new FileLock({ path, draftsPath, environment: processEnvironment });
await lock.acquire({ mode: 'exclusive', holder });
process.stdout.write('held\n');
setInterval(() => {}, 1000);
