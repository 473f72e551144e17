import type { Json } from '../../protocol/lp1.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import { ClientError } from './client-error.ts';
import type { Published, PublishOptions, PublishPlatform } from './publish.ts';
import type { Publishing } from './publishing.ts';

const code = lazyImport('Publishing', () => import('./publishing.ts'));

/** Loads the code for publishing before the first message, for elements whose purpose is publishing. */
export const preparePublishing = (): void => void eventually(code);

/** Loads the code for publishing with the first message: most pages only read. */
export class LazyPublishing {
  readonly #platform: PublishPlatform;
  #publishing: Publishing | undefined;
  #closed: ClientError | undefined;

  constructor(platform: PublishPlatform) {
    this.#platform = platform;
  }

  /**
   * See `LiveClient.publish`. Messages keep the order of the calls. @throws ClientError `network` where the code cannot
   * be loaded
   */
  async publish(
    channel: string,
    payload: Json | Json[],
    options: PublishOptions,
  ): Promise<Published> {
    const publishing = this.#publishing ?? (await this.#load());
    if (this.#closed) throw this.#closed;
    return publishing.publish(channel, payload, options);
  }

  /** Rejects all messages that are not stored yet. */
  close(reason: ClientError): void {
    this.#closed = reason;
    this.#publishing?.close(reason);
  }

  async #load(): Promise<Publishing> {
    try {
      const { Publishing } = await code();
      this.#publishing ??= new Publishing(this.#platform);
      return this.#publishing;
    } catch (cause) {
      const text = 'Not sent: the code for publishing could not be loaded';
      throw new ClientError('network', text, { cause });
    }
  }
}
