/** Shows every element in every state, from tables: tag, attributes, data. */
import { course, make, now, section, sizes, states } from './sheet-make.js';

const query = new URLSearchParams(location.search);
for (const name of ['dir', 'lang']) {
  const wanted = query.get(name);
  if (wanted) document.documentElement.setAttribute(name, wanted);
}

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
const spark = { ...cpu, sparkline: '', compare: '5m' };
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
section('lp-number states', states({ ...cpu, sparkline: '' }, course(60, 0.2, 0.6)));

const inline = section('lp-value, lp-time, lp-sparkline', [], 'note');
const paragraph = document.createElement('p');
paragraph.append(
  'Memory is at ',
  make({ tag: 'lp-value', format: 'bytes', data: 5.36e9 }),
  ', an old value is ',
  make({ tag: 'lp-value', format: 'percent', 'stale-after': '1ms', data: 0.42 }),
  ', none yet is ',
  make({ tag: 'lp-value', content: () => ['…'] }),
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
  ]);
section('lp-meter states', states(memory, 0.42));
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
]);
section('lp-list states', states({ ...disks, bars: '' }, used));
sizes('lp-list in sizes', { ...disks, bars: '', numbered: '', data: used });

await import('./sheet-more.js');
