import type { Json } from '../../protocol/lp1.ts';
import type { DataStatus } from './data-status.ts';
import type { DataEntry } from './held.ts';
import type { Level } from './levels.ts';

/**
 * All events of the kit bubble and are composed. They report changes from outside, not of a property that the page itself set.
 */
const PUBLIC: EventInit = { bubbles: true, composed: true };

/** Detail of the event `lp-data`. */
export interface LpDataDetail {
  /** The channel of the data. */
  channel: string;
  /** The newest payload, after `transform`. */
  data: unknown;
  /** The value of the event before this one. */
  previous: unknown;
  /** Of the newest entry. */
  version: number | undefined;
  /** Server time in ms. */
  updatedAt: number | undefined;
  /** Whether this is the channel's history rather than an update: the first response, or a new one after an interruption. */
  initial: boolean;
  /** The level of the data, where the data alone decide it (`lp-number`, `lp-meter`): a history fires no `lp-level`. */
  level: Level | undefined;
  /** All entries of this step, oldest first. */
  entries: readonly DataEntry[];
}

/** `lp-data`: new data arrived. Cancelable: a page that prevents it draws the data itself. */
export class LpDataEvent extends Event implements LpDataDetail {
  declare readonly channel: string;
  declare readonly data: unknown;
  declare readonly previous: unknown;
  declare readonly version: number | undefined;
  declare readonly updatedAt: number | undefined;
  declare readonly initial: boolean;
  declare readonly level: Level | undefined;
  declare readonly entries: readonly DataEntry[];

  constructor(detail: LpDataDetail) {
    super('lp-data', { ...PUBLIC, cancelable: true });
    Object.assign(this, detail);
  }
}

/** The states of a connection. */
export type ConnectionState =
  | 'connecting'
  | 'live'
  | 'reconnecting'
  | 'offline'
  | 'paused'
  | 'denied';

/** `lp-status-change`: the status of a widget has changed. */
export class LpStatusEvent extends Event {
  /** What it is now. */
  readonly status: DataStatus;
  /** What it was before. */
  readonly previous: DataStatus;
  /** What is wrong, if anything is. */
  readonly error: Error | undefined;

  constructor(status: DataStatus, previous: DataStatus, error?: Error) {
    super('lp-status-change', PUBLIC);
    this.status = status;
    this.previous = previous;
    this.error = error;
  }
}

/** `lp-connection-change`: the state of a source's connection changed. */
export class LpConnectionEvent extends Event {
  /** What it is now. */
  readonly status: ConnectionState;
  /** What it was before. */
  readonly previous: ConnectionState;
  /** What is wrong, if anything is. */
  readonly error: Error | undefined;

  constructor(status: ConnectionState, previous: ConnectionState, error?: Error) {
    super('lp-connection-change', PUBLIC);
    this.status = status;
    this.previous = previous;
    this.error = error;
  }
}

/** Detail of the event `lp-level`; the event has the same properties. */
export interface LevelDetail {
  level: Level | undefined;
  previous: Level | undefined;
  value: unknown;
  key: string;
}

/**
 * `lp-level`: new data crossed a threshold. Fired once per crossing and series, also in a hidden tab, and not for a history: use
 * `lp-data` with `initial` and the element's `level`. `level` is undefined when there is no value or no threshold.
 */
export class LpLevelEvent extends Event {
  /** What it is now. */
  readonly level: Level | undefined;
  /** What it was before. */
  readonly previous: Level | undefined;
  /** The value that crossed the limit. */
  readonly value: unknown;
  /** Key of the series, or name of the row or field, whose level it is; `''` where the element shows one value. */
  readonly key: string;

  constructor({ level, previous, value, key }: LevelDetail) {
    super('lp-level', PUBLIC);
    this.level = level;
    this.previous = previous;
    this.value = value;
    this.key = key;
  }
}

/** `lp-error`: a payload could not be shown, or a request was refused. */
export class LpErrorEvent extends Event {
  /** The error; a `ClientError` has a `code`. */
  readonly error: Error;

  constructor(error: Error) {
    super('lp-error', PUBLIC);
    this.error = error;
  }
}

/**
 * `lp-auth-required`: the server requires a token; polling stops. Fired once per refusal and connection. Set the source's
 * `headers`, or sign in, then call `retry()`. Cancelable: call `preventDefault()` if the page handles it.
 */
export class LpAuthRequiredEvent extends Event {
  /** Base URL of the server. */
  readonly url: string;
  /** Repeats the request, with the current headers. */
  readonly retry: () => void;

  constructor(url: string, retry: () => void) {
    super('lp-auth-required', { ...PUBLIC, cancelable: true });
    this.url = url;
    this.retry = retry;
  }
}

/** `lp-command`: the server's operator has sent a command to the page (`reload`). Cancelable: if prevented, it is not executed. */
export class LpCommandEvent extends Event {
  /** `reload`, or a command of your own. */
  readonly command: string;
  /** The entry that contains the command. */
  readonly payload: Json;

  constructor(command: string, payload: Json) {
    super('lp-command', { ...PUBLIC, cancelable: true });
    this.command = command;
    this.payload = payload;
  }
}

/** `lp-reset`: a channel's history was replaced, because the server restarted without it or was restored from a backup. */
export class LpResetEvent extends Event {
  /** Name of the channel. */
  readonly channel: string;
  /** Reason of the reset in the protocol: `unknown`. */
  readonly reason: string;

  constructor(channel: string, reason: string) {
    super('lp-reset', PUBLIC);
    this.channel = channel;
    this.reason = reason;
  }
}

declare global {
  interface GlobalEventHandlersEventMap {
    'lp-data': LpDataEvent;
    'lp-status-change': LpStatusEvent;
    'lp-connection-change': LpConnectionEvent;
    'lp-level': LpLevelEvent;
    'lp-error': LpErrorEvent;
    'lp-auth-required': LpAuthRequiredEvent;
    'lp-command': LpCommandEvent;
    'lp-reset': LpResetEvent;
  }
}
