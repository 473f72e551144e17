import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALLOWED_ATTRIBUTES } from '../../components/dashboard/allowed.ts';
import type { Plan } from '../../components/dashboard/config.ts';
import { ConfigError, parseConfig } from '../../components/dashboard/config.ts';
import {
  columnsOfWidth,
  columnsThatFit,
  parseColumnCount,
  parseLength,
  spanOf,
} from '../../components/dashboard/layout.ts';

const own = (src: string): boolean => src.startsWith('/');
const plans = (...widgets: unknown[]): ReturnType<typeof parseConfig> =>
  parseConfig({ widgets }, own);

test('there are as many columns as fit with their gaps, at least one, and at most as many as are filled', () => {
  const fit = (widthPx: number, wanted = 99): number =>
    columnsThatFit({ widthPx, minPx: 200, gapPx: 20, wanted });
  assert.equal(fit(419), 1);
  assert.equal(fit(420), 2);
  assert.equal(fit(10), 1);
  assert.equal(fit(2000, 3), 3);
  assert.equal(fit(2000, 0), 1);
  assert.equal(columnsThatFit({ widthPx: 500, minPx: 0, gapPx: 0, wanted: 9 }), 1);
});

test('fixed columns: all of them on a wide page, six on a tablet, two on a phone', () => {
  assert.deepEqual(
    [90, 60, 59, 40, 39, 22, 21].map((rem) => columnsOfWidth(12, rem)),
    [12, 12, 6, 6, 2, 2, 1],
  );
  assert.equal(columnsOfWidth(1, 90), 1);
  assert.deepEqual([1, 12, 13, 0, 1.5, Number.NaN, null].map(parseColumnCount), [
    1,
    12,
    ...Array.from({ length: 5 }, () => undefined),
  ]);
});

test('a length is a number with a unit or in pixels, and nothing else', () => {
  assert.equal(parseLength('20'), '20px');
  assert.equal(parseLength(' 18.5rem '), '18.5rem');
  for (const bad of ['', null, 'red', '1px;color:red', 'calc(1px)', '-5px', 'var(--x)', '1e9px'])
    assert.equal(parseLength(bad), undefined, String(bad));
});

test('a span is a whole number from 1 to 12', () => {
  assert.deepEqual(['2', '99', '0', '-1', '1.5', 'x', null].map(spanOf), [2, 12, 1, 1, 1, 1, 1]);
});

test('a configuration is JSON text or its value, an object with widgets or their list', () => {
  const widgets = [{ tag: 'number', channel: 'cpu', cols: 2, sparkline: true, paused: false }];
  const wanted: Plan[] = [
    {
      tag: 'lp-number',
      attributes: [
        ['channel', 'cpu'],
        ['cols', '2'],
        ['sparkline', ''],
      ],
      text: '',
      children: [],
    },
  ];
  for (const config of [widgets, { widgets }, JSON.stringify({ widgets })])
    assert.deepEqual(parseConfig(config, own).widgets, wanted);
});

test('an invalid configuration is refused with a code', () => {
  for (const bad of ['', '{', '7', null, undefined, { widgets: {} }, 'null'])
    assert.throws(
      () => parseConfig(bad, own),
      (error) => error instanceof ConfigError && error.code === 'bad-config',
    );
});

test('only the kit’s widgets are built: no HTML, no scripts, no other servers', () => {
  const tags = [
    'script',
    'iframe',
    'img',
    'lp-source',
    'lp-dashboard',
    'lp-template',
    'lp-x',
    '',
    'constructor',
  ];
  const { widgets, refused } = plans(...tags.map((tag) => ({ tag })), 'number', null, []);
  assert.deepEqual(widgets, []);
  assert.equal(refused.length, tags.length + 3);
});

test('no handler, style, class, id, slot or unknown attribute is set, and the rest of the widget stays', () => {
  const bad = [
    'onclick',
    'ONLOAD',
    'style',
    'class',
    'id',
    'slot',
    'is',
    'innerHTML',
    'x y',
    '__proto__',
  ];
  for (const name of bad) {
    const widget = JSON.parse(`{"tag": "number", "label": "CPU", ${JSON.stringify(name)}: "x"}`);
    const { widgets, refused } = plans(widget);
    assert.deepEqual(widgets[0]?.attributes, [['label', 'CPU']], name);
    assert.equal(refused.length, 1, name);
  }
});

test('a src of another origin is left out', () => {
  const { widgets, refused } = plans(
    { tag: 'number', src: '/lp' },
    { tag: 'number', src: 'https://evil.test/lp' },
    { tag: 'number', src: 7 },
  );
  assert.deepEqual(
    widgets.map(({ attributes }) => attributes),
    [[['src', '/lp']], [], []],
  );
  assert.equal(refused.length, 2);
});

test('children are validated like their parents, and their depth and number are limited', () => {
  const chart = {
    tag: 'metric-chart',
    children: [{ tag: 'series', field: 'p50' }, { tag: 'script' }],
  };
  const { widgets, refused } = plans(chart);
  assert.deepEqual(
    widgets[0]?.children.map(({ tag }) => tag),
    ['lp-series'],
  );
  assert.equal(refused.length, 1);
  assert.equal(plans(...Array(600).fill({ tag: 'number' })).widgets.length, 500);
});

test('for any configuration, only allowed names are returned', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string(), fc.jsonValue())), (values) => {
      const { widgets } = plans(...values.map((value) => ({ ...value, tag: 'number' })));
      for (const { attributes } of widgets)
        for (const [name] of attributes) assert.ok(name === 'src' || ALLOWED_ATTRIBUTES.has(name));
    }),
  );
});
