import type { ReactiveController } from 'lit';
import { retryDelayMs } from '../client/backoff.ts';
import type { ChannelData } from '../element/channel-data.ts';
import type { LocaleController } from '../locale/locale-controller.ts';
import { eventually, lazyImport } from '../shared/lazy-import.ts';
import type { LiveController } from '../source/live-controller.ts';
import type { LaneOptions } from './lanes.ts';
import type { PastSpan, TrackerPast, TrackerPastHost } from './tracker-past.ts';

/** In windows up to this length, ms, no history is requested. */
const SHORT_MS = 900_000;

const importPast = lazyImport('TrackerPast', () => import('./tracker-past.ts'));

/** What `LanePast` needs of the tracker. */
export interface LanePastHost extends TrackerPastHost {
  transform: ((payload: unknown) => unknown) | undefined;
  addController(controller: ReactiveController): void;
}

/** Loads the code for histories of lanes, where the window is long, and adds them to what is drawn. */
export class LanePast implements ReactiveController {
  readonly #host: LanePastHost;
  readonly #parts: { live: LiveController; locale: LocaleController };
  #past: TrackerPast | undefined;
  #isLoading = false;
  #isWanted = false;

  constructor(
    host: LanePastHost,
    { held, ...parts }: { live: LiveController; locale: LocaleController; held: ChannelData },
  ) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
    held.past = {
      figure: () => undefined,
      take: ({ kind }) => {
        if (kind === 'reset') this.#past?.reset(host.channel);
      },
    };
  }

  /** Returns the options that add the history to lanes; none while it is not there, or not wanted. */
  of(span: PastSpan): Pick<LaneOptions, 'past' | 'edges'> {
    // History holds what was published, before a transform of the page.
    this.#isWanted = span.windowMs > SHORT_MS && !this.#host.transform;
    const past = this.#past;
    if (!this.#isWanted || !past) return {};
    past.begin(span);
    return { edges: past.edges, past: (source) => past.runsOf(source) };
  }

  hostUpdated(): void {
    if (!this.#isWanted || !this.#parts.live.connection) return;
    if (this.#past) this.#past.look();
    else void this.#load();
  }

  hostDisconnected(): void {
    this.#past?.stop();
  }

  async #load(): Promise<void> {
    if (this.#isLoading) return;
    this.#isLoading = true;
    const { TrackerPast } = await eventually(importPast);
    const { live, locale } = this.#parts;
    const parts = { live, timeZone: () => locale.timeZone, retryDelayMs };
    this.#past = new TrackerPast(this.#host, parts);
    this.#host.requestUpdate();
  }
}
