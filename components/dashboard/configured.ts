import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { LpErrorEvent } from '../data/events.ts';
import type { Address } from '../source/connection.ts';
import type { Plan, Plans } from './config.ts';
import { parseConfig } from './config.ts';
import type { ConfigValue } from './config-source.ts';
import { readConfig } from './config-source.ts';

/** The element that `Configured` belongs to. */
export interface ConfiguredHost extends ReactiveControllerHost, HTMLElement {
  readonly config: ConfigValue;
  readonly address: Address | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
}

/** Adds the widgets of a dashboard's configuration to the dashboard, beside those of the page. */
export class Configured implements ReactiveController {
  plans: Plans | undefined;
  /** The configuration cannot be read; the widgets built before stay. */
  broken = false;
  #host: ConfiguredHost;
  #reading: AbortController | undefined;
  #taken: unknown;

  constructor(host: ConfiguredHost) {
    this.#host = host;
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#reading?.abort();
  }

  /** Reads the configuration; one that was read before changes nothing. */
  async look(): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    const { signal } = reading;
    const host = this.#host;
    try {
      const load: typeof globalThis.fetch = (input, init) =>
        (host.fetch ?? globalThis.fetch)(input, init);
      const config = await readConfig({ host, config: host.config, load, signal });
      if (!signal.aborted) this.#take(config);
    } catch (error) {
      if (!signal.aborted) this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(config: unknown): void {
    if (config === this.#taken) return;
    this.#taken = config;
    const plans =
      config === undefined ? undefined : parseConfig(config, (src) => this.#isOwnOrigin(src));
    for (const old of this.#host.querySelectorAll(`:scope > [${BUILT}]`)) old.remove();
    if (plans) this.#host.append(...build(plans.widgets));
    if (plans?.refused.length)
      console.warn('lp-kit: <lp-dashboard config> left out', plans.refused);
    this.plans = plans;
    this.broken = false;
    this.#host.requestUpdate();
  }

  #fail(error: Error): void {
    this.broken = true;
    this.#host.requestUpdate();
    console.error('lp-kit: <lp-dashboard config>', error);
    this.#host.dispatchEvent(new LpErrorEvent(error));
  }

  #isOwnOrigin(src: string): boolean {
    if (!URL.canParse(src, document.baseURI)) return false;
    const { origin } = new URL(src, document.baseURI);
    const { address } = this.#host;
    return origin === location.origin || (address && new URL(address.url).origin) === origin;
  }
}

/** Marks elements that were built from a configuration, so that a clone of the page does not get them twice. */
export const BUILT = 'data-lp-built';

/** The elements of plans. */
export const build = (plans: readonly Plan[]): Element[] =>
  plans.map((plan) => {
    const element = elementOf(plan);
    element.setAttribute(BUILT, '');
    return element;
  });

function elementOf({ tag, attributes, text, children }: Plan): Element {
  const element = document.createElement(tag);
  for (const [name, value] of attributes) element.setAttribute(name, value);
  element.append(text, ...children.map(elementOf));
  return element;
}
