// Says which version of an engine is here, or fails as it fails: ENGINE.
import { ENGINES } from './engines/index.mjs';

const engine = await ENGINES[process.argv[2]]();
process.stdout.write(engine.version(), () => process.exit());
