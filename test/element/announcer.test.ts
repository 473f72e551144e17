import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Announcer } from '../../components/element/announcer.ts';

/** An announcer whose clock the test advances. */
function scene(): {
  announcer: Announcer;
  said: string[];
  pass: (ms: number) => void;
} {
  let now = 0;
  const due: { at: number; run: () => void }[] = [];
  const said: string[] = [];
  const announcer = new Announcer({
    speak: (text) => said.push(text),
    now: () => now,
    after: (ms, run) => due.push({ at: now + ms, run }),
  });
  const pass = (ms: number): void => {
    now += ms;
    for (const each of due.splice(0).toSorted((a, b) => a.at - b.at)) {
      if (each.at <= now) each.run();
      else due.push(each);
    }
  };
  return { announcer, said, pass };
}

const above = (names: string[]): string => `${names.join(' and ')} above limit.`;

test('equal announcements at one time are joined into one sentence', () => {
  const { announcer, said, pass } = scene();
  announcer.announce('danger', 'CPU', above);
  announcer.announce('danger', 'Memory', above);
  pass(300);
  assert.deepEqual(said, ['CPU and Memory above limit.']);
});

test('the second announcement follows at least five seconds after the first, with all that are waiting', () => {
  const { announcer, said, pass } = scene();
  announcer.announce('danger', 'CPU', above);
  pass(300);
  announcer.announce('danger', 'Memory', above);
  pass(4800);
  announcer.announce('danger', 'Disk', above);
  assert.equal(said.length, 1);
  pass(300);
  assert.deepEqual(said.slice(1), ['Memory and Disk above limit.']);
});

test('only the latest announcement of a name is made', () => {
  const { announcer, said, pass } = scene();
  announcer.announce('danger', 'CPU', above);
  announcer.announce('ok', 'CPU', (names) => `${names.join()} normal.`);
  pass(300);
  assert.deepEqual(said, ['CPU normal.']);
});

test('an announcement that is withdrawn in time is not made, and causes no other', () => {
  const { announcer, said, pass } = scene();
  announcer.announce('lost', '', () => 'Lost.');
  assert.equal(announcer.withdraw('lost'), true);
  pass(300);
  assert.deepEqual(said, []);
  announcer.announce('lost', '', () => 'Lost.');
  pass(300);
  assert.equal(announcer.withdraw('lost'), false);
  assert.deepEqual(said, ['Lost.']);
});
