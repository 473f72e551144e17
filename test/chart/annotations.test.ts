import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markOf } from '../../components/metric-chart/drawing/annotations.ts';
import { parseStates } from '../../components/data/states.ts';

const levelOf = (d: Record<string, string>, states?: string): string | undefined =>
  markOf({ t: 1, d }, states ? parseStates(states) : undefined).level;

test('a mark has the level of the state that its entry states, as everywhere', () => {
  assert.equal(levelOf({ title: 'web 2.2', status: 'failed' }), 'danger');
  assert.equal(levelOf({ title: 'web 2.2', level: 'warning' }), 'warn');
  assert.equal(levelOf({ title: 'web 2.2', status: 'rolled back' }), undefined);
  assert.equal(levelOf({ status: 'rolled back' }, 'rolled back:warn'), 'warn');
});

test('a mark has a short text for where its whole text has no room', () => {
  const { text, short } = markOf({ t: 1, d: { title: 'web 2.2', text: 'live, team-b' } });
  assert.equal(text, 'web 2.2: live, team-b');
  assert.equal(short, 'web 2.2');
});
