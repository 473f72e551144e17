import { type LiveClientOptions, parseBase } from './client-options.ts';
import { Client, type LiveClient } from './live-client.ts';
import type { Producer, ProducerOptions } from './producer.ts';
import { Publishing } from './publishing.ts';

// In a file of its own, because live-client.ts must not import the code for publishing: pages that only read do not load it.

/**
 * Returns a client of the server at `url`, the base of its routes: `/lp` or `https://host/lp`. Nothing is sent before the
 * first `subscribe` or `publish`.
 * @throws ClientError `bad-request` for a string that is not a URL
 * @example
 * const client = liveClient('/lp');
 * const end = client.subscribe('cpu', ({ entries }) => console.log(entries), { tail: 1 });
 */
export function liveClient(url: string, options: LiveClientOptions = {}): LiveClient {
  const client = new Client(parseBase(url), options, (platform) => new Publishing(platform));
  return Object.assign(client, {
    producer: <C>(channel: string, producerOptions: ProducerOptions<C> = {}): Producer<C> =>
      client.producing(channel).producer(channel, producerOptions),
  });
}
