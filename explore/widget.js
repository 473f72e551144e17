// @ts-check
/** Which widget fits a channel: pure functions, without a page. */

/**
 * @typedef {{ name: string, entries: number, updated: number, meta?: Record<string, any> }} Channel
 * @typedef {{ t: number, k?: string, d?: unknown }} Entry
 * @typedef {{ tag: string, attributes: Record<string, string> }} Widget
 */

const STATE_WORDS =
  /^(up|down|ok|online|offline|open|opened|closed|on|off|pass|fail|failed|live|slow|degraded|warn|warning|error|critical|danger|true|false)$/i;
const WINDOWS = ['2m', '15m', '1h', '6h', '24h', '7d'];
const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The widget for a channel, by its meta and its newest entries, oldest first.
 * @param {Channel} channel
 * @param {Entry[]} entries
 * @returns {Widget}
 */
export function widgetFor({ name, meta = {} }, entries) {
  const newest = entries.at(-1)?.d;
  const keys = new Set(entries.map(({ k }) => k ?? ''));
  const span = windowOf(entries);
  const widget = (tag, attributes = {}) => ({
    tag,
    attributes: { channel: name, label: meta.label ?? name, ...attributes },
  });
  if (newest === undefined) return widget('lp-table');
  if (meta.states || stateOf(newest)) {
    return widget('lp-tracker', { window: span, ...(keys.size > 1 && { variant: 'timeline' }) });
  }
  if (isRecord(newest)) {
    if (Array.isArray(newest.items)) return widget('lp-list');
    if (Array.isArray(newest.points)) return widget('lp-metric-chart');
    if (['text', 'title', 'body'].some((field) => typeof newest[field] === 'string'))
      return widget('lp-feed', { variant: newest.author ? 'chat' : 'events', limit: '50' });
    const numbers = numbersOf(newest);
    if (typeof newest.value !== 'number') {
      if (numbers.length === 0) return widget('lp-table');
      if (entries.length === 1) return widget('lp-list');
      if (numbers.length > 1 || keys.size > 1) return widget('lp-metric-chart', { window: span });
      return single({ ...numbers[0] });
    }
  } else if (typeof newest === 'string' && !Number.isFinite(Number(newest))) {
    return widget('lp-feed', { variant: 'log', limit: '50' });
  }
  if (keys.size > 1) {
    const perKey = entries.length / keys.size;
    if (perKey < 3) return widget('lp-list', { bars: '', sort: 'value' });
    return widget('lp-metric-chart', { window: span });
  }
  return single({});

  /** @param {{ field?: string }} of */
  function single({ field }) {
    const own = field === undefined ? {} : { field };
    const isBounded = typeof meta.min === 'number' && typeof meta.max === 'number';
    if (entries.length < 3 && isBounded) return widget('lp-meter', own);
    if (entries.length < 3) return widget('lp-number', { ...own, compare: 'none' });
    return widget('lp-number', { ...own, sparkline: '', window: span });
  }
}

/** @param {Record<string, unknown>} payload */
const numbersOf = (payload) =>
  Object.entries(payload)
    .filter(([field, value]) => typeof value === 'number' && field !== 'time')
    .map(([field]) => ({ field }));

/** @param {unknown} value */
function stateOf(value) {
  if (typeof value === 'boolean') return true;
  if (typeof value === 'string') return STATE_WORDS.test(value);
  if (!isRecord(value) || typeof value.value === 'number' || typeof value.title === 'string')
    return false;
  return ['status', 'state', 'value'].some((field) => {
    const word = value[field];
    return typeof word === 'boolean' || (typeof word === 'string' && STATE_WORDS.test(word));
  });
}

/**
 * The smallest usual window that holds the entries.
 * @param {Entry[]} entries
 */
export function windowOf(entries) {
  const spanMs = (entries.at(-1)?.t ?? 0) - (entries[0]?.t ?? 0);
  return WINDOWS.find((text) => Number.parseInt(text, 10) * MS[text.at(-1)] >= spanMs) ?? '7d';
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The groups below a prefix, with the number of their channels, and the channels that are in none.
 * @param {string[]} names
 * @param {string} prefix
 * @returns {{ prefix: string, count: number }[]}
 */
export function groupsBelow(names, prefix) {
  const counts = new Map();
  for (const name of names) {
    if (!name.startsWith(prefix)) continue;
    const end = name.slice(prefix.length).search(/[./:]/);
    if (end < 0) continue;
    const group = name.slice(0, prefix.length + end + 1);
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([group, count]) => ({ prefix: group, count }));
}

/**
 * The tag of a widget, as HTML.
 * @param {Widget} widget
 */
export function tagOf({ tag, attributes }) {
  const text = Object.entries(attributes)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escaped(value)}"`))
    .join('');
  return `<${tag}${text}></${tag}>`;
}

/** @param {string} text */
const escaped = (text) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/**
 * A whole page with a board of these widgets.
 * @param {{ title: string, kit: string, tiles: Widget[] }} page
 */
export const pageOf = ({ title, kit, tiles }) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escaped(title)}</title>
  <script type="module" src="${escaped(kit)}"></script>
</head>
<body>
  <main>
    <lp-dashboard label="${escaped(title)}" heading-level="1" min-column="16rem">
${tiles.map((tile) => `      ${tagOf(tile)}`).join('\n')}
    </lp-dashboard>
  </main>
</body>
</html>
`;

/**
 * The same board as the `config` of a dashboard.
 * @param {{ title: string, tiles: Widget[] }} page
 */
export const configOf = ({ title, tiles }) => ({
  label: title,
  'min-column': '16rem',
  widgets: tiles.map(({ tag, attributes }) => ({
    tag: tag.slice(3),
    ...Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [name, value === '' ? true : value]),
    ),
  })),
});
