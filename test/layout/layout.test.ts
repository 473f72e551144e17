import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** What an element's folder may import besides itself and `protocol`. */
const ELEMENT = [
  'components/shared',
  'components/format',
  'components/locale',
  'components/locale/words/en',
  'components/client',
  'components/data',
  'components/source',
  'components/element',
  'components/element/card',
];

/**
 * Every folder with code, in the order in which they build on each other: its one idea, and which other folders it may
 * import. `protocol` may be imported by all. CONTRIBUTING.md shows the same table; a test compares the two.
 */
const FOLDERS: readonly (readonly [folder: string, idea: string, imports: readonly string[]])[] = [
  [
    'protocol',
    'Types, parsing and error codes of the wire, shared by both sides; imports nothing',
    [],
  ],
  [
    'server/stores',
    'The store contract, one channel in memory, retention, and the memory store',
    [],
  ],
  ['server/stores/level', 'The durable store in a folder, on LevelDB', ['server/stores']],
  ['server/stores/redis', 'The store that several servers share, on Redis', ['server/stores']],
  [
    'server/hub',
    'Holds polls until there is an update and makes each response once for all subscribers; the only server code that waits',
    ['server/stores'],
  ],
  ['server/ingest', 'Request bodies to items, for each format; pure', ['server/stores']],
  [
    'server/feed',
    'Writes what agents send: drops repetitions, fills in meta, bounds room',
    ['server/hub', 'server/ingest', 'server/stores'],
  ],
  [
    'server/history',
    'Samples to buckets, tiers of buckets, and the merged response of a time range',
    ['components/data', 'server/stores'],
  ],
  [
    'server/backup',
    'All that a store holds as lines of JSON, and back into a store',
    ['server/history', 'server/stores'],
  ],
  [
    'server/http',
    'Routes, access checks, problem details and metrics; the only code that imports Express',
    [
      'server/backup',
      'server/feed',
      'server/history',
      'server/hub',
      'server/ingest',
      'server/stores',
    ],
  ],
  [
    'server',
    'livePoll(): store, hub and routes joined; options',
    [
      'server/feed',
      'server/history',
      'server/http',
      'server/hub',
      'server/ingest',
      'server/stores',
      'server/stores/level',
      'server/stores/redis',
    ],
  ],
  [
    'components/shared',
    'Small modules without data: define, durations, lazy imports, safe URLs',
    [],
  ],
  ['components/format', 'Numbers, durations and times to text, by Intl', []],
  [
    'components/locale',
    'The language of a page and the choice of its words',
    [
      'components/format',
      'components/locale/words',
      'components/locale/words/en',
      'components/shared',
    ],
  ],
  [
    'components/locale/words',
    'The words of one language each',
    ['components/format', 'components/locale', 'components/locale/words/en'],
  ],
  [
    'components/locale/words/en',
    'The English words: those that all share, and one file for each element',
    ['components/format'],
  ],
  [
    'components/client',
    'Polls, retries and the apply rule; no Lit and no DOM; also runs in Node',
    ['components/client/tabs', 'components/shared'],
  ],
  [
    'components/client/tabs',
    'One poll for all tabs of a browser',
    ['components/client', 'components/shared'],
  ],
  [
    'components/data',
    'Entries to values, states, levels and rows; pure',
    ['components/client', 'components/format'],
  ],
  [
    'components/source',
    'Which server an element uses; one client per address and page; the live controller',
    ['components/client', 'components/data', 'components/shared'],
  ],
  [
    'components/element/card',
    'The card around a widget: label, level, age, states',
    ['components/data', 'components/format', 'components/locale', 'components/shared'],
  ],
  [
    'components/element',
    'What every widget shares: status, attributes, announcements',
    ['components/element/card', ...ELEMENT.slice(0, -2)],
  ],
  ['components/alerts', 'lp-alerts', ELEMENT],
  ['components/case', 'lp-case: what an element shows where a value meets a rule', ELEMENT],
  ['components/feed', 'lp-feed', ELEMENT],
  ['components/image', 'lp-image', ELEMENT],
  ['components/row', 'lp-row: rows of an element with channels of their own', ELEMENT],
  ['components/list', 'lp-list', [...ELEMENT, 'components/row', 'components/sparkline']],
  ['components/meter', 'lp-meter', ELEMENT],
  ['components/sparkline', 'lp-sparkline', ELEMENT],
  ['components/number', 'lp-number', [...ELEMENT, 'components/sparkline']],
  ['components/publish', 'lp-publish', ELEMENT],
  ['components/range', 'lp-range', ELEMENT],
  ['components/status', 'lp-status', ELEMENT],
  ['components/template', 'lp-template', ELEMENT],
  ['components/time', 'lp-time', ELEMENT],
  [
    'components/table',
    'lp-table and lp-column',
    [...ELEMENT, 'components/row', 'components/sparkline'],
  ],
  ['components/tracker', 'lp-tracker', [...ELEMENT, 'components/row']],
  ['components/value', 'lp-value', ELEMENT],
  ['components/dashboard', 'lp-dashboard', [...ELEMENT, 'components/status']],
  ['components/metric-chart/samples', 'Entries to columns of samples by line; pure', ELEMENT],
  [
    'components/metric-chart/history',
    'The past of a chart: buckets from the server, live samples on top; loaded when a chart needs it',
    [...ELEMENT, 'components/metric-chart/samples'],
  ],
  [
    'components/metric-chart/drawing',
    'Samples to a canvas, by Chart.js; loaded when the first chart nears the viewport',
    [...ELEMENT, 'components/metric-chart/samples'],
  ],
  [
    'components/metric-chart/schedule',
    'When a chart is drawn: one animation frame for all charts of a page',
    ['components/metric-chart/drawing', 'components/shared'],
  ],
  [
    'components/metric-chart/view',
    'What stands around the canvas: legend, tooltip, table, description',
    [...ELEMENT, 'components/metric-chart/samples', 'components/metric-chart/drawing'],
  ],
  [
    'components/metric-chart',
    'lp-metric-chart and lp-series',
    [
      ...ELEMENT,
      'components/metric-chart/samples',
      'components/metric-chart/history',
      'components/metric-chart/drawing',
      'components/metric-chart/schedule',
      'components/metric-chart/view',
    ],
  ],
  [
    'components',
    'All elements for bundlers; kit.js, which loads those that a page has',
    ['components/*'],
  ],
  [
    'cli',
    'The command lp-kit; above server and client',
    ['server', 'server/backup', 'server/http', 'components/client'],
  ],
  ['demo/lab', 'The failure lab of the demo', []],
  ['demo/boards', 'The data of the boards of the demo', []],
  [
    'demo',
    'The demo: a user of the package, which it imports by its name',
    ['demo/boards', 'demo/lab'],
  ],
];

const root = fileURLToPath(new URL('../..', import.meta.url));
const tops = ['protocol', 'server', 'cli', 'components', 'demo'];
const sources = tops.flatMap((top) =>
  readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(top, name)),
);
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const code = (file: string): string =>
  text(file).replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');

/** What a file imports, types too: packages by name, own files by path from the root. */
function importsOf(file: string): string[] {
  const found = text(file).matchAll(
    /(?:^|\n)(?:import|export)\s[^'";]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)import\s+'([^']+)'/g,
  );
  return [...found].map(([, a, b, c]) => {
    const name = (a ?? b ?? c) as string;
    return name.startsWith('.') ? relative(root, resolve(root, file, '..', name)) : name;
  });
}

const graph = new Map(sources.map((file) => [file, importsOf(file)]));
const importers = (of: RegExp): string[] =>
  sources.filter((file) => graph.get(file)?.some((name) => of.test(name)));
const within = (folder: string): string[] => sources.filter((file) => file.startsWith(folder));

test('every folder with code is in the list of folders, and every listed folder has code', () => {
  const present = [...new Set(sources.map(dirname))].sort();
  assert.deepEqual(FOLDERS.map(([folder]) => folder).sort(), present);
});

test('a folder imports only protocol and the folders that its line in the list names', () => {
  const allowed = new Map(FOLDERS.map(([folder, , imports]) => [folder, imports]));
  for (const [file, imports] of graph) {
    const from = dirname(file);
    for (const name of imports.filter((each) => graph.has(each))) {
      const to = dirname(name);
      const named = allowed
        .get(from)
        ?.some((each) => each === to || each === `${to.split('/')[0]}/*`);
      assert.ok(to === from || to === 'protocol' || named, `${file} imports ${name}`);
    }
  }
});

test('CONTRIBUTING.md shows the list of folders', () => {
  const rows = [...text('CONTRIBUTING.md').matchAll(/^\| `([\w/-]+)\/` \| (.+?) \| (.+?) \|$/gm)];
  const told = rows.map(([, folder, idea, imports]) => [folder, idea, imports]);
  const list = (imports: readonly string[]): string => {
    const rest = imports.filter((each) => !ELEMENT.includes(each));
    const words = ELEMENT.every((each) => imports.includes(each)) ? ['what elements share'] : [];
    const names = (words.length > 0 ? rest : imports).map((each) => `\`${each}\``);
    return [...words, ...names].join(', ') || '–';
  };
  assert.deepEqual(
    told,
    FOLDERS.map(([folder, idea, imports]) => [folder, idea, list(imports)]),
  );
});

test('the protocol imports nothing', () => {
  for (const file of within('protocol/'))
    assert.deepEqual(
      graph.get(file)?.filter((name) => !name.startsWith('protocol/')),
      [],
      file,
    );
});

test('the client uses no Lit and no document; elements do not fetch, and kit.js only its files', () => {
  for (const file of within('components/client/')) {
    assert.ok(!graph.get(file)?.some((name) => /^(lit|chart\.js)/.test(name)), file);
    assert.doesNotMatch(code(file), /\b(?:window|document)\.(?!\w*Like)/, file);
  }
  const others = within('components/').filter((name) => !name.startsWith('components/client/'));
  for (const file of others.filter((name) => name !== 'components/kit-chunks.ts')) {
    assert.doesNotMatch(code(file), /(?<![.\w'"`])fetch\(/, file);
  }
});

test('one file imports Express, one folder Chart.js, one file Redis, one LevelDB', () => {
  assert.deepEqual(
    importers(/^express$/).filter((file) => !file.startsWith('demo/')),
    ['server/http/router.ts'],
  );
  for (const file of importers(/^chart\.js/)) assert.match(file, /^components\/metric-chart\//);
  assert.ok(importers(/^@redis\/client$/).length <= 1);
  assert.ok(importers(/^classic-level$/).length <= 1);
});

test('stores import no HTTP, and parsers of request bodies import only the item types of the stores', () => {
  for (const file of within('server/stores/'))
    assert.ok(!graph.get(file)?.some((name) => name.startsWith('node:http')), file);
  for (const file of within('server/ingest/')) {
    const foreign = /^node:http|^express$|server\/stores\/(?!store\.ts)/;
    assert.ok(!graph.get(file)?.some((name) => foreign.test(name)), file);
  }
  const router = graph.get('server/http/router.ts');
  assert.ok(!router?.some((name) => /^server\/stores\/(?!store\.ts)/.test(name)));
});

test('there are no import cycles, types included', () => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), [...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
});

/** The members that a class declares, by name: fields, methods and accessors. Relies on the formatter's indentation. */
function classes(
  file: string,
): { name: string; parent: string | undefined; members: Set<string> }[] {
  const found = code(file).matchAll(
    /^(?:export )?(?:default )?(?:abstract )?class (\w+)(?:<[^{]*>)?(?: extends ([\w(]+)[^{]*)?[^{]*\{\n([\s\S]*?)^\}/gm,
  );
  return [...found].map(([, name = '', parent, body = '']) => {
    const members = body.matchAll(
      /^ {2}(?:(?:static|async|override|declare|readonly|get|set|protected|private|public|abstract|\*) *)*(#?\w+)[?!]?(?= *[(:=;<])/gm,
    );
    return { name, parent, members: new Set([...members].map(([, member = '']) => member)) };
  });
}
const declared = sources.flatMap((file) => classes(file).map((each) => ({ file, ...each })));

test('no class declares more than 25 members', () => {
  assert.ok(declared.length > 60);
  for (const { file, name, members } of declared) {
    members.delete('constructor');
    assert.ok(members.size <= 25, `${file}: ${name} has ${members.size} members`);
  }
});

test('an element’s chain of inheritance has at most four of our own classes', () => {
  const parents = new Map(declared.map(({ name, parent }) => [name, parent]));
  const chain = (name: string): string[] => {
    const parent = parents.get(name);
    return parent !== undefined && parents.has(parent) ? [name, ...chain(parent)] : [name];
  };
  assert.ok(chain('LpNumber').length >= 2);
  for (const { name } of declared)
    assert.ok(chain(name).length <= 4, chain(name).join(' extends '));
});

/** Exported declarations of a file, and whether the text before each one is a doc comment. */
function exportsOf(file: string): { name: string; documented: boolean }[] {
  const all = text(file);
  const found = all.matchAll(
    /^export (?:abstract |async |declare |default )*(?:class|function\*?|const|let|interface|type|enum) +(\w+)/gm,
  );
  return [...found].map(({ 1: name = '', index }) => ({
    name,
    documented: /\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*$/.test(all.slice(0, index)),
  }));
}

test('every exported declaration has a doc comment', () => {
  const files = sources.filter((file) => !file.startsWith('demo/'));
  const all = files.flatMap((file) => exportsOf(file).map((each) => ({ file, ...each })));
  assert.ok(all.length > 1_000);
  // An interface beside a class of its name declares the properties of that class, which is documented.
  const named = new Set(
    all.flatMap(({ file, name, documented }) => (documented ? `${file} ${name}` : [])),
  );
  for (const { file, name } of all) assert.ok(named.has(`${file} ${name}`), `${file}: ${name}`);
});

/** Words that this project does not use, each with the standard term that it uses instead. */
const OTHER_WORDS: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bstrain\b/i, 'process load'],
  [/\bpatience\b/i, 'retry'],
  [/\bunion poll/i, 'merged poll'],
  [/\bledgers?\b/i, 'segments'],
  [/\btidying\b/i, 'sweeper'],
  [/\btellers?\b/i, 'status elements'],
  [/\bfront door\b/i, 'standalone listener'],
  [/\boftener\b/i, 'more often'],
  [/\btroubles?\b/i, 'error, failure or problem'],
  [/\bat hand\b/i, 'received, or loaded'],
  [/\b(?:is|are|was|were|be) told\b(?! apart)/i, 'is sent, is reported, or is notified'],
  [/\bis (?:known|said) of\b/i, 'details, description, or state'],
  [/\bwho reads\b/i, 'a client, or a subscriber'],
  [/\bhears?\b/i, 'receives'],
  [/\bfor ever\b/i, 'without limit'],
  [/\b(?:afresh|anew)\b/i, 'again'],
  [/\b(?:amid|midst)\b/i, 'during'],
  [/\bnewcomers?\b/i, 'a new client, or a new subscriber'],
  [/\bfor good\b/i, 'permanently'],
  [/\bin silence\b/i, 'without an error'],
  [/\b(?:an|the last|no|this) answer\b/i, 'response'],
  [/\bnothing is said\b/i, 'by default'],
  [/\bhangs? up\b/i, 'disconnects'],
  [/\b(?:gives|tells) axe\b/i, 'axe reports'],
  [/\bbecomes of\b/i, 'happens to'],
  [/\bstands? still\b/i, 'stops, or does not advance'],
  [/\bamiss\b/i, 'wrong, or damaged'],
  [/\b(?:every|each|any|the|keep) answers?\b|\banswers (?:that|are|of)\b/i, 'response'],
  [/\bbut for (?:what|those|the)\b/i, 'except'],
  [/\b(?:made|makes|build pages) of the (?:doc|manifest)/i, 'generated from'],
];

test('comments and docs use the standard terms', () => {
  const docs = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'llms.txt',
    'conformance/README.md',
    'site/home.md',
    'docs',
  ].flatMap((name) =>
    /\.\w+$/.test(name)
      ? [name]
      : readdirSync(join(root, name))
          .filter((file) => file.endsWith('.md'))
          .map((file) => join(name, file)),
  );
  const comments = (file: string): string =>
    (text(file).match(/\/\*\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm) ?? []).join('\n');
  const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/layout\.test|node_modules/.test(file))
    .map((file) => join('test', file));
  const scripts = ['tools', 'site', 'explore', 'demo'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((file) => /\.(?:mjs|js)$|^site\/.*\.ts$/.test(file))
      .filter(
        (file) =>
          !/node_modules|(?:^|\/)dist\/|site\/pages|\/cache\/|framework\/.*bundle/.test(file),
      ),
  );
  assert.ok(scripts.length > 30);
  const titles = (file: string): string =>
    (text(file).match(/\b(?:test|it|itInChromium|describe)\(\s*(['"`]).*?\1,/g) ?? []).join('\n');
  const joined = (lines: string): string => lines.replace(/\s+(?:\*\s+)?/g, ' ');
  const prose = [
    ...docs.map((file) => [file, joined(text(file))] as const),
    ...[...sources, ...scripts, ...tests].map((file) => [file, joined(comments(file))] as const),
    ...sources.filter((file) => file.startsWith('cli/')).map((file) => [file, text(file)] as const),
    ...tests.map((file) => [file, titles(file)] as const),
  ];
  assert.ok(prose.length > 400);
  for (const [file, words] of prose)
    for (const [word, instead] of OTHER_WORDS) {
      const at = words.search(word);
      const around = words.slice(Math.max(0, at - 60), at + 60);
      assert.ok(at < 0, `${file}: write "${instead}": ${around}`);
    }
});
