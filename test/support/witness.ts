import type { Page } from 'puppeteer-core';

/** The states, events, parts and slots of the kit's elements seen on a page so far; each as `lp-tag name`. */
export interface Witnessed {
  states: string[];
  events: string[];
  parts: string[];
  slots: string[];
}

/** Observes the page from before its first script: states set, `lp-…` events sent, parts and slots drawn. */
export async function witness(page: Page): Promise<void> {
  // oxlint-disable typescript/unbound-method -- they are called with their `this`
  // Contains no named functions: tsx would call a helper for them that does not exist in the page.
  await page.evaluateOnNewDocument(() => {
    const seen = { states: new Set(), events: new Set(), parts: new Set(), slots: new Set() };
    Object.assign(globalThis, { witnessed: seen });
    const owners = new WeakMap<CustomStateSet, string>();
    const { attachInternals, attachShadow } = HTMLElement.prototype;
    HTMLElement.prototype.attachInternals = function (): ElementInternals {
      const internals = attachInternals.call(this);
      owners.set(internals.states, this.localName);
      return internals;
    };
    const { add } = CustomStateSet.prototype;
    CustomStateSet.prototype.add = function (state: string): CustomStateSet {
      seen.states.add(`${owners.get(this)} ${state}`);
      return add.call(this, state);
    };
    const { dispatchEvent } = EventTarget.prototype;
    EventTarget.prototype.dispatchEvent = function (event: Event): boolean {
      if (event.type.startsWith('lp-') && this instanceof Element)
        seen.events.add(`${this.localName} ${event.type}`);
      return dispatchEvent.call(this, event);
    };
    HTMLElement.prototype.attachShadow = function (init: ShadowRootInit): ShadowRoot {
      const root = attachShadow.call(this, init);
      const { localName: tag } = this;
      if (tag.startsWith('lp-'))
        new MutationObserver(() => {
          for (const part of root.querySelectorAll('[part]'))
            for (const name of part.part) seen.parts.add(`${tag} ${name}`);
          for (const slot of root.querySelectorAll('slot')) seen.slots.add(`${tag} ${slot.name}`);
        }).observe(root, { childList: true, subtree: true, attributeFilter: ['part', 'name'] });
      return root;
    };
  });
}

export const witnessed = (page: Page): Promise<Witnessed> =>
  page.evaluate(() => {
    const { states, events, parts, slots } = (
      globalThis as unknown as { witnessed: Record<keyof Witnessed, Set<string>> }
    ).witnessed;
    return {
      states: [...states],
      events: [...events],
      parts: [...parts],
      slots: [...slots],
    };
  });
