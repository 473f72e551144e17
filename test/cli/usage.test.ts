import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable, readArgs, suggestion, UsageError } from '../../cli/usage.ts';

test('a word close to a known one is suggested, and any other is not', () => {
  const known = ['serve', 'post', 'tail', 'get', 'list', 'describe', 'delete', 'doctor'];
  const near = {
    tial: 'tail',
    sevre: 'serve',
    pst: 'post',
    lst: 'list',
    got: 'get',
    discribe: 'describe',
  };
  for (const [word, right] of Object.entries(near)) {
    assert.equal(suggestion(word, known), `; did you mean ${right}?`);
  }
  for (const word of ['banana', 'x', '', 'server-side']) assert.equal(suggestion(word, known), '');
});

test('an unknown option is a usage error that names the nearest one', () => {
  const options = { port: { type: 'string' }, host: { type: 'string' } } as const;
  const read = (arg: string) => () => readArgs({ args: [arg], options });
  assert.throws(read('--prot'), (error) => {
    assert.ok(error instanceof UsageError);
    assert.match(error.message, /no option --prot; did you mean --port\?/);
    return true;
  });
  assert.throws(read('--banana'), /no option --banana$/);
});

test('terminal control characters are escaped, and JSON keeps its value', () => {
  const evil = '\u001b]0;owned\u0007\u009b31m\u007f\r\n\u202edeb\u2066 täst 日本 🎉';
  const shown = printable(evil);
  assert.doesNotMatch(shown, /[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
  assert.match(shown, /täst 日本 🎉$/);
  const json = JSON.stringify({ text: evil });
  assert.deepEqual(JSON.parse(printable(json)), { text: evil });
});
