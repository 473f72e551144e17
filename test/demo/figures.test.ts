import assert from 'node:assert/strict';
import type { CpuInfo } from 'node:os';
import { test } from 'node:test';
import { cpuShares } from '../../demo/cpu.ts';
import { parseMounts, readDisks } from '../../demo/disks.ts';
import { kitSample, parseCounts, refusals, requestsSaved } from '../../demo/kit-metrics.ts';
import { limitWatch, readerWatch } from '../../demo/limit-watch.ts';
import { parseTraffic, trafficRate } from '../../demo/network.ts';

const core = (user: number, sys: number, idle: number): CpuInfo => ({
  model: 'x',
  speed: 1,
  times: { user, nice: 0, sys, idle, irq: 0 },
});

test('the shares of a core are those of the time between the readings', () => {
  const shares = cpuShares(
    [core(1000, 500, 9000), core(0, 0, 0)],
    [core(1030, 510, 9060), core(0, 0, 100)],
  );
  assert.deepEqual(shares, { value: 0.2, user: 0.15, system: 0.05, cores: [0.4, 0] });
});

test('no elapsed time, or another number of cores, gives no shares rather than zeros', () => {
  const cores = [core(1, 1, 1)];
  assert.equal(cpuShares(cores, cores), undefined);
  assert.equal(cpuShares(cores, [...cores, core(2, 2, 2)]), undefined);
  assert.equal(cpuShares([], []), undefined);
});

const DEV = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:  999999     10    0    0    0     0          0         0   999999      10    0    0    0     0       0          0
  eth0: 1000       5    0    0    0     0          0         0      300       4    0    0    0     0       0          0
 wlan0:2000 5 0 0 0 0 0 0 400 4 0 0 0 0 0 0
veth1a: 7777       5    0    0    0     0          0         0     7777       4    0    0    0     0       0          0
`;

test('traffic is that of the real interfaces, without loopback and forwarded traffic of containers', () => {
  assert.deepEqual(parseTraffic(DEV), { in: 3000, out: 700 });
  assert.equal(parseTraffic('  lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0'), undefined);
  assert.equal(parseTraffic(''), undefined);
});

test('a counter that decreased, or is missing, gives no rate', () => {
  const before = { in: 1000, out: 100 };
  assert.deepEqual(trafficRate(before, { in: 3000, out: 100 }, 2), { in: 1000, out: 0 });
  assert.equal(trafficRate(before, { in: 10, out: 200 }, 1), undefined);
  assert.equal(trafficRate(undefined, before, 1), undefined);
  assert.equal(trafficRate(before, undefined, 1), undefined);
});

const metrics = (n: Record<string, number>): string =>
  Object.entries({
    lp_held_polls: 2,
    'lp_polls_total{result="news"}': 0,
    'lp_polls_total{result="empty"}': 0,
    lp_answer_bytes_total: 0,
    lp_wake_seconds_count: 0,
    lp_wake_seconds_sum: 0,
    lp_published_entries_total: 0,
    lp_refused_publishes_total: 0,
    lp_listened_seconds_total: 0,
    ...n,
  })
    .map(([name, value]) => `# HELP ${name} words\n${name} ${value}\n`)
    .join('');

test('two readings of the metrics give rates, and the wake latency between them', () => {
  const before = parseCounts(metrics({ lp_wake_seconds_count: 1, lp_wake_seconds_sum: 5 }));
  const now = parseCounts(
    metrics({
      'lp_polls_total{result="news"}': 4,
      lp_wake_seconds_count: 3,
      lp_wake_seconds_sum: 5.004,
      lp_answer_bytes_total: 3000,
      lp_published_entries_total: 20,
    }),
  );
  const sample = kitSample(before, now, 2);
  assert.deepEqual(sample['kit.polls'], { held: 2 });
  assert.deepEqual(sample['kit.answers'], { news: 2, empty: 0 });
  assert.deepEqual(sample['kit.wake'], { value: 2 });
  assert.deepEqual(sample['kit.sent'], { value: 1500 });
  assert.deepEqual(sample['kit.publishes'], { value: 10 });
});

test('without woken polls there is no wake latency, rather than zero', () => {
  const counts = parseCounts(metrics({}));
  assert.equal(kitSample(counts, counts, 1)['kit.wake'], undefined);
});

test('refused writes are at most one event a second, and none if there were none', () => {
  const before = parseCounts(metrics({}));
  const now = parseCounts(metrics({ lp_refused_publishes_total: 3 }));
  assert.equal(refusals(before, now).length, 1);
  assert.deepEqual(refusals(now, now), []);
});

test('saved is the number of requests of widgets that poll each second, minus those made, and never below 0', () => {
  const counts = parseCounts(
    metrics({
      lp_listened_seconds_total: 120,
      'lp_polls_total{result="news"}': 15,
      'lp_polls_total{result="empty"}': 5,
    }),
  );
  assert.equal(requestsSaved(counts), 100);
  assert.equal(requestsSaved({ ...counts, listenedSeconds: 3 }), 0);
});

test('metrics without one of our lines are refused, not read as zero', () => {
  assert.throws(() => parseCounts('lp_held_polls 2\n'), /lp_polls_total/);
});

test('a threshold counts as crossed after three samples beyond it, and as left after three well below; each is reported once', () => {
  const text = (value: number): string => `${value * 100} %`;
  const watch = limitWatch({ label: 'CPU', above: 0.9, below: 0.7, text });
  const values = [0.95, 0.5, 0.95, 0.95, null, 0.95, 0.99, 0.8, 0.8, 0.8, 0.2, 0.91, 0.2, 0.2, 0.2];
  const told = values.flatMap((value, i) => watch(value).map((event) => [i, event.text]));
  assert.deepEqual(told, [
    [5, 'CPU is above 90 %'],
    [14, 'CPU is below 70 % again'],
  ]);
});

test('a client between two polls is still counted; one that stays away is not', () => {
  const watch = readerWatch();
  const told = [0, 1, 0, 1, 3, 0, 0, 0].map((held) => watch(held).map(({ text }) => text));
  assert.deepEqual(told, [
    [],
    ['A page joined: 1 connected'],
    [],
    [],
    ['2 pages joined: 3 connected'],
    [],
    [],
    ['3 pages left: 0 connected'],
  ]);
});

test('each disk is listed once, at its shortest path, without single files', () => {
  const mounts = [
    'proc /proc proc rw 0 0',
    '/dev/sda1 /var/lib/docker/btrfs ext4 rw 0 0',
    '/dev/sda1 / ext4 rw 0 0',
    '/dev/sdb1 /mnt/my\\040disk ext4 rw 0 0',
    '/dev/sdc1 /etc/hosts ext4 ro 0 0',
    '/dev/loop0 /snap/core squashfs ro 0 0',
    'tmpfs /tmp tmpfs rw 0 0',
    '',
  ].join('\n');
  assert.deepEqual(parseMounts(mounts), ['/', '/mnt/my disk']);
  assert.deepEqual(parseMounts(''), []);
});

test('if the system lists no disk, the one of the working directory is used', async () => {
  const disks = await readDisks('/nothing/here');
  assert.deepEqual(Object.keys(disks), ['.']);
  const { used = 0, total = 0, usedRatio = -1 } = disks['.'] ?? {};
  assert.ok(used > 0 && used < total && usedRatio > 0 && usedRatio < 1);
});
