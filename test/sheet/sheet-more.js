/** The second half of the test sheet: what is made of several pieces. */
import { course, make, now, placed, section, sizes, states } from './sheet-make.js';

const cpu = { tag: 'lp-number', label: 'CPU', format: 'percent', warn: '0.7', danger: '0.9' };
const memory = { tag: 'lp-meter', label: 'Memory', format: 'percent', warn: '0.7', danger: '0.9' };
const disks = { tag: 'lp-list', label: 'Disks', format: 'percent', warn: '0.7', danger: '0.9' };
const used = { '/': 0.42, '/home': 0.78, '/var/lib/docker': 0.94, '/tmp': null };

const beats = (count, everyMs) =>
  Array.from({ length: count }, (_, n) => ({
    time: now - (count - 1 - n) * everyMs,
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
  { ...api, data: beats(30, 120_000).slice(0, 22), caption: 'stale: the last is long ago' },
]);
section('lp-tracker states', states(api, beats(30, 120_000)));
sizes('lp-tracker in sizes', { ...api, data: beats(30, 120_000) });

const wall = section('lp-dashboard', [], 'note');
const board = make({
  tag: 'lp-dashboard',
  label: 'web-1',
  'min-column': '15rem',
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
const byConfig = make({ tag: 'lp-dashboard', 'min-column': '12rem' });
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
  { ...deploy, content: deploys, data: rollout, caption: 'live' },
  {
    ...deploy,
    content: deploys,
    data: { ...rollout, status: 'warning' },
    caption: 'warning, as the publisher says',
  },
]);
section('lp-template states', states({ ...deploy, content: deploys }, rollout));

const ago = (seconds) => now - seconds * 1000;
const lines = [
  { id: 1, ts: ago(3700), text: 'Listening on 127.0.0.1:3000', level: 'info' },
  { id: 2, ts: ago(340), text: 'Slow query: 1.3 s', level: 'warn' },
  { id: 3, ts: ago(65), text: 'Could not reach payments: no answer within 10 s', level: 'error' },
  { id: 4, ts: ago(20), text: 'تم الاتصال من جديد', level: 'info' },
];
const talk = [
  { id: 1, ts: ago(900), author: 'Ada', text: 'Is the build green again?' },
  { id: 2, ts: ago(890), author: 'Ada', text: 'I see nothing on the wall.' },
  {
    id: 3,
    ts: ago(600),
    author: 'Grace',
    text: 'Since ten minutes. https://example.org/builds/1843',
  },
  { id: 4, ts: ago(30), author: 'ليلى', text: 'شكرا لكما' },
];
const events = [
  { id: 1, ts: ago(7200), title: 'Release 2.4.1', text: 'Faster search.', link: '/a', level: 'ok' },
  { id: 2, ts: ago(340), title: 'Disk is filling', text: '/var/lib/docker: 94 %', level: 'warn' },
  { id: 3, ts: ago(65), title: 'Payments is down', text: 'No answer.', level: 'critical' },
];
const feed = (variant, label) => ({ tag: 'lp-feed', variant, label, class: 'feed' });
section(
  'lp-feed',
  [
    { ...feed('log', 'Log'), data: lines, caption: 'log' },
    { ...feed('chat', 'Chat'), data: talk, caption: 'chat' },
    { ...feed('events', 'Events'), 'show-time': 'relative', data: events, caption: 'events' },
  ],
  'tiles wide',
);
section('lp-feed states', states(feed('events', 'Events'), events));
sizes('lp-feed log in sizes', { ...feed('log', 'Log'), data: lines });
sizes('lp-feed chat in sizes', { ...feed('chat', 'Chat'), data: talk });
sizes('lp-feed events in sizes', { ...feed('events', 'Events'), data: events });

/** Three lines, and an outage in the midst. */
const load = course(60, 0.2, 3.1).flatMap(({ time, value }, n) =>
  n > 24 && n < 31
    ? []
    : [{ time, m1: value, m5: value * 0.6 + 0.5, m15: 0.9 + Math.sin(n / 20) * 0.2 }],
);
const chart = { tag: 'lp-metric-chart', label: 'Load average', window: '5m', class: 'chart' };
const course5 = course(60, 0.2, 0.95);
section(
  'lp-metric-chart',
  [
    { ...chart, data: load, caption: 'lines, a gap' },
    {
      ...chart,
      type: 'area',
      format: 'percent',
      warn: '0.7',
      danger: '0.9',
      min: '0',
      max: '1',
      data: course5,
      caption: 'area, limits',
    },
    { ...chart, type: 'bar', window: '1m', data: course(30, 3, 40, 2000), caption: 'bars' },
    { ...chart, type: 'stacked', data: load, caption: 'stacked' },
    { ...chart, curve: 'step', data: course(20, 1, 9, 15_000), caption: 'steps' },
    {
      ...chart,
      data: course(60, 2, 3).map(({ time, value }) => ({
        time,
        ...Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`line ${n + 1}`, value + n])),
      })),
      caption: 'eight series',
    },
  ],
  'tiles wide',
);
section('lp-metric-chart states', states({ ...chart, label: 'CPU', format: 'percent' }, course5));
sizes('lp-metric-chart in sizes', { ...chart, data: load });

const form = { tag: 'lp-publish', channel: 'gallery.nothing' };
section('lp-publish', [
  { ...form, placeholder: 'Say something', caption: 'one line' },
  { ...form, author: '', maxlength: '500', caption: 'name and count' },
  { ...form, label: 'Note', multiline: '', mode: 'replace', caption: 'several lines, a label' },
  { ...form, props: { value: 'Hello' }, line: 'silent', class: 'send', caption: 'sending' },
  {
    ...form,
    props: { value: 'Hello' },
    line: 'denied',
    class: 'send',
    caption: 'failed: text kept',
  },
  { ...form, maxlength: '5', props: { value: 'Hello, world' }, class: 'send', caption: 'too long' },
  { ...form, disabled: '', caption: 'disabled' },
  { ...form, line: 'cut', 'required-status': 'live', caption: 'only while live' },
]);
sizes('lp-publish in sizes', { ...form, author: '', maxlength: '500' });
await customElements.whenDefined('lp-publish');
for (const each of document.querySelectorAll('.send')) {
  await each.updateComplete;
  each.shadowRoot.querySelector('[part~=button]').click();
}
document.activeElement?.blur(); // the last form took the focus, and the page with it
scrollTo(0, 0);

const lineStates = [
  ['live', undefined],
  ['connecting', 'silent'],
  ['reconnecting', 'cut'],
  ['denied', 'denied'],
  ['refused', 'refused'],
];
for (const variant of ['pill', 'bar', 'dot']) {
  const part = section(`lp-status ${variant}`, [], 'sizes');
  for (const [, line] of lineStates) {
    const status = placed({ tag: 'lp-status', variant, details: '', line });
    const member = make({ tag: 'lp-value', channel: 'gallery.nothing', hidden: '' }); // so that there is something to ask for
    if (line) status.append(member);
    part.lastElementChild.append(status, ...(line ? [] : [member]));
  }
}
