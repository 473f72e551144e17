/** Compiled, never run: what the client's types must accept, and must refuse. */
import {
  type ClientError,
  type ClientStatus,
  type Entry,
  liveClient,
  type Meta,
  type ResetReason,
} from '../../components/client/index.ts';

const client = liveClient('/lp', {
  minIntervalMs: 1_000,
  waitSeconds: 40,
  headers: async () => ({ Authorization: 'Bearer x' }),
  credentials: 'include',
  suspendAfterMs: Infinity,
});
liveClient('/lp', { headers: { 'X-Team': 'ops' } });

const undo: () => void = client.subscribe(
  'cpu',
  ({ channel, reset, entries, meta, cursor }) => {
    const told: [string, ResetReason | undefined, Entry[], Meta | undefined, string] = [
      channel,
      reset,
      entries,
      meta,
      cursor,
    ];
    void told;
  },
  { tail: 1 },
);
undo();

client.onStatus(({ state, error }: ClientStatus) => {
  const failure: ClientError | undefined = error;
  if (state === 'denied') void failure?.code;
  // @ts-expect-error there is no such state
  if (state === 'closed') undo();
});

const count: Promise<number> = client.publish('cpu', [{ value: 1 }]).then((done) => done.count);
void count;
// @ts-expect-error a payload is JSON
void client.publish('cpu', () => 1);
// @ts-expect-error the status is read-only
client.status = { state: 'live', attempt: 0 };
// @ts-expect-error a listener is needed
client.subscribe('cpu');
// @ts-expect-error the option is called minIntervalMs
liveClient('/lp', { interval: 100 });
