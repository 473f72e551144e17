// @ts-check
/** All channels of the server as live cards: found by prefix and search, subscribed only while they are near the screen. */
import { collect } from './collect.js';
import { byId, copyable, elementOf, make } from './dom.js';
import { allChannels, base, Denied, newestOf, useToken } from './server.js';
import { groupsBelow, tagOf, widgetFor } from './widget.js';

/** @typedef {import('./widget.js').Channel} Channel */

/** How far from the screen a card is filled. */
const NEAR = '300px 0px';
/** @type {Channel[]} */
let channels = [];
let prefix = decodeURIComponent(location.hash.slice(1));
/** @type {Map<string, HTMLElement>} */
const cards = new Map();
/** @type {WeakMap<Element, Channel>} */
const channelOf = new WeakMap();
const near = new IntersectionObserver(onNear, { rootMargin: NEAR });
/** Cards that are made at once; the next ones follow when the last is near. */
const BATCH = 300;
/** ms without a key stroke until the search begins. */
const PAUSE_MS = 120;
/** @type {Channel[]} */
let waiting = [];
let pause = 0;
const end = make('li', { className: 'end', ariaHidden: 'true' });
new IntersectionObserver(([entry]) => entry?.isIntersecting && showMore(), {
  rootMargin: '2000px 0px',
}).observe(end);

byId('search').addEventListener('input', () => {
  clearTimeout(pause);
  pause = setTimeout(show, PAUSE_MS);
});
byId('order').addEventListener('change', show);
byId('refresh').addEventListener('click', load);
addEventListener('hashchange', () => {
  prefix = decodeURIComponent(location.hash.slice(1));
  show();
});
for (const close of document.querySelectorAll('.close'))
  close.addEventListener('click', () => close.closest('dialog')?.close());
void load();

async function load() {
  try {
    await allChannels((found) => {
      channels = found.slice();
      show();
    });
    byId('message').hidden = channels.length > 0;
    if (channels.length === 0) showFirst();
  } catch (error) {
    byId('count').textContent = 'No channels to show';
    tell(error);
  }
}

/** @param {unknown} error */
function tell(error) {
  const message = byId('message');
  message.hidden = false;
  message.replaceChildren(
    make('p', { textContent: String(error instanceof Error ? error.message : error) }),
  );
  if (!(error instanceof Denied)) return;
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
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    useToken(input.value);
    void load();
  });
  message.append(form);
}

/** Shows the channels of the prefix that the search finds. */
function show() {
  const words = byId('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = channels.filter(({ name, meta }) => {
    const text = `${name} ${meta?.label ?? ''}`.toLowerCase();
    return name.startsWith(prefix) && words.every((word) => text.includes(word));
  });
  if (byId('order').value === 'newest') found.sort((a, b) => b.updated - a.updated);
  const total = found.length === channels.length ? '' : ` of ${channels.length.toLocaleString()}`;
  byId('count').textContent =
    channels.length === 0
      ? 'Nothing has been sent yet'
      : `${found.length.toLocaleString()}${total} channels`;
  byId('cards').replaceChildren(...found.slice(0, BATCH).map(cardOf), end);
  waiting = found.slice(BATCH);
  showGroups(found.map(({ name }) => name));
}

function showMore() {
  end.before(...waiting.slice(0, BATCH).map(cardOf));
  waiting = waiting.slice(BATCH);
  if (waiting.length > 0) byId('cards').append(end); // observed again: it may still be near
}

function showFirst() {
  byId('message').replaceChildren(
    copyable('Send a first value', `curl -d 42 ${base}/channels/hello`),
  );
}

/** @param {string[]} names */
function showGroups(names) {
  const steps = prefix.split(/(?<=[./:])/).filter(Boolean);
  const crumbs = steps.map((step, n) => linkTo(steps.slice(0, n + 1).join(''), step));
  byId('trail').replaceChildren(
    make('li', {}, linkTo('', 'All')),
    ...crumbs.map((crumb) => make('li', {}, crumb)),
  );
  byId('groups').replaceChildren(
    ...groupsBelow(names, prefix).map((group) =>
      make(
        'li',
        {},
        linkTo(group.prefix, group.prefix.slice(prefix.length)),
        make('span', { textContent: group.count.toLocaleString() }),
      ),
    ),
  );
}

/** @param {string} to @param {string} text */
function linkTo(to, text) {
  const current = to === prefix ? { ariaCurrent: 'true' } : {};
  return make('a', { href: `#${encodeURIComponent(to)}`, textContent: text, ...current });
}

/** A card's place; its widget comes when it is near the screen. @param {Channel} channel */
function cardOf(channel) {
  const known = cards.get(channel.name);
  const card = known ?? make('li', { className: 'card' }, nameOf(channel));
  channelOf.set(card, channel);
  if (known) return known;
  cards.set(channel.name, card);
  near.observe(card);
  return card;
}

/** @param {IntersectionObserverEntry[]} entries */
function onNear(entries) {
  for (const { target, isIntersecting } of entries) {
    target.toggleAttribute('data-near', isIntersecting);
    if (isIntersecting) void fill(target);
    else empty(target);
  }
}

/** @param {Element} card */
async function fill(card) {
  const channel = channelOf.get(card);
  if (!channel || card.childElementCount > 1) return;
  const entries = await newestOf(channel.name).catch(() => []);
  if (!card.hasAttribute('data-near') || card.childElementCount > 1) return; // gone by, or filled, meanwhile
  const widget = widgetFor(channel, entries);
  const open = make('button', {
    type: 'button',
    textContent: channel.name,
    title: 'Show it large',
  });
  open.addEventListener('click', () => enlarge(channel, widget, entries));
  const add = make('button', {
    type: 'button',
    className: 'add',
    textContent: 'Collect',
    ariaLabel: `Collect ${channel.name}`,
  });
  add.addEventListener('click', () => collect(widget));
  card.replaceChildren(make('div', { className: 'head' }, open, add), elementOf(widget));
}

/** @param {Element} card */
function empty(card) {
  const channel = channelOf.get(card);
  if (!channel || card.contains(document.activeElement)) return; // the keyboard is there
  card.replaceChildren(nameOf(channel));
}

/** What a card shows while it is far from the screen. @param {Channel} channel */
function nameOf({ name }) {
  return make('span', { className: 'name', textContent: name });
}

/**
 * @param {Channel} channel
 * @param {import('./widget.js').Widget} widget
 * @param {import('./widget.js').Entry[]} entries
 */
function enlarge(channel, widget, entries) {
  const dialog = byId('large');
  const keys = [...new Set(entries.flatMap(({ k }) => k ?? []))];
  const newest = entries.at(-1)?.d;
  const fields = typeof newest === 'object' && newest !== null ? Object.keys(newest) : [];
  byId('large-title').textContent = channel.name;
  byId('stage').replaceChildren(elementOf(widget));
  byId('facts').replaceChildren(
    ...facts({
      Entries: channel.entries.toLocaleString(),
      Updated: new Date(channel.updated).toLocaleString(),
      Keys: keys.length > 0 ? keys.slice(0, 50).join('\n') : undefined,
      Fields: fields.join(', ') || undefined,
      Meta: channel.meta && JSON.stringify(channel.meta),
      'Newest payload': newest === undefined ? undefined : JSON.stringify(newest),
    }),
  );
  const html = tagOf(widget);
  const payload = JSON.stringify(newest ?? 42);
  byId('uses').replaceChildren(
    copyable('HTML', `<script type="module" src="${base}/kit.js"></script>\n${html}`),
    copyable(
      'Send a value',
      `curl --json '${payload.replaceAll("'", "'\\''")}' ${base}/channels/${channel.name}`,
    ),
    copyable('Read it', `curl "${base}/channels/${channel.name}?tail=1"`),
    copyable('Prompt for an assistant', promptFor(channel, html, payload)),
  );
  dialog.addEventListener('close', () => byId('stage').replaceChildren(), { once: true });
  dialog.showModal();
}

/** @param {Record<string, string | undefined>} all */
function facts(all) {
  return Object.entries(all).flatMap(([name, text]) =>
    text === undefined
      ? []
      : [make('dt', { textContent: name }), make('dd', { textContent: text })],
  );
}

/** @param {Channel} channel @param {string} html @param {string} payload */
function promptFor({ name, meta }, html, payload) {
  const described = meta ? ` and the meta ${JSON.stringify(meta)}` : '';
  return (
    `Make a web page with the custom elements of lp-kit (load ${base}/kit.js as a module script). ` +
    `The channel "${name}" of ${base} has payloads such as ${payload}${described}. A widget that fits it is ${html}. ` +
    'The attributes of all elements are described in docs/elements.md of lp-kit.'
  );
}
