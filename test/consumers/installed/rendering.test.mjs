/**
 * Each element is rendered on a server in its loading state, with a shadow root and its children.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { html, unsafeStatic } from 'lit/static-html.js';
import 'lp-kit';

const { modules } = JSON.parse(
  readFileSync('node_modules/lp-kit/dist/custom-elements.json', 'utf8'),
);
const elements = modules
  .flatMap(({ declarations }) => declarations)
  .filter(({ tagName }) => tagName);
assert.ok(elements.length > 15);

for (const { tagName, attributes = [] } of elements) {
  test(`<${tagName}> renders on a server`, async (t) => {
    const logged = t.mock.method(console, 'error', () => {});
    const tag = unsafeStatic(tagName);
    const text = await collectResult(
      render(html`<${tag} channel="cpu" label="CPU">inside</${tag}>`),
    );
    assert.deepEqual(
      logged.mock.calls.map(({ arguments: told }) => String(told)),
      [],
    );
    assert.ok(text.includes('inside'));
    if (['lp-series', 'lp-band', 'lp-row', 'lp-column', 'lp-case'].includes(tagName)) return; // Only the element around them uses them.
    assert.match(text, /<template shadowroot/);
    const isWidget = attributes.some(({ name }) => name === 'stale-after');
    if (isWidget) assert.doesNotMatch(text, /No channel chosen/);
  });
}

test('React renders the tags to HTML on a server', async () => {
  const { createElement } = await import('react');
  const { renderToString } = await import('react-dom/server');
  const text = renderToString(
    createElement('lp-number', { channel: 'cpu', warn: 70, sparkline: true }),
  );
  assert.equal(text, '<lp-number channel="cpu" warn="70" sparkline=""></lp-number>');
});
