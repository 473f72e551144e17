import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveClientOptions } from '../../components/client/index.ts';
import type { Part } from '../../protocol/lp1.ts';
import { holding, type Listening, only, questions } from '../support/holding-tabs.ts';
import { settled } from '../support/manual-time.ts';
import { delta, initial, versions } from '../support/scripted-client.ts';
import { scriptedTabs } from '../support/scripted-tabs.ts';

const states = (tabs: Listening[]): string[] => tabs.map(({ client }) => client.status.state);

test('tabs with the same channels share one request, and each gets every update once', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = [
    await holding(all, ['cpu']),
    await holding(all, ['cpu']),
    await holding(all, ['cpu']),
  ];
  for (const v of [3, 4, 5]) {
    only(all).answer({ cpu: delta(`${v - 1}.a`, v) });
    await all.time.advance(100);
  }
  assert.deepEqual(questions(all), ['?channels=cpu&since=5.a&wait=25']);
  for (const { told } of tabs) assert.deepEqual(versions(told), [[1, 2], [3], [4], [5]]);
  assert.deepEqual(
    tabs.map(({ net }) => net.exchanges.length),
    [1 + 4, 1, 1],
    'one first request each; all others are those of the leader',
  );
});

test('tabs with different channels share one request, and updates of one channel leave tabs without it waiting', async (t) => {
  const all = await scriptedTabs(t);
  const mem = await holding(all, ['mem']);
  const cpu = await holding(all, ['cpu', 'disk']);
  assert.deepEqual(questions(all), ['?channels=cpu,disk,mem&since=2.a,2.a,2.a&wait=25']);
  const before = mem.net.exchanges.length;
  const contact = mem.client.status.lastContact;
  only(all).answer({ cpu: delta('2.a', 3) });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu,disk,mem&since=3.a,2.a,2.a&wait=25']);
  assert.deepEqual(versions(cpu.told), [[1, 2], [3]]);
  assert.equal(mem.client.status.lastContact, contact);
  assert.equal(
    mem.net.exchanges.length - before,
    1,
    'it requested cpu and disk although it has no subscription to both',
  );
});

test('a tab without updates stays live beside a busy one, as the time of the last contact is shared', async (t) => {
  const all = await scriptedTabs(t);
  const busy = await holding(all, ['cpu']);
  const quiet = await holding(all, ['mem']);
  const before = busy.net.exchanges.length;
  for (let v = 3; v < 43; v++) {
    only(all).answer({ cpu: delta(`${v - 1}.a`, v) });
    await all.time.advance(3_000);
    const { state, lastContact = 0 } = quiet.client.status;
    assert.equal(state, 'live');
    assert.ok(all.time.now() - lastContact <= 12_000);
  }
  assert.equal(busy.net.exchanges.length - before, 40);
  assert.equal(quiet.net.exchanges.length, 1);
});

test('tabs that open and close do not delay the responses of the others', async (t) => {
  const all = await scriptedTabs(t);
  const quiet = await holding(all, ['cpu']);
  for (const name of ['a', 'b', 'c']) {
    await all.time.advance(8_000);
    await holding(all, [name]);
  }
  assert.equal(only(all).param('wait'), '1');
  only(all).answer({});
  await all.time.advance(100);
  assert.equal(quiet.client.status.state, 'live');
  assert.equal(only(all).param('wait'), '25');
});

test('a new tab, or one that changes its channels, costs one new request', async (t) => {
  const all = await scriptedTabs(t);
  const one = await holding(all, ['cpu']);
  const held = only(all);
  const two = await holding(all, ['mem']);
  assert(held.aborted);
  two.client.subscribe('disk', () => {});
  (await two.net.next()).answer({ disk: initial(0) });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu,disk,mem&since=2.a,0,2.a&wait=25']);
  assert.equal(one.net.exchanges.length, 4, 'first alone, then with mem, then with disk');
});

test('the channels of a closed tab are no longer requested, and when the last tab is closed the request ends', async (t) => {
  const all = await scriptedTabs(t);
  const one = await holding(all, ['cpu']);
  const two = await holding(all, ['mem']);
  two.client.close();
  await all.time.advance(100);
  only(all).answer({ cpu: delta('2.a', 3) });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=3.a&wait=25']);
  one.client.pause('viewer');
  await settled();
  assert.deepEqual(questions(all), []);
});

test('a paused leader still polls for the other tabs', async (t) => {
  const all = await scriptedTabs(t);
  const one = await holding(all, ['cpu']);
  const two = await holding(all, ['cpu']);
  one.client.pause('viewer');
  await all.time.advance(100);
  only(all).answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(
    [one, two].map(({ told }) => versions(told)),
    [[[1, 2]], [[1, 2], [3]]],
  );
});

test('a tab with other cursors gets a separate request, and shares the request again afterwards', async (t) => {
  const all = await scriptedTabs(t);
  const ahead = await holding(all, ['cpu']);
  const other = all.tab();
  const told = other.listen('cpu');
  (await other.net.next()).answer({ cpu: initial(3) }); // Before the held request was answered.
  await all.time.advance(100);
  assert.deepEqual(questions(all), [
    '?channels=cpu&since=2.a&wait=25',
    '?channels=cpu&since=3.a&wait=25',
  ]);
  all.open()[0]?.answer({ cpu: delta('2.a', 4) });
  all.open()[0]?.answer({ cpu: delta('3.a', 4) });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=4.a&wait=25']);
  assert.deepEqual(
    [versions(ahead.told), versions(told)],
    [
      [
        [1, 2],
        [3, 4],
      ],
      [[1, 2, 3], [4]],
    ],
  );
});

test('a channel that no tab polls is requested from the cursor of the next tab that polls it', async (t) => {
  const all = await scriptedTabs(t);
  const cpu = await holding(all, ['cpu']);
  await holding(all, ['mem']);
  const { entries, ...whole } = delta('2.a', 4);
  only(all).answer({ cpu: { ...whole, entries: entries.slice(1) } }); // A damaged part.
  await all.time.advance(100);
  cpu.net.exchanges.at(-1)?.answer({ cpu: initial(5) });
  await all.time.advance(200);
  assert.deepEqual(questions(all), ['?channels=cpu,mem&since=5.a,2.a&wait=25']);
});

test('tabs share a request as soon as their cursors are equal again', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  const other = all.tab();
  const told = other.listen('cpu');
  (await other.net.next()).answer({ cpu: initial(3) });
  await all.time.advance(100);
  all.open()[0]?.answer({ cpu: delta('2.a', 3) });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=3.a&wait=25']);
  only(all).answer({ cpu: delta('3.a', 4) });
  await settled();
  assert.deepEqual(versions(told), [[1, 2, 3], [4]]);
});

test('a tab with slow timers gets the newest data from memory, without a request', async (t) => {
  const all = await scriptedTabs(t);
  const quick = await holding(all, ['cpu']);
  const slow = await holding(all, ['cpu', 'mem'], { minIntervalMs: 1_000 });
  await all.time.advance(1_000);
  const before = quick.net.exchanges.length;
  for (const v of [3, 4, 5, 6]) {
    only(all).answer({ cpu: delta(`${v - 1}.a`, v) });
    await all.time.advance(100);
  }
  assert.deepEqual(versions(slow.told), [[1, 2], [3]], 'it keeps its own pace');
  await all.time.advance(1_000);
  assert.deepEqual(versions(slow.told), [[1, 2], [3], [4, 5, 6]]);
  assert.deepEqual(versions(quick.told), [[1, 2], [3], [4], [5], [6]]);
  assert.ok(
    quick.net.exchanges.length - before <= 5,
    'one request each, and one when mem was added',
  );
  await all.time.advance(1_000);
  assert.deepEqual(questions(all), ['?channels=cpu,mem&since=6.a,2.a&wait=25']);
});

test('the channels of a tab that is served only from memory are still requested', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  const slow = await holding(all, ['mem', 'cpu'], { minIntervalMs: 1_000 });
  await all.time.advance(1_000);
  for (let v = 3; v <= 25; v++) {
    const request = only(all);
    const asksMem = request.param('since') === `${v - 1}.a,2.a`;
    const mem = asksMem && v > 4 ? { mem: delta('2.a', 3) } : {}; // It arrived while the slow tab was handling cpu.
    request.answer({ cpu: delta(`${v - 1}.a`, v), ...mem });
    await all.time.advance(100);
  }
  assert.deepEqual(versions(slow.told).flat(), [1, 2, 3]);
});

test('a leader with a slow pace does not slow the others', async (t) => {
  const all = await scriptedTabs(t);
  const slow = await holding(all, ['cpu'], { minIntervalMs: 1_000 });
  const quick = await holding(all, ['cpu']);
  assert.equal(all.browser.holder(), quick.platform, 'the slow tab has not polled yet');
  await all.time.advance(1_000);
  quick.client.close();
  await all.time.advance(100);
  assert.equal(all.browser.holder(), slow.platform);
  const other = await holding(all, ['cpu']);
  for (const v of [3, 4, 5]) {
    only(all).answer({ cpu: delta(`${v - 1}.a`, v) });
    await all.time.advance(100);
  }
  assert.deepEqual(versions(other.told), [[1, 2], [3], [4], [5]]);
});

test('the shortest requested hold is used', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu'], { waitSeconds: 55 });
  await holding(all, ['cpu'], { waitSeconds: 10 });
  assert.deepEqual(questions(all), ['?channels=cpu&since=2.a&wait=10']);
});

test('a response from memory does not set the server’s clock back', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  const slow = await holding(all, ['cpu'], { minIntervalMs: 70_000 });
  const answer = async (ms: number, parts: Record<string, Part>): Promise<void> => {
    only(all).answer(parts, { now: all.time.now() + 5_000 });
    await all.time.advance(ms);
  };
  for (let i = 0; i < 4; i++) await answer(20_000, {});
  for (const v of [3, 4]) await answer(100, { cpu: delta(`${v - 1}.a`, v) });
  assert.deepEqual(versions(slow.told), [[1, 2], [3]]);
  for (let i = 0; i < 3; i++) await answer(20_000, {});
  assert.deepEqual(versions(slow.told), [[1, 2], [3], [4]]);
  assert.equal(slow.client.serverNow() - all.time.now(), 5_000);
});

test('a reset reaches all tabs whose cursor it begins at, and is delivered to no other tab from memory', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = [await holding(all, ['cpu']), await holding(all, ['cpu'])];
  only(all).answer({ cpu: { ...initial(1, 'b'), from: '2.a', reset: 'unknown' } });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=1.b&wait=25']);
  for (const { told } of tabs)
    assert.deepEqual(
      told.map(({ reset }) => reset),
      ['initial', 'unknown'],
    );
});

test('requests with different headers are never merged', async (t) => {
  const all = await scriptedTabs(t);
  const as = (token: string): LiveClientOptions => ({
    headers: { Authorization: `Bearer ${token}` },
  });
  const [mine, same, other] = [
    await holding(all, ['cpu'], as('mine')),
    await holding(all, ['cpu'], as('mine')),
    await holding(all, ['cpu'], as('other')),
  ];
  const tokens = all.open().map((exchange) => exchange.header('Authorization'));
  assert.deepEqual(tokens, ['Bearer mine', 'Bearer other']);
  all.open()[0]?.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(
    [mine, same, other].map(({ told }) => versions(told).length),
    [2, 2, 1],
  );
});

test('each server, and each credentials mode, has a leader of its own', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  const cross = await holding(all, ['cpu'], { credentials: 'include' });
  assert.equal(all.open().length, 2);
  assert.equal(cross.net.open, 1);
  assert.equal((await cross.net.next()).init.credentials, 'include');
});

test('more channels than one poll can name are requested by two polls', async (t) => {
  const all = await scriptedTabs(t);
  const names = (letter: string): string[] => Array.from({ length: 60 }, (_, i) => `${letter}${i}`);
  await holding(all, names('a'));
  await holding(all, names('b'));
  assert.deepEqual(
    all.open().map((exchange) => exchange.param('channels')?.split(',').length),
    [60, 60],
  );
});

test('at the connection limit, each poll keeps its connection for two seconds', async (t) => {
  const all = await scriptedTabs(t);
  for (const token of ['1', '2', '3', '4', '5']) {
    await holding(all, ['cpu'], { headers: { Authorization: token } });
  }
  const held = all
    .open()
    .map((exchange) => [exchange.header('Authorization'), exchange.param('wait')]);
  assert.deepEqual(held, [
    ['1', '2'],
    ['2', '2'],
    ['3', '2'],
    ['4', '2'],
  ]);
  all.open()[0]?.answer({});
  await settled();
  assert.equal(all.open().at(-1)?.header('Authorization'), '5');
});

test('a response without updates, and a pause, reach all tabs', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = [await holding(all, ['cpu']), await holding(all, ['mem'])];
  await all.time.advance(25_000);
  only(all).answer({});
  await all.time.advance(0);
  for (const { client } of tabs) assert.equal(client.status.lastContact, all.time.now());
  await all.time.advance(100);
  only(all).answer({ cpu: delta('2.a', 3) }, { pause: 2_000 });
  await all.time.advance(1_999);
  assert.deepEqual(questions(all), []);
  await all.time.advance(200);
  assert.deepEqual(questions(all), ['?channels=cpu,mem&since=3.a,2.a&wait=25']);
});

test('a response that advances no cursor reaches all tabs, so that each one can detect a loop', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = [await holding(all, ['cpu']), await holding(all, ['cpu'])];
  for (let i = 0; i < 5; i++) {
    only(all).answer({ cpu: delta('1.a', 2) }); // A cached response.
    await all.time.advance(100);
  }
  assert.deepEqual(
    tabs.map(({ client }) => client.status.error?.code),
    ['fast-loop', 'fast-loop'],
  );
});

test('a channel without read permission is reported to the tab that requested it, and the others continue', async (t) => {
  const all = await scriptedTabs(t);
  const cpu = await holding(all, ['cpu']);
  const secret = await holding(all, ['secret']);
  const denied = { from: '2.a', denied: true } as Part;
  only(all).answer({ cpu: delta('2.a', 3), secret: denied });
  await all.time.advance(100);
  assert.equal(cpu.client.status.state, 'live');
  assert.deepEqual(versions(cpu.told), [[1, 2], [3]]);
  const last = secret.told.at(-1);
  assert.deepEqual([last?.channel, last?.denied], ['secret', true]);
  assert.equal(
    cpu.told.some((update) => update.denied),
    false,
  );
  only(all).answer({ cpu: delta('3.a', 4), secret: denied }); // A poll that was already sent may still name it.
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=4.a&wait=25']);
  assert.deepEqual(
    [cpu.client.status.state, secret.client.status.state, secret.told.length],
    ['live', 'denied', 2],
  );
});

for (const [what, status, code, state] of [
  ['a 401', 401, 'unauthorized', 'denied'],
  ['a 503', 503, 'draining', 'reconnecting'],
] as const) {
  test(`${what} reaches all tabs unchanged`, async (t) => {
    const all = await scriptedTabs(t);
    const tabs = [await holding(all, ['cpu']), await holding(all, ['mem'])];
    only(all).problem(status, code, { 'Retry-After': '7' });
    await settled();
    assert.deepEqual(states(tabs), [state, state]);
    for (const { client } of tabs) {
      assert.equal(client.status.error?.code, code);
      assert.equal(client.status.error?.retryAfterMs, 7_000);
    }
  });
}

test('after a lost connection or a captive portal, each tab backs off by itself and proves contact by itself', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = [await holding(all, ['cpu']), await holding(all, ['cpu'], { random: () => 0.9 })];
  only(all).fail();
  await settled();
  assert.deepEqual(
    tabs.map(({ client }) => client.status.error?.code),
    ['network', 'network'],
  );
  await all.time.advance(250);
  only(all).answer({});
  await all.time.advance(100);
  assert.deepEqual(states(tabs), ['live', 'reconnecting']);
  await all.time.advance(100);
  all.open().at(-1)?.answer({});
  await all.time.advance(100);
  only(all).html(200);
  await settled();
  assert.deepEqual(
    tabs.map(({ client }) => client.status.error?.code),
    ['not-an-answer', 'not-an-answer'],
  );
});

test('after an error that one tab may have caused, each tab makes its own request', async (t) => {
  const all = await scriptedTabs(t);
  const good = await holding(all, ['cpu']);
  const bad = await holding(all, ['mem']);
  only(all).problem(404, 'unknown-channel', {}, { channel: 'mem' });
  await settled();
  assert.deepEqual(questions(all), [
    '?channels=cpu&since=2.a&wait=25',
    '?channels=mem&since=2.a&wait=25',
  ]);
  all.open()[1]?.problem(404, 'unknown-channel', {}, { channel: 'mem' });
  await settled();
  assert.equal(bad.client.status.error?.channel, 'mem');
  all.open()[0]?.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.equal(good.client.status.error, undefined);
  assert.deepEqual(versions(good.told), [[1, 2], [3]]);
});

test('an error for a single tab reaches it unchanged', async (t) => {
  const all = await scriptedTabs(t);
  const tab = await holding(all, ['cpu']);
  only(all).problem(404, 'unknown-channel', {}, { channel: 'cpu' });
  await settled();
  assert.deepEqual(questions(all), []);
  assert.equal(tab.client.status.error?.channel, 'cpu');
});

test('what cannot be relayed, such as a redirect with a token, is requested by each tab itself', async (t) => {
  const all = await scriptedTabs(t);
  const headers = { Authorization: 'Bearer x' };
  const tabs = [await holding(all, ['cpu'], { headers }), await holding(all, ['cpu'], { headers })];
  const opaque = (): Response => Object.defineProperty(new Response(), 'status', { value: 0 });
  only(all).respond(opaque());
  await settled();
  assert.equal(all.open().length, 2);
  for (const exchange of all.open()) exchange.respond(opaque());
  await settled();
  assert.deepEqual(
    tabs.map(({ client }) => client.status.error?.code),
    ['not-an-answer', 'not-an-answer'],
  );
});

test('the result of a request that a tab gave up is no longer used', async (t) => {
  const all = await scriptedTabs(t);
  const one = await holding(all, ['cpu']);
  await all.time.advance(20_000);
  const two = await holding(all, ['cpu']);
  const dead = only(all);
  await all.time.advance(14_800); // The deadline of the first tab.
  assert.equal(one.client.status.error?.code, 'deadline');
  await all.time.advance(500);
  all.open().at(-1)?.answer({});
  await all.time.advance(100);
  assert(dead.aborted);
  only(all).answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(two.told), [[1, 2], [3]]);
});

test('the shared request returns the round to the server', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  only(all).answer({ cpu: delta('2.a', 3) }, { round: 'x1' });
  await all.time.advance(100);
  assert.deepEqual(questions(all), ['?channels=cpu&since=3.a&wait=25&round=x1']);
});

test('each tab publishes by itself', async (t) => {
  const all = await scriptedTabs(t);
  await holding(all, ['cpu']);
  const two = await holding(all, ['cpu']);
  const published = two.client.publish('cpu', 1);
  const post = (await two.net.next()).json({ cursor: '3.a', first: 3, count: 1 }, { status: 201 });
  assert.equal(post, undefined);
  assert.equal((await published).first, 3);
});
