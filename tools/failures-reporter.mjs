// @ts-check
/** A reporter for node's test runner that reports the counts and the failed files to tools/test.mjs: one JSON value a line. */

/**
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} source
 * @returns {AsyncGenerator<string>}
 */
export default async function* failures(source) {
  for await (const { type, data } of source) {
    if (type === 'test:fail') {
      const expected = data.todo !== undefined && data.todo !== false;
      if (!expected) yield line({ failed: data.name, file: data.file, error: reason(data) });
    } else if (type === 'test:diagnostic' && data.nesting === 0) {
      const [, name, count] = /^(pass|fail|cancelled|skipped|todo) (\d+)$/.exec(data.message) ?? [];
      if (name) yield line({ count: name, tests: Number(count) });
    }
  }
}

/** @param {object} value */
function line(value) {
  return `${JSON.stringify(value)}\n`;
}

/** @param {{ details?: { error?: Error & { cause?: unknown } } }} data */
function reason({ details }) {
  const cause = details?.error?.cause;
  const text = cause instanceof Error ? cause.message : (details?.error?.message ?? '');
  return text.split('\n').filter(Boolean).slice(0, 2).join(' ');
}
