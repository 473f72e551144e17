import type { ReactiveController, ReactiveControllerHost, TemplateResult } from 'lit';
import { html, nothing, svg } from 'lit';
import type { Words } from '../locale/messages.ts';

const SCREEN = svg`<path d="M2.5 6v-3.5h3.5M10 2.5h3.5v3.5M13.5 10v3.5h-3.5M6 13.5h-3.5v-3.5" />`;

/** The button that shows a dashboard with `kiosk` in full screen, and leaves it. */
export class FullScreen implements ReactiveController {
  #host: ReactiveControllerHost & HTMLElement & { kiosk: boolean };

  constructor(host: ReactiveControllerHost & HTMLElement & { kiosk: boolean }) {
    this.#host = host;
    host.addController(this);
  }

  /** False in a frame for which the page around it does not allow full screen. */
  get isOffered(): boolean {
    return this.#host.kiosk && document.fullscreenEnabled;
  }

  hostConnected(): void {
    this.#host.addEventListener('fullscreenchange', this.#onChange);
  }

  hostDisconnected(): void {
    this.#host.removeEventListener('fullscreenchange', this.#onChange);
  }

  /** Returns the button; nothing where full screen is not offered. */
  button(words: Words): TemplateResult | typeof nothing {
    if (!this.isOffered) return nothing;
    const label = this.#host.matches(':fullscreen') ? words.leaveFullScreen : words.fullScreen;
    return html`<button
      type="button"
      part="fullscreen-button"
      aria-label=${label}
      title=${label}
      @click=${this.#onClick}
    ><svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">${SCREEN}</svg></button>`;
  }

  #onChange = (): void => this.#host.requestUpdate();

  #onClick = (): void => {
    const turned = this.#host.matches(':fullscreen')
      ? document.exitFullscreen()
      : this.#host.requestFullscreen();
    turned.catch(() => {}); // the browser refused; the button stays as it was
  };
}
