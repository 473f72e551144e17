import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLive } from '../support/live-server.ts';

interface Listed {
  channels: { name: string }[];
  more?: boolean;
}

test('the channels of a prefix are listed in pages, sorted by name', async () => {
  await using server = await startLive();
  for (const name of ['b.2', 'a', 'b.10', 'c', 'b.1']) await server.live.publish(name, 1);
  const list = async (query: string): Promise<[string[], boolean | undefined]> => {
    const answer = (await (await fetch(`${server.url}/channels${query}`)).json()) as Listed;
    return [answer.channels.map(({ name }) => name), answer.more];
  };
  assert.deepEqual((await list(''))[0].toSorted(), ['a', 'b.1', 'b.10', 'b.2', 'c']);
  assert.deepEqual(await list('?limit=2'), [['a', 'b.1'], true]);
  assert.deepEqual(await list('?limit=2&after=b.1'), [['b.10', 'b.2'], true]);
  assert.deepEqual(await list('?limit=2&after=b.2'), [['c'], undefined]);
  assert.deepEqual(await list('?limit=9&prefix=b.'), [['b.1', 'b.10', 'b.2'], undefined]);
  assert.deepEqual(await list('?prefix=d'), [[], undefined]);
});

test('a limit that is not a whole number is refused, with the cure', async () => {
  await using server = await startLive();
  for (const limit of ['0', 'x', '1.5', '10001', '-1']) {
    const answer = await fetch(`${server.url}/channels?limit=${limit}`);
    assert.equal(answer.status, 400, limit);
    assert.match(await answer.text(), /whole number from 1 to 10000/);
  }
});
