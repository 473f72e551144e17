// @ts-check
/** The large view of one channel: its widgets, range, series, fields and meta, and commands and code to use it. */
import { collect } from './collect.js';
import { breakable, byId, copyable, elementOf, make, say } from './dom.js';
import { viewsFor } from './fit.js';
import { base } from './server.js';
import { tagOf } from './widget.js';

/** @typedef {import('./fit.js').Channel} Channel @typedef {import('./fit.js').Entry} Entry */

/** Series that the list of facts names; the choice above the widget has all. */
const MOST_NAMED = 20;
/** @type {{ channel: Channel, entries: Entry[], views: import('./fit.js').View[] } | undefined} */
let shown;

const dialog = byId('large');
dialog.addEventListener('close', () => {
  shown = undefined;
  byId('stage').replaceChildren();
  byId('range-place').replaceChildren();
  writeUrl(undefined);
});
byId('series').addEventListener('change', () => showViews());
byId('view').addEventListener('change', () => showWidget());
byId('collect').addEventListener('click', () => {
  if (!shown) return;
  collect(current());
  say(`${shown.channel.name} is collected`);
});

/** The channel that the URL of the page names. */
export const channelInUrl = () => new URLSearchParams(location.search).get('channel') ?? undefined;

/**
 * Opens the large view.
 * @param {Channel} channel
 * @param {Entry[]} entries newest ones of each key, oldest first
 */
export function enlarge(channel, entries) {
  shown = { channel, entries, views: [] };
  byId('large-title').replaceChildren(...breakable(channel.name));
  const keys = keysOf(entries);
  byId('series').replaceChildren(
    make('option', { value: '', textContent: `All ${keys.length}` }),
    ...keys.map((key) => make('option', { value: key, textContent: key })),
  );
  byId('series-of').hidden = keys.length < 2;
  showViews();
  byId('facts').replaceChildren(...factsOf(channel, entries, keys));
  writeUrl(channel.name);
  dialog.showModal();
  dialog.scrollTop = 0;
}

/** @param {Entry[]} entries */
const keysOf = (entries) => [...new Set(entries.flatMap(({ k }) => k ?? []))].sort();

/** Shows the widgets that fit the selection: all series, or one. */
function showViews() {
  if (!shown) return;
  const key = byId('series').value;
  const { channel, entries } = shown;
  const chosen = key === '' ? entries : entries.filter(({ k }) => k === key);
  const before = byId('view').value;
  shown.views = viewsFor(channel, chosen).map(({ name, widget }) => ({
    name,
    widget: key === '' ? widget : { ...widget, attributes: { ...widget.attributes, key } },
  }));
  const names = shown.views.map(({ name }) => name);
  const first = names[0] === 'Number' && names.includes('Chart') ? 'Chart' : names[0]; // There is room for it.
  const kept = names.includes(before) && dialog.open ? before : first;
  byId('view').replaceChildren(
    ...names.map((name) => make('option', { textContent: name, selected: name === kept })),
  );
  byId('view-of').hidden = names.length < 2;
  showWidget();
}

const current = () => {
  const { views } = /** @type {NonNullable<typeof shown>} */ (shown);
  const name = byId('view').value;
  return (views.find((view) => view.name === name) ?? /** @type {any} */ (views[0])).widget;
};

function showWidget() {
  if (!shown) return;
  const widget = current();
  showRange(widget);
  const { window: _, ...free } = widget.attributes; // The range of the page replaces it.
  const large =
    widget.tag === 'lp-metric-chart'
      ? { ...widget, attributes: { ...free, legend: 'bottom' } }
      : widget;
  byId('stage').replaceChildren(elementOf(large));
  const html = tagOf(widget);
  const payload = payloadOf(shown.entries);
  const { name } = shown.channel;
  byId('uses').replaceChildren(
    copyable('HTML', `<script type="module" src="${base}/kit.js"></script>\n${html}`),
    copyable(
      'Send a value',
      `curl --json '${payload.replaceAll("'", "'\\''")}' ${base}/channels/${name}`,
    ),
    copyable('Read it', `curl "${base}/channels/${name}?tail=1"`),
    copyable('Prompt for an assistant', promptFor(shown.channel, html, payload)),
  );
}

/** A chart has a range control, whose state is in the URL of the page. @param {import('./fit.js').Widget} widget */
function showRange({ tag, attributes }) {
  const place = byId('range-place');
  if (tag !== 'lp-metric-chart') return place.replaceChildren();
  if (place.firstElementChild) return;
  place.append(
    elementOf({
      tag: 'lp-range',
      attributes: {
        for: 'stage',
        value: attributes.window ?? '15m',
        presets: '5m 15m 1h 6h 24h 7d 30d',
      },
    }),
  );
}

/** @param {Entry[]} entries */
const payloadOf = (entries) => JSON.stringify(entries.at(-1)?.d ?? { value: 42 });

/** @param {string | undefined} channel */
function writeUrl(channel) {
  const url = new URL(location.href);
  if (channel === undefined) url.searchParams.delete('channel');
  else url.searchParams.set('channel', channel);
  history.replaceState(history.state, '', url);
}

/**
 * @param {Channel} channel
 * @param {Entry[]} entries
 * @param {string[]} keys
 */
function factsOf({ entries: count, updated, meta = {} }, entries, keys) {
  const newest = /** @type {any} */ (entries.at(-1)?.d);
  const isRecord = typeof newest === 'object' && newest !== null && !Array.isArray(newest);
  const { description, ...rest } = meta;
  const more = keys.length > MOST_NAMED ? [`and ${keys.length - MOST_NAMED} more`] : [];
  /** @type {[string, string | Node | undefined][]} */
  const all = [
    ['Description', description],
    [
      'Updated',
      elementOf({ tag: 'lp-time', attributes: { datetime: new Date(updated).toISOString() } }),
    ],
    ['Entries', count.toLocaleString()],
    [
      'Meta',
      Object.entries(rest)
        .map(([field, value]) => `${field}: ${textOf(value)}`)
        .join('\n') || undefined,
    ],
    [
      'Fields',
      isRecord
        ? Object.entries(newest)
            .map(([field, value]) => `${field}: ${textOf(value)}`)
            .join('\n')
        : undefined,
    ],
    [
      `${keys.length} series`,
      keys.length > 0 ? [...keys.slice(0, MOST_NAMED), ...more].join('\n') : undefined,
    ],
  ];
  return all.flatMap(([term, value]) =>
    value === undefined || value === ''
      ? []
      : [make('dt', { textContent: term }), make('dd', {}, value)],
  );
}

/** A value of a field on one line. @param {unknown} value */
function textOf(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

/** @param {Channel} channel @param {string} html @param {string} payload */
function promptFor({ name, meta }, html, payload) {
  const described = meta ? ` and the meta ${JSON.stringify(meta)}` : '';
  return (
    `Make a web page with the custom elements of lp-kit (load ${base}/kit.js as a module script). ` +
    `The channel "${name}" of ${base} has payloads such as ${payload}${described}. A widget that fits it is ${html}. ` +
    `All elements and their attributes are described in ${base}/llms.txt.`
  );
}
