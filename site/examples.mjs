// @ts-check
/** The examples of the playgrounds: those of the demo's gallery, and others for elements that it does not show alone. */
import { readFileSync } from 'node:fs';

/** @typedef {{ title: string, html: string }} Example */

/** @param {string} text without the indentation that all its lines share */
function dedented(text) {
  const lines = text.replace(/^\n|\s+$/g, '').split('\n');
  const common = Math.min(
    ...lines.filter(Boolean).map((line) => /^ */.exec(line)?.[0].length ?? 0),
  );
  return lines.map((line) => line.slice(common)).join('\n');
}

/** @type {Record<string, Example[]>} */
const MORE = {
  'lp-row': [
    {
      title: 'Several channels in one card',
      html: `<lp-list label="Machine" sparkline>
  <lp-row channel="cpu" label="CPU" format="percent" digits="0"></lp-row>
  <lp-row channel="disk" field="free" label="Disk" unit="gigabyte" warn="15" danger="5"></lp-row>
</lp-list>`,
    },
  ],
  'lp-range': [
    {
      title: 'One range for all charts',
      html: `<lp-range presets="1h 6h 24h"></lp-range>
<lp-metric-chart channel="home.temperature" label="Rooms"></lp-metric-chart>`,
    },
  ],
  'lp-image': [
    {
      title: 'A camera',
      html: '<lp-image channel="camera.yard" label="Yard"></lp-image>',
    },
  ],
  'lp-source': [
    {
      title: 'A source around its elements',
      html: `<lp-source src="kit">
  <lp-number channel="cpu" label="CPU" format="percent" digits="0" compare="none"></lp-number>
</lp-source>`,
    },
  ],
  'lp-sparkline': [
    {
      title: 'In a line of text',
      html: `<p>CPU <lp-sparkline channel="cpu" label="CPU"></lp-sparkline>
<lp-value channel="cpu" format="percent" digits="0"></lp-value></p>`,
    },
  ],
  'lp-value': [
    {
      title: 'In a sentence',
      html: `<p>Outside it is <lp-value channel="home.temperature" labels="room=Outside">…</lp-value>,
and the disk is <lp-value channel="disk" field="usedRatio" format="percent" digits="0">…</lp-value> full.</p>`,
    },
  ],
  'lp-time': [
    {
      title: 'A clock, and the age of data',
      html: `<p>It is <lp-time format="clock"></lp-time>.
The last backup was made <lp-time channel="backup">…</lp-time>.</p>`,
    },
  ],
};

/**
 * Examples by tag.
 * @param {string} gallery path of the demo's gallery.html
 * @returns {Record<string, Example[]>}
 */
export function examplesOf(gallery) {
  const page = readFileSync(gallery, 'utf8');
  /** @type {Record<string, Example[]>} */
  const found = {};
  for (const [, head = '', body = ''] of page.matchAll(/<section ([^>]*)>([^]*?)<\/section>/g)) {
    const tag = /data-tag="([^"]+)"/.exec(head)?.[1] ?? '';
    const shown = body.matchAll(
      /^ {8}<template data-title="([^"]+)"( data-code-only)?>\n([^]*?)^ {8}<\/template>/gm,
    );
    found[tag] = [...shown]
      .filter(([, , codeOnly]) => codeOnly === undefined)
      .map(([, title = '', , html = '']) => ({ title, html: dedented(html) }));
  }
  const charts = found['lp-metric-chart'] ?? [];
  for (const part of ['lp-band', 'lp-series'])
    found[part] = charts.filter(({ html }) => html.includes(`<${part}`));
  found['lp-case'] = (found['lp-number'] ?? []).filter(({ html }) => html.includes('<lp-case'));
  found['lp-column'] = (found['lp-table'] ?? []).filter(({ html }) => html.includes('<lp-column'));
  return { ...found, ...MORE };
}
