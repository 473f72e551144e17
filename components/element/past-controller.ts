import type { ReactiveController } from 'lit';
import { retryDelayMs } from '../client/backoff.ts';
import { ratePerSecond } from '../data/counter.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { ElementStep } from './channel-data.ts';
import { ClockController } from './clock-controller.ts';
import type { Past, PastHost, PastParts } from './past.ts';

const TICK_MS = 10_000;

const importPast = lazyImport('Past', () => import('./past.ts'));

type PastElement = PastHost & Pick<Element, 'localName' | 'hasAttribute'>;

/**
 * Values from before an element's samples, for elements with a single value: an aggregate of a span, an earlier value to compare
 * with, a long sparkline. The code and the history are requested only if an attribute needs them.
 */
export class PastController implements ReactiveController {
  readonly #host: PastElement;
  readonly #parts: PastParts;
  #past: Past | undefined;
  #isLoading = false;
  #checkedAt = 0;
  /** Steps that came before the code was loaded. */
  #steps: ElementStep[] = [];

  constructor(host: PastElement, parts: Omit<PastParts, 'rate' | 'retryDelayMs'>) {
    this.#host = host;
    this.#parts = { ...parts, rate: ratePerSecond, retryDelayMs };
    host.addController(this);
    new ClockController(host, () => this.#tick());
    parts.held.past = {
      figure: () => (host.aggregate ? { value: this.#past?.value() } : undefined),
      take: (step) => this.#take(step),
    };
  }

  hostConnected(): void {
    const { channel, localName } = this.#host;
    if (this.#parts.agoMs || !this.#host.hasAttribute('compare')) return;
    console.error(
      `lp-kit: <${localName} channel="${channel}"> compare: only lp-number shows a comparison: write <lp-number compare="1d">`,
    );
  }

  hostUpdate(): void {
    if (!this.isWanted) return;
    if (this.#past) this.#past.look();
    else void this.#load();
  }

  hostDisconnected(): void {
    this.#past?.stop();
  }

  /** Whether an attribute needs earlier values, and the channel may have a history. */
  get isWanted(): boolean {
    const { agoMs, courseMs } = this.#parts;
    const { aggregate } = this.#host;
    const isAsked = aggregate !== undefined || (agoMs?.() ?? 0) > 0 || (courseMs?.() ?? 0) > 0;
    return isAsked && this.#host.channel !== '' && !this.#past?.isNone;
  }

  /** Returns the aggregate of the same span `agoMs` earlier; undefined while it is unknown. */
  before(agoMs: number): number | undefined {
    return this.#past?.value(agoMs);
  }

  /** Means for the sparkline, by time; undefined while they are unknown. */
  get course(): { t: number; value: number }[] | undefined {
    return this.isWanted ? this.#past?.course : undefined;
  }

  // The span moves with the time, also without new samples.
  #tick(): void {
    if (!this.isWanted || Date.now() - this.#checkedAt < TICK_MS) return;
    this.#checkedAt = Date.now();
    this.#host.requestUpdate();
  }

  #take(step: ElementStep): void {
    if (this.#past) this.#past.take(step);
    else if (this.isWanted) this.#steps = step.kind === 'reset' ? [step] : [...this.#steps, step];
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const module = await eventually(importPast);
    this.#past = new module.Past(this.#host, this.#parts);
    for (const step of this.#steps.splice(0)) this.#past.take(step);
    this.#host.requestUpdate();
  }
}
