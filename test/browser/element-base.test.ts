import { expect } from '@open-wc/testing';
import { Announcer } from '../../components/element/announcer.ts';
import { setWords, words } from '../../components/locale/messages.ts';
import { until } from '../support/page.ts';
import { LpProbe } from '../support/probe-element.ts';

describe('the base of all widgets', () => {
  afterEach(() => {
    document.body.replaceChildren();
    document.documentElement.lang = 'en';
  });

  const add = async (
    markup = '<lp-probe label="CPU"></lp-probe>',
    data?: unknown,
  ): Promise<LpProbe> => {
    document.body.insertAdjacentHTML('beforeend', markup);
    const element = document.body.lastElementChild as LpProbe;
    if (data !== undefined) element.data = data;
    await element.updateComplete;
    return element;
  };

  it('shows .data without a server, one entry after another, and null removes it', async () => {
    const element = await add(undefined, { value: 1 });
    element.data = { value: 2 };
    await element.updateComplete;
    expect(element.status).to.equal('live');
    expect(element.shownText).to.equal('2');
    expect(element.history.map((entry) => entry.d)).to.deep.equal([{ value: 1 }, { value: 2 }]);
    element.data = null;
    await element.updateComplete;
    expect(element.history).to.deep.equal([]);
    expect(element.status).to.equal('empty');
  });

  it('uses properties that were set before it was upgraded', async () => {
    const name = 'lp-late-probe';
    const element = document.createElement(name) as LpProbe;
    element.data = { value: 7 };
    element.label = 'Early';
    document.body.append(element);
    customElements.define(name, class extends LpProbe {});
    await element.updateComplete;
    expect(element.shownText).to.equal('7');
    expect(element.part_('label')?.textContent).to.equal('Early');
  });

  it('has no attributes when created, can be cloned, and works with innerHTML and adoption', async () => {
    const bare = document.createElement('lp-probe');
    expect(bare.attributes).to.have.length(0);
    const element = await add('<lp-probe label="A"></lp-probe>', { value: 1 });
    const clone = element.cloneNode(true) as LpProbe;
    document.body.append(clone);
    await clone.updateComplete;
    expect(clone.part_('label')?.textContent).to.equal('A');
    const frame = document.createElement('iframe');
    document.body.append(frame);
    const sheets = element.shadowRoot?.adoptedStyleSheets.length;
    frame.contentDocument?.body.append(element);
    await element.updateComplete;
    expect(element.shadowRoot?.adoptedStyleSheets).to.have.length(sheets ?? 0);
    expect(frame.contentWindow?.getComputedStyle(element).display).to.equal('block');
    document.body.append(element);
    element.data = { value: 2 };
    await element.updateComplete;
    expect(element.shownText).to.equal('2');
    expect(getComputedStyle(element).display).to.equal('block');
  });

  it('writes nothing to the DOM when nothing changed, and when the clock ticks', async () => {
    const element = await add(undefined, { value: 1 });
    const records: MutationRecord[] = [];
    const observer = new MutationObserver((more) => records.push(...more));
    observer.observe(element.renderRoot, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    observer.observe(element, { attributes: true });
    for (let n = 0; n < 3; n++) {
      element.requestUpdate();
      await element.updateComplete;
    }
    document.dispatchEvent(new Event('visibilitychange')); // One tick, at once.
    await element.updateComplete;
    records.push(...observer.takeRecords());
    expect(records.map((record) => `${record.type} ${record.target.nodeName}`)).to.deep.equal([]);
  });

  it('draws nothing while the page is hidden, and the newest in one update on return', async () => {
    const element = await add(undefined, { value: 1 });
    const { updates } = element;
    const hide = (state: string): void => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    try {
      hide('hidden');
      for (let value = 2; value < 6; value++) {
        element.data = { value };
        await new Promise((resolve) => setTimeout(resolve));
      }
      expect(element.updates).to.equal(updates);
      hide('visible');
      await element.updateComplete;
      expect(element.shownText).to.equal('5');
      expect(element.updates - updates).to.be.at.most(2);
    } finally {
      Reflect.deleteProperty(document, 'visibilityState');
    }
  });

  it('shares one timer among all widgets, which stops while the page is hidden', async () => {
    const running = new Set<unknown>();
    const { setInterval: start, clearInterval: end } = globalThis;
    globalThis.setInterval = ((...args: Parameters<typeof start>) => {
      const timer = start(...args);
      running.add(timer);
      return timer;
    }) as typeof start;
    globalThis.clearInterval = (timer): void => {
      running.delete(timer);
      end(timer);
    };
    const look = (state: string): void => {
      Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    try {
      for (let n = 0; n < 50; n++) document.body.append(new LpProbe());
      expect(running.size).to.equal(1);
      look('hidden');
      expect(running.size).to.equal(0);
      look('visible');
      expect(running.size).to.equal(1);
      document.body.replaceChildren();
      expect(running.size).to.equal(0);
    } finally {
      Object.assign(globalThis, { setInterval: start, clearInterval: end });
      Reflect.deleteProperty(document, 'visibilityState');
    }
  });

  it('is named by its label unless the page sets another name', async () => {
    const element = await add('<lp-probe label="CPU"></lp-probe>');
    expect(element.hasAttribute('role') || element.hasAttribute('aria-label')).to.equal(false);
    const own = await add('<lp-probe role="region" aria-label="Mine" label="CPU"></lp-probe>');
    expect([own.getAttribute('role'), own.getAttribute('aria-label')]).to.deep.equal([
      'region',
      'Mine',
    ]);
  });

  it('shows its label as a heading on request, and hides the named parts', async () => {
    const element = await add(
      '<lp-probe label="CPU" heading-level="3" no-footer no-controls></lp-probe>',
    );
    const label = element.part_('label');
    expect([label?.role, label?.ariaLevel]).to.deep.equal(['heading', '3']);
    expect(element.part_('footer')?.checkVisibility()).to.equal(false);
    expect(element.part_('controls')?.querySelector('button')).to.equal(null);
    element.noHeader = true;
    element.headingLevel = 9;
    await element.updateComplete;
    expect(element.part_('header')?.checkVisibility()).to.equal(false);
    expect(element.part_('label')?.role).to.equal(null);
  });

  it('follows the language of its nearest ancestor, and changes of it and of its texts', async () => {
    setWords('x-test', { noChannel: 'Kein Kanal' });
    const section = document.createElement('section');
    document.body.append(section);
    const element = new LpProbe();
    section.append(element);
    await element.updateComplete;
    const message = (): string => element.part_('message')?.textContent ?? '';
    expect(message()).to.equal(words('en').noChannel);
    section.lang = 'de-AT';
    setWords('de', { noChannel: 'Kein Kanal gewählt' });
    await until(() => message() === 'Kein Kanal gewählt');
    section.removeAttribute('lang');
    await until(() => message() === words('en').noChannel);
  });

  it('has one live region on the page before it is needed, if the browser has no ariaNotify', async () => {
    const own = Object.getOwnPropertyDescriptor(Document.prototype, 'ariaNotify');
    Reflect.deleteProperty(Document.prototype, 'ariaNotify');
    try {
      await add();
      await add();
      const regions = document.querySelectorAll('[data-lp-announcer]');
      expect(regions).to.have.length(1);
      expect([regions[0]?.role, regions[0]?.textContent]).to.deep.equal(['status', '']);
      new Announcer({ now: () => 0, after: (_ms, run) => run() }).announce(
        'lost',
        '',
        () => 'Lost.',
      );
      expect(regions[0]?.textContent).to.equal('Lost.');
      await expect(regions[0]).to.be.accessible();
    } finally {
      if (own) Object.defineProperty(Document.prototype, 'ariaNotify', own);
    }
  });

  it('treats text in payloads as text', async () => {
    const element = await add(undefined, { value: '<img src=x onerror=alert(1)>' });
    expect(element.renderRoot.querySelector('img')).to.equal(null);
    expect(element.shownText).to.equal('<img src=x onerror=alert(1)>');
  });

  for (const scheme of ['light', 'dark'])
    it(`is accessible in each state, ${scheme}`, async () => {
      document.body.style.colorScheme = scheme;
      document.body.style.background = scheme === 'dark' ? '#10151c' : '#f4f6f9';
      const states = [
        await add('<lp-probe label="Idle"></lp-probe>'),
        await add('<lp-probe label="Live"></lp-probe>', { value: 1 }),
        await add('<lp-probe label="Warn" heading-level="2"></lp-probe>', { value: 85 }),
        await add('<lp-probe label="Danger"></lp-probe>', { value: 95 }),
        await add('<lp-probe label="Paused" paused></lp-probe>', { value: 95 }),
        await add('<lp-probe label="Bad" channel="no name"></lp-probe>'),
        await add(
          '<lp-probe label="Loading" channel="cpu" src="http://127.0.0.1:9/lp"></lp-probe>',
        ),
        await add('<lp-probe label="Text"></lp-probe>', { value: 'undrawable' }),
      ];
      for (const element of states) {
        await element.updateComplete;
        await expect(element).to.be.accessible();
      }
      document.body.removeAttribute('style');
    });

  it('reports an invalid attribute once, with the cure, and reads "false" as false', async () => {
    const said: string[] = [];
    const { error, warn } = console;
    console.error = console.warn = (text: string): void => void said.push(text);
    try {
      const element = await add(
        '<lp-probe label="X" stale-after="10 minutes" announce="loud" heading-level="two" no-footer="false" data="42"></lp-probe>',
      );
      element.requestUpdate();
      await element.updateComplete;
      expect(element.noFooter).to.equal(false);
      expect(element.headingLevel).to.equal(undefined);
      const names = said.map((text) => /^lp-kit: <lp-probe>: ([\w-]+)="/.exec(text)?.[1]);
      expect(names).to.have.members([
        'announce',
        'data',
        'heading-level',
        'no-footer',
        'stale-after',
      ]);
      expect(said.join()).to.contain('write a duration such as');
    } finally {
      Object.assign(console, { error, warn });
    }
  });
});
