// @ts-check
/** The generated parts of docs/elements.md: tables from the manifest. */
import { everyItem } from './plugins.mjs';

/** @typedef {any} Declaration a class of the manifest */
/** @typedef {any} Item an attribute, member, event, slot, part, custom property or state of it */

const REGION = /(<!-- api: ([\w-]+) -->\n)[\s\S]*?(<!-- \/api -->)/g;
/** Items that are documented once, in "Every widget" and "Cards". */
const SHARED = new Set(['LpDataElement', 'LazyDataElement', 'LpElement']);
const FORMAT = 'format unit currency digits notation prefix suffix'.split(' ');

/** The page with its regions filled. @param {string} page @param {any} manifest @throws where page and manifest do not match */
export function filled(page, manifest) {
  const regions = regionsOf(manifest);
  const unused = new Set(regions.keys());
  const text = page.replace(REGION, (_all, start, name, end) => {
    const region = regions.get(name);
    if (region === undefined) throw new Error(`docs: there is no ${name}`);
    unused.delete(name);
    return `${start}\n${region}\n\n${end}`;
  });
  if (unused.size > 0) throw new Error(`docs: no place for ${[...unused].join(', ')}`);
  return text;
}

/** @param {any} manifest @returns {Map<string, string>} */
function regionsOf(manifest) {
  /** @type {Declaration[]} */
  const all = manifest.modules.flatMap((/** @type {any} */ { declarations }) => declarations);
  const named = (/** @type {string} */ name) => all.find((each) => each.name === name);
  const isOwn = ({ inheritedFrom }) => !inheritedFrom;
  const own = (/** @type {string} */ name) => only(named(name), isOwn);
  const elements = all.filter(({ tagName }) => tagName);
  const regions = new Map([
    ['widget', tables(own('LpDataElement'))],
    ['card', tables(own('LpElement'))],
    ['format', tables(only(named('LpFormatElement'), isFormat))],
    ['theme', themeTable(manifest)],
    ['events', eventTables(all.filter(({ name }) => /^Lp\w+Event$/.test(name)))],
  ]);
  for (const element of elements) regions.set(element.tagName, elementRegion(element));
  return regions;
}

/** @param {Declaration} element */
function elementRegion(element) {
  const names = element.attributes?.map((/** @type {Item} */ { name }) => name) ?? [];
  const shares = [
    element.slots?.some(from('LpElement')) && '[a card](#cards)',
    names.includes('stale-after') && '[every widget](#every-widget)',
    FORMAT.every((name) => names.includes(name)) && '[formats](#formats)',
    element.superclass?.name === 'LpSource' && '[`<lp-source>`](#lp-source)',
  ].filter(Boolean);
  const shown = only(
    element,
    (item) =>
      !SHARED.has(item.inheritedFrom?.name) &&
      item.inheritedFrom?.name !== 'LpSource' &&
      item.inheritedFrom?.name !== 'tokens' &&
      !(shares.includes('[formats](#formats)') && isFormat(item)),
  );
  const also = shares.length > 0 ? `In addition to everything of ${list(shares)}:` : '';
  return [also, tables(shown)].filter(Boolean).join('\n\n');
}

const isFormat = (/** @type {Item} */ { attribute, fieldName, name }) =>
  FORMAT.includes(attribute ?? (fieldName ? name : ''));

const from =
  (/** @type {string} */ base) =>
  (/** @type {Item} */ { inheritedFrom }) =>
    inheritedFrom?.name === base;

/** The declaration with those items only. @param {Declaration} declaration @param {(item: Item) => boolean} wanted */
function only(declaration, wanted) {
  const result = { ...declaration };
  for (const { kind } of everyItem(declaration)) result[kind] = declaration[kind].filter(wanted);
  return result;
}

/** @param {Declaration} declaration */
function tables(declaration) {
  const { attributes = [], members = [], events = [], slots = [] } = declaration;
  const { cssParts = [], cssProperties = [], cssStates = [] } = declaration;
  const fields = members.filter(
    (/** @type {Item} */ { kind, attribute }) => kind === 'field' && !attribute,
  );
  const methods = members.filter((/** @type {Item} */ { kind }) => kind === 'method');
  return [
    attributeTable(attributes, members),
    table(
      ['property', 'type', ''],
      fields.map((/** @type {Item} */ item) => [
        code(item.name) + (item.readonly ? ' (read)' : ''),
        type(item),
        text(item),
      ]),
    ),
    table(
      ['method', ''],
      methods.map((/** @type {Item} */ item) => [code(signature(item)), text(item)]),
    ),
    table(
      ['event', 'class', ''],
      events.map((/** @type {Item} */ item) => [code(item.name), type(item), text(item)]),
    ),
    table(
      ['slot', ''],
      slots.map((/** @type {Item} */ item) => [
        item.name ? code(item.name) : '(default)',
        text(item),
      ]),
    ),
    table(
      ['part', ''],
      cssParts.map((/** @type {Item} */ item) => [code(item.name), text(item)]),
    ),
    table(
      ['custom property', 'default', ''],
      cssProperties.map((/** @type {Item} */ item) => [
        code(item.name),
        fallback(item),
        text(item),
      ]),
    ),
    table(
      ['state', ''],
      cssStates.map((/** @type {Item} */ item) => [code(`:state(${item.name})`), text(item)]),
    ),
  ]
    .filter(Boolean)
    .join('\n\n');
}

/** @param {Item[]} attributes @param {Item[]} members */
const attributeTable = (attributes, members) =>
  table(
    ['attribute', 'values', 'default', ''],
    attributes.map((item) => {
      const field = members.find(({ attribute }) => attribute === item.name);
      const property = field && field.name !== item.name ? ` (\`.${field.name}\`)` : '';
      const reflects = field?.reflects ? ' Reflected.' : '';
      return [code(item.name) + property, type(item), fallback(item), text(item) + reflects];
    }),
  );

/** @param {Declaration[]} classes */
const eventTables = (classes) =>
  table(
    ['event', 'class', 'properties'],
    classes.map(({ name, description, members = [] }) => [
      code(/`([\w-]+)`/.exec(description ?? '')?.[1] ?? name),
      code(name),
      members.map((/** @type {Item} */ item) => `${code(item.name)}: ${text(item)}`).join('<br>'),
    ]),
  );

/** @param {any} manifest */
function themeTable(manifest) {
  const [element] = manifest.modules
    .flatMap((/** @type {any} */ { declarations }) => declarations)
    .filter(({ cssProperties }) => cssProperties?.some(from('tokens')));
  return table(
    ['custom property', 'default', ''],
    element.cssProperties
      .filter(from('tokens'))
      .map((/** @type {Item} */ item) => [code(item.name), fallback(item), text(item)]),
  );
}

/** @param {string[]} head @param {string[][]} rows */
const table = (head, rows) =>
  rows.length === 0
    ? ''
    : [head, head.map(() => '---'), ...rows]
        .map((cells) => `| ${cells.map(cell).join(' | ')} |`)
        .join('\n');

const cell = (/** @type {string} */ given) => given.replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = (/** @type {string} */ given) => `\`${given}\``;

const type = (/** @type {Item} */ item) => {
  if (item.type?.text.includes('=>'))
    return code(item.type.text.replace(/ \| undefined$/, '').replace(/^\((\(.*)\)$/, '$1'));
  const words = (item.type?.text ?? 'unknown')
    .split(' | ')
    .filter((/** @type {string} */ word) => word !== 'undefined' && word !== 'null');
  return words
    .map((/** @type {string} */ word) =>
      /^'.*'$/.test(word) ? code(word.slice(1, -1)) : code(word),
    )
    .join(', ');
};

/** Returns the default of an item: a literal, or the default that its description names. @param {Item} item */
const fallback = (item) => {
  if (item.default !== undefined && item.default !== "''")
    return code(item.default.replace(/^'(.*)'$/, '$1'));
  const said = DEFAULT.exec(item.description ?? '')?.[1];
  return said ?? '';
};

const DEFAULT = /(?:^| )[Dd]efault:? (.+?)(?:\.(?= |$)|$)/;

/** The description without its default. @param {Item} item */
const text = ({ description = '' }) => {
  const rest = description.replace(DEFAULT, '').replace(/;$/, '').trim();
  const start = rest.charAt(0).toUpperCase() + rest.slice(1);
  return start && !/[.?!:]$/.test(start) ? `${start}.` : start;
};

/** @param {Item} method */
const signature = ({ name, parameters = [], return: result }) => {
  const given = parameters.map((/** @type {Item} */ { name: each, default: value, optional }) =>
    value || optional ? `${each}?` : each,
  );
  const gives = result?.type?.text && result.type.text !== 'void' ? `: ${result.type.text}` : '';
  return `${name}(${given.join(', ')})${gives}`;
};

const list = (/** @type {any[]} */ words) => new Intl.ListFormat('en').format(words);
