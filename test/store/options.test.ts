import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../../dist/store/options.js';

describe('an option that no default can mend', () => {
  test.each([
    [{ lockTimeoutMs: -1 }, 'lockTimeoutMs -1'],
    [{ lockTimeoutMs: Number.NaN }, 'lockTimeoutMs NaN'],
    [{ retention: { keepGenerations: 0 } }, 'keepGenerations 0'],
    [{ retention: { maximumTotalBytes: -5 } }, 'maximumTotalBytes -5'],
  ])('%j is refused, with its value', (options, text) => {
    expect(() => resolveOptions(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(text) }),
    );
  });

  test.each([
    ['durability', 'sometimes', /is not one of durable, deferred/],
    ['coordinationMode', 'hope', /is not one of file_lock, none/],
    ['coordinationMode', 'singleton', /any number of processes may open one store/],
  ])('%s %s is refused, as JavaScript may say it', (name, value, message) => {
    const options = {};
    Object.assign(options, { [name]: value });
    expect(() => resolveOptions(options)).toThrow(message);
  });
});
