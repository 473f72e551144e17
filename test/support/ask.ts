import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import type { Answer, Problem } from '../../server/index.ts';

/** A server's response. */
export class Asked {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;

  constructor(status: number, headers: IncomingHttpHeaders, bytes: Buffer) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** The body parsed as JSON. @throws SyntaxError if it is not JSON */
  get json(): unknown {
    return JSON.parse(this.text);
  }

  /** The body of a poll's 200 response. */
  get answer(): Answer {
    if (this.status !== 200) throw new Error(`${this.status}: ${this.text}`);
    return this.json as Answer;
  }

  /** The body of an error. */
  get problem(): Problem {
    if (this.status < 400) throw new Error(`no error: ${this.status} ${this.text}`);
    return this.json as Problem;
  }
}

export interface AskOptions {
  /** Default: GET, or POST if there is a body. */
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string | Buffer | undefined;
  signal?: AbortSignal;
  /** Default: a separate connection that is closed after the response (`Connection: close`). */
  agent?: Agent;
}

/** One request over node's own http, which lets a test set any header (Host, Origin, Sec-Fetch-Site …). */
export function ask(url: string, options: AskOptions = {}): Promise<Asked> {
  const { body, headers = {}, signal, agent = false } = options;
  const method = options.method ?? (body === undefined ? 'GET' : 'POST');
  return new Promise((resolve, reject) => {
    const req = request(url, { method, headers, agent, ...(signal && { signal }) }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.on('error', reject);
      res.on('end', () =>
        resolve(new Asked(res.statusCode ?? 0, res.headers, Buffer.concat(chunks))),
      );
    });
    req.on('error', reject);
    req.end(body);
  });
}

/** A POST of JSON. */
export const postJson = (
  url: string,
  value: unknown,
  options: Pick<AskOptions, 'agent'> = {},
): Promise<Asked> => {
  const headers = { 'Content-Type': 'application/json' };
  return ask(url, { ...options, body: JSON.stringify(value), headers });
};
