import type { CSSResult, PropertyDeclarations } from 'lit';
import { css, ReactiveElement } from 'lit';
import type { Case } from '../element/cases.ts';
import { parseWhen, type Rule } from './case-rule.ts';

const LEVELS = ['ok', 'warn', 'danger', 'none'] as const;

/**
 * `<lp-case when=">90" level="danger" icon="🔥">Too hot</lp-case>` in an `lp-number`, `lp-meter` or `lp-value`: what is shown where
 * a value meets a rule. The first case that applies decides. It draws nothing itself; the element around it shows each change
 * of it.
 *
 * Its content is the text to show in place of the value; `{value}` in it is the value. Without content: the value.
 */
export class LpCase extends ReactiveElement implements Case {
  static override styles: CSSResult = css`
    :host {
      display: none;
    }
  `;
  static override properties: PropertyDeclarations = {
    when: { reflect: true },
    level: { reflect: true },
    icon: { reflect: true },
  };

  /**
   * Values for which it applies: `>90`, `<=5`, `10..20` (both ends included), `down`, `!=up`, or several of these separated by
   * commas. Default: any value.
   */
  declare when: string | undefined;
  /** Level of such values: `ok`, `warn`, `danger` or `none`. Default: by the limits and states of the element. */
  declare level: 'ok' | 'warn' | 'danger' | 'none' | undefined;
  /** A short text or an emoji before the value. */
  declare icon: string | undefined;

  #rule: { when: string; meets: Rule } | undefined;
  #around: Element | null = null;
  #observer: MutationObserver | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#around = this.parentElement;
    this.#observer ??= new MutationObserver(() => this.#renew());
    this.#observer.observe(this, { characterData: true, childList: true, subtree: true });
    this.#renew();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#renew();
  }

  /** Text to show in place of the value; '' if there is none. */
  get words(): string {
    return (this.textContent ?? '').trim().replaceAll(/\s+/g, ' ');
  }

  /** Level that it sets; undefined if it sets none, or a word that is no level. */
  get sets(): 'ok' | 'warn' | 'danger' | 'none' | undefined {
    return LEVELS.find((each) => each === this.level);
  }

  /** Whether the case applies to a value. A rule that cannot be read applies to none, and is reported once. */
  meets(value: unknown): boolean {
    const when = this.when ?? '';
    if (this.#rule?.when !== when) this.#rule = { when, meets: ruleOf(when) };
    return this.#rule.meets(value);
  }

  protected override updated(): void {
    const { level } = this;
    if (level && this.sets === undefined)
      report(`<lp-case level="${level}"> cannot be read: write ${LEVELS.join(', ')}`);
    this.#renew();
  }

  /** Updates the element around it. */
  #renew(): void {
    (this.#around as Partial<ReactiveElement> | null)?.requestUpdate?.();
  }
}

function ruleOf(when: string): Rule {
  try {
    return parseWhen(when);
  } catch (error) {
    report(`<lp-case when="${when}">: ${(error as Error).message}`);
    return () => false;
  }
}

const told = new Set<string>();

function report(message: string): void {
  if (told.has(message)) return;
  if (told.size > 1000) told.clear();
  told.add(message);
  console.error(`lp-kit: ${message}`);
}

declare global {
  interface HTMLElementTagNameMap {
    'lp-case': LpCase;
  }
}
