import type { Connection } from '../source/connection.ts';
import { LostSince } from '../source/lost-since.ts';
import type { SourceHost } from '../source/source-controller.ts';
import { SourceController } from '../source/source-controller.ts';
import type { ConnectionWord } from './connection-view.ts';
import { connectionWord } from './connection-view.ts';

/** Follows the connection of an `lp-status`; while it does, widgets do not announce the connection themselves. */
export class ConnectionWatch {
  /** The shown state of the connection. */
  word: ConnectionWord = 'none';
  readonly source: SourceController;
  #host: SourceHost;
  #lost = new LostSince();
  #joined: Connection | undefined;
  #unwatch: () => void = () => {};

  constructor(host: SourceHost) {
    this.#host = host;
    this.source = new SourceController(host, (connection) => this.#join(connection));
  }

  get connection(): Connection | undefined {
    return this.source.connection;
  }

  /** The word for now, which is remembered: a loss of less than a second keeps the word before. */
  look(): ConnectionWord {
    this.word = connectionWord(this.connection?.status, this.#lost.ms, this.word);
    return this.word;
  }

  #join(connection: Connection | undefined): void {
    this.#unwatch();
    this.#joined?.statusElements.delete(this);
    this.#joined = connection;
    this.#lost.forget();
    connection?.statusElements.add(this);
    const end = connection?.onStatus((status) => {
      this.#lost.see(status);
      this.#host.requestUpdate();
    });
    this.#unwatch = end ?? ((): void => {});
    this.#host.requestUpdate();
  }
}
