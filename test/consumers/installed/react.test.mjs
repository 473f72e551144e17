/** React 19 over markup of a server, and React 18, in a browser. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle, serve, visit } from './browser.mjs';

/** What both apps show: the state of the elements, once data have come to the one that has some. */
const shown = () => {
  const [plain, live] = ['plain', 'live'].map((id) => document.getElementById(id));
  if (!live?.shadowRoot?.textContent.includes('<71>')) return undefined;
  live.dispatchEvent(new Event('lp-status-change')); // a change by the page itself fires none
  if (globalThis.heard !== 1) return undefined;
  return { warn: plain.warn, label: plain.label, status: live.status };
};
const EXPECTED = { warn: 70, label: 'CPU', status: 'live' };

test('React 19 hydrates what a server rendered', async () => {
  const server = await bundle('react/server.jsx', { platform: 'node', packages: 'external' });
  writeFileSync('react/server.out.mjs', server);
  const { markup } = await import(pathToFileURL('react/server.out.mjs').href);
  assert.match(markup, /<lp-number id="plain" label="CPU" warn="70" sparkline=""><\/lp-number>/);
  const site = await serve(await bundle('react/hydrate.jsx'), `<div id="root">${markup}</div>`);
  try {
    const { result, complaints } = await visit(site.url, shown);
    assert.deepEqual(result, EXPECTED);
    assert.deepEqual(complaints, []);
  } finally {
    site.close();
  }
});

test('React 18 sets attributes, and references the rest', async () => {
  const alias = { react: 'react18', 'react-dom': 'react-dom18' };
  const site = await serve(await bundle('react/render18.jsx', { alias }), '<div id="root"></div>');
  try {
    const { result, complaints } = await visit(site.url, shown);
    assert.deepEqual(result, EXPECTED);
    assert.deepEqual(complaints, []);
  } finally {
    site.close();
  }
});
