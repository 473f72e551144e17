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
  /** Called when the configuration cannot be read; the widgets built before stay. */
  broken = false;
  #host: ConfiguredHost;
  #reading: AbortController | undefined;
  #taken: readonly unknown[] = [];

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
      const read = (config: ConfigValue): Promise<unknown> =>
        readConfig({ host, config, load, signal });
      const configs = await Promise.all(severalIn(host.config).map(read));
      if (!signal.aborted) this.#take(configs);
    } catch (error) {
      if (!signal.aborted) this.#fail(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #take(configs: readonly unknown[]): void {
    const { length } = this.#taken;
    if (length === configs.length && configs.every((each, n) => each === this.#taken[n])) return;
    this.#taken = configs;
    const plans = configs
      .filter((config) => config !== undefined)
      .map((config) => parseConfig(config, (src) => this.#isOwnOrigin(src)));
    for (const old of this.#host.querySelectorAll(`:scope > [${BUILT}]`)) old.remove();
    const [only] = plans;
    if (only && plans.length === 1) this.#host.append(...build(only.widgets));
    else this.#host.append(...plans.map(pageOf));
    const refused = plans.flatMap((each) => each.refused);
    if (refused.length > 0) console.warn('lp-kit: <lp-dashboard config> left out', refused);
    this.plans = only && plans.length > 1 ? { ...only, label: undefined } : only;
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

/** Splits `config` into one configuration per page; several are separated by spaces. */
const severalIn = (config: ConfigValue): ConfigValue[] =>
  typeof config === 'string' ? (config.match(/\S+/g) ?? [config]) : [config];

/** A page of a board that shows several configurations in turn. */
function pageOf({ label, widgets }: Plans): Element {
  const page = document.createElement('section');
  if (label) page.setAttribute('aria-label', label);
  page.setAttribute(BUILT, '');
  page.append(...build(widgets));
  return page;
}

/** Creates the elements of the plans. */
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
