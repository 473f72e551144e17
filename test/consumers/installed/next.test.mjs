/** A production build by Next.js, and its page in a browser. Takes minutes: it installs Next.js. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { visit } from './browser.mjs';

/** Runs a command in next/. Returns all that it printed. */
function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: 'next',
    encoding: 'utf8',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1' },
  });
  assert.equal(status, 0, stdout + stderr);
  return stdout + stderr;
}

test('Next.js builds a page with elements, and the browser fills it', async (t) => {
  const install = ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  run('npm', install);
  run('npm', [...install, '--no-save', `../${process.env.TARBALL}`]);
  const build = run('npx', ['next', 'build']);
  assert.doesNotMatch(build, /lp-kit:/);
  const html = readFileSync('next/.next/server/app/index.html', 'utf8');
  assert.match(html, /<lp-number id="plain" label="CPU" warn="70"><\/lp-number>/);

  const server = spawn(
    process.execPath,
    ['node_modules/next/dist/bin/next', 'start', '-H', '127.0.0.1', '-p', '0'],
    { cwd: 'next', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  t.after(() => server.kill());
  let said = '';
  while (!/http:\/\/127\.0\.0\.1:[1-9]\d*/.test(said))
    said += (await once(server.stdout, 'data'))[0];
  const { result, complaints } = await visit(/http:\/\/127\.0\.0\.1:\d+/.exec(said)[0], () => {
    const [plain, live] = ['plain', 'live'].map((id) => document.getElementById(id));
    if (!live?.shadowRoot?.textContent.includes('<71>')) return undefined;
    live.dispatchEvent(new Event('lp-status-change')); // a change by the page itself fires none
    if (!document.body.dataset.heard) return undefined;
    return { warn: plain.warn, status: live.status };
  });
  assert.deepEqual(result, { warn: 70, status: 'live' });
  assert.deepEqual(complaints, []);
});
