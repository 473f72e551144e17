import type { Json } from '../../protocol/lp1.ts';

/** `lp-before-publish`: a message is about to be sent. `payload` may be changed (a list is several entries). Cancelable. */
export class LpBeforePublishEvent extends Event {
  /** The channel it is sent to. */
  readonly channel: string;
  /** The payload to send. */
  payload: Json | Json[];

  constructor(channel: string, payload: Json | Json[]) {
    super('lp-before-publish', { bubbles: true, composed: true, cancelable: true });
    this.channel = channel;
    this.payload = payload;
  }
}

/** `lp-published`: the server has stored the message. */
export class LpPublishedEvent extends Event {
  /** The channel it was stored in. */
  readonly channel: string;
  /** The payload that was stored. */
  readonly payload: Json | Json[];
  /** Version of its first entry. */
  readonly version: number;
  /** The idempotency key that it was sent under. */
  readonly id: string;

  constructor(
    channel: string,
    payload: Json | Json[],
    { first, id }: { first: number; id: string },
  ) {
    super('lp-published', { bubbles: true, composed: true });
    this.channel = channel;
    this.payload = payload;
    this.version = first;
    this.id = id;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-before-publish': LpBeforePublishEvent;
    'lp-published': LpPublishedEvent;
  }
}
