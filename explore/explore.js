// @ts-check
/** All channels of the server as live cards: found by prefix and search, subscribed only while they are near the screen. */
import { collect } from './collect.js';
import { breakable, byId, copyable, elementOf, make, place, say } from './dom.js';
import { viewsFor } from './fit.js';
import { groupsBelow, MOST_GROUPS, stepsTo } from './groups.js';
import { channelInUrl, enlarge } from './large.js';
import { allChannels, base, channelCount, Denied, newestOf, useToken } from './server.js';

/** @typedef {import('./fit.js').Channel} Channel */
/** @typedef {import('./fit.js').Entry} Entry */

/** Distance from the screen at which a card is filled. */
const NEAR = '300px 0px';
/** Time in ms that a card is near before it is filled, so that scrolling past it costs nothing. */
const DWELL_MS = 100;
/** Number of cards that are filled by one request. */
const FILLED_AT_ONCE = 30;
/** Number of cards that are created at once; the next ones follow when the last is near. */
const BATCH = 300;
/** Time in ms without a key stroke until the search begins. */
const PAUSE_MS = 120;
/** Time in ms between two checks for new channels, and between two requests for the whole list. */
const LOOK_MS = 3_000;
const READ_MS = 60_000;
/** A card with fewer entries is checked again: another widget may fit more entries. */
const FEW_ENTRIES = 20;

/** @type {Channel[]} */
let channels = [];
/** @type {Channel[]} */
let found = [];
/** Cards that are in the document. */
let made = BATCH;
let prefix = decodeURIComponent(location.hash.slice(1));
let known = { count: -1, readAt: 0, isReading: false };
/** @type {Map<string, HTMLElement>} */
const cards = new Map();
/** @type {WeakMap<Element, { channel: Channel, entries?: Entry[], widget?: string }>} */
const stateOf = new WeakMap();
/** Cards that came near and are not filled yet. @type {Set<Element>} */
const waiting = new Set();
let dwelling = 0;
let pause = 0;
const near = new IntersectionObserver(onNear, { rootMargin: NEAR });
const end = make('li', { className: 'end', ariaHidden: 'true' });
new IntersectionObserver(([entry]) => entry?.isIntersecting && showMore(), {
  rootMargin: '2000px 0px',
}).observe(end);

byId('search').addEventListener('input', () => {
  clearTimeout(pause);
  pause = setTimeout(restart, PAUSE_MS);
});
byId('order').addEventListener('change', restart);
addEventListener('hashchange', () => {
  prefix = decodeURIComponent(location.hash.slice(1));
  restart();
});
for (const close of document.querySelectorAll('.close'))
  close.addEventListener('click', () => close.closest('dialog')?.close());
document.addEventListener('visibilitychange', () => void look());
setInterval(() => void look(), LOOK_MS);
await read();
await openFromUrl();

/** Requests the list again if the number of channels has changed, and once a minute. */
async function look() {
  if (document.hidden || known.isReading || byId('token')) return;
  const count = await channelCount().catch(() => known.count); // The widgets show that the connection is lost.
  if (count !== known.count || Date.now() - known.readAt > READ_MS) await read();
}

async function read() {
  known.isReading = true;
  try {
    const count = await channelCount();
    const isFirst = channels.length === 0;
    const all = await allChannels((some) => isFirst && channels.length === 0 && take(some.slice()));
    take(all);
    known = { count, readAt: Date.now(), isReading: false };
    byId('message').hidden = all.length > 0;
    if (all.length === 0) showFirst();
  } catch (error) {
    if (channels.length === 0) byId('count').textContent = 'No channels to show';
    tell(error);
  }
  known.isReading = false;
}

/** @param {Channel[]} all */
function take(all) {
  channels = all;
  for (const channel of all) {
    const card = cards.get(channel.name);
    if (card) stateOf.set(card, { ...stateOf.get(card), channel });
    if (!card?.hasAttribute('data-near')) continue;
    if (card.childElementCount === 1 || channel.entries < FEW_ENTRIES) queue(card);
  }
  show();
}

async function openFromUrl() {
  const name = channelInUrl();
  const channel = channels.find((one) => one.name === name);
  if (!channel) return;
  const entries = await newestOf([channel.name]).catch(() => new Map());
  enlarge(channel, entries.get(channel.name) ?? []);
}

/** @param {unknown} error */
function tell(error) {
  const message = byId('message');
  message.hidden = false;
  message.replaceChildren(
    make('p', { textContent: String(error instanceof Error ? error.message : error) }),
  );
  if (error instanceof Denied) message.append(tokenForm());
}

function tokenForm() {
  const input = make('input', {
    type: 'password',
    id: 'token',
    autocomplete: 'off',
    required: true,
  });
  const form = make(
    'form',
    {},
    make('label', { htmlFor: 'token', textContent: 'Token' }),
    input,
    make('button', { textContent: 'Use it' }),
  );
  form.addEventListener('submit', (/** @type {Event} */ event) => {
    event.preventDefault();
    useToken(input.value);
    form.remove();
    void read();
  });
  return form;
}

/** What a server without channels shows: the first lines to send something. */
function showFirst() {
  byId('message').replaceChildren(
    make('p', {
      textContent: 'Channels appear here as soon as something is sent. Send a first value:',
    }),
    copyable('A value', `curl -d 42 ${base}/channels/hello`),
    make('p', { textContent: 'Or use an agent or an SDK that you have:' }),
    copyable(
      'OpenTelemetry',
      `export OTEL_EXPORTER_OTLP_ENDPOINT=${base}/in OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf`,
    ),
    copyable(
      'Telegraf',
      `[[outputs.influxdb_v2]]\n  urls = ["${base}/in"]\n  token = ""\n  organization = "any"\n  bucket = "any"`,
    ),
    copyable(
      'A Prometheus exporter',
      `npx lp-kit scrape --url ${base} http://127.0.0.1:9100/metrics`,
    ),
    copyable('A webhook', `curl --json '{"text":"deploy done"}' ${base}/in/hooks/any`),
  );
}

/** Shows the first channels that the prefix and the search find. */
function restart() {
  made = BATCH;
  scrollTo({ top: 0 });
  show();
}

/** Shows the channels of the prefix that the search finds. Cards that are shown already stay as they are. */
function show() {
  /** @type {string[]} */
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  found = channels.filter(({ name, meta }) => {
    if (!name.startsWith(prefix)) return false;
    const text = `${name} ${meta?.label ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (byId('order').value === 'newest') found.sort((a, b) => b.updated - a.updated);
  showCount();
  place(byId('cards'), [...found.slice(0, made).map(cardOf), end]);
  showGroups(found.map(({ name }) => name));
}

/** The number of channels; a change is announced to screen readers. */
function showCount() {
  const all = channels.length.toLocaleString();
  const some = found.length.toLocaleString();
  const noun = channels.length === 1 ? 'channel' : 'channels';
  const text = found.length === channels.length ? `${all} ${noun}` : `${some} of ${all} ${noun}`;
  const count = byId('count');
  const shown = channels.length === 0 ? 'Nothing has been sent yet' : text;
  if (count.textContent !== shown) count.textContent = shown;
}

function showMore() {
  if (made >= found.length) return;
  end.before(...found.slice(made, made + BATCH).map(cardOf));
  made += BATCH;
  byId('cards').append(end); // Observed again: it may still be near.
}

/** @param {string[]} names */
function showGroups(names) {
  const steps = stepsTo(prefix);
  const crumbs = steps.map((step, n) => linkTo(steps.slice(0, n + 1).join(''), step));
  byId('trail').replaceChildren(
    make('li', {}, linkTo('', 'All')),
    ...crumbs.map((crumb) => make('li', {}, crumb)),
  );
  const groups = groupsBelow(names, prefix);
  const more = groups.length - MOST_GROUPS;
  const focused = document.activeElement?.closest('#groups')
    ? document.activeElement.getAttribute('href')
    : undefined;
  byId('groups').replaceChildren(
    ...groups
      .slice(0, MOST_GROUPS)
      .map((group) =>
        make(
          'li',
          {},
          linkTo(group.prefix, group.prefix.slice(prefix.length)),
          make('span', { textContent: group.count.toLocaleString() }),
        ),
      ),
    ...(more > 0 ? [make('li', { textContent: `and ${more.toLocaleString()} more: search` })] : []),
  );
  if (focused)
    byId('groups')
      .querySelector(`[href="${CSS.escape(focused)}"]`)
      ?.focus();
}

/** @param {string} to @param {string} text */
function linkTo(to, text) {
  const current = to === prefix ? { ariaCurrent: 'true' } : {};
  return make('a', { href: `#${encodeURIComponent(to)}`, ...current }, ...breakable(text));
}

/** An empty card; its widget is added when it is near the screen. @param {Channel} channel */
function cardOf(channel) {
  const present = cards.get(channel.name);
  if (present) return present;
  const card = make('li', { className: 'card' }, nameOf(channel));
  stateOf.set(card, { channel });
  cards.set(channel.name, card);
  near.observe(card);
  return card;
}

/** @param {IntersectionObserverEntry[]} entries */
function onNear(entries) {
  for (const { target, isIntersecting } of entries) {
    target.toggleAttribute('data-near', isIntersecting);
    if (!isIntersecting) empty(target);
    else if (target.childElementCount === 1) queue(target);
  }
}

/** @param {Element} card */
function queue(card) {
  waiting.add(card);
  dwelling ||= setTimeout(() => void fillWaiting(), DWELL_MS);
}

/** Fills the cards that are still near, with one request for many. */
async function fillWaiting() {
  dwelling = 0;
  const all = [...waiting].filter((card) => card.hasAttribute('data-near'));
  waiting.clear();
  for (let n = 0; n < all.length; n += FILLED_AT_ONCE) {
    const some = all.slice(n, n + FILLED_AT_ONCE);
    const names = some.flatMap((card) => stateOf.get(card)?.channel.name ?? []);
    const newest = await newestOf(names).catch(() => undefined);
    if (!newest) return; // The next check of the list retries.
    for (const card of some) fill(card, newest);
  }
}

/** @param {Element} card @param {Map<string, Entry[]>} newest */
function fill(card, newest) {
  const state = stateOf.get(card);
  if (!state || !card.hasAttribute('data-near')) return; // Scrolled out of view meanwhile.
  const { channel } = state;
  const entries = newest.get(channel.name) ?? [];
  state.entries = entries;
  const [{ widget }] = /** @type {[import('./fit.js').View]} */ (viewsFor(channel, entries));
  const text = JSON.stringify(widget);
  if (state.widget === text) return; // The widget still fits.
  state.widget = text;
  const element = elementOf(inCard(widget, entries));
  const old = card.querySelector('.widget');
  if (old) old.replaceChildren(element);
  else card.replaceChildren(headOf(card), make('div', { className: 'widget' }, element));
}

/** A widget as a card shows it: without a header, because the card has one, and without a legend, for which it has no room. @param {import('./fit.js').Widget} widget @param {Entry[]} entries */
function inCard(widget, entries) {
  const lines = new Set(entries.map(({ k }) => k)).size;
  /** @type {Record<string, string>} */
  const legend = widget.tag === 'lp-metric-chart' && lines > 4 ? { legend: 'none' } : {};
  return { ...widget, attributes: { ...widget.attributes, 'no-header': '', ...legend } };
}

/** @param {Element} card */
function headOf(card) {
  const { channel } = /** @type {{ channel: Channel }} */ (stateOf.get(card));
  const open = make(
    'button',
    { type: 'button', title: 'Show it large' },
    ...breakable(channel.name),
  );
  open.addEventListener('click', () => {
    const state = stateOf.get(card);
    if (state) enlarge(state.channel, state.entries ?? []);
  });
  const add = make('button', {
    type: 'button',
    className: 'add',
    textContent: 'Collect',
    ariaLabel: `Collect ${channel.name}`,
  });
  add.addEventListener('click', () => {
    const { widget } = stateOf.get(card) ?? {};
    if (widget) collect(JSON.parse(widget));
    say(`${channel.name} is collected`);
  });
  return make('div', { className: 'head' }, open, add);
}

/** @param {Element} card */
function empty(card) {
  const state = stateOf.get(card);
  if (!state || card.contains(document.activeElement)) return; // The keyboard focus is in it.
  state.widget = undefined;
  card.replaceChildren(nameOf(state.channel));
}

/** What a card shows while it is far from the screen. @param {Channel} channel */
function nameOf({ name }) {
  return make('span', { className: 'name' }, ...breakable(name));
}
