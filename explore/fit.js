// @ts-check
/** Which widgets fit a channel: pure functions, without a page. */

/**
 * @typedef {{ name: string, entries: number, updated: number, meta?: Record<string, any> }} Channel
 * @typedef {{ t: number, k?: string, d?: unknown }} Entry
 * @typedef {{ tag: string, attributes: Record<string, string>, children?: Widget[] }} Widget
 * @typedef {{ name: string, widget: Widget }} View
 */

const STATE_WORDS =
  /^(up|down|ok|online|offline|open|opened|closed|on|off|pass|fail|failed|live|slow|degraded|warn|warning|error|critical|danger|true|false)$/i;
const WINDOWS = ['2m', '5m', '10m', '20m', '30m', '1h', '6h', '24h', '7d'];
/** @type {Record<string, number>} */
const MS = { m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Above this number, series are listed, because the lines of a chart can no longer be distinguished. */
const MOST_LINES = 20;
const DURATIONS = /^(nanosecond|microsecond|millisecond|second|minute|hour|day)$/;
/** Labels that say where a sample was read; all series of an exporter have the same ones. */
const WHERE = new Set(['job', 'instance', '__name__']);

/**
 * Returns the widget for a channel, by its meta and the newest entries of each key, oldest first.
 * @param {Channel} channel
 * @param {Entry[]} entries
 * @returns {Widget}
 */
export const widgetFor = (channel, entries) =>
  /** @type {View} */ (viewsFor(channel, entries)[0]).widget;

/**
 * All widgets that can show a channel, the best one first.
 * @param {Channel} channel
 * @param {Entry[]} entries
 * @returns {View[]}
 */
export function viewsFor(channel, entries) {
  const { meta = {} } = channel;
  const data = entries.filter(({ d }) => d !== undefined && d !== null);
  const newest = data.at(-1)?.d;
  const keys = new Set(data.map(({ k }) => k ?? ''));
  const context = { channel, meta, newest, keys, span: spanOf(channel, data) };
  const widget = widgetOf(channel);
  const table = { name: 'Table', widget: widget('lp-table') };
  if (newest === undefined && !meta.kind) return [table];
  if (meta.states || stateOf(newest)) return stateViews(context);
  if (isMetric(newest) || meta.kind) return [...metricViews(context), table];
  if (typeof newest === 'string') return [{ name: 'Log', widget: widget('lp-feed', LOG) }, table];
  if (!isRecord(newest)) return [table];
  if (Array.isArray(newest.items)) return [{ name: 'List', widget: widget('lp-list') }, table];
  if (Array.isArray(newest.points))
    return [{ name: 'Chart', widget: widget('lp-metric-chart') }, table];
  if (['text', 'title', 'body'].some((field) => typeof newest[field] === 'string'))
    return [...eventViews(context), table];
  return [...recordViews(context), table];
}

const LOG = { variant: 'log', limit: '50', follow: '' };
const EVENTS = { variant: 'events', limit: '50' };

/** @typedef {{ channel: Channel, meta: Record<string, any>, newest: any, keys: Set<string>, span: string }} Context */

/** @param {Channel} channel */
const widgetOf =
  ({ name, meta }) =>
  /**
   * @param {string} tag
   * @param {Record<string, string>} [attributes]
   * @param {Widget[]} [children]
   * @returns {Widget}
   */
  (tag, attributes = {}, children) => ({
    tag,
    attributes: { channel: name, label: labelOf(name, meta), ...attributes },
    ...(children && { children }),
  });

/** @param {Context} context @returns {View[]} */
function stateViews({ channel, keys, span }) {
  const widget = widgetOf(channel);
  const timeline = {
    name: 'Timeline',
    widget: widget('lp-tracker', { window: span, variant: 'timeline' }),
  };
  const bars = { name: 'Bars', widget: widget('lp-tracker', { window: span }) };
  const table = {
    name: 'Table',
    widget: widget('lp-table', keys.size > 1 ? { 'rows-of': 'keys' } : {}),
  };
  return keys.size > 1 ? [timeline, bars, table] : [bars, timeline, table];
}

/** @param {Context} context @returns {View[]} */
function eventViews({ channel, newest, keys }) {
  const widget = widgetOf(channel);
  const log = { name: 'Log', widget: widget('lp-feed', LOG) };
  const events = { name: 'Events', widget: widget('lp-feed', EVENTS) };
  if (newest.author && !newest.title)
    return [{ name: 'Chat', widget: widget('lp-feed', { variant: 'chat', limit: '50' }) }, events];
  const isAlert = newest.status !== undefined && newest.level !== undefined && keys.size > 0;
  if (isAlert && !keys.has(''))
    return [{ name: 'Alerts', widget: widget('lp-alerts', { limit: '5' }) }, events];
  return newest.title === undefined ? [log, events] : [events, log];
}

/** Payloads with fields of their own. @param {Context} context @returns {View[]} */
function recordViews({ channel, newest, keys, span }) {
  const widget = widgetOf(channel);
  const fields = numericFields(newest);
  const [field] = fields;
  if (field === undefined) return [];
  const chart = { name: 'Chart', widget: widget('lp-metric-chart', { window: span }) };
  const list = { name: 'List', widget: widget('lp-list') };
  if (channel.entries === 1) return [list, chart];
  if (fields.length > 1 || keys.size > 1) return [chart, list];
  return [
    { name: 'Number', widget: widget('lp-number', { field, sparkline: '', window: span }) },
    chart,
  ];
}

/** Numbers: values of agents, and others. @param {Context} context @returns {View[]} */
function metricViews(context) {
  const { channel, meta, newest, keys, span } = context;
  const widget = widgetOf(channel);
  const { kind } = meta;
  if (kind === 'histogram' || kind === 'summary' || newest?.buckets || newest?.quantiles)
    return distributionViews(context);
  const value = numberOf(newest);
  const { name } = channel;
  const format = formatOf(name, meta, value);
  const window = { window: span };
  if (name.endsWith('_info') && value === 1 && isRecord(newest?.labels))
    return [
      {
        name: 'Labels',
        widget: widget('lp-table', { 'rows-of': 'keys', columns: columnsOf(newest.labels) }),
      },
    ];
  if (/(^|[._])(up|success)$/.test(name) && (value === 0 || value === 1)) {
    const states = '1:ok:Up, 0:danger:Down';
    return [{ name: 'Timeline', widget: widget('lp-tracker', { states, ...window }) }];
  }
  const chart = {
    name: 'Chart',
    widget: widget(
      'lp-metric-chart',
      kind === 'counter'
        ? { rate: '', ...rateFormat(meta), min: '0', ...window }
        : { ...format, ...window, ...(kind === 'delta' && { type: 'bar' }) },
    ),
  };
  const list = {
    name: 'List',
    widget: widget('lp-list', { ...format, bars: '', sort: 'value', limit: '20' }),
  };
  if (keys.size > MOST_LINES) return [list, chart];
  if (keys.size > 1) return [chart, list];
  if (format.format === 'relative')
    return [{ name: 'Time', widget: widget('lp-number', { ...format, compare: 'none' }) }, chart];
  const number = {
    name: 'Number',
    widget: widget('lp-number', { ...format, sparkline: '', ...window }),
  };
  if (kind === 'counter') return [chart, number];
  if (kind === 'delta')
    return [
      chart,
      {
        name: 'Sum of today',
        widget: widget('lp-number', { ...format, aggregate: 'sum', over: 'today' }),
      },
    ];
  const meter = { name: 'Meter', widget: widget('lp-meter', format) };
  const isBounded = typeof meta.min === 'number' && typeof meta.max === 'number';
  const isShare =
    format.format === 'percent' || format.unit === 'percent' || meta.unit === 'percent';
  if (isBounded && channel.entries < 3) return [meter, number, chart];
  return isBounded || isShare ? [number, chart, meter] : [number, chart];
}

/** @param {Context} context @returns {View[]} */
function distributionViews({ channel, meta, newest, keys, span }) {
  const widget = widgetOf(channel);
  const counts = {
    name: 'Count per second',
    widget: widget('lp-metric-chart', {
      fields: 'count',
      rate: '',
      min: '0',
      window: span,
      unit: '/s',
    }),
  };
  const quantiles = Array.isArray(newest?.quantiles) ? newest.quantiles : [];
  if (keys.size !== 1 || quantiles.length === 0) return [counts];
  const [key] = keys;
  const lines = quantiles.map(
    (/** @type {[number, number]} */ [quantile], /** @type {number} */ n) => ({
      tag: 'lp-series',
      attributes: {
        field: `quantiles.${n}.1`,
        label: quantileText(quantile),
        ...(key && { key }),
        ...(meta.unit && { unit: meta.unit }),
      },
    }),
  );
  const format = formatOf(channel.name, meta, 0);
  return [
    { name: 'Quantiles', widget: widget('lp-metric-chart', { ...format, window: span }, lines) },
    counts,
  ];
}

/** @param {number} quantile */
const quantileText = (quantile) =>
  quantile === 0 ? 'min' : quantile === 1 ? 'max' : `p${Number((quantile * 100).toPrecision(6))}`;

/** The labels of a series as columns of a table. @param {Record<string, string>} labels */
function columnsOf(labels) {
  const names = Object.keys(labels).filter((name) => !WHERE.has(name));
  const shown = names.length > 0 ? names : Object.keys(labels);
  return shown
    .slice(0, 8)
    .map((name) => `labels.${name}=${name.replaceAll(/[_.]/g, ' ')}`)
    .join(', ');
}

/**
 * How the values of a metric are written, as attributes.
 * @param {string} name
 * @param {Record<string, any>} meta
 * @param {number} [value] the newest one
 * @returns {Record<string, string>}
 */
export function formatOf(name, { unit }, value = 0) {
  if (/(^|_)time(stamp)?(_seconds)?$/.test(name) && isEpoch(value))
    return { format: 'relative', unit: 'second' };
  if (unit?.startsWith('byte')) return { format: 'bytes' };
  if (unit?.startsWith('bit')) return { format: 'bits' };
  if (DURATIONS.test(unit ?? '')) return { format: 'duration' };
  if (unit !== undefined) return {};
  if (/[._]bytes$/.test(name)) return { format: 'bytes', unit: 'byte' };
  if (/[._]percent(age)?$/.test(name)) return { unit: 'percent' };
  if (/[._](ratio|utilization)$/.test(name) && Math.abs(value) <= 1) return { format: 'percent' };
  return Math.abs(value) >= 1e6 ? { notation: 'compact' } : {};
}

/** A time as seconds since 1970, of this century. @param {number} value */
const isEpoch = (value) => value > 946_684_800 && value < 4_102_444_800;

/** How the growth per second of a counter is written. @param {Record<string, any>} meta @returns {Record<string, string>} */
function rateFormat({ unit }) {
  if (unit === 'second') return { format: 'percent', unit: '' }; // Seconds per second: a share of the time.
  return /^(byte|bit)$/.test(unit ?? '') ? { format: `${unit}s` } : {};
}

/** @param {unknown} value */
const numberOf = (value) =>
  typeof value === 'number'
    ? value
    : isRecord(value) && typeof value.value === 'number'
      ? value.value
      : undefined;

/** @param {unknown} value */
const isMetric = (value) =>
  numberOf(value) !== undefined ||
  (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) ||
  (isRecord(value) && value.value === null) ||
  (isRecord(value) &&
    typeof value.count === 'number' &&
    (Array.isArray(value.buckets) || Array.isArray(value.quantiles)));

/** @param {Record<string, unknown>} payload */
const numericFields = (payload) =>
  Object.entries(payload)
    .filter(([field, value]) => typeof value === 'number' && field !== 'time')
    .map(([field]) => field);

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
 * The smallest usual window that holds what is retained of a channel, judged by the distance of its newest entries.
 * @param {Channel} channel
 * @param {Entry[]} data
 */
function spanOf({ entries }, data) {
  /** @type {Map<string, number[]>} */
  const times = new Map();
  for (const { k = '', t } of data) times.set(k, [...(times.get(k) ?? []), t]);
  let spanMs = 0;
  for (const of of times.values()) {
    const step = of.length > 1 ? ((of.at(-1) ?? 0) - (of[0] ?? 0)) / (of.length - 1) : 0;
    spanMs = Math.max(spanMs, step * (entries / times.size - 1));
  }
  return windowOf(spanMs);
}

/** The smallest usual window of at least this length. @param {number} spanMs */
export const windowOf = (spanMs) =>
  WINDOWS.find((text) => Number.parseInt(text, 10) * (MS[text.at(-1) ?? ''] ?? 0) >= spanMs) ??
  '7d';

/**
 * The label of a widget: the channel's own, otherwise for a metric its name as words without the unit, which the value shows.
 * @param {string} name
 * @param {Record<string, any>} [meta]
 */
export function labelOf(name, meta = {}) {
  if (meta.label) return meta.label;
  if (!meta.kind) return name;
  const words = name.split(/[._:/]+/).filter(Boolean);
  while (words.length > 2 && /^(total|bytes|seconds)$/.test(words.at(-1) ?? '')) words.pop();
  return words.filter((word, n) => word !== words[n - 1]).join(' ');
}

/** @param {unknown} value @returns {value is Record<string, any>} */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
