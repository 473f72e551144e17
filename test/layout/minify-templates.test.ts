import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';
import { minified } from '../../tools/minify-templates.mjs';

const components = fileURLToPath(new URL('../../components', import.meta.url));
const files = readdirSync(components, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(components, name));

test('markup loses its indentation, and keeps the spaces between words', () => {
  const source = 'html`<p\n    class="a b"\n  >\n    one\n    <b>two</b> three\n  </p>`';
  assert.equal(minified(source).trimEnd(), 'html`<p class="a b" > one <b>two</b> three </p>`');
});

test('styles are minified as CSS, and strings in them are unchanged', () => {
  const source =
    "css`\n  a :hover,\n  b {\n    /* why */\n    content: ',  ;';\n    margin: 0 auto;\n  }\n`";
  assert.equal(minified(source).trimEnd(), 'css`a :hover,b{content:",  ;";margin:0 auto}`');
});

test('a template of another kind is unchanged', () => {
  for (const source of [
    'const text = `a\n  b`;',
    'other`a\n  b`',
    "const text = 'html`a\\n  b`';",
    '// css`a {\n',
    '/* html`a\n  b` */',
    'const quote = /[`\'"]/g; const text = `a\n  b`;',
    'html`<pre>a\n  b</pre>`',
    'html`<textarea>\n  b</textarea>`',
  ])
    assert.equal(minified(source), source);
});

test('styles with expressions lose only their indentation', () => {
  const source = 'css`\n  a {\n    ${rule};\n  }\n`';
  assert.equal(minified(source).replaceAll(/(?<=\$\{)\n+|\n+$/g, ''), 'css` a { ${rule}; } `');
});

test('nested templates are found, and objects and strings between them are skipped', () => {
  const source =
    "html`<a>\n  ${ok ? html`<b>\n  ${f({ a: '}`' })}</b>` : `c\n  d`}\n</a>`; css`b {\n}`";
  assert.equal(
    minified(source).replaceAll(/(?<=\$\{)\n+|\n+$/g, ''),
    "html`<a> ${ok ? html`<b> ${f({ a: '}`' })}</b>` : `c\n  d`} </a>`\n; css``",
  );
});

test('every source keeps its lines, and its code is unchanged', () => {
  assert.ok(files.length > 100);
  const bare = (source: string): string =>
    transformSync(source, { loader: 'ts' })
      .code.replaceAll(/css`[^`]*`/g, 'css')
      .replaceAll(/\s+/g, '');
  let templates = 0;
  for (const file of files) {
    const source = readFileSync(file, 'utf8');
    const small = minified(source);
    assert.equal(small.split('\n').length, source.split('\n').length, file);
    assert.equal(bare(small), bare(source), file);
    if (small !== source) templates++;
  }
  assert.ok(templates > 20, `${templates} files have templates`);
});
