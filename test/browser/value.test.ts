import { expect } from '@open-wc/testing';
import { a11ySnapshot } from '@web/test-runner-commands';
import '../../components/case/define.ts';
import '../../components/value/define.ts';
import type { LpValue } from '../../components/value/lp-value.ts';
import { keepsTheLaws, make, show, textOf } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const value = (attributes: Record<string, string> = {}): LpValue =>
  make<LpValue>('lp-value', { lang: 'en', ...attributes });

const part = (element: LpValue): HTMLElement | null =>
  element.renderRoot.querySelector('[part=value]');

describe('lp-value', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows its children until the first value, and then the value instead', async () => {
    const element = value();
    element.textContent = 'soon';
    await show(element);
    const children = element.renderRoot.querySelector('.fallback') as HTMLElement;
    expect(getComputedStyle(children).display).not.to.equal('none');
    await show(element, { value: 42 });
    expect(getComputedStyle(children).display).to.equal('none');
    expect(part(element)?.textContent).to.equal('42');
  });

  it('shows the words of an lp-case, and the word of its level where it has no words', async () => {
    const element = value();
    element.innerHTML = `soon<lp-case when="open" level="warn">open, close it</lp-case><lp-case when=">9" level="danger" icon="🔥"></lp-case>`;
    await show(element);
    expect(element.innerText, 'no text of a case before the first value').to.equal('soon');
    await show(element, { value: 'Open' });
    expect(part(element)?.textContent).to.equal('open, close it');
    expect(part(element)?.className).to.equal('value warn');
    await show(element, { value: 10 });
    expect(part(element)?.textContent).to.equal('10');
    expect(textOf(element)).to.contain('🔥 Critical: 10');
    await expect(element).to.be.accessible();
  });

  it('is inline', async () => {
    const paragraph = document.body.appendChild(document.createElement('p'));
    paragraph.append('Memory now: ', value({ format: 'bytes' }), ' of 8 GB.');
    const element = paragraph.querySelector('lp-value') as LpValue;
    const before = paragraph.getBoundingClientRect().height;
    element.data = { value: 5_120_000_000 };
    await element.updateComplete;
    expect(part(element)?.textContent).to.equal('5.12 GB');
    expect(paragraph.getBoundingClientRect().height).to.equal(before);
  });

  it('writes machine-readable elements: data for values, time for moments', async () => {
    const number = await show(value({ format: 'percent' }), 0.42);
    expect(part(number)?.localName).to.equal('data');
    expect(part(number)?.getAttribute('value')).to.equal('0.42');
    expect(part(number)?.textContent).to.equal('42%');
    const moment = await show(value({ format: 'date' }), '2030-05-01T12:00:00Z');
    expect(part(moment)?.localName).to.equal('time');
    expect(part(moment)?.getAttribute('datetime')).to.equal('2030-05-01T12:00:00.000Z');
  });

  it('says "no value" for null, NaN and the empty text, and never "null"', async () => {
    for (const nothing of [{ value: null }, { value: Number.NaN }, { value: '' }, {}]) {
      const element = await show(value(), nothing);
      expect(part(element)?.querySelector('[aria-hidden]')?.textContent).to.equal('—');
      expect(part(element)?.querySelector('.sr')?.textContent).to.equal('no value');
      element.remove();
    }
  });

  it('shows the fallback if there is no value', async () => {
    const element = await show(value({ fallback: 'unknown' }), { value: null });
    expect(part(element)?.textContent).to.equal('unknown');
  });

  it('distinguishes zero, false and text from no value', async () => {
    const element = value();
    for (const [given, text] of [
      [{ value: 0 }, '0'],
      [{ value: false }, 'false'],
      [{ text: 'up' }, 'up'],
      [{ current: 7 }, '7'],
    ] as const) {
      await show(element, given);
      expect(part(element)?.textContent).to.equal(text);
    }
  });

  it('uses the page’s formatter, and reports its error without losing the shown text', async () => {
    const element = value();
    element.formatter = (given) => `<${String(given)}>`;
    await show(element, 5);
    expect(part(element)?.textContent).to.equal('<5>');
    let told: unknown;
    element.addEventListener('lp-error', (event) => {
      told = event.error;
    });
    const { error } = console;
    console.error = () => {};
    element.formatter = () => {
      throw new Error('no');
    };
    await element.updateComplete;
    console.error = error;
    expect(told).to.be.instanceOf(Error);
    expect(element.status).to.equal('error');
    expect(part(element)?.textContent).to.equal('<5>');
  });

  it('has no live region', async () => {
    const element = await show(value({ format: 'percent' }), 0.5);
    expect(element.renderRoot.querySelector('[aria-live],[role=status],[role=log]')).to.equal(null);
  });

  itInChromium('exposes its value to screen readers as text', async () => {
    await show(value({ format: 'percent' }), 0.5);
    expect(JSON.stringify(await a11ySnapshot({}))).to.contain('50%');
  });

  it('isolates text of either direction from its sentence', async () => {
    const element = await show(value(), 'שלום');
    expect(part(element)?.dir).to.equal('auto');
    expect(getComputedStyle(part(element) as Element).direction).to.equal('rtl');
  });

  it('follows its channel, and requests a few entries, because the newest may be late', async () => {
    const channel = freshChannel();
    await post(channel, Array(30).fill(1));
    await post(channel, { value: 2 });
    const element = value({ channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => element.status === 'live');
    expect(element.history.length).to.equal(20);
    await post(channel, { value: 3 });
    await until(() => textOf(element).includes('3'));
    expect(element.version).to.equal(32);
  });
});

keepsTheLaws({
  tag: 'lp-value',
  payload: { value: 42 },
  hostile: (text) => ({ value: text }),
});
