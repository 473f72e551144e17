import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes } from '../../tools/docs/classes.mjs';

const all = classes();
const byName = new Map(all.map((each) => [each.name, each]));

/** Classes that are still to be parted; a line that is not needed any more goes. */
const LARGER = new Set(
  'Client LpMetricChart LpTracker MergedPoll Plot PlotController Poll Series Tabs'.split(' '),
);

test('no class has more than 25 members: two states are two classes', () => {
  assert.ok(all.length > 40, `${all.length} classes`);
  const large = all.filter(({ name, members }) => members > 25 && !LARGER.has(name));
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
