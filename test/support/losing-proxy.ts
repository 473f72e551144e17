import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LosingProxy extends AsyncDisposable {
  /** Origin, such as http://127.0.0.1:43210 */
  url: string;
  /** Requests that were passed on: method and path, and the status of their responses. */
  readonly passed: { line: string; status: number }[];
}

/** A proxy in front of `origin` that passes each request on, and loses the first response by closing its connection. */
export async function losingProxy(origin: string, lost: number): Promise<LosingProxy> {
  const passed: LosingProxy['passed'] = [];
  let left = lost;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method, url, headers } = req;
      const on = request(`${origin}${url}`, { method, headers, agent: false }, (answer) => {
        const status = answer.statusCode ?? 0;
        passed.push({ line: `${method} ${url}`, status });
        if (left-- > 0) {
          answer.resume();
          answer.on('end', () => req.socket.destroy());
          return;
        }
        res.writeHead(status, answer.headers);
        answer.pipe(res);
      });
      on.end(Buffer.concat(chunks));
    });
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    passed,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
