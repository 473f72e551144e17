import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes } from '../../tools/docs/classes.mjs';

const all = classes();
const byName = new Map(all.map((each) => [each.name, each]));

/** Classes that are still to be parted, with the members that they have: fewer is fine, and 25 removes the line. */
const LARGER: Record<string, number> = {
  Client: 29,
  LpMetricChart: 26,
  LpTracker: 28,
  MergedPoll: 33,
  Plot: 31,
  Poll: 31,
  Series: 28,
  Tabs: 27,
};

test('no class has more than 25 members: two states are two classes', () => {
  assert.ok(all.length > 40, `${all.length} classes`);
  const large = all.filter(({ name, members }) => members > (LARGER[name] ?? 25));
  assert.deepEqual(
    large.map(({ file, name, members }) => `${file} ${name} ${members}`),
    [],
  );
});

test('an element is at most four classes of ours deep', () => {
  for (const { name } of all) {
    const chain = [name];
    for (let at = byName.get(name)?.base; at && byName.has(at); at = byName.get(at)?.base)
      chain.push(at);
    assert.ok(chain.length <= 4, chain.join(' → '));
  }
});
