/** An example of every data element of the kit, for tests that apply to all of them. */
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/metric-chart/define.ts';
import '../../components/number/define.ts';
import '../../components/sparkline/define.ts';
import '../../components/table/define.ts';
import '../../components/template/define.ts';
import '../../components/time/define.ts';
import '../../components/tracker/define.ts';
import '../../components/value/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { make } from './element-laws.ts';

export interface Example {
  /** Tag and variant, for the test's name. */
  name: string;
  tag: string;
  attributes: Record<string, string>;
  /** Payload for the time of the call. */
  payload: () => unknown;
  /** A number that it shows, in the notation of the language. */
  figure?: number;
  /** Children, as HTML. */
  inside?: string;
}

const LEVELS = { warn: '70', danger: '90' };
const record = (value: number, ago: number): unknown => ({ time: Date.now() - ago, value });
const course = (): unknown => [record(42, 60_000), record(48, 30_000), record(95.5, 0)];
const beats = (): unknown => [
  { t: Date.now() - 120_000, status: 'ok' },
  { t: Date.now() - 60_000, status: 'critical' },
  { t: Date.now(), status: 'warning' },
];
const rows = (): unknown => ({
  items: [
    { label: '/var/lib/docker/overlay2', value: 95 },
    { label: 'Datensicherungsverzeichnis', value: 1_234_567 },
    { label: 'وصف المنتج بالعربية', value: 12, href: '/a' },
  ],
});
const item = (): unknown => ({
  id: '1',
  ts: Date.now(),
  text: 'https://example.org/a/very/long/address/without/a/single/space/to/break/at?and=more',
  author: 'Ada',
  title: 'Release',
  level: 'warn',
});
const TEMPLATE = `<template><p><strong data-text="name"></strong>: <span data-text="share" data-format="percent"></span></p></template>`;

/** Elements with a card. */
export const CARDS: readonly Example[] = [
  {
    tag: 'lp-number',
    name: 'lp-number',
    attributes: { ...LEVELS, good: 'down' },
    payload: course,
    figure: 95.5,
  },
  {
    tag: 'lp-number',
    name: 'lp-number with sparkline',
    attributes: { ...LEVELS, sparkline: '', compare: 'start' },
    payload: course,
    figure: 95.5,
  },
  {
    tag: 'lp-number',
    name: 'lp-number with a target',
    attributes: { target: '200', sparkline: '', marks: 'min max', fit: '' },
    payload: course,
    figure: 95.5,
  },
  {
    tag: 'lp-number',
    name: 'lp-number with a currency',
    attributes: { format: 'currency', currency: 'USD' },
    payload: () => ({ current: 1_234_567.89, last: 1_200_000, moreinfo: 'Since midnight' }),
  },
  ...['arc', 'bar', 'ring'].map((variant) => ({
    tag: 'lp-meter',
    name: `lp-meter ${variant}`,
    attributes: { ...LEVELS, variant, unit: 'kilobyte' },
    payload: (): unknown => 95.5,
    figure: 95.5,
  })),
  {
    tag: 'lp-list',
    name: 'lp-list',
    attributes: { ...LEVELS, bars: '' },
    payload: rows,
    figure: 1_234_567,
  },
  {
    tag: 'lp-list',
    name: 'lp-list numbered',
    attributes: { ...LEVELS, numbered: '', limit: '2' },
    payload: rows,
  },
  {
    tag: 'lp-table',
    name: 'lp-table',
    attributes: { columns: 'time,customer=Kunde,total:currency:EUR,status' },
    payload: () => ({ customer: 'Donaudampfschifffahrt', total: 1_234_567.891, status: 'failed' }),
  },
  ...['log', 'chat', 'events'].map((variant) => ({
    tag: 'lp-feed',
    name: `lp-feed ${variant}`,
    attributes: { variant },
    payload: item,
  })),
  ...['bars', 'timeline'].map((variant) => ({
    tag: 'lp-tracker',
    name: `lp-tracker ${variant}`,
    attributes: { window: '1h', variant },
    payload: beats,
  })),
  {
    tag: 'lp-metric-chart',
    name: 'lp-metric-chart',
    attributes: LEVELS,
    payload: course,
    figure: 95.5,
  },
  {
    tag: 'lp-template',
    name: 'lp-template',
    attributes: {},
    payload: () => ({ name: 'Rindfleischetikettierungsgesetz', share: 0.42, status: 'critical' }),
    inside: TEMPLATE,
  },
];

/** Elements within text. */
export const INLINE: readonly Example[] = [
  { tag: 'lp-value', name: 'lp-value', attributes: {}, payload: () => 5.36, figure: 5.36 },
  { tag: 'lp-time', name: 'lp-time', attributes: {}, payload: () => Date.now() - 90_000 },
  { tag: 'lp-sparkline', name: 'lp-sparkline', attributes: {}, payload: course },
];

export const WHOLE_SET: readonly Example[] = [...CARDS, ...INLINE];

/** Creates the element of an example, without data and without adding it to the page. */
export function makeExample(
  { tag, attributes, inside = '' }: Example,
  more: Record<string, string> = {},
): LpDataElement {
  const element = make(tag, { label: 'Event loop delay', ...attributes, ...more });
  element.innerHTML = inside;
  return element;
}
