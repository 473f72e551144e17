// @ts-check
/**
 * Servers that push instead of being polled: `node push.mjs PORT sse|ws|sio|siopoll`; ws and
 * Socket.IO from `../../peers`.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';

const peers = createRequire(new URL('../../peers/package.json', import.meta.url));
const [port, kind] = process.argv.slice(2);

/** @type {Set<import('node:http').ServerResponse>} */
const streams = new Set();
/** @type {(text: string) => void} */
let send = (text) => {
  for (const res of streams) res.write(`data: ${text}\n\n`);
};

const server = createServer((req, res) => {
  if (req.method === 'POST') {
    let text = '';
    req.on('data', (chunk) => (text += chunk));
    req.on('end', () => {
      send(text);
      res.end();
    });
    return;
  }
  if (req.url !== '/sse') return;
  res.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  res.flushHeaders();
  streams.add(res);
  res.on('close', () => streams.delete(res));
});
if (kind === 'ws') {
  const { WebSocketServer } = peers('ws');
  const sockets = new WebSocketServer({ server });
  send = (text) => {
    for (const client of sockets.clients) client.send(text);
  };
}
if (kind === 'sio' || kind === 'siopoll') {
  const { Server } = peers('socket.io');
  const io = new Server(server, { transports: [kind === 'sio' ? 'websocket' : 'polling'] });
  send = (text) => io.emit('m', text);
}
server.listen(Number(port), '127.0.0.1');
