/** An Angular app with strict templates, compiled ahead of time, in a browser. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { bundle, serve, visit } from './browser.mjs';

test('Angular sets properties and hears events', async () => {
  const { status, stdout, stderr } = spawnSync('npx', ['ngc', '-p', 'angular/tsconfig.json'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stdout + stderr);
  const site = await serve(await bundle('out/angular/app.js'), '<app-root></app-root>');
  try {
    const { result, complaints } = await visit(site.url, () => {
      const number = document.querySelector('lp-number');
      if (!number?.shadowRoot?.textContent.includes('<71>')) return undefined;
      number.dispatchEvent(new Event('lp-status-change')); // a change by the page itself fires none
      if (document.body.dataset.heard !== 'lp-status-change') return undefined;
      return { warn: number.warn, level: number.level };
    });
    assert.deepEqual(result, { warn: 70, level: 'warn' });
    assert.deepEqual(complaints, []);
  } finally {
    site.close();
  }
});
