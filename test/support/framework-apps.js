/**
 * Renders the same elements with React and Vue into #react and #vue. Bundled by the test; the page has to define the
 * elements, now or later.
 */
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { createApp, h } from 'vue';

const formatter = (value) => `F${value}`;
const transform = (value) => value * 2;
const filter = (item) => /keep/.test(item.text);

const ELEMENTS = [
  ['lp-number', { formatter, data: 42, label: 'A' }],
  ['lp-number', { transform, data: { value: 4 }.value, noHeader: true, label: 'B' }],
  ['lp-feed', { filter, items: [{ text: 'keep' }, { text: 'drop' }], label: 'C' }],
  ['lp-metric-chart', { series: [{ field: 'b' }], data: { a: 1, b: 2 }, label: 'D' }],
];

createRoot(document.querySelector('#react')).render(
  createElement(
    'div',
    {},
    ELEMENTS.map(([tag, props], n) => createElement(tag, { ...props, key: n })),
  ),
);
const Inner = { render: () => ELEMENTS.map(([tag, props]) => h(tag, props)) };
createApp({ render: () => h('div', [h('p', 'Vue'), h(Inner)]) }).mount('#vue');
