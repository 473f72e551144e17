import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { curlLine } from '../../components/element/empty-help.ts';

/** The words of a command, as a shell parses them. */
const wordsOf = (command: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    .trimEnd()
    .split('\n');

const line = (channel: string, example: unknown): string[] =>
  wordsOf(curlLine({ channel, example, baseUrl: 'https://host:8443/lp/' }));

test('the command posts the example to the channel', () => {
  assert.deepEqual(line('cpu', { value: 42 }), [
    'curl',
    '-d',
    '{"value":42}',
    'https://host:8443/lp/channels/cpu',
  ]);
});

test('no name and no value ends a word of the command, or is executed', () => {
  const [, , body, url] = line("a'b$(id)", { text: "it's `id` $HOME" });
  assert.equal(body, `{"text":"it's \`id\` $HOME"}`);
  assert.equal(decodeURIComponent(url ?? ''), "https://host:8443/lp/channels/a'b$(id)");
});
