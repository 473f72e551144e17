// @ts-check
import { connect } from 'node:net';

/**
 * @typedef {object} PollerOptions
 * @property {number} port
 * @property {import('./peers.mjs').LongPoll} wire format of requests and responses of its server
 * @property {(id: number) => void} onMessage
 * @property {() => void} onError
 * @property {number} [paceMs] minimum time between the starts of two polls; 0 = polls again at once
 */

/** A long-poll client on a raw socket, as cheap as possible, so that mainly the server is measured. */
export class Poller {
  /** State that the wire format keeps between polls. @type {Record<string, any>} */
  state = {};
  #options;
  #ended = false;
  #askedAt = 0;
  /** @type {Buffer} */
  #bytes = Buffer.alloc(0);
  /** @type {import('node:net').Socket | undefined} */
  #socket;

  /** @param {PollerOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Connects and asks. @returns {Promise<void>} */
  start() {
    const { port, onError } = this.#options;
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('connect', () => {
        this.#ask();
        resolve();
      });
      socket.on('error', reject);
      socket.on('data', (bytes) => this.#take(bytes));
      socket.on('close', () => {
        if (this.#ended) return;
        onError();
        this.#bytes = Buffer.alloc(0);
        this.start().catch(onError);
      });
      this.#socket = socket;
    });
  }

  end() {
    this.#ended = true;
    this.#socket?.destroy();
  }

  #ask() {
    if (this.#ended) return;
    const { port, wire } = this.#options;
    const { path, headers = '' } = wire.ask(this.state);
    this.#askedAt = performance.now();
    this.#socket?.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${headers}\r\n`);
  }

  /** @param {Buffer} bytes */
  #take(bytes) {
    this.#bytes = this.#bytes.length > 0 ? Buffer.concat([this.#bytes, bytes]) : bytes;
    const end = this.#bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#bytes.toString('latin1', 0, end);
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined && !/ (204|304) /.test(head.slice(0, 14))) {
      throw new Error(`no Content-Length: ${head}`);
    }
    const total = end + 4 + Number(length ?? 0);
    if (this.#bytes.length < total) return;
    const body = this.#bytes.toString('utf8', end + 4, total);
    this.#bytes = this.#bytes.subarray(total);
    this.#answered(Number(head.slice(9, 12)), head, body);
  }

  /** @param {number} status @param {string} head @param {string} body */
  #answered(status, head, body) {
    const { wire, onMessage, onError, paceMs = 0 } = this.#options;
    if (status >= 400) onError();
    for (const id of wire.take({ status, head, body }, this.state)) onMessage(id);
    const early = this.#askedAt + paceMs - performance.now();
    if (early > 0) setTimeout(() => this.#ask(), early);
    else this.#ask();
  }
}
