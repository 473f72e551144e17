import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Lab, lab, type Trouble } from '../../demo/lab/lab.ts';
import { labRoutes } from '../../demo/lab/routes.ts';

const OWN = { 'Sec-Fetch-Site': 'same-origin' };

interface Site extends AsyncDisposable {
  url: string;
  troubles: Trouble[];
  control(action: string, headers?: Record<string, string>, method?: string): Promise<number>;
}

async function openRoutes({
  token,
  downMs = 1,
}: {
  token?: string;
  downMs?: number;
} = {}): Promise<Site> {
  const troubles: Trouble[] = [];
  const routes = labRoutes({ token, onTrouble: (trouble) => troubles.push(trouble), downMs });
  const server = createServer((req, res) => {
    assert.ok(routes.takes(req.url ?? ''));
    routes.handle(req, res);
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    troubles,
    control: (action, headers = OWN, method = 'POST') => statusOf(port, action, method, headers),
    [Symbol.asyncDispose]: async () => {
      await routes.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

// Not by fetch, which sends only its own Sec-Fetch-Site.
const statusOf = (
  port: number,
  action: string,
  method: string,
  headers: Record<string, string>,
): Promise<number> =>
  new Promise((done, failed) => {
    request({ port, path: `/lab/control/${action}`, method, headers }, (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    })
      .on('error', failed)
      .end();
  });

interface Part {
  to: string;
  reset?: string;
  entries: { v: number; d?: { text?: string } }[];
}

async function beatsOf(url: string, since = ''): Promise<Part> {
  const answer = await fetch(`${url}/lab/lp/poll?channels=beats&since=${since}&wait=5`);
  assert.equal(answer.status, 200);
  const { channels } = (await answer.json()) as { channels: { beats: Part } };
  return channels.beats;
}

const numbers = ({ entries }: Part): number[] =>
  entries.flatMap(({ d }) =>
    [...(d?.text ?? '').matchAll(/^Beat (\d+)$/g)].map(([, n]) => Number(n)),
  );

test('only a page of this origin may cause failures', async () => {
  await using site = await openRoutes();
  assert.equal(await site.control('freeze', { 'Sec-Fetch-Site': 'cross-site' }), 403);
  assert.equal(await site.control('freeze', { 'Sec-Fetch-Site': 'same-site' }), 403);
  assert.equal(await site.control('freeze', { 'Sec-Fetch-Site': 'none' }), 403);
  assert.equal(await site.control('freeze', { Origin: 'https://elsewhere.example' }), 403);
  assert.equal(await site.control('freeze', {}), 403);
  assert.equal(await site.control('freeze', OWN, 'GET'), 405);
  assert.equal(await site.control('explode'), 404);
  assert.deepEqual(site.troubles, []);
  assert.equal(await site.control('freeze', { Origin: site.url, Host: site.url.slice(7) }), 200);
  assert.equal(await site.control('mend'), 200);
  assert.deepEqual(site.troubles, ['freeze', 'none']);
});

test('if a write token is required, the controls ask for it', async () => {
  await using site = await openRoutes({ token: 'secret' });
  assert.equal(await site.control('wipe'), 401);
  assert.equal(await site.control('wipe', { ...OWN, Authorization: 'Bearer wrong' }), 401);
  assert.equal(await site.control('wipe', { ...OWN, Authorization: 'Bearer secret' }), 200);
  assert.deepEqual(site.troubles, ['wipe', 'none']);
});

test('nothing can be written through the gate, and the server behind it accepts only the gate’s token', async () => {
  await using site = await openRoutes();
  const written = await fetch(`${site.url}/lab/lp/channels/beats`, { method: 'POST', body: '1' });
  assert.equal(written.status, 405);
  const part = await beatsOf(site.url);
  assert.ok(part.to);
});

test('a restart keeps every beat, including those of the time when the server was down', async () => {
  await using site = await openRoutes({ downMs: 1500 });
  let part = await beatsOf(site.url, '0');
  const all = numbers(part);
  const before = all.length;
  assert.equal(await site.control('restart'), 200);
  while (all.length < before + 3) {
    part = await beatsOf(site.url, part.to);
    assert.equal(part.reset, undefined);
    all.push(...numbers(part));
  }
  assert.deepEqual(
    all,
    Array.from({ length: all.length }, (_, i) => i + 1),
  );
});

test('a wipe starts another history, and is reported', async () => {
  await using site = await openRoutes();
  const before = await beatsOf(site.url, '0');
  assert.equal(await site.control('wipe'), 200);
  const after = await beatsOf(site.url, before.to);
  assert.ok(after.reset);
  assert.ok(Math.min(...numbers(after), Number.POSITIVE_INFINITY) > Math.max(...numbers(before)));
});

test('each network condition does what its name says', async () => {
  await using site = await openRoutes();
  const poll = (): Promise<Response> => fetch(`${site.url}/lab/lp/poll?channels=beats&wait=0`);
  await site.control('refusing');
  assert.equal((await poll()).status, 502);
  await site.control('portal');
  const portal = await poll();
  assert.equal(portal.status, 200);
  assert.match(portal.headers.get('content-type') ?? '', /html/);
  await site.control('denied');
  assert.equal((await poll()).status, 403);
  await site.control('slow');
  const startedAt = performance.now();
  assert.equal((await poll()).status, 200);
  assert.ok(performance.now() - startedAt > 1400);
  await site.control('silent');
  const hanging = Array.from({ length: 51 }, poll);
  await new Promise((cut) => {
    for (const each of hanging) each.catch(cut); // The one above the limit: the others are there.
  });
  await site.control('mend');
  for (const each of await Promise.allSettled(hanging)) {
    assert.equal(
      each.status,
      'rejected',
      'the hanging request is cut off, so that the page sends another one',
    );
  }
  assert.equal((await poll()).status, 200);
});

test('a poll that was held when the server became unresponsive is not answered any more', async () => {
  await using site = await openRoutes();
  const { to } = await beatsOf(site.url, '0');
  await site.control('freeze');
  const held = fetch(`${site.url}/lab/lp/poll?channels=beats&since=${to}&wait=1`);
  let answered = false;
  void held.then(
    () => {
      answered = true;
    },
    () => {},
  );
  await site.control('silent'); // Beats continue now, and the hold would be over.
  await new Promise((done) => setTimeout(done, 1500));
  assert.equal(answered, false);
  await site.control('mend');
  await assert.rejects(held);
});

test('two simultaneous actions are done in sequence, and closing ends a restart in progress', async () => {
  const troubles: string[] = [];
  const { promise: begun, resolve: begin } = withResolvers();
  const onTrouble = (trouble: string): void => {
    troubles.push(trouble);
    begin();
  };
  const one: Lab = await lab({ onTrouble, downMs: 60_000 });
  const restarted = one.act('restart');
  const then = one.act('wipe');
  await begun;
  await one.close();
  await Promise.all([restarted, then]);
  assert.deepEqual(troubles, ['restart']);
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
