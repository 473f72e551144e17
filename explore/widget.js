// @ts-check
/** Widgets as HTML and as JSON: pure functions, without a page. */

/** @typedef {import('./fit.js').Widget} Widget */

/**
 * The tag of a widget, as HTML.
 * @param {Widget} widget
 * @returns {string}
 */
export function tagOf({ tag, attributes, children = [] }) {
  const text = Object.entries(attributes)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${escaped(value)}"`))
    .join('');
  const inner = children.map((child) => `\n  ${tagOf(child)}`).join('');
  return `<${tag}${text}>${inner}${inner && '\n'}</${tag}>`;
}

/** @param {string} text */
const escaped = (text) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

/** Smallest width of a column of a collected page. */
export const MIN_COLUMN = '16rem';

/**
 * A whole page with a board of these widgets.
 * @param {{ title: string, base: string, tiles: Widget[] }} page
 */
export const pageOf = ({ title, base, tiles }) => `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${escaped(title)}</title>
  <script type="module" src="${escaped(base)}/kit.js"></script>
</head>
<body>
  <main>
    <lp-dashboard src="${escaped(base)}" label="${escaped(title)}" heading-level="1" min-column="${MIN_COLUMN}">
${tiles.map((tile) => tagOf(tile).replace(/^/gm, '      ')).join('\n')}
    </lp-dashboard>
  </main>
</body>
</html>
`;

/**
 * The same board as the `config` of a dashboard, which editors check by its schema.
 * @param {{ title: string, base: string, tiles: Widget[] }} page
 */
export const configOf = ({ title, base, tiles }) => ({
  $schema: `${base}/dashboard.schema.json`,
  label: title,
  'min-column': MIN_COLUMN,
  widgets: tiles.map(partOf),
});

/** @param {Widget} widget @returns {Record<string, unknown>} */
const partOf = ({ tag, attributes, children }) => ({
  tag: tag.slice(3),
  ...Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, value === '' ? true : value]),
  ),
  ...(children && { children: children.map(partOf) }),
});
