import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf } from '../../cli/post.ts';

async function* chunks(...parts: (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part);
}

const read = async (maxBytes: number, ...parts: (string | Buffer)[]): Promise<unknown[]> => {
  const lines: unknown[] = [];
  for await (const { number, bytes, cut } of linesOf(chunks(...parts), maxBytes)) {
    lines.push([number, bytes.toString(), cut]);
  }
  return lines;
};

test('lines are whole however the stream was cut, with LF or CRLF, and without a line end after the last one', async () => {
  assert.deepEqual(await read(100, 'a', 'b\r', '\n\nc\nd', '', 'e'), [
    [1, 'ab', false],
    [2, '', false],
    [3, 'c', false],
    [4, 'de', false],
  ]);
  assert.deepEqual(await read(100, 'x\n'), [[1, 'x', false]]);
  assert.deepEqual(await read(100), []);
});

test('only the first bytes of a line that is too long are kept, and line numbers stay correct', async () => {
  const long = 'x'.repeat(1_000);
  assert.deepEqual(await read(10, long, long, `\nshort\n${long}\n`, '1234567890\n'), [
    [1, 'xxxxxxxxxx', true],
    [2, 'short', false],
    [3, 'xxxxxxxxxx', true],
    [4, '1234567890', false],
  ]);
});
