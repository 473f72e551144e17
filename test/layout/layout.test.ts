import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const sources = ['protocol', 'server', 'cli', 'components', 'demo'].flatMap((room) =>
  readdirSync(join(root, room), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(room, name)),
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
const within = (room: string): string[] => sources.filter((file) => file.startsWith(room));

test('the protocol imports nothing', () => {
  assert.deepEqual(graph.get('protocol/lp1.ts'), []);
});

test('server and components share the protocol only; the command line stands above both', () => {
  for (const file of within('components/')) {
    const foreign = graph.get(file)?.filter((name) => /^(server|cli)\//.test(name));
    assert.deepEqual(foreign, [], file);
  }
  for (const file of within('server/')) {
    const foreign = graph.get(file)?.filter((name) => /^(components|cli)\//.test(name));
    assert.deepEqual(foreign, [], file);
  }
});

test('the client knows no lit and no document; elements know no fetch', () => {
  for (const file of within('components/client/')) {
    assert.ok(!graph.get(file)?.some((name) => /^(lit|chart\.js)/.test(name)), file);
    assert.doesNotMatch(code(file), /\b(?:window|document)\.(?!\w*Like)/, file);
  }
  for (const file of within('components/').filter(
    (name) => !name.startsWith('components/client/'),
  )) {
    assert.doesNotMatch(code(file), /(?<![.\w'"`])fetch\(/, file);
  }
});

test('one file imports express, one directory Chart.js, one file Redis, one LevelDB', () => {
  assert.deepEqual(
    importers(/^express$/).filter((file) => !file.startsWith('demo/')),
    ['server/http/router.ts'],
  );
  for (const file of importers(/^chart\.js/)) assert.match(file, /^components\/metric-chart\//);
  assert.ok(importers(/^@redis\/client$/).length <= 1);
  assert.ok(importers(/^classic-level$/).length <= 1);
});

test('stores know no HTTP; ingest knows neither HTTP nor stores; the router knows no storage', () => {
  for (const file of within('server/stores/')) {
    assert.ok(!graph.get(file)?.some((name) => /^node:http|server\/(http|hub)\//.test(name)), file);
  }
  for (const file of within('server/ingest/')) {
    assert.ok(
      !graph
        .get(file)
        ?.some((name) => /^node:http|express|server\/(stores\/(?!store\.ts)|hub|http)/.test(name)),
      file,
    );
  }
  assert.ok(
    !graph
      .get('server/http/router.ts')
      ?.some((name) => /^server\/stores\/(?!store\.ts)/.test(name)),
  );
});

test('the demo takes the kit by its name only', () => {
  for (const file of within('demo/')) {
    assert.ok(!graph.get(file)?.some((name) => /^(server|components)\//.test(name)), file);
  }
});

test('nothing imports in a circle, types included', () => {
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    assert.ok(!path.includes(file), [...path.slice(path.indexOf(file)), file].join(' → '));
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of sources) visit(file, []);
});
