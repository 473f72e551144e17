/** docs/reference/ has what the package exports. `npm run test:site` compares the whole text; this needs no TypeDoc. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

/** The names that a module exports, those of `export *` included. */
function exportsOf(file: string): string[] {
  const code = text(file);
  const listed = [...code.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, list]) =>
    (list ?? '').split(',').map((name) => name.replace(/\btype\b/, '').trim()),
  );
  const declared = [
    ...code.matchAll(/^export (?:abstract )?(?:const|function|class|interface|type) (\w+)/gm),
  ].map(([, name]) => name as string);
  const starred = [...code.matchAll(/^export \* from '(\.[^']+)'/gm)].flatMap(([, from]) =>
    exportsOf(join(dirname(file), from as string)),
  );
  return [...listed, ...declared, ...starred].filter(Boolean);
}

for (const page of ['client', 'server', 'elements']) {
  test(`docs/reference/${page}.md has each export and no other: otherwise run \`npm run reference\``, () => {
    const headings = [
      ...text(`docs/reference/${page}.md`).matchAll(/^### (?:`abstract` )?(\w+)/gm),
    ];
    const expected = exportsOf(`site/reference/${page}.ts`).sort();
    assert.ok(expected.length > 20);
    assert.deepEqual(headings.map(([, name]) => name as string).sort(), expected);
  });
}
