/**
 * Runs in a separate network (`unshare --net`): clients lose their network while the server holds their polls, so
 * that neither a FIN nor a RST arrives. Prints, as a line of JSON, the server's counts before and after.
 */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { livePoll } from '../../server/index.ts';

const CLIENTS = 100;
const CLOSE = { Connection: 'close' };
/** Random words, which cannot be compressed to less than the kernel's buffers. */
const LARGE = Array.from({ length: 40 }, () => ({ text: randomBytes(100_000).toString('base64') }));
const ip = (...words: string[]): Buffer => execFileSync('ip', words);

ip('link', 'set', 'lo', 'up');
const live = await livePoll({ maxUnreadMs: 200, graceMs: 20 });
const server = live.listen({ port: 0 });
await once(server, 'listening');
server.keepAliveTimeout = 200;
const { port } = server.address() as AddressInfo;
const connections = (): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
const next = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

const held = async (): Promise<number> => {
  const response = await fetch(`http://127.0.0.1:${port}/lp/health`, { headers: CLOSE });
  return ((await response.json()) as { held: number }).held;
};

for (let i = 0; i < CLIENTS; i++) {
  const socket = connect(port, '127.0.0.1').on('error', () => {});
  const channel = i % 2 ? 'small' : 'large'; // The kernel buffers a small response, and a large one has to wait.
  socket.write(`GET /lp/poll?channels=${channel}&since=0 HTTP/1.1\r\nHost: localhost\r\n\r\n`);
}
while ((await held()) < CLIENTS) await next();
const before = { held: await held(), connections: await connections() };
ip('link', 'set', 'lo', 'down');
await live.publish('small', 1);
await live.publish('large', LARGE);
while ((await connections()) > 0) await next();
ip('link', 'set', 'lo', 'up');
console.log(JSON.stringify({ before, left: { held: await held() } }));
process.exit();
