import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaderElection, type Locks } from '../../components/client/tabs/leader-election.ts';

interface Requested {
  steal: boolean;
  grant: () => Promise<void>;
  reject: (error: unknown) => void;
}

function scripted(): { requests: Requested[]; told: string[]; leadership: LeaderElection } {
  const requests: Requested[] = [];
  const told: string[] = [];
  const locks: Locks = {
    request: (_name, { steal = false }, held) =>
      new Promise((_, reject) => requests.push({ steal, grant: held, reject })),
  };
  const leadership = new LeaderElection({
    locks,
    name: 'lock',
    random: () => 0,
    after: (_ms, run) => {
      run();
      return () => {};
    },
    onWon: () => told.push('won'),
    onLost: () => told.push('lost'),
    onRefused: () => told.push('refused'),
  });
  return { requests, told, leadership };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a lock that is granted after the tab has left is released at once', async () => {
  const { requests, told, leadership } = scripted();
  leadership.join();
  leadership.leave();
  await requests[0]?.grant();
  assert.deepEqual(told, []);
});

test('a waiting tab does not request the lock twice, and the holder does not steal it', () => {
  const { requests, told, leadership } = scripted();
  leadership.join();
  leadership.join();
  requests[0]?.grant();
  leadership.stealSoon();
  assert.deepEqual(
    requests.map(({ steal }) => steal),
    [false],
  );
  assert.deepEqual(told, ['won']);
});

test('a tab whose lock was stolen waits for it again; one that was refused does not', async () => {
  const { requests, told, leadership } = scripted();
  leadership.join();
  requests[0]?.grant();
  requests[0]?.reject(new DOMException('stolen', 'AbortError'));
  await turn();
  assert.deepEqual([told, requests.length], [['won', 'lost'], 2]);
  requests[1]?.reject(new DOMException('no', 'SecurityError'));
  await turn();
  assert.deepEqual([told, requests.length], [['won', 'lost', 'refused'], 2]);
});

test('leaving releases the lock, and later results of the platform are ignored', async () => {
  const { requests, told, leadership } = scripted();
  leadership.join();
  const held = requests[0]?.grant();
  leadership.leave();
  await held;
  requests[0]?.reject(new DOMException('late', 'AbortError'));
  await turn();
  assert.deepEqual(told, ['won']);
});
