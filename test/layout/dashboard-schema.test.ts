import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { manifest } from '../../tools/docs/manifest.mjs';
import { dashboardSchema } from '../../tools/docs/dashboard-schema.mjs';
import { examplesOf } from '../support/examples.ts';
import { explore } from '../support/explore.ts';

const ajv = new Ajv2020({ strict: false });
const fits = ajv.compile(dashboardSchema(manifest()));

test('the dashboards of docs/elements.md match the schema', () => {
  const texts = examplesOf('docs/elements.md').flatMap(({ code }) =>
    Array.from(
      code.matchAll(/<script type="application\/json"[^>]*>([^]*?)<\/script>/g),
      ([, json]) => json,
    ),
  );
  const found = texts.filter((text = '') => text.includes('"widgets"'));
  assert.ok(found.length > 0);
  for (const text of found)
    assert.ok(fits(JSON.parse(text ?? '')), `${ajv.errorsText(fits.errors)}: ${text}`);
});

test('an unknown tag, a forbidden attribute and an invalid word do not match', () => {
  const widget = { tag: 'number', channel: 'cpu', warn: 70, sparkline: true };
  assert.ok(fits([widget]), ajv.errorsText(fits.errors));
  assert.ok(
    fits({ label: 'Ops', widgets: [{ tag: 'lp-metric-chart', channel: 'cpu', type: 'bar' }] }),
  );
  for (const bad of [
    { tag: 'template' },
    { tag: 'number', onclick: 'x' },
    { tag: 'metric-chart', type: 'pie' },
    { channel: 'cpu' },
  ])
    assert.ok(!fits([bad]), JSON.stringify(bad));
});

test('a page that is collected in Explore fits the schema, whatever the channels hold', () => {
  const payloads = [
    1,
    { count: 3, sum: 1, quantiles: [[0.5, 2]] },
    { title: 'Deploy', text: 'done' },
    { title: 'DiskFull', level: 'critical', status: 'firing' },
    { status: 'up' },
    { items: [] },
    { in: 1, out: 2 },
  ];
  const kinds = [undefined, 'gauge', 'counter', 'delta', 'histogram', 'summary'];
  const tiles = kinds.flatMap((kind) =>
    payloads.flatMap((d) =>
      [1, 3, 40].flatMap((count) => {
        const channel = { name: 'x', entries: 99, updated: 0, ...(kind && { meta: { kind } }) };
        const entries = Array.from({ length: count }, (_, n) => ({ t: n, k: `k${n}`, d }));
        return explore.viewsFor(channel, entries).map(({ widget }) => widget);
      }),
    ),
  );
  const config = explore.configOf({
    title: 'All',
    base: 'http://kit.example/lp',
    tiles: tiles.slice(0, 500),
  });
  assert.ok(fits(config), ajv.errorsText(fits.errors));
});
