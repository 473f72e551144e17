import { connect, type Socket } from 'node:net';
import type { Answer, Json } from '../../server/index.ts';

/** A client of channel `cpu` that follows the protocol on a raw socket, so that a test can have thousands of them. */
export class RawViewer {
  /** Number of responses without updates. */
  empty = 0;
  /** Its current cursor. */
  values: Json[] = [];
  readonly #port: number;
  readonly #waitS: number;
  #cursor = '';
  #round = '';
  #text = '';
  #ended = false;
  #socket: Socket | undefined;
  #waiting: { holds: () => boolean; done: () => void }[] = [];

  constructor(port: number, waitS: number) {
    this.#port = port;
    this.#waitS = waitS;
    this.#connect();
  }

  holds(value: number): Promise<void> {
    return this.#until(() => this.values.includes(value));
  }

  isEmpty(): Promise<void> {
    return this.#until(() => this.values.length === 0);
  }

  hasEmpty(count: number): Promise<void> {
    return this.#until(() => this.empty >= count);
  }

  end(): void {
    this.#ended = true;
    this.#socket?.destroy();
  }

  #until(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((done) => this.#waiting.push({ holds, done }));
  }

  #connect(): void {
    if (this.#ended) return;
    this.#text = '';
    const socket = connect(this.#port, '127.0.0.1', () => this.#ask());
    socket.setEncoding('utf8').on('data', (text) => this.#take(String(text)));
    socket.on('error', () => {}); // The close event follows.
    socket.on('close', () => setTimeout(() => this.#connect(), Math.random() * 200));
    this.#socket = socket;
  }

  #ask(): void {
    if (this.#ended) return;
    const round = this.#round && `&round=${this.#round}`;
    const query = `channels=cpu&since=${this.#cursor}&wait=${this.#waitS}${round}`;
    this.#socket?.write(`GET /lp/poll?${query} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  #take(text: string): void {
    this.#text += text;
    const [head = '', body] = this.#text.split('\r\n\r\n', 2);
    const length = /content-length: *(\d+)/i.exec(head)?.[1];
    if (body === undefined || body.length < Number(length)) return;
    this.#text = '';
    if (!head.startsWith('HTTP/1.1 200 ')) {
      setTimeout(() => this.#ask(), Math.random() * 200); // The origin is down.
      return;
    }
    this.#apply(JSON.parse(body) as Answer);
    const { pause = 0 } = JSON.parse(body) as Answer;
    setTimeout(() => this.#ask(), pause * Math.random());
  }

  #apply({ channels, round }: Answer): void {
    this.#round = round ?? '';
    const part = channels['cpu'];
    if (!part) this.empty++;
    if (part?.from === this.#cursor) {
      const values = part.entries.map(({ d }) => (d as { value: Json }).value);
      this.values = part.reset ? values : [...this.values, ...values];
      this.#cursor = part.to;
    }
    const met = this.#waiting.filter(({ holds }) => holds());
    this.#waiting = this.#waiting.filter((each) => !met.includes(each));
    for (const { done } of met) done();
  }
}
