import { expect } from '@open-wc/testing';
import type { LitElement } from 'lit';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from './page.ts';

/** Text that would run if it were interpreted as HTML, a URL or a style. */
export const CORPUS: string[] = [
  '<img src=x onerror="window.pwned=1">',
  '<script>window.pwned=1</script>',
  '"><svg onload=window.pwned=1>',
  'javascript:window.pwned=1',
  '</style><script>window.pwned=1</script>',
  '${window.pwned=1}',
  '\u202e\u0000<b>bold</b>',
];

export interface Subject {
  tag: string;
  attributes?: Record<string, string>;
  /** A payload that the element can show. */
  payload: unknown;
  /** A payload with the text in every field that may contain text. */
  hostile?: (text: string) => unknown;
}

/** An element that shows data; `LpTime` is not an `LpDataElement`. */
type Shown = LitElement & { data: unknown };

/** Creates the element, without adding it to the page. */
export function make<T extends Shown = LpDataElement>(
  tag: string,
  attributes: Record<string, string> = {},
): T {
  const element = document.createElement(tag) as T;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** Adds it to the page and waits until it has rendered. */
export async function show<T extends Shown>(element: T, payload?: unknown): Promise<T> {
  if (!element.isConnected) document.body.append(element);
  if (payload !== undefined) element.data = payload;
  await element.updateComplete;
  return element;
}

/** Returns all texts and names in its shadow root. */
export function textOf(element: Element): string {
  const root = element.shadowRoot;
  const names = [...(root?.querySelectorAll('[aria-label]') ?? [])].map((each) => each.ariaLabel);
  return [root?.textContent, ...names].join(' ').replaceAll(/\s+/g, ' ').trim();
}

/** Observes the shadow root; the returned function returns the changes. */
export function watchDom(element: Element): () => MutationRecord[] {
  const seen: MutationRecord[] = [];
  const observer = new MutationObserver((records) => void seen.push(...records));
  const all = { childList: true, subtree: true, attributes: true, characterData: true };
  if (element.shadowRoot) observer.observe(element.shadowRoot, all);
  observer.observe(element, all);
  return () => [...seen, ...observer.takeRecords()];
}

/** Tests of the rules that every element of the kit follows. */
export function keepsTheLaws({ tag, attributes = {}, payload, hostile }: Subject): void {
  describe(`${tag} follows the rules of all elements`, () => {
    const subject = (more: Record<string, string> = {}): LpDataElement =>
      make(tag, { label: 'Subject', ...attributes, ...more });

    afterEach(() => document.body.replaceChildren());

    it('has neither attributes nor children when it is created', () => {
      const element = document.createElement(tag);
      expect(element.attributes.length).to.equal(0);
      expect(element.childNodes.length).to.equal(0);
    });

    it('uses data that were set before its upgrade', async () => {
      const elsewhere = document.implementation.createHTMLDocument().createElement(tag);
      for (const [name, value] of Object.entries(attributes)) elsewhere.setAttribute(name, value);
      Object.assign(elsewhere, { data: payload });
      document.body.append(elsewhere);
      const element = elsewhere as LpDataElement;
      await element.updateComplete;
      expect(element.data).to.deep.equal(payload);
      expect(element.status).to.equal('live');
    });

    it('changes no node when an update contains nothing new', async () => {
      const element = await show(subject(), payload);
      const changes = watchDom(element);
      element.requestUpdate();
      await element.updateComplete;
      expect(changes().map(({ type, attributeName }) => [type, attributeName])).to.deep.equal([]);
    });

    it('keeps its value and its nodes when it is moved', async () => {
      const element = await show(subject(), payload);
      const before = textOf(element);
      const node = element.shadowRoot?.firstElementChild;
      const elsewhere = document.body.appendChild(document.createElement('section'));
      elsewhere.append(element);
      await element.updateComplete;
      expect(textOf(element)).to.equal(before);
      expect(element.shadowRoot?.firstElementChild).to.equal(node);
    });

    it('can be moved to another document and back with its value', async () => {
      const element = await show(subject(), payload);
      const before = textOf(element);
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.contentDocument?.body.append(element);
      await element.updateComplete;
      document.body.append(element);
      await element.updateComplete;
      expect(element.data).to.deep.equal(payload);
      expect(textOf(element)).to.equal(before);
    });

    it('can be cloned, and the clone is independent', async () => {
      const element = await show(subject(), payload);
      const clone = element.cloneNode(true) as LpDataElement;
      await show(clone);
      expect(clone.status).to.equal('idle');
      await show(clone, payload);
      expect(clone.status).to.equal('live');
    });

    it('takes no space when it is hidden', async () => {
      const element = await show(subject({ hidden: '' }), payload);
      expect(getComputedStyle(element).display).to.equal('none');
    });

    it('keeps a stale value, and shows that it is stale', async () => {
      const element = await show(subject({ 'stale-after': '1ms' }), payload);
      await until(() => Date.now() > (element.updatedAt ?? 0) + 1);
      element.requestUpdate();
      await until(() => element.status === 'stale');
      await element.updateComplete;
      expect(element.data).to.deep.equal(payload);
      expect(textOf(element)).to.contain('Out of date');
      for (const level of ['ok', 'warn', 'danger'])
        expect(element.matches(`:state(level-${level})`)).to.equal(false);
    });

    it('is empty while its channel is empty, live with the first entry, and labelled by the channel’s meta', async () => {
      const channel = freshChannel();
      const src = await serverUrl();
      await describeChannel(channel, { label: 'Told by meta' });
      const element = make(tag, { ...attributes, channel, src });
      document.body.append(element);
      await until(() => element.status === 'empty');
      await post(channel, payload);
      await until(() => element.status === 'live');
      await element.updateComplete;
      expect(element.data).to.deep.equal(payload);
      expect(element.version).to.be.a('number');
    });

    for (const state of ['idle', 'live', 'stale', 'paused'] as const) {
      it(`axe reports nothing when ${state}`, async () => {
        const element = subject({
          ...(state === 'stale' && { 'stale-after': '1ms' }),
          ...(state === 'paused' && { paused: '' }),
        });
        await show(element, state === 'idle' ? undefined : payload);
        await until(() => {
          element.requestUpdate();
          return element.status === state;
        });
        await element.updateComplete;
        await expect(element).to.be.accessible();
      });
    }

    if (hostile)
      it('shows hostile text as text', async () => {
        for (const text of CORPUS) {
          const element = await show(subject({ label: text }), hostile(text));
          for (const each of [element, ...(element.shadowRoot?.querySelectorAll('*') ?? [])]) {
            expect(each.localName).not.to.be.oneOf(['script', 'iframe', 'b']);
            for (const { name, value } of each.attributes) {
              expect(name.startsWith('on'), name).to.equal(false);
              if (name === 'href' || name === 'src')
                expect(value.trim().toLowerCase()).not.to.match(/^javascript:/);
            }
          }
          element.remove();
        }
        expect('pwned' in globalThis).to.equal(false);
      });
  });
}
