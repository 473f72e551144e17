/** The kit, in memory: `lp PORT front|express|shared`. Built into `test/bench/.cache` before a run, so that no old `dist` is measured. */
import express from 'express';
import { livePoll } from '../../../../server/index.ts';

const [port, door] = process.argv.slice(2);
const live = await livePoll({ shared: door === 'shared', maxHeld: 20_000 });
if (door === 'express') express().use('/lp', live.router).listen(Number(port), '127.0.0.1');
else live.listen({ port: Number(port) });
