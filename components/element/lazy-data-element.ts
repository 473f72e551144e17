/* oxlint-disable no-unsafe-declaration-merging -- Lit makes the accessors of the properties that the interface declares */
import type { PropertyDeclarations, ReactiveElement } from 'lit';
import { LitElement } from 'lit';
import type { DataStatus } from '../data/data-status.ts';
import type { DataEntry } from '../data/held.ts';
import type { AttributeCheck } from '../shared/attribute-check.ts';
import { isVisible, whenVisible } from '../shared/clock.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import { mendTranslated } from '../shared/translated.ts';
import { VERSION } from '../shared/version.ts';
import { openConnections } from '../source/registry.ts';
import type { DataAttributes } from './data-attributes.ts';
import { dataProperties } from './data-attributes.ts';
import type { LazyData } from './lazy-data.ts';

export type * from './element-types.ts';

const code = lazyImport('LazyData', () => import('./lazy-data.ts'));
const checks = lazyImport('checkAttributes', () => import('../shared/check-attributes.ts'));
let checkAttributes: ((host: ReactiveElement) => void) | undefined;

/** Checks the attributes; the code for it is loaded with the first one that may be invalid. Until then, elements ignore such values. */
function check(host: LazyDataElement): void {
  if (checkAttributes) checkAttributes(host);
  else if (isDoubtful(host))
    void eventually(checks).then((loaded) => {
      ({ checkAttributes } = loaded);
      host.requestUpdate();
    });
}

/** Whether an attribute is present whose text is invalid, or is restricted otherwise than by a `cure`. */
function isDoubtful(host: LazyDataElement): boolean {
  const { elementProperties } = host.constructor as typeof ReactiveElement;
  return [...elementProperties].some(([property, options]) => {
    const { attribute, type, cure }: AttributeCheck = options;
    const text = host.getAttribute(
      typeof attribute === 'string' ? attribute : String(property).toLowerCase(),
    );
    return text !== null && (cure ? cure(text) : (attribute ?? type)) !== undefined;
  });
}

/** Base class of elements that are useful without data. */
export interface LazyDataElement extends DataAttributes {}

/**
 * An element that is useful without a channel, and then needs no client: its code for data is loaded when it has a channel
 * or data, or when another element of the page has a connection, whose clock is used. It has the same interface as an
 * `LpDataElement`, written again here: a base class for both would make the elements with a format five classes deep.
 *
 * @attr {string} lang - language of texts, numbers and times. Default: that of the nearest ancestor, else the browser's
 * @fires {LpDataEvent} lp-data - new data arrived; cancelable: a page that prevents it draws the data itself
 * @fires {LpStatusEvent} lp-status-change - the status changed
 * @fires {LpErrorEvent} lp-error - a payload could not be shown, or a request was refused
 * @fires {LpAuthRequiredEvent} lp-auth-required - on a page without source: the server requires a token; cancelable
 * @fires {LpResetEvent} lp-reset - on a page without source: a channel's history was replaced
 * @cssState idle - no channel yet
 * @cssState loading - no response yet
 * @cssState empty - the channel has no data
 * @cssState live - connected, and the value is not stale
 * @cssState stale - connected, but the value is older than `stale-after`
 * @cssState paused - the viewer or the page paused it
 * @cssState offline - the connection has been lost for a second
 * @cssState error - the payload or the request is bad
 * @cssState denied - the server requires a token
 */
export abstract class LazyDataElement extends LitElement {
  static readonly version: string = VERSION;
  static override properties: PropertyDeclarations = { ...dataProperties };

  readonly #internals: ElementInternals = this.attachInternals();
  #lazy: LazyData | undefined;
  #loading: Promise<void> | undefined;
  /** Values that the page set as `.data` before the code for data was loaded, oldest first. */
  #given: unknown[] = [];

  constructor() {
    super();
    this.channel = '';
    this.paused = false;
    this.announce = 'levels';
  }

  /** Current data status; a CSS state of the same name follows it. */
  get status(): DataStatus {
    return this.#lazy?.state.word ?? (this.channel ? 'loading' : 'idle');
  }

  /** Current error; undefined if there is none. */
  get error(): Error | undefined {
    return this.#lazy?.state.error;
  }

  /** Server time in ms of the newest data. */
  get updatedAt(): number | undefined {
    return this.#lazy?.held.updatedAt;
  }

  /** The newest payload, after `transform`. Set it to use the element without a server. */
  get data(): unknown {
    return this.#lazy ? this.#lazy.held.payload : this.#given.at(-1);
  }

  set data(payload: unknown) {
    if (this.#lazy) {
      this.#lazy.give(payload);
      return;
    }
    this.#given.push(payload);
    this.#loading ??= this.#load();
  }

  /** Entries that are kept of the channel, oldest first. */
  get history(): readonly DataEntry[] {
    return this.#lazy?.held.history ?? [];
  }

  /** Version of the newest entry. */
  get version(): number | undefined {
    return this.#lazy?.held.newest?.v;
  }

  /** The history as CSV. */
  toCSV(): string {
    return this.#lazy?.csv ?? '';
  }

  /** Sends a request to the server at once, also after a refusal. */
  refresh(): void {
    this.#lazy?.live.refresh();
  }

  /** Pauses updates; they are queued. */
  pause(): void {
    this.paused = true;
  }

  /** Applies the queued updates in one step. */
  resume(): void {
    this.paused = false;
  }

  /** The loaded code; undefined as long as it is not needed. */
  protected get lazy(): LazyData | undefined {
    return this.#lazy;
  }

  /** Whether the code for data is needed (for a channel, a source or a connection of the page) and not requested yet. */
  protected get mayLoad(): boolean {
    return !this.#loading && Boolean(this.channel || this.src || openConnections().length);
  }

  /** A move within the document (`moveBefore`) keeps the connection; another source may enclose the element now. */
  connectedMoveCallback(): void {
    this.#lazy?.live.source.look();
  }

  /** Server time in ms since 1970; this machine's time on a page without a connection. */
  protected serverNow(): number {
    return this.#lazy?.live.serverNow() ?? Date.now();
  }

  /** Brings the data up to date before the update computes what to draw. A hidden page draws nothing. */
  protected override scheduleUpdate(): void | Promise<unknown> {
    if (this.hasUpdated && !isVisible()) return whenVisible().then(() => this.scheduleUpdate());
    check(this);
    if (this.hasUpdated) mendTranslated(this.renderRoot);
    if (this.#lazy) this.#lazy.sync();
    else this.#beforeData();
    return super.scheduleUpdate();
  }

  protected override async getUpdateComplete(): Promise<boolean> {
    const isDone = await super.getUpdateComplete();
    if (!this.#loading || this.#lazy) return isDone;
    await this.#loading;
    return super.getUpdateComplete();
  }

  /** Runs in updates before the code for data is loaded; starts to load it where it is needed. */
  #beforeData(): void {
    if (this.mayLoad) this.#loading = this.#load();
    const { states } = this.#internals;
    states.clear();
    states.add(this.status);
  }

  async #load(): Promise<void> {
    const { LazyData } = await eventually(code);
    this.#internals.states.clear();
    this.#lazy = new LazyData(this, this.#internals);
    for (const payload of this.#given.splice(0)) this.#lazy.give(payload);
    this.requestUpdate();
  }
}
