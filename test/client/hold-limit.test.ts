import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HoldLimit } from '../../components/client/hold-limit.ts';
import { delta, initial, scripted } from '../support/scripted-client.ts';

/**
 * The hold that a client requests behind a proxy that closes each held poll after `cutSeconds`
 * without data.
 */
async function holdsBehind(t: TestContext, cutSeconds: number, polls: number): Promise<string[]> {
  const { net, time, listen } = scripted(t, { random: () => 0 });
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  await time.advance(100);
  const asked: string[] = [];
  while (asked.length < polls) {
    const poll = await net.next();
    const wait = Number(poll.param('wait'));
    if (wait > 0) asked.push(String(wait));
    await time.advance(Math.min(wait, cutSeconds) * 1000);
    if (wait > cutSeconds) poll.html(504);
    else poll.answer({});
    await time.advance(100);
  }
  return asked;
}

test('behind a proxy that closes connections after 20 s without data, holds become shorter than that', async (t) => {
  assert.deepEqual(await holdsBehind(t, 20, 5), ['25', '25', '16', '16', '16']);
});

test('a proxy whose timeout is longer than a hold changes nothing', async (t) => {
  assert.deepEqual(await holdsBehind(t, 60, 3), ['25', '25', '25']);
});

test('polls lost at different ages, or soon after their start, do not change the hold', () => {
  const hold = new HoldLimit();
  for (const ms of [6_000, 9_000, 20_000, 14_000, 1_000, 1_000, 1_000]) hold.lost(ms, 0);
  assert.equal(hold.seconds(25, 0), 25);
});

test('a response that took longer than the last cut raises the limit again', () => {
  const hold = new HoldLimit();
  hold.lost(12_000, 0);
  hold.answered(14_000);
  hold.lost(12_000, 0);
  assert.equal(hold.seconds(25, 0), 25);
  hold.answered(5_000); // This is no evidence about 12 s.
  hold.lost(12_000, 0);
  assert.equal(hold.seconds(25, 0), 9);
});

test('a learned hold limit is tested again after an hour; a shorter configured one stays', () => {
  const hold = new HoldLimit();
  hold.lost(20_000, 0);
  hold.lost(20_000, 1_000);
  assert.equal(hold.seconds(25, 1_000), 16);
  assert.equal(hold.seconds(10, 1_000), 10);
  assert.equal(hold.seconds(0, 1_000), 0);
  assert.equal(hold.seconds(25, 3_700_000), 25);
});

test('holds that end early with updates do not hide the proxy’s timeout', async (t) => {
  const { net, time, listen } = scripted(t, { random: () => 0 });
  listen('cpu');
  (await net.next()).answer({ cpu: initial(2) });
  for (const news of [3, 4]) {
    await time.advance(100);
    const poll = await net.next();
    assert.equal(poll.param('wait'), '25');
    await time.advance(15_000);
    poll.html(502);
    await time.advance(100);
    (await net.next()).answer({ cpu: delta(`${news - 1}.a`, news) });
  }
  await time.advance(100);
  assert.equal((await net.next()).param('wait'), '12');
});
