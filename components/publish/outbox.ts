import type { Appended, Json } from '../../protocol/lp1.ts';
import { ClientError } from '../client/client-error.ts';
import { preparePublishing } from '../client/lazy-publishing.ts';
import { newIdempotencyKey } from '../client/publish.ts';
import type { Connection } from '../source/connection.ts';

/** A message to send. */
export interface Letter {
  channel: string;
  payload: Json | Json[];
  headers?: Record<string, string>;
}

/** The server's response. */
export interface Receipt extends Appended {
  /** The key that it was sent under. */
  id: string;
}

/**
 * Sends one message at a time. A message that failed keeps its key until it is sent, so that pressing Send again does not
 * store it twice if it had arrived.
 */
export class Outbox {
  #key = '';
  #held = '';

  constructor() {
    preparePublishing();
  }

  /** @throws ClientError */
  async send(connection: Connection, { channel, payload, headers }: Letter): Promise<Receipt> {
    const id = this.#keyOf(JSON.stringify([channel, payload]));
    const release = connection.hold(); // the element may be removed before the response arrives
    try {
      const options = { idempotencyKey: id, ...(headers && { headers }) };
      const appended = await untilOpen(connection, (client) =>
        client.publish(channel, payload, options),
      );
      this.#held = '';
      return { ...appended, id };
    } finally {
      release();
    }
  }

  #keyOf(letter: string): string {
    if (letter !== this.#held) this.#key = newIdempotencyKey();
    this.#held = letter;
    return this.#key;
  }
}

/** A source whose attributes change replaces its client, which ends the requests of the former one. */
async function untilOpen<T>(
  connection: Connection,
  work: (client: Connection['client']) => Promise<T>,
): Promise<T> {
  for (;;) {
    const { client } = connection;
    try {
      return await work(client);
    } catch (error) {
      const exchanged = connection.client !== client;
      if (!exchanged || !(error instanceof ClientError) || error.code !== 'closed') throw error;
    }
  }
}
