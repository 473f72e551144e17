// @ts-check
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingCache, startCache } from '../../support/cache-server.ts';
import { costsOf, post, startServer } from './server-process.mjs';

/**
 * How a long poll is requested, and which message ids a response contains.
 * @typedef {object} LongPoll
 * @property {(state: Record<string, any>) => { path: string, headers?: string }} ask
 * @property {(answer: { status: number, head: string, body: string }, state: Record<string, any>) => number[]} take
 */

/**
 * A server that sends messages to many clients. Either `wire` (polled) or `join` (pushed).
 * @typedef {object} Peer
 * @property {string} title
 * @property {() => Promise<import('./server-process.mjs').ServerProcess>} start
 * @property {(port: number, text: string) => Promise<number>} publish
 * @property {LongPoll} [wire]
 * @property {(port: number, onMessage: (id: number) => void) => Promise<{ end(): void }>} [join]
 */

const path = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));
const node =
  (/** @type {string} */ file, /** @type {string[]} */ ...args) =>
  () =>
    startServer((port) => [process.execPath, path(file), String(port), ...args]);

/** @type {LongPoll} */
const numbered = {
  ask: (state) => ({ path: `/subscribe?since=${state['n'] ?? 0}` }),
  take({ body }, state) {
    const { n, d } = JSON.parse(body);
    state['n'] = n;
    return [d.id];
  },
};

/** @type {LongPoll} */
const bare = {
  ask: () => ({ path: '/subscribe' }),
  take: ({ status, body }) => (status === 200 ? [JSON.parse(body).id] : []),
};

/** One channel, and the rule that every client of the kit follows. @type {LongPoll} */
const lp = {
  ask: ({ cursor = '0', round }) => ({
    path: `/lp/poll?channels=t&since=${cursor}&wait=50${round ? `&round=${round}` : ''}`,
  }),
  take({ status, body }, state) {
    if (status !== 200) return [];
    const { channels, round } = JSON.parse(body);
    state['round'] = round;
    const { t } = channels;
    if (!t || t.from !== (state['cursor'] ?? '0')) return [];
    state['cursor'] = t.to;
    return t.entries.map((/** @type {{ d: { id: number } }} */ { d }) => d.id);
  },
};

/** The same by clients that show tokens. @param {(client: number) => string} tokenOf @returns {LongPoll} */
const lpAs = (tokenOf) => {
  let clients = 0;
  return {
    ...lp,
    ask(state) {
      state['token'] ??= tokenOf(clients++);
      return { ...lp.ask(state), headers: `Authorization: Bearer ${state['token']}\r\n` };
    },
  };
};

/** nginx's own long poll asks with the validators of the last message. @type {LongPoll} */
const nchan = {
  ask: ({ modified, etag }) => ({
    path: '/sub',
    headers: modified ? `If-Modified-Since: ${modified}\r\nIf-None-Match: ${etag}\r\n` : '',
  }),
  take({ status, head, body }, state) {
    state['modified'] = /last-modified: *([^\r]+)/i.exec(head)?.[1] ?? state['modified'];
    state['etag'] = /etag: *([^\r]+)/i.exec(head)?.[1] ?? state['etag'];
    return status === 200 && body ? [JSON.parse(body).id] : [];
  },
};

const publish = (/** @type {number} */ port, /** @type {string} */ text) =>
  post(port, '/publish', text);
const publishLp = (/** @type {number} */ port, /** @type {string} */ text) =>
  post(port, '/lp/channels/t', text);
const publishAsWriter = (/** @type {number} */ port, /** @type {string} */ text) =>
  post(port, '/lp/channels/t', text, 'writer');
const kit = (/** @type {string} */ door) => node('../.cache/lp.mjs', door);
/**
 * The kit behind a shared cache, with the recipe of docs/deploying.md: the cost of both together.
 */
const cached = (/** @type {import('../../support/cache-server.ts').CacheKind} */ kind) => ({
  wire: lp,
  publish: publishLp,
  async start() {
    const origin = await kit('shared')();
    const cache = await startCache(kind, origin.port);
    const costs = [origin, costsOf(cache.pid)];
    return {
      port: cache.port,
      cpuMs: () => costs.reduce((sum, each) => sum + each.cpuMs(), 0),
      rssBytes: () => costs.reduce((sum, each) => sum + each.rssBytes(), 0),
      async stop() {
        await cache[Symbol.asyncDispose]();
        await origin.stop();
      },
    };
  },
});
const push = (/** @type {string} */ kind) => ({
  start: node('servers/push.mjs', kind),
  publish,
  join: joined(kind),
});

/** @type {Record<string, Peer>} */
export const PEERS = {
  floor: {
    title: 'plain node http',
    start: node('servers/node-http.mjs'),
    wire: numbered,
    publish,
  },
  front: {
    title: 'lp-kit, standalone listener',
    start: kit('front'),
    wire: lp,
    publish: publishLp,
  },
  before: {
    title: 'lp-kit, other checkout',
    start: node('../.cache/before.mjs', 'front'),
    wire: lp,
    publish: publishLp,
  },
  token: {
    title: 'lp-kit, one token',
    start: kit('token'),
    wire: lpAs(() => 'reader'),
    publish: publishAsWriter,
  },
  tokens: {
    title: 'lp-kit, 1,000 tokens',
    start: kit('tokens'),
    wire: lpAs((client) => `reader${client % 1_000}`),
    publish: publishAsWriter,
  },
  bare: {
    title: 'bare Express handler',
    start: node('servers/node-http.mjs', 'express'),
    wire: numbered,
    publish,
  },
  mounted: { title: 'lp-kit in Express', start: kit('express'), wire: lp, publish: publishLp },
  nginx: { title: 'lp-kit behind nginx as cache', ...cached('nginx') },
  varnish: { title: 'lp-kit behind Varnish', ...cached('varnish') },
  seed: {
    title: 'Express, tutorial style',
    start: node('servers/express-seed.mjs'),
    wire: bare,
    publish,
  },
  siopoll: { title: 'Socket.IO, polling', ...push('siopoll') },
  sio: { title: 'Socket.IO, WebSocket', ...push('sio') },
  ws: { title: 'ws', ...push('ws') },
  sse: { title: 'Server-Sent Events', ...push('sse') },
  nchan: {
    title: 'nchan (nginx)',
    start: startNchan,
    wire: nchan,
    publish: (port, text) => post(port, '/pub', text),
  },
};

/** @param {string} kind @returns {NonNullable<Peer['join']>} */
function joined(kind) {
  if (kind === 'sse') return joinStream;
  const peers = createRequire(new URL('../peers/package.json', import.meta.url));
  if (kind === 'ws') {
    return (port, onMessage) =>
      new Promise((resolve) => {
        const { WebSocket } = peers('ws');
        const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
        socket.on('open', () => resolve({ end: () => socket.terminate() }));
        socket.on('message', (/** @type {Buffer} */ data) => onMessage(idOf(String(data))));
      });
  }
  const transports = [kind === 'sio' ? 'websocket' : 'polling'];
  return (port, onMessage) =>
    new Promise((resolve) => {
      const { io } = peers('socket.io-client');
      const options = { transports, forceNew: true, reconnection: false };
      const socket = io(`http://127.0.0.1:${port}`, options);
      socket.on('connect', () => resolve({ end: () => socket.disconnect() }));
      socket.on('m', (/** @type {string} */ text) => onMessage(idOf(text)));
    });
}

/** @type {NonNullable<Peer['join']>} */
function joinStream(port, onMessage) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /sse HTTP/1.1\r\nHost: x\r\n\r\n');
      resolve({ end: () => socket.destroy() });
    });
    let rest = '';
    socket.on('data', (bytes) => {
      const events = (rest + bytes.toString('latin1')).split('\n\n');
      rest = events.pop() ?? '';
      for (const event of events) if (event.includes('"id":')) onMessage(idOf(event));
    });
  });
}

const idOf = (/** @type {string} */ text) => Number(/"id":(\d+)/.exec(text)?.[1]);

const NCHAN = '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** Peers to be left out here, and why. @type {Record<string, string | false>} */
export const missing = {
  before: !process.argv.includes('--before') && 'give its checkout by --before',
  nchan: !existsSync(NCHAN) && 'Debian has it as libnginx-mod-nchan',
  nginx: missingCache('nginx'),
  varnish: missingCache('varnish'),
};

async function startNchan() {
  const dir = mkdtempSync(join(tmpdir(), 'lp-nchan-'));
  const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${dir}/${kind};`)
    .join(' ');
  return startServer((port) => {
    writeFileSync(
      join(dir, 'nginx.conf'),
      `daemon off; worker_processes 1; pid ${dir}/pid; error_log ${dir}/error.log;
      load_module ${NCHAN};
      events { worker_connections 20000; }
      http { access_log off; keepalive_requests 1000000; ${temp}
        server { listen 127.0.0.1:${port};
          location /pub { nchan_publisher; nchan_channel_id t; nchan_message_buffer_length 1000; nchan_message_timeout 5m; }
          location /sub { nchan_subscriber longpoll; nchan_channel_id t; nchan_subscriber_first_message newest; } } }`,
    );
    return ['nginx', '-p', dir, '-c', join(dir, 'nginx.conf')];
  });
}
