import { type LiveClientOptions, parseBase } from './client-options.ts';
import { Client, type LiveClient } from './live-client.ts';
import type { Producer, ProducerOptions } from './producer.ts';
import { Publishing } from './publishing.ts';

/**
 * Connects to the kit's server at `url`, its base: `/lp`, `https://host/lp`. Nothing is sent before the first
 * `subscribe`. @throws ClientError `bad-request` for a URL that is none
 */
export function liveClient(url: string, options: LiveClientOptions = {}): LiveClient {
  const client = new Client(parseBase(url), options, (platform) => new Publishing(platform));
  return Object.assign(client, {
    producer: <C>(channel: string, producerOptions: ProducerOptions<C> = {}): Producer<C> =>
      client.producing(channel).producer(channel, producerOptions),
  });
}
