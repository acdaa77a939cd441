import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { json, snapdex, temporaryProject } from '../cli/temporary-project.js';

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

  it.each([
    ['Donaudampfschiff', '0.3', ['a.md']],
    ['Dampfschiff', '0.3', []],
    ['Dampfschiff', '0.1', ['a.md']],
  ])('says what the default embedder finds by a part of a long word: %s from %s on', async (query, least, found) => {
    expect(page).toContain(`\`${query}\` finds`);
    await using project = await temporaryProject({ 'a.md': '# Donaudampfschifffahrt\n', 'b.md': '# Brot\n\nMehl.\n' });
    await json(['index', '--root', project.root]);
    const environment = { SNAPDEX_EMBEDDING_MINIMUM_SIMILARITY: least };
    const { stdout } = await snapdex(['search', query, '--json', '--root', project.root], { environment });
    expect(JSON.parse(stdout).results.map(({ path }: { path: string }) => path)).toEqual(found);
  });

  it('has settings for every embedder but the default one', () => expect(settings).toHaveLength(3));
});
