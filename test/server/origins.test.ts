/**
 * Tokens × origins × hosts × routes, 144 requests: what a page of another origin, a rebound name
 * and a client without a token may do, on a server with tokens for reading and writing that knows
 * its name and one other origin.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ask } from '../support/ask.ts';
import { startLive } from '../support/live-server.ts';

/** Tokens, and what each may do. */
const TOKENS = { none: '', reader: 'r-token', writer: 'w-token', unknown: 'x-token' } as const;

/** The headers of a browser, by the origin of the page. */
const ORIGINS = {
  none: {},
  own: { Origin: 'https://wall.example', 'Sec-Fetch-Site': 'same-origin' },
  allowed: { Origin: 'https://team.example', 'Sec-Fetch-Site': 'cross-site' },
  foreign: { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
} as const;

const HOSTS = { known: 'wall.example', address: '127.0.0.1', rebound: 'evil.example' } as const;

const ROUTES = {
  poll: ['GET', '/poll?channels=cpu&wait=0', undefined],
  publish: ['POST', '/channels/cpu', '1'],
  agent: ['POST', '/in/metrics', 'cpu 1\n'],
} as const;

type Row = {
  token: keyof typeof TOKENS;
  origin: keyof typeof ORIGINS;
  host: keyof typeof HOSTS;
  route: keyof typeof ROUTES;
};

const keys = <T extends object>(of: T) => Object.keys(of) as (keyof T)[];

const ROWS: Row[] = keys(TOKENS).flatMap((token) =>
  keys(ORIGINS).flatMap((origin) =>
    keys(HOSTS).flatMap((host) => keys(ROUTES).map((route) => ({ token, origin, host, route }))),
  ),
);

/** The rules of docs/security.md, in their order. */
function expected({ token, origin, host, route }: Row): number {
  if (host === 'rebound') return 403;
  if (route === 'poll') {
    if (token === 'none') return 401;
    return token === 'unknown' ? 403 : 200;
  }
  if (origin === 'foreign') return 403;
  if (token === 'none') return 401;
  if (token !== 'writer') return 403;
  return route === 'agent' ? 200 : 201;
}

test('144 requests: an unknown host name, a page of another origin and an insufficient token are refused', async () => {
  await using server = await startLive({
    writeToken: TOKENS.writer,
    readToken: TOKENS.reader,
    allowOrigins: ['https://team.example'],
    allowHosts: [HOSTS.known],
  });
  assert.equal(ROWS.length, 144);
  const counts = new Map<number, number>();
  for (const row of ROWS) {
    const [method, path, body] = ROUTES[row.route];
    const token = TOKENS[row.token];
    const { status, headers, text } = await ask(server.url + path, {
      method,
      body,
      headers: {
        Host: HOSTS[row.host],
        ...ORIGINS[row.origin],
        ...(token && { Authorization: `Bearer ${token}` }),
      },
    });
    assert.equal(status, expected(row), `${JSON.stringify(row)}: ${text}`);
    const shares = headers['access-control-allow-origin'];
    const may = row.origin === 'allowed' ? ORIGINS.allowed.Origin : undefined;
    assert.equal(shares, may, `CORS of ${JSON.stringify(row)}`);
    counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  assert.deepEqual(
    [...counts].sort(([a], [b]) => a - b),
    [
      [200, 22],
      [201, 6],
      [401, 20],
      [403, 96],
    ],
  );
});
