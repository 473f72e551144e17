import type { CSSResultGroup, TemplateResult } from 'lit';
import { css, html, isServer } from 'lit';
import { CURRENT_TAIL } from '../data/held.ts';
import { unreadable } from '../data/data-error.ts';
import type { Judgement } from '../data/level-watch.ts';
import { statedLevel } from '../data/levels.ts';
import { isGap } from '../data/number.ts';
import { shapeOf } from '../data/payload.ts';
import { LpElement } from '../element/lp-element.ts';
import type { ElementStep, HoldsOptions } from '../element/channel-data.ts';
import { formatValue } from '../format/format.ts';
import type { Format } from '../format/format-options.ts';
import type { TextChoices } from './bindings.ts';
import { Instance } from './instance.ts';

export type * from '../element/element-types.ts';

/** Marks drawn elements, so that a clone of the page does not get them twice. */
const DRAWN = 'data-lp-drawn';

const styles = css`
  ::slotted([data-lp-drawn]) {
    min-inline-size: 0;
  }
`;

/**
 * A widget of your own, in HTML: the element's `<template>` is drawn into the page, where the page's style sheets reach it.
 *
 *     <lp-template channel="deploys" label="Deploys">
 *       <template>
 *         <p>Latest: <b data-text="name"></b>, <span data-text="share" data-format="percent"></span></p>
 *         <ul><li data-each="items" data-key="id"><a data-attr-href="url" data-text="title"></a></li></ul>
 *       </template>
 *     </lp-template>
 *
 * `data-text="path"` writes text, with `data-format`, `data-unit` and `data-digits` as the attributes of other elements;
 * `data-attr-NAME="path"` sets an attribute that is safe, and removes it for null and false; `data-each="path"` repeats its
 * element, whose paths start at the item; `.` is the item itself. Data are text, never HTML; `on…`, `style`, `srcdoc`, `id` and
 * the like are refused, addresses are http, https, mailto (links) or relative. A payload's `status` is the level.
 *
 * @slot - the template
 */
export class LpTemplate extends LpElement {
  static override holds: HoldsOptions = { entries: 500, single: true };
  static override styles: CSSResultGroup = [LpElement.styles, styles];

  #template: HTMLTemplateElement | undefined;
  #instance: Instance | undefined;
  #children: MutationObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#children ??= new MutationObserver(() => this.#findTemplate());
    this.#children.observe(this, { childList: true });
    this.#findTemplate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#children?.disconnect();
  }

  protected override get tail(): number {
    return CURRENT_TAIL;
  }

  protected override willUpdate(): void {
    this.held.requireOne();
    const { payload } = this.held;
    this.setLevel(statedLevel(payload), payload);
  }

  protected override judge({ entries }: Pick<ElementStep, 'entries'>): Judgement[] {
    return this.held.isAmbiguous
      ? []
      : entries.map(({ d, t }) => ({ level: statedLevel(d), value: d, t }));
  }

  protected override renderBody(): TemplateResult {
    if (this.held.hasData) this.#draw();
    else this.#clear();
    return html`<slot></slot>`;
  }

  // The page may put the template in late, or another one.
  #findTemplate(): void {
    const template = this.querySelector<HTMLTemplateElement>(':scope > template') ?? undefined;
    if (template === this.#template) return;
    this.#template = template;
    this.#clear();
    this.requestUpdate();
  }

  #draw(): void {
    const template = this.#template;
    if (!template) return;
    const instance =
      this.#instance ??
      new Instance(template, {
        text: (value, choices) => this.#text(value, choices),
        base: document.baseURI,
        refuse: (name) =>
          console.warn(`lp-kit: <lp-template> ignores ${name}: binding it is not safe`),
      });
    if (!this.#instance) warnOfBraces(template);
    const value = this.field ? this.held.value : this.held.payload;
    const isRead = instance.update(value);
    if (!this.#instance) this.#append(instance);
    const isEmpty = isGap(value) || (typeof value === 'object' && !Object.keys(value ?? {}).length);
    if (!isRead && !isEmpty)
      throw unreadable(shapeOf(value), 'it has none of the values that the template names');
  }

  #append(instance: Instance): void {
    this.#instance = instance;
    this.#clearDrawn();
    const place = document.createElement('div');
    place.setAttribute(DRAWN, '');
    place.append(instance.nodes);
    this.append(place);
  }

  #clear(): void {
    this.#instance = undefined;
    this.#clearDrawn();
  }

  #clearDrawn(): void {
    if (isServer) return;
    for (const drawn of this.querySelectorAll(`:scope > [${DRAWN}]`)) drawn.remove();
  }

  #text(value: unknown, { format, unit, digits }: TextChoices): string {
    const { language, timeZone } = this.locale;
    const nowMs = this.live.serverNow();
    const options = { unit, digits, language, timeZone, nowMs };
    return formatValue(value, { ...options, format: format as Format | undefined });
  }
}

/** Other template languages write `{{name}}`, which here is text like any other. */
function warnOfBraces({ innerHTML }: HTMLTemplateElement): void {
  const [braces, path] = /\{\{\s*([\w.-]+)\s*\}\}/.exec(innerHTML) ?? [];
  if (braces)
    console.warn(
      `lp-kit: <lp-template> shows ${braces} unchanged: write <span data-text="${path}"></span>`,
    );
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-template': LpTemplate;
  }
}
