import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { snapdex, temporaryProject } from '../cli/temporary-project.js';

const page = readFileSync('docs/embedders.md', 'utf8');
const settings = [...page.matchAll(/^```toml\n(?<toml>[\s\S]*?)^```/gm)].map(({ groups }) => groups?.toml ?? '');

describe('docs/embedders.md', () => {
  it.each(settings)('has settings that are taken: %j', async (toml) => {
    await using project = await temporaryProject();
    mkdirSync(join(project.root, 'config/snapdex'), { recursive: true });
    writeFileSync(join(project.root, 'config/snapdex/snapdex.toml'), toml);
    const environment = { XDG_CONFIG_HOME: join(project.root, 'config') };
    const { code, stdout } = await snapdex(['status', '--json', '--root', project.root], { environment });
    expect(code).toBe(0);
    const embedder = /embedder = "(?<kind>\w+)"/.exec(toml)?.groups?.kind;
    expect(JSON.parse(stdout)).toMatchObject({ embedding: { embedder } });
  });

  it('has settings for every embedder but the default one', () => expect(settings).toHaveLength(3));
});
