import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveClientOptions, TabsPlatform } from '../../components/client/index.ts';
import { holding, type Listening, only, questions } from '../support/holding-tabs.ts';
import { settled } from '../support/manual-time.ts';
import { delta, initial, versions } from '../support/scripted-client.ts';
import { type ScriptedTabs, scriptedTabs } from '../support/scripted-tabs.ts';

async function threeTabs(all: ScriptedTabs): Promise<[Listening, Listening, Listening]> {
  const tabs = [
    await holding(all, ['cpu']),
    await holding(all, ['cpu']),
    await holding(all, ['cpu']),
  ];
  const [leader, ...others] = tabs;
  assert.equal(all.browser.holder(), leader?.platform);
  assert.deepEqual([leader?.net.open, ...others.map(({ net }) => net.open)], [1, 0, 0]);
  return tabs as [Listening, Listening, Listening]; // Three locks were requested.
}

/** The server has an entry with `v`, and all of these tabs receive it. */
async function hear(all: ScriptedTabs, v: number, tabs: Listening[]): Promise<void> {
  only(all).answer({ cpu: delta(`${v - 1}.a`, v) });
  await all.time.advance(200);
  for (const { told } of tabs) assert.equal(versions(told).flat().at(-1), v);
}

const ways: [string, (leader: Listening) => void][] = [
  ['closes', ({ client }) => client.close()],
  ['enters the back-forward cache', ({ page }) => page.fire('pagehide')],
  ['is frozen', ({ page }) => page.freeze()],
];

for (const [how, leave] of ways) {
  test(`when the leader ${how}, the next tab polls at once from the common cursors`, async (t) => {
    const all = await scriptedTabs(t);
    const [leader, next, last] = await threeTabs(all);
    const answered = only(all);
    leave(leader);
    await settled();
    assert.equal(answered.open, false, 'the responses that only it received are lost');
    assert.equal(all.browser.holder(), next.platform);
    assert.deepEqual(questions(all), ['?channels=cpu&since=2.a&wait=25']);
    assert.equal(next.net.open, 1);
    await hear(all, 3, [next, last]);
    await hear(all, 4, [next, last]);
    assert.deepEqual(versions(last.told), [[1, 2], [3], [4]]);
    assert.deepEqual(versions(leader.told), [[1, 2]]);
  });
}

test('when the leader crashes, the next tab polls at once from the common cursors', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  const lost = only(all);
  leader.platform.crash();
  lost.fail();
  await settled();
  assert.equal(all.browser.holder(), next.platform);
  await hear(all, 3, [next, last]);
  await hear(all, 4, [next, last]);
});

test('a tab that is restored from the back-forward cache follows the leader, and catches up', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  leader.page.fire('pagehide');
  await settled();
  await hear(all, 3, [next, last]);
  leader.page.fire('pageshow');
  await settled();
  leader.net.exchanges.at(-1)?.answer({ cpu: delta('2.a', 3) });
  await all.time.advance(200);
  assert.equal(all.browser.holder(), next.platform);
  await hear(all, 4, [leader, next, last]);
  assert.deepEqual(versions(leader.told), [[1, 2], [3], [4]]);
});

test('a frozen tab does not wait to become the leader', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  next.page.freeze();
  await settled();
  leader.client.close();
  await settled();
  assert.equal(all.browser.holder(), last.platform);
  await hear(all, 3, [last]);
});

test('a tab whose leader does not respond polls by itself after two seconds, then becomes the leader', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  leader.platform.stick();
  await all.time.advance(6_000); // The leader is checked every five seconds.
  assert.deepEqual([next.net.open, last.net.open], [0, 0]);
  await all.time.advance(1_000);
  for (const { net, client } of [next, last]) {
    assert.equal(net.open, 1);
    assert.equal(net.exchanges.at(-1)?.url.search, '?channels=cpu&since=2.a&wait=25');
    assert.equal(client.status.state, 'live');
  }
  await all.time.advance(1_000); // Half of the random spread.
  const took = all.browser.holder() === next.platform ? next : last;
  assert.equal(all.browser.holder(), took.platform);
  assert.equal(next.net.open + last.net.open, 1, 'the tab’s own poll is aborted');
  took.net.exchanges.at(-1)?.answer({ cpu: delta('2.a', 3) });
  await all.time.advance(100);
  assert.deepEqual(versions(next.told), [[1, 2], [3]]);
  assert.deepEqual(versions(last.told), [[1, 2], [3]]);
});

test('a leader that was replaced while frozen steps down when it resumes, and its late messages are ignored', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  const late = only(all);
  leader.platform.stick();
  await all.time.advance(8_000);
  const taken = all.open().filter((exchange) => exchange !== late);
  assert.equal(taken.length, 1);
  taken[0]?.answer({ cpu: delta('2.a', 3) });
  await all.time.advance(100);
  late.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(leader.told), [[1, 2], [3]], 'its own request succeeded');
  leader.platform.move();
  await all.time.advance(200);
  await hear(all, 4, [leader, next, last]);
  for (const { told } of [leader, next, last]) assert.deepEqual(versions(told), [[1, 2], [3], [4]]);
  for (const { client } of [next, last]) client.close();
  await settled();
  assert.equal(all.browser.holder(), leader.platform, 'it waits for the lock again');
});

test('a message of the leader cancels the stealing of its lock', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, next, last] = await threeTabs(all);
  leader.platform.stick();
  await all.time.advance(7_500);
  leader.platform.move(); // The leader was only slow.
  await all.time.advance(3_000);
  assert.equal(all.browser.holder(), leader.platform);
  await hear(all, 3, [leader, next, last]);
});

test('a tab that can neither lead nor follow polls by itself', async (t) => {
  const all = await scriptedTabs(t);
  const [leader] = await threeTabs(all);
  leader.platform.stick();
  const fresh = await holding(all, ['cpu'], { random: () => 0.99 });
  await all.time.advance(2_000);
  assert.equal(fresh.net.open, 1);
  fresh.net.exchanges.at(-1)?.answer({ cpu: delta('2.a', 3) });
  await settled();
  assert.deepEqual(versions(fresh.told), [[1, 2], [3]]);
});

test('a tab’s own request ends with the tab, even in the middle of a response', async (t) => {
  const all = await scriptedTabs(t);
  const [leader, tab] = await threeTabs(all);
  leader.platform.stick();
  await all.time.advance(7_000);
  const exchange = tab.net.exchanges.at(-1);
  const headers = { 'Content-Type': 'application/json' };
  exchange?.respond(new Response(new ReadableStream(), { headers }));
  await settled();
  assert.equal(exchange?.init.signal?.aborted, false);
  tab.client.close();
  assert.equal(exchange?.init.signal?.aborted, true);
});

const lame: [string, (platform: TabsPlatform) => TabsPlatform][] = [
  ['locks are refused', (platform) => ({ ...platform, locks: { request: refuse } })],
  [
    'locks throw',
    (platform) => ({
      ...platform,
      locks: {
        request: () => {
          throw new DOMException('no', 'SecurityError');
        },
      },
    }),
  ],
  [
    'channels throw',
    (platform) => ({
      ...platform,
      openChannel: () => {
        throw new DOMException('no', 'SecurityError');
      },
    }),
  ],
];

const refuse = async (): Promise<never> => {
  throw new DOMException('no', 'SecurityError');
};

for (const [where, breakIt] of lame) {
  test(`${where}: a tab polls for itself`, async (t) => {
    const all = await scriptedTabs(t);
    const options: LiveClientOptions = { tabsPlatform: breakIt(all.browser.tab()) };
    const tab = await holding(all, ['cpu'], options);
    await hear(all, 3, [tab]);
    await hear(all, 4, [tab]);
    assert.equal(tab.net.exchanges.length, 4);
    assert.equal(all.browser.channels.size, 0);
  });
}

test('in Node without Web Locks a client polls for itself', async (t) => {
  const all = await scriptedTabs(t);
  const { tabsPlatform: _, ...options }: LiveClientOptions = { share: 'tabs' };
  const tab = await holding(all, ['cpu'], options);
  await hear(all, 3, [tab]);
});

test('a closed client leaves no lock, no channel, no timer and no request', async (t) => {
  const all = await scriptedTabs(t);
  const tabs = await threeTabs(all);
  for (const { client } of tabs) client.close();
  await settled();
  assert.equal(all.browser.holder(), undefined);
  assert.equal(all.browser.channels.size, 0);
  assert.equal(all.time.pending, 0);
  assert.deepEqual(questions(all), []);
});

test('a client that is closed right after its first response opens no lock and no channel', async (t) => {
  const all = await scriptedTabs(t);
  const tab = all.tab();
  tab.listen('cpu');
  (await tab.net.next()).answer({ cpu: initial(2) });
  tab.client.close();
  await all.time.advance(1_000);
  assert.equal(all.browser.channels.size, 0);
  assert.deepEqual(questions(all), []);
});

test('a client that is closed while its tab support loads stops watching its page', async (t) => {
  const all = await scriptedTabs(t);
  let watched = 0;
  const tab = all.tab({
    fetch: () => {
      tab.client.close();
      return new Promise(() => {});
    },
    lifecycle: () => {
      watched++;
      return () => watched--;
    },
  });
  tab.listen('cpu');
  await settled();
  assert.equal(watched, 0);
});
