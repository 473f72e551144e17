import { createWriteStream, type WriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { ProtocolError } from '../../protocol/lp1.ts';
import { pathOf } from './request-target.ts';

/** Options of `Audit`. */
export interface AuditOptions {
  /** Path of the file to append to (created with mode 600); `-` is standard output. */
  target: string;
  /** Returns a client's address. */
  addressOf: (req: IncomingMessage) => string;
  /** Returns the name of a client's token, if it has one. */
  nameOf: (req: IncomingMessage) => string | undefined;
  /** Returns the user that a trusted proxy names. */
  userOf: (req: IncomingMessage) => string | undefined;
  /** Wall clock, in ms since 1970. */
  now: () => number;
}

/**
 * Audit log: one JSON line per write, refusal and change of tokens. It never contains a token, a payload or a query.
 */
export class Audit {
  readonly #options: AuditOptions;
  #file: WriteStream | undefined;

  constructor(options: AuditOptions) {
    this.#options = options;
    this.reopen();
  }

  /** Opens the file again after it was moved away, for log rotation. */
  reopen(): void {
    const { target } = this.#options;
    if (target === '-') return;
    this.#file?.end();
    this.#file = createWriteStream(target, { flags: 'a', mode: 0o600 });
    this.#file.on('error', (error) =>
      console.error(
        `lp-kit: the audit log cannot be written: ${error.message}; free disk space, or check the path and its permissions`,
      ),
    );
  }

  /** Records a write that was stored: the channels, and the cursor of each where it is known. */
  wrote(req: IncomingMessage, channels: Iterable<readonly [string, string | undefined]>): void {
    for (const [channel, cursor] of channels) this.#line('write', req, { channel, cursor });
  }

  /** Records a request that was refused. */
  refused(req: IncomingMessage, { code, channel }: ProtocolError): void {
    const named = /^\/channels\/([\w.:-]{1,128})\/?$/.exec(pathOf(req))?.[1]; // a path may hold a token elsewhere
    this.#line('refused', req, { channel: channel ?? named, code });
  }

  /** Records that the tokens have changed. */
  tokensChanged(): void {
    this.#write({ event: 'tokens' });
  }

  /** Resolves once all lines are written. */
  close(): Promise<void> {
    return new Promise((done) => (this.#file ? this.#file.end(() => done()) : done()));
  }

  #line(event: string, req: IncomingMessage, what: Record<string, string | undefined>): void {
    const { addressOf, nameOf, userOf } = this.#options;
    const who = { name: nameOf(req), by: userOf(req) };
    this.#write({ event, method: req.method, ...who, ...what, address: addressOf(req) });
  }

  #write(record: Record<string, string | undefined>): void {
    const time = new Date(this.#options.now()).toISOString();
    const line = `${JSON.stringify({ time, ...record })}\n`;
    (this.#file ?? process.stdout).write(line);
  }
}
