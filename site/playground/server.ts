/** A kit server within the page: the store, the hub and the history of `lp-kit/server`, answered through `fetch`. */
import { type Meta, ProtocolError, parseChannel } from '../../protocol/lp1.ts';
import { History } from '../../server/history/history.ts';
import { parseHistoryQuery } from '../../server/history/history-query.ts';
import type { Answer } from '../../server/hub/answer.ts';
import { Hub } from '../../server/hub/hub.ts';
import { appended, Publisher } from '../../server/hub/publisher.ts';
import type { HeldPoll } from '../../server/hub/watched-channel.ts';
import { parseValues } from '../../server/ingest/native.ts';
import { metaItem } from '../../server/ingest/meta.ts';
import { memoryStore } from '../../server/stores/memory.ts';

const now = (): number => Date.now();
const store = memoryStore();
const hub = new Hub({ store });
const history = new History({ store, now });
const publisher = new Publisher({ store, strict: false, idWindowMs: 60_000, maxIds: 100, now });

/** Publishes as `live.publish` does. */
export async function publish(channel: string, values: unknown): Promise<void> {
  await publisher.append(
    new Map([[channel, parseValues(values, { maxItems: 10_000, now: now() })]]),
  );
}

/** Describes as `live.describe` does. */
export const describe = (channel: string, meta: Meta): Promise<unknown> =>
  publisher.describe(channel, metaItem(meta));

/** Answers a request below the base URL; undefined where there is no such route. */
export async function answer(path: string, request: Request): Promise<Response | undefined> {
  const { search } = new URL(request.url);
  const query = search.slice(1);
  const [, name, rest] = /^\/channels\/([^/]+)(\/history)?$/.exec(path) ?? [];
  try {
    if (path === '/poll') return await poll(query, request.signal);
    if (path === '/channels') return json({ now: now(), channels: await store.list() });
    if (name === undefined) return undefined;
    const channel = parseChannel(decodeURIComponent(name));
    if (rest) {
      const body = await history.body(channel, query, parseHistoryQuery(query, now()));
      return new Response(new Uint8Array(body.bytes), { headers: { 'Content-Type': body.type } });
    }
    if (request.method === 'GET')
      return await poll(`channels=${channel}&wait=0&${query}`, request.signal);
    const items = parseValues(await request.json(), { maxItems: 10_000, now: now() });
    const [result] = (await publisher.append(new Map([[channel, items]]))).values();
    return json(result && appended(result), 201);
  } catch (error) {
    return problem(error);
  }
}

/** Holds a poll until the hub has a response. */
function poll(query: string, signal: AbortSignal): Promise<Response> {
  return new Promise((resolve, reject) => {
    const held: HeldPoll = {
      since: 0,
      deadline: 0,
      group: undefined,
      rights: undefined,
      review: () => 'keep',
      send: ({ body }: Answer) =>
        resolve(
          new Response(typeof body === 'string' ? body : new Uint8Array(body), {
            headers: JSON_TYPE,
          }),
        ),
      fail: (error) => resolve(problem(error)),
    };
    signal.addEventListener('abort', () => {
      hub.leave(held);
      reject(signal.reason as Error);
    });
    hub.poll(query, held);
  });
}

const JSON_TYPE = { 'Content-Type': 'application/json' };
const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: JSON_TYPE });

function problem(error: unknown): Response {
  const { message } = error as Error;
  const known = error instanceof ProtocolError ? error : new ProtocolError('internal', message);
  return new Response(JSON.stringify(known.toProblem()), {
    status: known.status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
