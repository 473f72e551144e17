import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { pages } from '../../demo/pages.ts';
import { livePoll } from '../../server/index.ts';
import { STRICT_CSP } from './wall.ts';

const TYPES = { html: 'text/html', css: 'text/css', js: 'text/javascript' };
const folder = fileURLToPath(new URL('../sheet/', import.meta.url));

export interface Sheet extends AsyncDisposable {
  url: string;
}

/** A page with every element in every state, under the strict policy, with the demo's styles. */
export async function openSheet(): Promise<Sheet> {
  const live = await livePoll({ graceMs: 20 });
  const demo = pages({ base: '/lp', needsToken: false });
  const server = live.listen({
    port: 0,
    async app(req, res) {
      const [, file, ending] = /^\/(sheet[\w-]*\.(html|css|js))(?:\?|$)/.exec(req.url ?? '') ?? [];
      if (!file) return demo(req, res);
      const type = `${TYPES[ending as keyof typeof TYPES]}; charset=utf-8`;
      res.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': STRICT_CSP });
      res.end(await readFile(folder + file));
    },
  });
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/sheet.html`,
    [Symbol.asyncDispose]: () => live.close(),
  };
}
