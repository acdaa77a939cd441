// The least that a server of the same SDK is: no tools, nothing behind it.
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';

serveStdio(() => new McpServer({ name: 'bare', version: '1.0.0' }));
