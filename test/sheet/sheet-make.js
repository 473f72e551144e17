/** How the test sheet makes its tiles: elements from tables of tag, attributes and data, on lines that are good or bad. */

export const now = Date.now();
const gallery = document.querySelector('.gallery');

/** A course that looks like a machine's: slow waves and a little noise, the same on each visit. */
export function course(count, low, high, everyMs = 5000) {
  return Array.from({ length: count }, (_, n) => {
    const wave = Math.sin(n / 7) * 0.5 + Math.sin(n / 2.3) * 0.2 + ((n * 7919) % 13) / 40;
    const value = low + ((wave + 0.7) / 1.7) * (high - low);
    return { time: now - (count - 1 - n) * everyMs, value: Math.round(value * 1000) / 1000 };
  });
}

/** What a line to a server does. No request leaves the page. */
const LINES = {
  silent: (_url, { signal }) =>
    new Promise((_, fail) => signal?.addEventListener('abort', () => fail(signal.reason))),
  cut: () => Promise.reject(new TypeError('the line is cut')),
  denied: async () => problem(401, 'unauthorized'),
  refused: async () => problem(413, 'too-large'),
};

/** A refusal in the protocol's words: a bare status may come from a proxy, and is retried. */
const problem = (status, code) =>
  new Response(JSON.stringify({ code }), {
    status,
    headers: { 'Content-Type': 'application/problem+json' },
  });

/** A source on such a line, for what is put inside it. */
function lineOf(name) {
  const source = document.createElement('lp-source');
  source.dataset.lab = '';
  source.setAttribute('src', `/gallery/${name}`);
  source.fetch = LINES[name];
  source.addEventListener('lp-auth-required', (event) => event.stopPropagation()); // nobody is asked here
  return source;
}

export function make({ tag, data, history, content, props, ...attributes }) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (content) element.append(...content());
  Object.assign(element, props);
  if (history)
    element.data = history.map((value, n) => ({
      time: now - (history.length - 1 - n) * 30_000,
      value,
    }));
  if (data !== undefined) element.data = data;
  return element;
}

/** The element, or the source of its line with the element inside. */
export function placed({ line, ...item }) {
  const element = make(item);
  if (!line) return element;
  const source = lineOf(line);
  source.append(element);
  return source;
}

function tile({ caption, ...item }) {
  const figure = document.createElement('figure');
  figure.append(placed(item));
  if (caption) {
    const text = document.createElement('figcaption');
    text.textContent = caption;
    figure.append(text);
  }
  return figure;
}

export function section(title, items, style = 'tiles') {
  const part = document.createElement('section');
  const heading = document.createElement('h2');
  heading.textContent = title;
  part.id = title.replaceAll(' ', '-');
  const tiles = document.createElement('div');
  tiles.className = style;
  tiles.append(...items.map(tile));
  part.append(heading, tiles);
  gallery.append(part);
  return part;
}

export function sizes(title, item) {
  const part = section(title, [], 'sizes');
  for (const width of ['w160', 'w240', 'w560']) {
    const element = make(item);
    element.classList.add(width);
    part.lastElementChild.append(element);
  }
}

/** The states of a widget. `item` has no data; `data` is what it shows. */
export const states = (item, data) => [
  { ...item, data, caption: 'live' },
  { ...item, data, 'stale-after': '1ms', caption: 'stale' },
  { ...item, data, paused: '', caption: 'paused' },
  { ...item, data, channel: 'x', line: 'cut', caption: 'offline' },
  { ...item, data, channel: 'x', line: 'refused', caption: 'error' },
  { ...item, data, channel: 'x', line: 'denied', caption: 'denied' },
  { ...item, caption: 'idle: no channel' },
  { ...item, channel: 'x', line: 'silent', caption: 'loading, until the line counts as lost' },
  { ...item, channel: 'gallery.nothing', caption: 'empty' },
  { ...item, channel: 'x', line: 'refused', caption: 'error, no value yet' },
  { ...item, channel: 'x', line: 'denied', caption: 'denied, no value yet' },
];
