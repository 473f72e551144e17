import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DataEntry } from '../../components/data/held.ts';
import { feedChoices, passesOf } from '../../components/feed/feed-choices.ts';
import { feedItem, listOf } from '../../components/feed/feed-item.ts';
import { FeedLog } from '../../components/feed/feed-log.ts';
import { Burst } from '../../components/feed/feed-announcements.ts';
import { itemLevelOf, parseLevels } from '../../components/feed/item-level.ts';
import { itemTimes } from '../../components/feed/item-time.ts';
import { isOf, originsOf, safeLink, safePicture } from '../../components/shared/safe-url.ts';
import type { Json } from '../../protocol/lp1.ts';

const BASE = 'https://wall.example/board/';
const item = (payload: unknown) => feedItem(payload, { id: '7', ts: 1e12, base: BASE });

describe('an item', () => {
  test('is read from the well-known fields', () => {
    const payload = {
      id: 'a1',
      title: 'Disk full',
      text: 'on db-3',
      author: 'ops',
      level: 'WARNING',
      link: '/runbook',
      avatar: 'face.png',
    };
    assert.deepEqual(item(payload), {
      id: 'a1',
      ts: 1e12,
      title: 'Disk full',
      text: 'on db-3',
      author: 'ops',
      level: 'warn',
      href: 'https://wall.example/runbook',
      avatar: 'https://wall.example/board/face.png',
      data: payload,
    });
  });

  test('is read from a Smashing comment', () => {
    const { author, text, avatar } = item({ name: 'Ada', body: 'Hi', avatar: '//cdn.example/a' });
    assert.deepEqual([author, text, avatar], ['Ada', 'Hi', 'https://cdn.example/a']);
  });

  test('is read from text, numbers, booleans and null', () => {
    const texts = ['hello', 42, true, null, '', { value: 3 }, { value: null }].map(
      (payload) => item(payload).text,
    );
    assert.deepEqual(texts, ['hello', '42', 'true', '—', '—', '3', '{"value":null}']);
  });

  test('with only a title has no second text', () => {
    const { title, text } = item({ title: 'Deployed' });
    assert.deepEqual([title, text], ['Deployed', '']);
  });

  test('of unknown fields is shown as JSON rather than lost', () => {
    assert.equal(item({ pod: 'a', ok: true }).text, '{"pod":"a","ok":true}');
  });

  test('reads no field from the prototype, and none that is an object', () => {
    const read = item(JSON.parse('{"__proto__":{"author":"x"},"text":"t","title":{"a":1}}'));
    assert.deepEqual([read.author, read.title, read.text], [undefined, undefined, 't']);
  });

  test('loses terminal colours and control characters, and keeps its line breaks', () => {
    assert.equal(item('\u001b[31mred\u001b[0m\u0000\r\nnext\tcol\u009b').text, 'red\nnext\tcol');
  });

  test('is cut if it is very long', () => {
    assert.equal(item('x'.repeat(20_000)).text.length, 10_001);
  });

  test('keeps the entry’s time if its own seems to be in seconds', () => {
    assert.equal(item({ text: 'x', ts: 1_700_000_000 }).ts, 1e12);
    assert.equal(item({ text: 'x', ts: '2024-01-01T00:00:00Z' }).ts, 1_704_067_200_000);
  });

  test('list is distinguished from an item', () => {
    assert.deepEqual(listOf({ comments: [1] }), [1]);
    assert.deepEqual(listOf([2]), [2]);
    assert.equal(listOf({ items: 'none' }), undefined);
  });
});

describe('a URL', () => {
  for (const bad of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    'JAVASCRIPT&colon;alert(1)://x',
    'data:text/html,x',
    'vbscript:x',
    'blob:https://wall.example/1',
    'file:///etc/passwd',
    'https://',
    '',
    null,
    { href: 'https://x' },
    `https://x/${'a'.repeat(3000)}`,
  ])
    test(`${JSON.stringify(bad)?.slice(0, 40)} leads nowhere dangerous`, () => {
      const url = safeLink(bad, BASE);
      assert.ok(url === undefined || url.startsWith('https://wall.example/board/'), url);
    });

  test('of http, https, mailto or this site may be linked; pictures need http or https', () => {
    assert.equal(safeLink('https://a.example/x?y#z'), 'https://a.example/x?y#z');
    assert.equal(safeLink('mailto:a@b.example'), 'mailto:a@b.example');
    assert.equal(safeLink('../up', BASE), 'https://wall.example/up');
    assert.equal(safePicture('mailto:a@b.example', BASE), undefined);
    assert.equal(safePicture('data:image/png;base64,AA', BASE), undefined);
  });

  test('belongs to the origins of the page and of its source, and to no other', () => {
    const own = originsOf(BASE, 'http://127.0.0.1:8080/lp', undefined, 'about:srcdoc');
    assert.ok(isOf('https://wall.example/a.png', own));
    assert.ok(isOf('http://127.0.0.1:8080/b.png', own));
    assert.ok(!isOf('https://tracker.example/p.gif', own));
  });
});

describe('levels', () => {
  test('are known by many words', () => {
    const words = ['WARN', 'Warning', 'err', 'FATAL', 'info2', 'Notice', 'success', 'blue', 3];
    assert.deepEqual(
      words.map((word) => itemLevelOf(word)),
      ['warn', 'warn', 'error', 'critical', 'info', 'info', 'ok', undefined, undefined],
    );
  });

  test('selected as error include critical', () => {
    assert.deepEqual(parseLevels('warn error'), new Set(['warn', 'error', 'critical']));
    assert.deepEqual(parseLevels('danger'), new Set(['error', 'critical']));
  });

  test('that are unknown filter nothing', () => {
    assert.equal(parseLevels('purple'), undefined);
    assert.equal(parseLevels(''), undefined);
  });

  test('of an item without a level are info', () => {
    const passes = passesOf('info', (each) => each.text !== 'no');
    assert.deepEqual(
      ['yes', 'no', { text: 'x', level: 'warn' }].map((payload) => passes(item(payload))),
      [true, false, false],
    );
  });
});

describe('choices', () => {
  const given = { order: undefined, limit: undefined, follow: false, showTime: undefined };

  test('follow from the variant', () => {
    const of = (variant: string | undefined) =>
      feedChoices({ ...given, variant: variant as 'log' | undefined });
    assert.deepEqual(of('events'), {
      variant: 'events',
      newestFirst: true,
      limit: 200,
      follows: false,
      times: 'relative',
    });
    assert.equal(of('chat').follows, true);
    assert.deepEqual(of('unheard-of'), of(undefined));
    assert.equal(of(undefined).times, 'time');
  });

  test('of the page have precedence, unless they are invalid', () => {
    const choices = feedChoices({
      variant: 'events',
      order: 'asc',
      limit: -3,
      follow: true,
      showTime: 'sundial' as 'none',
    });
    assert.deepEqual(
      [choices.newestFirst, choices.limit, choices.follows, choices.times],
      [false, 200, true, 'relative'],
    );
  });
});

const entry = (v: number, d: Json, t = 1e12 + v): DataEntry => ({ v, t, d });
const entries = (from: number, to: number, level = 'info'): DataEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => entry(from + i, { text: `${from + i}`, level }));
const all = (): boolean => true;

describe('the log of a feed', () => {
  const log = () => new FeedLog({ read: ({ d }) => d });
  const texts = (feed: FeedLog, limit = 1000) => feed.shown(all, limit).map((r) => r.item.text);

  test('shows the newest, oldest first', () => {
    const feed = log();
    feed.append(entries(1, 5));
    assert.deepEqual(texts(feed, 3), ['3', '4', '5']);
  });

  test('keeps the records at a reset with the same entries', () => {
    const feed = log();
    feed.append(entries(1, 3));
    const before = feed.shown(all, 9);
    const step = feed.reset(entries(1, 3));
    assert.deepEqual([step.fresh.length, step.replaced], [0, false]);
    assert.ok(feed.shown(all, 9).every((record, i) => record === before[i]));
  });

  test('distinguishes an overlapping history from another one, even if versions are equal', () => {
    const feed = log();
    feed.append(entries(1, 3));
    assert.deepEqual(
      feed.reset(entries(2, 5)).fresh.map(({ text }) => text),
      ['4', '5'],
    );
    const other = entries(1, 5).map((each) => ({ ...each, t: each.t + 1000 }));
    assert.equal(feed.reset(other).replaced, true);
  });

  test('is bounded, and many info items do not remove an error from it', () => {
    const feed = log();
    const errors = passesOf('error', undefined);
    feed.append(entries(1, 3, 'error'));
    for (let n = 4; n < 5000; n += 100) {
      feed.append(entries(n, n + 99));
      feed.trim(errors, 200);
    }
    assert.deepEqual(
      feed.shown(errors, 200).map((r) => r.item.text),
      ['1', '2', '3'],
    );
    assert.ok(feed.size <= 503, `${feed.size}`);
  });

  test('keeps no more errors than are shown', () => {
    const feed = log();
    feed.append(entries(1, 2000, 'error'));
    feed.trim(passesOf('error', undefined), 600);
    assert.equal(feed.size, 600);
  });

  test('applies the valid entries of an update, and reports the invalid one', () => {
    const feed = new FeedLog({
      read: ({ v, d }) => {
        if (v === 2) throw new Error('no');
        return d;
      },
    });
    const step = feed.append(entries(1, 3));
    assert.deepEqual(texts(feed), ['1', '3']);
    assert.equal((step.error as Error).message, 'no');
  });

  test('does not let an id in a payload replace the text of another entry', () => {
    const feed = log();
    feed.append([entry(1, { id: 'x', text: 'true' }), entry(2, { id: 'x', text: 'forged' })]);
    assert.deepEqual(texts(feed), ['true', 'forged']);
  });

  test('treats a list as a replacement, and keeps the times of items that it has already', () => {
    const feed = log();
    feed.append([
      entry(1, {
        comments: [
          { name: 'A', body: 'one' },
          { name: 'B', body: 'two' },
        ],
      }),
    ]);
    const [first] = feed.shown(all, 9);
    const step = feed.append([
      entry(
        2,
        {
          comments: [
            { name: 'A', body: 'one' },
            { name: 'C', body: 'three' },
          ],
        },
        2e12,
      ),
    ]);
    assert.deepEqual(texts(feed), ['one', 'three']);
    assert.equal(feed.shown(all, 9)[0], first);
    assert.deepEqual(
      step.fresh.map(({ text, ts }) => [text, ts]),
      [['three', 2e12]],
    );
  });

  test('keeps equal items of a list as different items', () => {
    const feed = log();
    feed.append([entry(1, ['same', 'same'])]);
    const keys = feed.shown(all, 9).map((r) => r.key);
    assert.equal(new Set(keys).size, 2);
  });
});

describe('a burst', () => {
  test('is not announced from the start, until the history is complete', () => {
    const burst = new Burst();
    burst.hush(0);
    assert.equal(burst.settle(999), false);
    assert.equal(burst.hushed, true);
    assert.equal(burst.settle(1000), true);
    assert.equal(burst.settle(1001), false);
  });

  test('of few items is announced by the log, and a larger one once, as a count', () => {
    const burst = new Burst();
    burst.settle(0);
    assert.deepEqual([burst.take(2, 3, 10), burst.take(1, 3, 20)], [0, 0]);
    assert.equal(burst.take(4, 3, 30), 4);
    assert.equal(burst.take(1, 3, 40), 1);
    assert.equal(burst.hushed, true);
  });

  test('ends after a second without items', () => {
    const burst = new Burst();
    burst.settle(0);
    burst.take(9, 3, 100);
    assert.equal(burst.settle(1000), false);
    assert.equal(burst.settle(1100), true);
    assert.equal(burst.take(3, 3, 1200), 0);
  });
});

describe('the time of an item', () => {
  const options = { language: 'en-GB', timeZone: 'UTC', seconds: true, mode: 'relative' as const };
  const now = Date.UTC(2026, 4, 5, 12, 0, 0);
  const relative = (agoMs: number) => itemTimes({ ...options, nowMs: now })(now - agoMs);

  test('does not count seconds in its first minute, and is never in the future', () => {
    assert.equal(relative(59_000), relative(0));
    assert.equal(relative(-60_000), relative(0));
    assert.notEqual(relative(60_000), relative(0));
  });

  test('has its date if it is on another day, in the time zone of the feed', () => {
    const time = (ts: number, timeZone: string) =>
      itemTimes({ ...options, mode: 'time', nowMs: now, timeZone })(ts);
    assert.equal(time(now - 3_600_000, 'UTC'), '11:00:00');
    const yesterday = time(now - 13 * 3_600_000, 'UTC');
    assert.ok(yesterday.includes('23:00:00') && yesterday !== '23:00:00', yesterday);
    assert.equal(time(now - 13 * 3_600_000, 'America/Chicago').includes('18:00:00'), true);
  });
});

test('items are sorted by time, and those of the same time by arrival', () => {
  const feed = new FeedLog({ read: ({ d }) => d });
  const at = (v: number, t: number) => ({ v, t, d: `${v}` });
  feed.reset([at(1, 100), at(2, 200)]);
  const { fresh } = feed.append([at(3, 150), at(4, 200), at(5, 50)]);
  const shown = feed.shown(() => true, 99).map(({ item }) => item.text);
  assert.deepEqual(shown, ['5', '1', '3', '2', '4']);
  assert.deepEqual(fresh.map(({ text }) => text).toSorted(), ['3', '4', '5']);
});

test('terminal styles are parsed, and other control characters are dropped', () => {
  const runs = (text: string) => feedItem({ text }, { id: '1', ts: 0 }).runs;
  assert.deepEqual(runs('\u001b[1;31mERROR\u001b[0m disk\u0007 full'), [
    { text: 'ERROR', classes: 'ansi-red ansi-bold' },
    { text: ' disk full', classes: '' },
  ]);
  assert.deepEqual(runs('\u001b[38;5;196mred\u001b[39m \u001b[48;2;1;2;3;4mline'), [
    { text: 'red', classes: 'ansi-red' },
    { text: ' ', classes: '' },
    { text: 'line', classes: 'ansi-underline' },
  ]);
  assert.deepEqual(runs('\u001b[92mbright\u001b[22;1m and bold\u001b[K'), [
    { text: 'bright', classes: 'ansi-green' },
    { text: ' and bold', classes: 'ansi-green ansi-bold' },
  ]);
  assert.equal(runs('plain'), undefined);
  assert.equal(feedItem('\u001b[31mx\u001b[0m', { id: '1', ts: 0 }).text, 'x');
});
