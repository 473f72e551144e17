import type { Update } from '../client/index.ts';
import { valueAt } from '../data/payload.ts';
import type { Connection } from '../source/connection.ts';

/** Binds an input field to a channel's newest value. Text that the user has edited is not replaced until it is sent. */
export class BoundValue {
  #field: { value: string };
  #text = '';
  #version = 0;
  #stop: () => void = () => {};

  constructor(field: { value: string }) {
    this.#field = field;
  }

  /** Follows another channel; without a connection, none. */
  follow(connection: Connection | undefined, channel: string): void {
    this.#stop();
    this.#text = '';
    this.#version = 0;
    const take = (update: Update): void => this.#take(update);
    this.#stop = connection?.subscribe(channel, take, { tail: 1 }) ?? ((): void => {});
  }

  /** Notes that `text` was stored as this version. Another client may have written a newer one since. */
  sent(text: string, version: number): void {
    const unchanged = this.#field.value === text;
    if (version > this.#version) this.#text = text;
    this.#version = Math.max(version, this.#version);
    if (unchanged) this.#field.value = this.#text;
  }

  #take({ entries, reset }: Update): void {
    const newest = entries.findLast(({ d }) => d !== undefined);
    const value = valueAt(newest?.d);
    if (!newest || (typeof value !== 'string' && typeof value !== 'number')) return;
    if (newest.v < this.#version && !reset) return; // older than what this field has sent
    const isEdited = this.#field.value !== this.#text;
    this.#text = String(value);
    this.#version = newest.v;
    if (!isEdited) this.#field.value = this.#text;
  }
}
