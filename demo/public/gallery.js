/** Shows every element in every state, from tables: tag, attributes, payloads. */

const query = new URLSearchParams(location.search);
for (const name of ['dir', 'lang']) {
  const wanted = query.get(name);
  if (wanted) document.documentElement.setAttribute(name, wanted);
}

const gallery = document.querySelector('.gallery');
const now = Date.now();

/** A course that looks like a machine's: slow waves and a little noise, the same on each visit. */
function course(count, low, high, everyMs = 5000) {
  return Array.from({ length: count }, (_, n) => {
    const wave = Math.sin(n / 7) * 0.5 + Math.sin(n / 2.3) * 0.2 + ((n * 7919) % 13) / 40;
    const value = low + ((wave + 0.7) / 1.7) * (high - low);
    return { t: now - (count - 1 - n) * everyMs, value: Math.round(value * 1000) / 1000 };
  });
}

function make({ tag, data, history, content, props, ...attributes }) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (content) element.append(...content);
  Object.assign(element, props);
  if (history)
    element.data = history.map((value, n) => ({
      t: now - (history.length - 1 - n) * 30_000,
      value,
    }));
  if (data !== undefined) element.data = data;
  return element;
}

function tile(item) {
  const { caption, ...rest } = item;
  const figure = document.createElement('figure');
  figure.append(make(rest));
  if (caption) {
    const text = document.createElement('figcaption');
    text.textContent = caption;
    figure.append(text);
  }
  return figure;
}

function section(title, items, style = 'tiles') {
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

function sizes(title, item) {
  const part = section(title, [], 'sizes');
  for (const width of ['w160', 'w240', 'w560']) {
    const element = make(item);
    element.classList.add(width);
    part.lastElementChild.append(element);
  }
}

const states = (item, value) => [
  { ...item, caption: 'idle: no channel' },
  { ...item, data: value, caption: 'live' },
  { ...item, data: value, 'stale-after': '1ms', caption: 'stale' },
  { ...item, data: value, paused: '', caption: 'paused' },
  { ...item, data: value, src: '/nowhere', channel: 'x', caption: 'error: the server refuses' },
  { ...item, src: '/nowhere', channel: 'x', caption: 'error, no value yet' },
];

const cpu = { tag: 'lp-number', label: 'CPU', format: 'percent', warn: '0.7', danger: '0.9' };
section('lp-number', [
  { ...cpu, history: [0.39, 0.42], caption: 'percentage points' },
  { ...cpu, history: [0.7, 0.78], good: 'down', caption: 'warning; down is good' },
  { ...cpu, history: [0.99, 0.94], good: 'down', caption: 'critical' },
  { ...cpu, history: [0.42, 0.42], caption: 'no change' },
  { ...cpu, data: { value: null }, caption: 'null is no value' },
  { tag: 'lp-number', label: 'Orders', history: [1204, 1377], good: 'up', caption: 'percent' },
  {
    tag: 'lp-number',
    label: 'Revenue',
    format: 'currency',
    currency: 'USD',
    notation: 'compact',
    data: { current: 1_284_000, last: 1_310_000, moreinfo: 'Since midnight, all shops' },
    good: 'up',
    caption: 'Smashing’s last and moreinfo',
  },
  {
    tag: 'lp-number',
    label: 'Sent',
    format: 'bytes',
    'delta-format': 'both',
    history: [4.1e9, 5.36e9],
    caption: 'both',
  },
  {
    tag: 'lp-number',
    label: 'Build',
    format: 'text',
    compare: 'none',
    data: { text: 'All checks have passed' },
    caption: 'text',
  },
  {
    tag: 'lp-number',
    label: 'Population',
    history: [8_123_456_788, 8_123_456_789],
    caption: 'long',
  },
]);
const spark = { ...cpu, sparkline: '', compare: '5m', props: {} };
section('lp-number with sparkline', [
  {
    ...spark,
    history: [0.3, 0.35, 0.33, 0.5, 0.48, 0.62, 0.58, 0.71, 0.66, 0.74],
    caption: 'warning',
  },
  {
    ...spark,
    compare: 'start',
    history: [0.3, 0.35, null, 0.5, 0.48, 0.62, 0.58, 0.41],
    caption: 'a gap',
  },
]);
sizes('lp-number in sizes', {
  ...spark,
  compare: 'start',
  history: [0.3, 0.35, 0.33, 0.5, 0.48, 0.62, 0.58, 0.71, 0.66, 0.74],
});
section('lp-number states', states({ ...cpu, sparkline: '' }, 0.42));

const inline = section('lp-value, lp-time, lp-sparkline', [], 'note');
const paragraph = document.createElement('p');
paragraph.append(
  'Memory is at ',
  make({ tag: 'lp-value', format: 'bytes', data: 5.36e9 }),
  ', an old value is ',
  make({ tag: 'lp-value', format: 'percent', 'stale-after': '1ms', data: 0.42 }),
  ', none yet is ',
  make({ tag: 'lp-value', content: ['…'] }),
  ', null is ',
  make({ tag: 'lp-value', data: { value: null } }),
  '. It is ',
  make({ tag: 'lp-time', format: 'clock' }),
  '; the last release was ',
  make({ tag: 'lp-time', datetime: new Date(now - 3 * 3600e3).toISOString() }),
  ', the next is due ',
  make({ tag: 'lp-time', format: 'datetime', datetime: new Date(now + 86400e3).toISOString() }),
  ', and the service has been up for ',
  make({ tag: 'lp-time', format: 'duration', datetime: new Date(now - 93e6).toISOString() }),
  '. Load: ',
  make({ tag: 'lp-sparkline', label: 'Load', data: course(60, 0.2, 3.1) }),
  ' with a gap: ',
  make({ tag: 'lp-sparkline', label: 'Load', data: [1, 3, 2, null, 4, 3, 5, 4] }),
  ' stale: ',
  make({ tag: 'lp-sparkline', label: 'Load', data: course(60, 1, 2), 'stale-after': '1ms' }),
  ' nothing: ',
  make({ tag: 'lp-sparkline', label: 'Load' }),
  '.',
);
inline.lastElementChild.append(paragraph);

const memory = { tag: 'lp-meter', label: 'Memory', format: 'percent', warn: '0.7', danger: '0.9' };
for (const variant of ['arc', 'ring', 'bar'])
  section(`lp-meter ${variant}`, [
    { ...memory, variant, data: 0.42, caption: 'live' },
    { ...memory, variant, data: 0.78, caption: 'warning' },
    { ...memory, variant, data: 0.94, caption: 'critical' },
    {
      tag: 'lp-meter',
      variant,
      label: 'Boiler',
      unit: 'celsius',
      max: '80',
      danger: '75',
      data: 97,
      caption: 'beyond its scale',
    },
    { ...memory, variant, data: { value: null }, caption: 'null is no value' },
    { ...memory, variant, data: 0.94, 'stale-after': '1ms', caption: 'stale' },
    { ...memory, variant, caption: 'idle' },
  ]);
sizes('lp-meter in sizes', { ...memory, data: 0.42 });
sizes('lp-meter bar in sizes', { ...memory, variant: 'bar', data: 0.42 });

const disks = { tag: 'lp-list', label: 'Disks', format: 'percent', warn: '0.7', danger: '0.9' };
const used = { '/': 0.42, '/home': 0.78, '/var/lib/docker': 0.94, '/tmp': null };
section('lp-list', [
  { ...disks, bars: '', data: used, caption: 'bars, levels' },
  { ...disks, numbered: '', sort: 'value', data: used, caption: 'numbered, by value' },
  {
    tag: 'lp-list',
    label: 'Busiest pages',
    limit: '3',
    bars: '',
    sort: 'value',
    data: {
      items: [
        { label: '/checkout', value: 412, href: '/checkout' },
        { label: '/search', value: 1280, href: '/search' },
        { label: 'وصف المنتج بالعربية', value: 96 },
        { label: '/account', value: 31 },
        { label: '/about', value: 4 },
      ],
    },
    caption: 'links, a limit',
  },
  {
    tag: 'lp-list',
    label: 'On call',
    data: ['Database', 'Network', 'A very long name that has to break into lines somewhere'],
    caption: 'words',
  },
  { tag: 'lp-list', label: 'Queue', data: { items: [] }, caption: 'no rows' },
  { ...disks, bars: '', data: used, 'stale-after': '1ms', caption: 'stale' },
  { ...disks, caption: 'idle' },
]);
sizes('lp-list in sizes', { ...disks, bars: '', numbered: '', data: used });

const beats = (count, everyMs) =>
  Array.from({ length: count }, (_, n) => ({
    t: now - (count - 1 - n) * everyMs,
    ...(n > 12 && n < 16
      ? {}
      : { status: n === 20 || n === 21 ? 'critical' : n === 22 || n === 7 ? 'warning' : 'ok' }),
    ...(n === 20 && { message: 'No answer within 10 s' }),
  }));
const api = { tag: 'lp-tracker', label: 'Checkout API', window: '1h', 'stale-after': '3m' };
section('lp-tracker', [
  { ...api, data: beats(30, 120_000), caption: 'an hour' },
  {
    ...api,
    window: '3d',
    buckets: '36',
    'stale-after': '3h',
    data: beats(36, 7_200_000),
    caption: 'three days',
  },
  { ...api, data: beats(12, 120_000), caption: 'a short history' },
  { ...api, data: beats(30, 120_000).slice(0, 22), caption: 'stale' },
  { ...api, caption: 'idle' },
]);
sizes('lp-tracker in sizes', { ...api, data: beats(30, 120_000) });

const wall = section('lp-dashboard', [], 'note');
const board = make({
  tag: 'lp-dashboard',
  label: 'web-1',
  min: '13rem',
  gap: '0.75rem',
  'heading-level': '3',
});
board.append(
  make({ ...cpu, sparkline: '', cols: '2', data: course(60, 0.2, 0.6) }),
  make({ ...memory, data: 0.78, rows: '2' }),
  make({ ...disks, bars: '', data: used, rows: '2' }),
  make({ tag: 'lp-number', label: 'Requests', unit: '/s', data: [410, 412], good: 'up' }),
  make({ tag: 'lp-number', label: 'Errors', data: [3, 2], good: 'down' }),
  make({ ...api, cols: '4', data: beats(30, 120_000) }),
);
wall.lastElementChild.append(board);
const planned = section('lp-dashboard by configuration', [], 'note');
const byConfig = make({ tag: 'lp-dashboard', min: '12rem' });
byConfig.config = {
  label: 'From JSON',
  widgets: [
    { tag: 'number', label: 'CPU' },
    { tag: 'meter', label: 'Memory', variant: 'bar' },
    { tag: 'script' },
  ],
};
const broken = make({ tag: 'lp-dashboard', label: 'Broken', config: '#nowhere' });
planned.lastElementChild.append(byConfig, broken);

/** The page's own widget: nodes, since a strict page makes no HTML of strings. */
function deploys() {
  const template = document.createElement('template');
  const head = document.createElement('p');
  const name = document.createElement('strong');
  name.dataset.text = 'name';
  const share = document.createElement('span');
  Object.assign(share.dataset, { text: 'share', format: 'percent' });
  head.append('Now rolling out ', name, ': ', share, ' done');
  const list = document.createElement('ul');
  const item = document.createElement('li');
  Object.assign(item.dataset, { each: 'items', key: 'id' });
  const link = document.createElement('a');
  link.setAttribute('data-attr-href', 'url');
  link.dataset.text = 'title';
  item.append(link);
  list.append(item);
  template.content.append(head, list);
  return [template];
}
const deploy = { tag: 'lp-template', label: 'Deploys' };
const rollout = {
  name: '2.4.1',
  share: 0.62,
  items: [
    { id: 1, title: 'Faster search', url: '/a' },
    { id: 2, title: 'No script runs from here', url: 'javascript:alert(1)' },
  ],
};
section('lp-template', [
  { ...deploy, content: deploys(), data: rollout, caption: 'live' },
  {
    ...deploy,
    content: deploys(),
    data: { ...rollout, status: 'warning' },
    caption: 'warning, as the publisher says',
  },
  { ...deploy, content: deploys(), caption: 'idle' },
]);
