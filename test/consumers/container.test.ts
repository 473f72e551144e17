/**
 * The container files, without a container engine: the files that they copy exist, the command of
 * the image starts a server, and its health check succeeds while the server runs and fails when it
 * does not.
 */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { parse } from 'yaml';
import { said } from '../support/command.ts';
import { emptyFolder } from '../support/folders.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dockerfile = readFileSync(`${root}/Dockerfile`, 'utf8').replaceAll(/\\\n\s*/g, '');
const valueOf = (name: string): string =>
  new RegExp(`^\\s*${name} (.*)$`, 'm').exec(dockerfile)?.[1] ?? assert.fail(name);
const list = (name: string): string[] => JSON.parse(valueOf(name)) as string[];
/** The arguments of the health check, for another port. */
const healthArguments = (port: string): string[] =>
  (JSON.parse(/HEALTHCHECK .*CMD (\[.*\])/.exec(dockerfile)?.[1] ?? '[]') as string[])
    .slice(1)
    .map((each) => each.replace(':3000', `:${port}`));

test('the image copies existing files only, and runs as an unprivileged user', () => {
  const copied = [...dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm)].flatMap(([, from = '']) =>
    from.split(' '),
  );
  for (const name of copied) assert.ok(existsSync(`${root}/${name}`), name);
  for (const [, from = ''] of dockerfile.matchAll(/^COPY --from=build (.*) \S+$/gm))
    for (const path of from.split(' ')) assert.ok(existsSync(path.replace('/src', root)), path);
  assert.equal(valueOf('USER'), 'node');
  assert.equal(valueOf('VOLUME'), '/data');
});

test('the command of the image starts a server that passes the health check', async (t) => {
  const [node, ...args] = [...list('ENTRYPOINT'), ...list('CMD')];
  assert.equal(node, 'node');
  const onLoopback = args.map((each) => (each === '0.0.0.0' ? '127.0.0.1' : each));
  const data = await emptyFolder(t);
  const server = spawn(process.execPath, [...onLoopback, '--port', '0'], {
    cwd: root,
    env: { ...process.env, LP_DATA: data, LP_WRITE_TOKEN: 'a-token-of-the-test' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => server.kill());
  const address = /http:\/\/[\w.]+:(\d+)/;
  const port = address.exec(await said(server.stdout, address))?.[1] ?? assert.fail();
  assert.equal(spawnSync(process.execPath, healthArguments(port)).status, 0);
  assert.equal(spawnSync(process.execPath, healthArguments('1')).status, 1);
});

test('compose.yaml runs the image read-only, with options that serve supports', () => {
  const { services, volumes } = parse(readFileSync(`${root}/compose.yaml`, 'utf8'), {
    merge: true,
  }) as {
    services: Record<
      string,
      {
        build?: string;
        read_only?: boolean;
        environment?: Record<string, string>;
        volumes?: string[];
      }
    >;
    volumes: Record<string, unknown>;
  };
  const ours = Object.values(services).filter(({ build }) => build);
  assert.equal(ours.length, 3);
  const serve = readFileSync(`${root}/cli/serve.ts`, 'utf8');
  for (const { read_only: isReadOnly, environment = {} } of ours) {
    assert.equal(isReadOnly, true);
    for (const name of Object.keys(environment)) assert.ok(serve.includes(name), name);
  }
  for (const { volumes: mounts = [] } of Object.values(services))
    for (const mount of mounts) assert.ok((mount.split(':')[0] ?? '') in volumes, mount);
});
