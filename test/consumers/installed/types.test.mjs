/**
 * The templates of frameworks know the tags, their attributes and events, and refuse wrong ones.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const check = (...args) => {
  const { status, stdout } = spawnSync('npx', args, { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
};

for (const framework of ['react', 'react18', 'preact', 'solid'])
  test(`JSX of ${framework}`, () => check('tsc', '-p', `types/tsconfig.${framework}.json`));
test('Vue, with strictTemplates', () => check('vue-tsc', '-p', 'types/tsconfig.vue.json'));
test('Svelte', () => check('svelte-check', '--workspace', 'types/svelte'));
