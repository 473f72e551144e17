import type { ReactiveController, ReactiveElement } from 'lit';
import type { ClientStatus } from '../client/index.ts';
import { type ConnectionState, LpConnectionEvent } from '../data/events.ts';
import { obeyCommands } from './commands.ts';
import { checkAttributes } from '../shared/check-attributes.ts';
import type { Address, Connection } from './connection.ts';
import type { SourceChoices } from './connection-options.ts';
import { connectionOptions } from './connection-options.ts';
import { connectionTo } from './connection-to.ts';
import { addSource, notifySources } from './registry.ts';

/** An element that is a source: it gives its connection's options. */
export interface SourceConnectionHost extends ReactiveElement, SourceChoices {
  /** Its address; undefined while it has none. */
  readonly address: Address | undefined;
  paused: boolean;
  readonly allowCommands: boolean;
}

/** The connection of a source element: follows its address and options, and fires events when its state changes. */
export class SourceConnection implements ReactiveController {
  /** undefined while the source is in no document, or its address is not valid. */
  connection: Connection | undefined;
  state: ConnectionState = 'connecting';
  #host: SourceConnectionHost;
  #undo: (() => void)[] = [];
  #unregister: (() => void) | undefined;
  #stopCommands: (() => void) | undefined;
  #wasPaused = false;

  constructor(host: SourceConnectionHost) {
    this.#host = host;
    host.addController(this);
  }

  /** @throws Error when the source is not in a document */
  get required(): Connection {
    if (this.connection) return this.connection;
    throw new Error('lp-source: not connected: put the element into a document first');
  }

  hostConnected(): void {
    this.#unregister ??= addSource(this.#host);
    this.look();
  }

  hostDisconnected(): void {
    queueMicrotask(() => {
      if (this.#host.isConnected) return; // only moved
      this.#unregister?.();
      this.#unregister = undefined;
      this.#take(undefined);
    });
  }

  hostUpdate(): void {
    checkAttributes(this.#host);
    const before = this.connection;
    this.look();
    if (this.connection !== before) notifySources();
    if (!this.connection) return;
    this.connection.configure(this.#host, connectionOptions(this.#host));
    this.#applyPaused(this.connection);
    this.#listenToCommands(this.connection);
  }

  /** Reads the host's address again. */
  look(): void {
    const address = this.#host.isConnected ? this.#host.address : undefined;
    this.#take(address && connectionTo(address));
  }

  #take(connection: Connection | undefined): void {
    if (connection === this.connection) return;
    const undo = this.#undo;
    this.connection = connection;
    this.#undo = connection ? this.#join(connection) : [];
    for (const each of undo) each();
  }

  #join(connection: Connection): (() => void)[] {
    connection.configure(this.#host, connectionOptions(this.#host));
    if (this.#host.paused) connection.pause();
    this.#stopCommands?.();
    this.#stopCommands = undefined;
    this.#listenToCommands(connection);
    return [
      (): void => connection.leave(this.#host),
      connection.onStatus((status) => this.#onStatus(status)),
      connection.hold(),
    ];
  }

  #onStatus({ state, pausedBy = [], error }: ClientStatus): void {
    const previous = this.state;
    this.state = state;
    const isPaused = pausedBy.includes('viewer');
    // Other changes of the status undo nothing that the page set.
    if (isPaused !== this.#wasPaused) this.#host.paused = this.#wasPaused = isPaused;
    if (state !== previous) this.#host.dispatchEvent(new LpConnectionEvent(state, previous, error));
  }

  #applyPaused(connection: Connection): void {
    const { paused } = this.#host;
    if (paused === this.#wasPaused) return;
    if (paused) connection.pause();
    else connection.resume();
  }

  #listenToCommands(connection: Connection): void {
    if (this.#host.allowCommands === (this.#stopCommands !== undefined)) return;
    this.#stopCommands?.();
    this.#stopCommands = this.#host.allowCommands
      ? obeyCommands(connection, this.#host)
      : undefined;
  }
}
