// @ts-check
/** JSON Schema of a dashboard's configuration, generated from the manifest and from the list of what a configuration may set. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {any} Node a declaration or an item of the manifest */

const ALLOWED = fileURLToPath(new URL('../../components/dashboard/allowed.ts', import.meta.url));
const ID = 'https://github.com/lp-kit/lp-kit/blob/main/docs/dashboard.schema.json';

/** @param {Node} manifest */
export function dashboardSchema(manifest) {
  const { tags, names } = allowed();
  const elements = manifest.modules
    .flatMap((/** @type {Node} */ { declarations }) => declarations)
    .filter((/** @type {Node} */ { tagName }) => tags.has(tagName?.slice(3)));
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: ID,
    title: 'A dashboard of lp-kit',
    description: 'For <lp-dashboard config="…">: a list of widgets, or an object with `widgets`.',
    oneOf: [
      { type: 'array', items: { $ref: '#/$defs/widget' }, maxItems: 500 },
      {
        type: 'object',
        required: ['widgets'],
        additionalProperties: false,
        properties: {
          $schema: { type: 'string' },
          label: { type: 'string', description: 'Heading of the dashboard.' },
          'min-column': { type: 'string', description: 'Smallest width of a column: `16rem`.' },
          gap: { type: 'string', description: 'Distance between the widgets: `0.75rem`.' },
          widgets: { type: 'array', items: { $ref: '#/$defs/widget' }, maxItems: 500 },
        },
      },
    ],
    $defs: {
      widget: {
        type: 'object',
        required: ['tag'],
        properties: {
          tag: { enum: elements.flatMap(({ tagName = '' }) => [tagName.slice(3), tagName]) },
        },
        allOf: elements.map(({ tagName = '' }) => ({
          if: { properties: { tag: { enum: [tagName.slice(3), tagName] } } },
          // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
          then: { $ref: `#/$defs/${tagName}` },
        })),
      },
      ...Object.fromEntries(
        elements.map((/** @type {Node} */ each) => [each.tagName, widget(each, names)]),
      ),
    },
  };
}

/** @param {Node} element @param {Set<string>} names */
function widget({ description, attributes = [] }, names) {
  const shown = attributes.filter((/** @type {Node} */ { name }) => names.has(name));
  return {
    description: description?.split('\n\n')[0],
    additionalProperties: false,
    properties: {
      tag: true,
      text: { type: 'string', description: 'Shown until there is a value.' },
      children: { type: 'array', items: { $ref: '#/$defs/widget' } },
      src: { type: 'string', description: 'Base URL of a kit server of an allowed origin.' },
      dir: { enum: ['ltr', 'rtl', 'auto'] },
      hidden: { type: 'boolean' },
      cols: { type: ['integer', 'string'], description: 'Columns that the widget spans.' },
      rows: { type: ['integer', 'string'], description: 'Rows that the widget spans.' },
      ...Object.fromEntries(shown.map((/** @type {Node} */ each) => [each.name, attribute(each)])),
    },
  };
}

/** Returns the schema of an attribute's value: a word, a number or a text. null and false omit the attribute. @param {Node} item */
function attribute({ type, description, default: usual }) {
  const parts = (type?.text ?? 'string')
    .split('|')
    .map((/** @type {string} */ each) => each.trim());
  const words = parts.flatMap((/** @type {string} */ each) => /^'(.*)'$/.exec(each)?.[1] ?? []);
  const isOpen = parts.some((/** @type {string} */ each) => /^(string|number|Date)/.test(each));
  const about = {
    ...(description && { description }),
    ...(usual !== undefined && /^['\d]/.test(usual) && { default: usual.replaceAll("'", '') }),
  };
  if (words.length > 0 && !isOpen) return { enum: [...words, null], ...about };
  if (words.length > 0)
    return { anyOf: [{ enum: words }, { type: ['string', 'number'] }], ...about };
  if (parts.includes('boolean')) return { type: ['boolean', 'string', 'null'], ...about };
  return { type: ['string', 'number', 'boolean', 'null'], ...about };
}

/** Reads the lists in components/dashboard/allowed.ts as text, because this tool cannot import TypeScript. */
function allowed() {
  const text = readFileSync(ALLOWED, 'utf8');
  const [tags = '', names = ''] = text.split('ALLOWED_ATTRIBUTES');
  const wordsOf = (/** @type {string} */ part) =>
    new Set([...part.matchAll(/'([a-z -]{3,})'/g)].flatMap(([, words = '']) => words.split(' ')));
  return { tags: wordsOf(tags), names: wordsOf(names) };
}
