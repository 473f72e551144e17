import type { ReactiveController } from 'lit';
import { ratePerSecond } from '../data/counter.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { ElementStep } from './channel-data.ts';
import { ClockController } from './clock-controller.ts';
import type { Past, PastHost, PastParts } from './past.ts';

const TICK_MS = 10_000;

const importPast = lazyImport('Past', () => import('./past.ts'));

/**
 * What a single-value element shows of the time before its samples: a figure of a span, a value of long ago, a long course.
 * The code for it, and the history, are asked for only where an attribute wants them.
 */
export class PastController implements ReactiveController {
  readonly #host: PastHost;
  readonly #parts: PastParts;
  #past: Past | undefined;
  #isLoading = false;
  #lookedAt = 0;
  /** Steps taken before the code was there. */
  #steps: ElementStep[] = [];

  constructor(host: PastHost, parts: Omit<PastParts, 'rate'>) {
    this.#host = host;
    this.#parts = { ...parts, rate: ratePerSecond };
    host.addController(this);
    new ClockController(host, () => this.#tick());
    parts.held.past = {
      figure: () => (host.aggregate ? { value: this.#past?.value() } : undefined),
      take: (step) => this.#take(step),
    };
  }

  hostUpdate(): void {
    if (!this.isWanted) return;
    if (this.#past) this.#past.look();
    else void this.#load();
  }

  hostDisconnected(): void {
    this.#past?.stop();
  }

  /** Whether something of the past is wanted, and there may be a history of it. */
  get isWanted(): boolean {
    const { agoMs, courseMs } = this.#parts;
    const { aggregate } = this.#host;
    const isAsked = aggregate !== undefined || (agoMs?.() ?? 0) > 0 || (courseMs?.() ?? 0) > 0;
    return isAsked && this.#host.channel !== '' && !this.#past?.isNone;
  }

  /** The figure of the same span so many ms earlier; undefined while it is unknown. */
  before(agoMs: number): number | undefined {
    return this.#past?.value(agoMs);
  }

  /** The means of the course, by time; undefined while they are unknown. */
  get course(): { t: number; value: number }[] | undefined {
    return this.isWanted ? this.#past?.course : undefined;
  }

  /** A span moves on with the time, also where no sample comes. */
  #tick(): void {
    if (!this.isWanted || Date.now() - this.#lookedAt < TICK_MS) return;
    this.#lookedAt = Date.now();
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
