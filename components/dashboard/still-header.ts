import type { ReactiveControllerHost, TemplateResult } from 'lit';
import { html, isServer, nothing } from 'lit';

/** The element that `StillHeader` belongs to. */
export interface StillHeaderHost extends ReactiveControllerHost, HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
}

/**
 * The parts of a dashboard's header that appear late (alerts and the state of the connection), rendered so that no tile and no
 * button moves when they appear.
 */
export class StillHeader {
  #host: StillHeaderHost;
  #isStatusShown = false;

  constructor(host: StillHeaderHost) {
    this.#host = host;
  }

  /** The slot for alerts; the styles reserve space for them if the page has slotted any. */
  alerts(): TemplateResult {
    const has = !isServer && this.#host.querySelector(':scope > [slot=alerts]') !== null;
    return html`<slot name="alerts" class=${has ? 'alerted' : nothing} @slotchange=${this.#onAlertsSlot}></slot>`;
  }

  /**
   * The state of the connection, without "Connecting" during the first second: most pages connect within it. While nobody uses
   * the board it has no buttons, except for a keyboard user who is on one of them.
   */
  status(isIdle: boolean): TemplateResult {
    const isUsed = isIdle && this.#host.renderRoot.querySelector('lp-status:focus-within') !== null;
    return html`<lp-status
      class=${this.#isStatusShown ? nothing : 'new'}
      ?no-controls=${isIdle && !isUsed}
      @animationend=${this.#onStatusShown}
      @animationcancel=${this.#onStatusShown}
    ></lp-status>`;
  }

  #onAlertsSlot = (): void => this.#host.requestUpdate();

  #onStatusShown = (): void => {
    this.#isStatusShown = true;
    this.#host.requestUpdate();
  };
}
