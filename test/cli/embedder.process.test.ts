import { describe, expect, it } from 'vitest';
import { embeddingServer } from '../search/embedding/embedding-server.js';
import { modelFolder } from '../search/embedding/static/tiny-model.js';
import { json, snapdex, type TemporaryProject, temporaryProject } from './temporary-project.js';

describe('an embedder that is chosen on the command line', () => {
  it('that is down is a warning: documents are indexed and found by their words', async () => {
    await using project = await temporaryProject();
    const server = await embeddingServer();
    await server.close();
    const settings = inProject(project, [
      '--embedder',
      'http',
      '--embedding-model',
      'm',
      '--embedding-url',
      server.url,
    ]);
    const index = await snapdex(['index', ...settings]);
    expect(index.code).toBe(0);
    expect(index.stdout).toMatch(/4 added, .*\d+ passages without vectors/);
    expect(index.stderr).toMatch(/^warning: embeddings of "m" at .*\(EMBEDDER_UNAVAILABLE\)\n {2}Start the endpoint/);
    const search = await snapdex(['search', 'zymurgy', ...settings]);
    expect(search.stdout).toContain('docs/yeast.md');
    expect(search.stderr).toMatch(/\(VECTORS_PENDING\)\n.*`snapdex doctor` tells whether the endpoint can be used/);
    const status = await snapdex(['status', ...settings]);
    expect(status.stdout).toMatch(/vectors +http:m, 0 passages embedded, \d+ not yet/);
    expect(status.stdout).toContain('(EMBEDDER_UNAVAILABLE)');
    expect(status.stderr).toBe('');
    const doctor = await snapdex(['doctor', ...settings]);
    expect(doctor.code).toBe(0);
    expect(doctor.stdout).toMatch(/warning: embeddings of "m" at .*\(EMBEDDER_UNAVAILABLE\)\n {2}Start the endpoint/);
  });

  it('that is up is asked by status and doctor only while passages lack vectors', async () => {
    await using project = await temporaryProject();
    const server = await embeddingServer();
    const chosen = ['--embedder', 'http', '--embedding-model', 'm', '--embedding-url', server.url];
    const settings = inProject(project, chosen);
    await snapdex(['index', '--root', project.root]);
    const ask = (): Promise<object> => Promise.all([json(['status', ...settings]), json(['doctor', ...settings])]);
    const differs = [{ code: 'EMBEDDER_DIFFERS' }];
    expect(await ask()).toMatchObject([{ problems: differs }, { findings: differs }]);
    expect(server.requests).toHaveLength(2);
    await snapdex(['index', ...settings]);
    const before = server.requests.length;
    expect(await ask()).toMatchObject([{ problems: [] }, { findings: [] }]);
    expect(server.requests).toHaveLength(before);
  });

  it('that works embeds what there is, and a question with it', async () => {
    await using project = await temporaryProject();
    const settings = inProject(project, ['--embedder', 'static', '--embedding-model', await modelFolder()]);
    await snapdex(['index', '--root', project.root]);
    const embedded = await snapdex(['index', ...settings]);
    expect(embedded).toMatchObject({ code: 0, stderr: '' });
    expect(embedded.stdout).toMatch(/^nothing has changed in .*, \d+ passages embedded \(generation \d+\)/);
    expect(JSON.parse((await snapdex(['index', ...settings, '--json'])).stdout)).toMatchObject({ embedded: 0 });
    const { stdout } = await snapdex(['status', ...settings, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ embedding: { embedder: 'static', missing: 0 }, problems: [] });
    const search = await snapdex(['search', 'zymurgy', ...settings, '--json']);
    expect(search.stderr).toBe('');
    expect(JSON.parse(search.stdout)).not.toHaveProperty('withoutVectors');
  });

  it('that another process has left behind is told by status', async () => {
    await using project = await temporaryProject();
    const settings = inProject(project, ['--embedder', 'static', '--embedding-model', await modelFolder()]);
    await snapdex(['index', ...settings]);
    expect((await snapdex(['status', '--root', project.root])).stdout).toContain('(EMBEDDER_DIFFERS)');
  });

  it('that is not installed is warned of once', async () => {
    await using project = await temporaryProject();
    const settings = ['--embedder', 'transformers', '--embedding-model', 'm'];
    const { code, stderr } = await snapdex(['index', ...inProject(project, settings)]);
    expect([code, stderr.match(/EMBEDDER_NOT_INSTALLED/g)?.length]).toEqual([0, 1]);
  });

  it('that lacks its model is a usage error', async () => {
    await using project = await temporaryProject();
    const { code, stderr } = await snapdex(['index', ...inProject(project, ['--embedder', 'static'])]);
    expect(code).toBe(2);
    expect(stderr).toContain('--embedder: "static" needs the folder of a model');
  });
});

function inProject(project: TemporaryProject, settings: readonly string[]): readonly string[] {
  return ['--root', project.root, ...settings];
}
