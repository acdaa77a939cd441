/** The manifest of the bundle, as version 0.3 of the MCPB specification has it. */
export function manifestOf({ name, version, description, keywords, license, engines, bin }, tools) {
  return {
    manifest_version: '0.3',
    name,
    display_name: 'snapdex: project documents',
    version,
    description: 'Search the markdown documents of a project, with history and rollback.',
    long_description: `${description} Everything stays on this machine.`,
    author: { name: 'The snapdex maintainers' },
    license,
    keywords,
    server: {
      type: 'node',
      entry_point: bin.snapdex,
      mcp_config: {
        command: 'node',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the host replaces it
        args: [`\${__dirname}/${bin.snapdex}`, 'serve', '--root', '${user_config.root}'],
        env: {},
      },
    },
    tools: tools.map(({ name: tool, description: does }) => ({ name: tool, description: does })),
    user_config: {
      root: {
        type: 'directory',
        title: 'Project folder',
        description: 'The folder whose markdown documents are searched. The index is kept in .snapdex in it.',
        required: true,
      },
    },
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: engines.node } },
  };
}
