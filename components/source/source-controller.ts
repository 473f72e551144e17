import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { Connection } from './connection.ts';
import { connectionTo } from './connection-to.ts';
import { onSourcesChange } from './registry.ts';
import { resolveAddress } from './resolve.ts';

/** An element that wants a connection. */
export interface SourceHost extends ReactiveControllerHost, Element {
  /** Base URL of its own server; without one, its source is resolved. */
  src?: string | undefined;
}

/**
 * Finds the host's source and holds its connection while the host is in a document. Looks again when sources come, go
 * or change, and when `src` changes. All is settled in a microtask, so that moving the host costs nothing.
 */
export class SourceController implements ReactiveController {
  /** Undefined before the first update, without a document, or with an invalid URL. */
  connection: Connection | undefined;
  /** The address that was found is not a valid one. */
  invalid = false;
  #host: SourceHost;
  #onChange: (connection: Connection | undefined) => void;
  #release: () => void = () => {};
  #unlisten: (() => void) | undefined;
  #settling = false;
  #src: string | undefined;

  /** `onChange` is called with each new connection, or undefined at its end. */
  constructor(host: SourceHost, onChange: (connection: Connection | undefined) => void) {
    this.#host = host;
    this.#onChange = onChange;
    host.addController(this);
  }

  hostConnected(): void {
    this.#unlisten ??= onSourcesChange(() => this.look());
    this.look();
  }

  hostDisconnected(): void {
    this.look();
  }

  hostUpdate(): void {
    if (this.#host.src !== this.#src) this.look();
  }

  /** Resolves the source again, with the next update. */
  look(): void {
    if (this.#settling) return;
    this.#settling = true;
    queueMicrotask(() => {
      this.#settling = false;
      this.#settle();
    });
  }

  #settle(): void {
    if (!this.#host.isConnected) {
      this.#unlisten?.();
      this.#unlisten = undefined;
      this.#take(undefined);
      return;
    }
    this.#src = this.#host.src;
    const { by, address } = resolveAddress(this.#host, this.#src);
    const mayChange = by === 'page' || by === 'default';
    if (mayChange && !this.connection && document.readyState === 'loading') {
      document.addEventListener('readystatechange', () => this.look(), { once: true });
      return;
    }
    const invalid = address === undefined;
    const told = invalid !== this.invalid;
    this.invalid = invalid;
    this.#take(address && connectionTo(address), told);
  }

  #take(connection: Connection | undefined, told = false): void {
    if (connection === this.connection) {
      if (told) this.#onChange(connection);
      return;
    }
    const release = this.#release;
    this.#release = connection?.hold() ?? (() => {});
    this.connection = connection;
    this.#onChange(connection);
    release();
  }
}
