import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ALLOWED_ATTRIBUTES, ALLOWED_TAGS } from '../../components/dashboard/allowed.ts';
import { type Declaration, type Item, manifest } from '../../tools/docs/manifest.mjs';
import { filled } from '../../tools/docs/reference.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const whole = manifest();
const declarations = whole.modules.flatMap((module) => module.declarations);
const elements = declarations.filter(({ tagName }) => tagName);
const sources = readdirSync(join(root, 'components'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `components/${name}`);
const names = (items: Item[] | undefined): string[] => items?.map(({ name }) => name) ?? [];
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'llms.txt',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].filter((page) => existsSync(join(root, page)));

test('the tables of docs/elements.md are generated from the sources: otherwise run `npm run docs`', () => {
  const page = text('docs/elements.md');
  assert.equal(filled(page, whole), page);
});

test('each element is in the manifest, under its tag, with a description and everything that its class inherits', () => {
  const defined = sources
    .filter((file) => file.endsWith('/define.ts'))
    .flatMap((file) => [...text(file).matchAll(/^define\('(lp-[a-z-]+)', (\w+)\)/gm)]);
  assert.ok(defined.length >= 15);
  assert.deepEqual(
    elements.map(({ tagName, name }) => `${tagName} ${name}`).sort(),
    defined.map(([, tag, name]) => `${tag} ${name}`).sort(),
  );
  for (const { tagName, description } of elements) assert.ok(description, tagName);
  const number = elements.find(({ tagName }) => tagName === 'lp-number');
  assert.ok(names(number?.attributes).includes('stale-after'), 'of LpDataElement');
  assert.ok(names(number?.members).includes('refresh'), 'of LpLiveElement');
  assert.ok(names(number?.cssParts).includes('badge'), 'of LpElement');
  assert.ok(names(number?.attributes).includes('currency'), 'of the shared format attributes');
});

test('the module of each element exports the types of its events', () => {
  for (const { declarations, exports } of whole.modules)
    for (const { name, tagName, events } of declarations)
      for (const { type } of tagName ? (events ?? []) : [])
        assert.ok(
          exports.some((each) => each.name === type?.text),
          `${name}: ${type?.text}`,
        );
});

test('everything in the manifest has a description', () => {
  for (const declaration of declarations) {
    const { attributes, members, events, slots, cssParts, cssProperties, cssStates } = declaration;
    const items = [attributes, members, events, slots, cssParts, cssStates].flatMap((i) => i ?? []);
    for (const { name, description } of [...items, ...(cssProperties ?? [])])
      assert.ok(description, `${declaration.name}: ${name}`);
  }
});

test('the published files in the manifest come from sources that exist', () => {
  const paths = whole.modules.flatMap(({ path, exports }) => [
    path,
    ...exports.flatMap(({ declaration }) => declaration.module ?? []),
  ]);
  for (const path of paths) {
    const source = path.replace(/^dist\//, '').replace(/\.js$/, '.ts');
    assert.ok(path.startsWith('dist/') && existsSync(join(root, source)), path);
  }
});

test('each event class has the type that its elements declare', () => {
  const types = new Map(
    sources.flatMap((file) =>
      [...text(file).matchAll(/class (Lp\w+Event) extends Event[\s\S]*?super\('([\w-]+)'/g)].map(
        ([, name, type]) => [name as string, type as string] as const,
      ),
    ),
  );
  const fired = elements.flatMap(({ events }) => events ?? []);
  assert.ok(fired.length > 20);
  for (const { name, type } of fired) assert.equal(types.get(type?.text ?? ''), name);
});

test('the code reads the custom properties of the manifest, and no others', () => {
  const documented = new Set(elements.flatMap(({ cssProperties }) => names(cssProperties)));
  const code = (file: string): string => text(file).replace(/\/\*[\s\S]*?\*\//g, '');
  const read = sources.flatMap((file) => [...code(file).matchAll(/--lp-[a-z0-9-]+/g)].map(String));
  assert.deepEqual([...documented].sort(), [...new Set(read)].sort());
});

test('a dashboard’s JSON may set the attributes of the widgets that it may build, and no others', () => {
  const buildable = elements.filter(({ tagName }) => ALLOWED_TAGS.has(tagName?.slice(3) ?? ''));
  assert.equal(buildable.length, ALLOWED_TAGS.size);
  const known = new Set(buildable.flatMap(({ attributes }) => names(attributes)));
  const forAll = ['cols', 'rows', 'dir']; // Of tiles, and of all elements.
  for (const name of ALLOWED_ATTRIBUTES) assert.ok(known.has(name) || forAll.includes(name), name);
  const withheld = ['src', 'avatars', 'allow']; // Checked separately; the page decides whether other hosts are requested.
  for (const name of known)
    assert.ok(ALLOWED_ATTRIBUTES.has(name) || withheld.includes(name), name);
});

test('the package exports each element, its class, and the files that describe them', () => {
  const { exports, customElements } = JSON.parse(text('package.json'));
  const definitions = whole.modules.filter(({ exports: given }) =>
    given.some(({ kind }) => kind === 'custom-element-definition'),
  );
  for (const { path } of definitions) {
    const name = dirname(path).split('/').at(-1);
    assert.equal(exports[`./${name}`]?.default, `./${path}`);
    const element = classOf(`lp-${name}`);
    assert.ok(existsSync(join(root, `components/${name}/lp-${name}.ts`)), element?.name);
    assert.ok(exports[`./${name}/class`]?.default.endsWith(`/lp-${name}.js`), name);
  }
  assert.equal(exports['./custom-elements.json'], `./${customElements}`);
});

test('the table of states in README.md has each state of a widget, and no other', () => {
  const [number] = elements.filter(({ tagName }) => tagName === 'lp-number');
  const states = names(number?.cssStates).filter((name) => !name.startsWith('level-'));
  const table = /\| state \|.*\n\|[-|]+\n((?:\|.*\n)+)/.exec(text('README.md'))?.[1] ?? '';
  const told = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, state]) => state as string);
  assert.deepEqual(told.sort(), states.sort());
});

test('the table of elements in README.md has each element, and no other', () => {
  const told = [...text('README.md').matchAll(/^\| `<(lp-[a-z-]+)>` \|/gm)].map(
    ([, tag]) => tag as string,
  );
  const parts = ['lp-band', 'lp-series']; // Of a chart.
  const all = elements
    .map(({ tagName }) => tagName as string)
    .filter((tag) => !parts.includes(tag));
  assert.deepEqual(told.sort(), all.sort());
});

test('links of the pages lead to files and headings that exist', () => {
  for (const page of pages) {
    const links = [...text(page).matchAll(/\]\(([^)\s]+)\)|srcset="([^"]+)"|src="(docs\/[^"]+)"/g)];
    for (const [, a, b, c] of links) {
      const link = (a ?? b ?? c) as string;
      if (/^(https?:|mailto:)/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? page : join(dirname(page), path);
      assert.ok(existsSync(join(root, file)), `${page}: ${link}`);
      if (anchor) assert.ok(anchorsOf(file).includes(anchor), `${page}: ${link}`);
    }
  }
});

const classOf = (tag: string): Declaration | undefined =>
  elements.find(({ tagName }) => tagName === tag);

/** The anchors of a page: those that GitHub makes of headings (a repeated one is numbered), and those of its own. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  const own = [...text(page).matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id as string);
  const headings = [...text(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
  return [...own, ...headings];
}
