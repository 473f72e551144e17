import type { ReactiveController, ReactiveControllerHost } from 'lit';

type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Enter in the host's own field submits its form, unless an input method is composing. Fields of the page are left alone.
 */
export class Typing implements ReactiveController {
  /** An input method is at work. */
  composing = false;
  #host: ReactiveControllerHost & HTMLElement;

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.#host = host;
    host.addController(this);
  }

  hostConnected(): void {
    for (const type of ['compositionstart', 'compositionend', 'keydown'])
      this.#host.addEventListener(type, this);
  }

  hostDisconnected(): void {
    this.composing = false;
    for (const type of ['compositionstart', 'compositionend', 'keydown'])
      this.#host.removeEventListener(type, this);
  }

  handleEvent(event: Event): void {
    if (event.type === 'keydown') this.#press(event as KeyboardEvent);
    else this.composing = event.type === 'compositionstart';
  }

  #press(event: KeyboardEvent): void {
    const field = event.composedPath()[0] as Field;
    if (composes(event)) {
      // Safari would submit an input's form on the Enter that ended a composition.
      if (!event.isComposing && field.localName === 'input') event.preventDefault();
      return;
    }
    const isOurs = field.id === 'input' && field.getRootNode() === this.#host.shadowRoot;
    if (!isOurs || !sends(event)) return;
    event.preventDefault();
    field.form?.requestSubmit();
  }
}

/** The properties of a keydown event that the rules use. */
export interface KeyPress {
  key: string;
  keyCode: number;
  isComposing: boolean;
  shiftKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

/**
 * Enter belongs to the input method: it accepts a suggestion. Safari ends the composition before the key event, hence the
 * key code (UI Events: 229 while an input method handles the key).
 */
export const composes = ({ isComposing, keyCode }: KeyPress): boolean =>
  isComposing || keyCode === 229;

/** Enter sends; with Shift or Alt it breaks the line; held down it sends once. */
export function sends(press: KeyPress): boolean {
  const { key, shiftKey, altKey, repeat } = press;
  return key === 'Enter' && !shiftKey && !altKey && !repeat && !composes(press);
}
