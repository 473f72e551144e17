// @ts-check
/**
 * The lower bound: a long poll on plain node:http with the smallest possible cursor, the number of
 * the last message. One message is kept. `node node-http.mjs PORT [express]`: the same, as a
 * handler in a bare Express app.
 */
import { createServer } from 'node:http';

const [port, inExpress] = process.argv.slice(2);
/** @type {import('node:http').ServerResponse[]} */
let waiting = [];
let last = 0;
let body = Buffer.from('{}');

/** @param {import('node:http').ServerResponse} res */
function answer(res) {
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
  res.end(body);
}

/** @type {import('node:http').RequestListener} */
function subscribe(req, res) {
  const since = Number(req.url?.split('=')[1]);
  if (since < last) answer(res);
  else waiting.push(res);
}

/** @type {import('node:http').RequestListener} */
function publish(req, res) {
  let text = '';
  req.on('data', (chunk) => (text += chunk));
  req.on('end', () => {
    last++;
    body = Buffer.from(`{"n":${last},"d":${text}}`);
    const woken = waiting;
    waiting = [];
    for (const each of woken) answer(each);
    res.end();
  });
}

/** @type {import('node:http').RequestListener} */
let handler = (req, res) => (req.method === 'POST' ? publish(req, res) : subscribe(req, res));
if (inExpress) {
  const { default: express } = await import('express');
  handler = express().get('/subscribe', subscribe).post('/publish', publish);
}
createServer(handler).listen(Number(port), '127.0.0.1');
