import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { everySecond } from '../shared/clock.ts';

/** Calls back once a second while the host is in a document and the page is visible. All hosts share one timer. */
export class ClockController implements ReactiveController {
  #onTick: () => void;
  #end: () => void = () => {};

  constructor(host: ReactiveControllerHost, onTick: () => void) {
    this.#onTick = onTick;
    host.addController(this);
  }

  hostConnected(): void {
    this.#end();
    this.#end = everySecond(this.#onTick);
  }

  hostDisconnected(): void {
    this.#end();
  }
}
