/**
 * The steps of the Dockerfile, without a container engine: what the image copies and runs, in two empty folders, and its
 * command as an unprivileged user who can write to the data folder only.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const root = process.env.KIT_ROOT;
const text = (name) => readFileSync(join(root, name), 'utf8');
/** The instructions of the Dockerfile, of its two stages: `['COPY', 'a b ./']`. */
const [build, image] = text('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split(/^FROM .*$/m)
  .slice(1)
  .map((stage) =>
    stage
      .trim()
      .split('\n')
      .map((line) => line.split(/ (.*)/)),
  );
const valueOf = (name) => image.find(([word]) => word === name)[1];
const isRoot = process.getuid?.() === 0;
/** The user `nobody` stands for the user `node` of the image. */
const user = isRoot ? { uid: 65534, gid: 65534 } : {};

/** Runs the stage `build` in a folder, with the files that .dockerignore does not exclude. */
function runBuild(folder) {
  const ignored = new Set(text('.dockerignore').trim().split('\n'));
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter((file) => !ignored.has(file.split('/')[0]));
  for (const [word, rest] of build) {
    if (word === 'COPY') {
      const [, ...names] = rest.split(' ').toReversed();
      const wanted = files.filter((file) => names.includes('.') || names.includes(file));
      for (const file of wanted) cpSync(join(root, file), join(folder, file));
    } else if (word === 'RUN') {
      const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] };
      execFileSync('sh', ['-c', rest], options);
    }
  }
}

/** Copies what the image takes of the stage `build`. */
function runImage(source, folder) {
  for (const [word, rest] of image) {
    if (word !== 'COPY') continue;
    const [to, ...from] = rest.replace('--from=build ', '').split(' ').toReversed();
    for (const path of from) {
      const name = path.replace('/src/', '');
      cpSync(join(source, name), join(folder, to.endsWith(name) ? to : name), { recursive: true });
    }
  }
}

test('the steps of the Dockerfile give a server that an unprivileged user runs', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lp-image-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  chmodSync(folder, 0o755); // the user of the image may read it
  const [source, app, data] = ['src', 'app', 'data'].map((name) => join(folder, name));
  for (const each of [source, app, data]) mkdirSync(each);
  if (isRoot) chownSync(data, user.uid, user.gid);
  runBuild(source);
  runImage(source, app);
  assert.ok(existsSync(join(app, 'node_modules/lit')));
  assert.ok(!existsSync(join(app, 'node_modules/typescript')), 'no development dependency');
  const [, ...args] = [...JSON.parse(valueOf('ENTRYPOINT')), ...JSON.parse(valueOf('CMD'))];
  const server = spawn(
    process.execPath,
    [...args.map((each) => (each === '0.0.0.0' ? '127.0.0.1' : each)), '--port', '0'],
    {
      cwd: app,
      env: { PATH: process.env.PATH, LP_DATA: data, LP_WRITE_TOKEN: 'a-token-of-the-test' },
      stdio: ['ignore', 'pipe', 'inherit'],
      ...user,
    },
  );
  t.after(() => server.kill());
  let said = '';
  while (!/http:\/\/\S+/.test(said)) said += (await once(server.stdout, 'data'))[0];
  const base = `${/http:\/\/[\w.:[\]]+/.exec(said)[0]}/lp`;
  const health = await (await fetch(`${base}/health`)).json();
  assert.equal(health.store, 'level');
  const sent = await fetch(`${base}/channels/cpu`, {
    method: 'POST',
    body: '42',
    headers: { Authorization: 'Bearer a-token-of-the-test' },
  });
  assert.equal(sent.status, 201, await sent.text());
  assert.equal((await fetch(`${base}/kit.js`)).status, 200);
  const redis = spawnSync(process.execPath, ['-e', "import('@redis/client')"], { cwd: app });
  assert.equal(redis.status, 0, String(redis.stderr));
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});
