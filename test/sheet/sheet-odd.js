/** Forty widgets over channels whose data are keyed, late, ahead of time, textual or broken. Publishes these data first. */

const now = Date.now();
const MINUTE = 60_000;
const minutes = (count, of) =>
  Array.from({ length: count }, (_, n) => ({ time: now - (count - n) * MINUTE, ...of(n) }));
const wave = (n) => Math.round((50 + 30 * Math.sin(n / 4)) * 10) / 10;

const DATA = {
  keyed: ['kitchen', 'garden', 'attic', 'a room with a very long name'].flatMap((room, k) =>
    minutes(room === 'attic' ? 4 : 30, (n) => ({
      value: wave(n + 5 * k),
      labels: { floor: '1', room },
    })),
  ),
  late: [
    ...minutes(30, (n) => ({ value: wave(n) })),
    { value: 41, time: now - 1000 },
    { value: 99, time: now - 10 * MINUTE },
  ],
  future: [
    ...minutes(30, (n) => ({ value: wave(n) })),
    { value: 7, time: now + 60 * MINUTE },
    { value: 42, time: now },
  ],
  textual: minutes(12, (n) => ({
    text: `Step ${n} of the job is done, and the next one is prepared`,
  })),
  broken: [
    ...minutes(5, (n) => ({ reading: { sensor: n, raw: [n, n + 1] }, note: { by: 'probe' } })),
    { reading: {}, note: { by: 'probe' } },
  ],
};

const WIDGETS = [
  ['lp-number', { sparkline: '', window: '30m', warn: '60', danger: '75' }],
  ['lp-meter', { warn: '60', danger: '75' }],
  ['lp-list', { bars: '' }],
  ['lp-tracker', { window: '30m', warn: '60', danger: '75' }],
  ['lp-tracker', { window: '30m', variant: 'timeline', warn: '60', danger: '75' }],
  ['lp-table', { limit: '6' }],
  ['lp-feed', { variant: 'log', limit: '8' }],
  ['lp-metric-chart', { window: '30m', 'legend-values': 'last max' }],
];

const post = (channel, items) =>
  fetch(`/lp/channels/odd-${channel}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(items),
  });

for (const [channel, items] of Object.entries(DATA)) {
  await post(channel, items);
  const section = document.createElement('section');
  section.append(Object.assign(document.createElement('h2'), { textContent: channel }));
  const tiles = Object.assign(document.createElement('div'), { className: 'tiles' });
  for (const [tag, attributes] of WIDGETS) {
    const widget = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) widget.setAttribute(name, value);
    widget.setAttribute('channel', `odd-${channel}`);
    tiles.append(widget);
  }
  section.append(tiles);
  document.querySelector('.gallery').append(section);
}
document.documentElement.dataset.ready = '';
