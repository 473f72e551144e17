import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { manifest } from '../../tools/docs/manifest.mjs';
import { dashboardSchema } from '../../tools/docs/dashboard-schema.mjs';
import { examplesOf } from '../support/examples.ts';

const ajv = new Ajv2020({ strict: false });
const fits = ajv.compile(dashboardSchema(manifest()));

test('the dashboards of docs/elements.md fit the schema', () => {
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

test('an unknown tag, an attribute that may not be set and a word that is none do not fit', () => {
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
