/** The commands of docs/feeding.md run as they stand, and store what they should. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { hashOf } from '../../server/http/tokens.ts';
import { emptyFolder } from '../support/folders.ts';
import { startLive } from '../support/live-server.ts';

const text = readFileSync(new URL('../../docs/feeding.md', import.meta.url), 'utf8');
const [, recipes = ''] = text.split('## Recipes');

/** Indented commands, with the lines that continue them, and commands within a sentence. */
const commands = [
  ...[...recipes.matchAll(/^ {4}(curl (?:.*\\\n)*.*)$/gm)].map(([, command = '']) => command),
  ...[...recipes.matchAll(/`(curl [^`]*)`/g)].map(([, command = '']) => command),
];

test('the curl commands among the recipes run unchanged, and their entries are stored', async (t) => {
  const folder = await emptyFolder(t);
  const tokens = [
    { name: 'all', hash: hashOf('TOKEN'), read: ['*'], write: ['*'] },
    { name: 'ping', hash: hashOf('PING-TOKEN'), push: 'job.nightly' },
  ];
  await writeFile(join(folder, 'tokens.json'), JSON.stringify(tokens), { mode: 0o600 });
  await writeFile(join(folder, 'metrics.txt'), 'jobs_done 42\n');
  await writeFile(join(folder, 'backup.sh'), '#!/bin/sh\nexit 3\n', { mode: 0o755 });
  await using server = await startLive({ tokens: join(folder, 'tokens.json') });

  assert.ok(commands.length >= 5, `${commands.length} commands`);
  for (const command of commands) {
    const auth = command.includes('TOKEN') ? '' : '-H "Authorization: Bearer TOKEN"';
    const curl = `curl() { command curl -fsS ${auth} "$@" || exit 22; }`;
    await promisify(execFile)('sh', ['-c', `${curl}\nU=${server.url}\n${command}`], {
      cwd: folder,
    });
  }

  const stored = async (channel: string): Promise<unknown[]> => {
    const headers = { Authorization: 'Bearer TOKEN' };
    const { json } = await server.poll(`channels=${channel}&since=&wait=0`, { headers });
    return (
      (json as { channels: Record<string, { entries: { d: unknown }[] }> }).channels[
        channel
      ]?.entries.map(({ d }) => d) ?? []
    );
  };
  assert.deepEqual(await stored('jobs_done'), [{ value: 42, labels: { job: 'nightly' } }]);
  assert.deepEqual(await stored('backups'), [
    { level: 'warning', text: 'done in 3 min', title: 'Backup' },
  ]);
  const event = { type: 'order.paid', source: '/shop', id: '1', data: { total: 42 } };
  assert.deepEqual(await stored('shop.events'), [{ title: 'order.paid', ...event }]);
  const job = (await stored('job.nightly')) as { duration?: number }[];
  assert.ok(job[1]?.duration);
  const withoutDuration = (name: string, value: unknown): unknown =>
    name === 'duration' ? undefined : value;
  assert.deepEqual(JSON.parse(JSON.stringify(job, withoutDuration)), [
    { status: 'started' },
    { status: 'down', level: 'critical', exit: 3 },
    { status: 'up', text: 'done' },
  ]);
});
