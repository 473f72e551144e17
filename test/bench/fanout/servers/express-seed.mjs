// @ts-check
/** What a tutorial shows: a Set of responses, `res.json` on publish, no cursor. `node express-seed.mjs PORT` */
import express from 'express';

/** @type {Set<import('express').Response>} */
const clients = new Set();
const app = express();
app.use(express.json());
app.get('/subscribe', (_req, res) => {
  clients.add(res);
  res.on('close', () => clients.delete(res));
});
app.post('/publish', (req, res) => {
  for (const client of clients) client.json(req.body);
  clients.clear();
  res.json({ ok: true });
});
app.listen(Number(process.argv[2]), '127.0.0.1');
