import type { Update } from '../client/index.ts';
import { valueAt } from '../data/payload.ts';
import type { Connection } from '../source/connection.ts';

/** A field that shows a channel's newest value, until someone writes into it, and again once that is sent. */
export class BoundValue {
  #field: { value: string };
  #text = '';
  #version = 0;
  #stop: () => void = () => {};

  constructor(field: { value: string }) {
    this.#field = field;
  }

  /** Follows this channel from now on, or none. */
  follow(connection: Connection | undefined, channel: string): void {
    this.#stop();
    this.#text = '';
    this.#version = 0;
    const take = (update: Update): void => this.#take(update);
    this.#stop = connection?.subscribe(channel, take, { tail: 1 }) ?? ((): void => {});
  }

  /** What the field held was stored as this version; meanwhile someone else may have written a newer one. */
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
    if (newest.v < this.#version && !reset) return; // told before our own was
    const isEdited = this.#field.value !== this.#text;
    this.#text = String(value);
    this.#version = newest.v;
    if (!isEdited) this.#field.value = this.#text;
  }
}
