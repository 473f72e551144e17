import { expect } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import { useFakeTimers } from 'sinon';
import { ALLOWED_ATTRIBUTES, ALLOWED_TAGS } from '../../components/dashboard/allowed.ts';
import type { LpCommandEvent } from '../../components/data/events.ts';
import { openConnections } from '../../components/source/registry.ts';
import '../../components/dashboard/define.ts';
import type { LpDashboard } from '../../components/dashboard/lp-dashboard.ts';
import '../../components/list/define.ts';
import { LpList } from '../../components/list/lp-list.ts';
import '../../components/meter/define.ts';
import { LpMeter } from '../../components/meter/lp-meter.ts';
import '../../components/number/define.ts';
import '../../components/source/define.ts';
import { LpNumber } from '../../components/number/lp-number.ts';
import { LpSparkline } from '../../components/sparkline/lp-sparkline.ts';
import '../../components/table/define.ts';
import { LpTable } from '../../components/table/lp-table.ts';
import { LpTime } from '../../components/time/lp-time.ts';
import { LpTracker } from '../../components/tracker/lp-tracker.ts';
import { LpValue } from '../../components/value/lp-value.ts';
import { CORPUS } from '../support/element-laws.ts';
import { freshChannel, post, serverUrl, until, watchPolls } from '../support/page.ts';

const dashboard = async (
  attributes: Record<string, string> = {},
  inside = '',
): Promise<LpDashboard> => {
  const element = document.createElement('lp-dashboard');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.innerHTML = inside;
  document.body.append(element);
  await element.updateComplete;
  return element;
};

const shadow = (element: LpDashboard, selector: string): HTMLElement | null =>
  element.renderRoot.querySelector(selector);
const left = (element: Element): number => Math.round(element.getBoundingClientRect().left);
const top = (element: Element): number => Math.round(element.getBoundingClientRect().top);
const columnsOf = (element: LpDashboard): number =>
  getComputedStyle(shadow(element, '.grid') as Element).gridTemplateColumns.split(' ').length;
const tiles = (count: number): string => '<div class="tile">tile</div>'.repeat(count);

describe('lp-dashboard', () => {
  afterEach(() => document.body.replaceChildren());

  describe('as a grid', () => {
    afterEach(() => setViewport({ width: 1280, height: 800 }));

    it('has as many columns as fit, at most as many as its tiles fill', async () => {
      await setViewport({ width: 1280, height: 800 });
      const element = await dashboard({ 'min-column': '200px', gap: '16px' }, tiles(12));
      await until(() => columnsOf(element) === 5);
      await setViewport({ width: 400, height: 800 });
      await until(() => columnsOf(element) === 1);
      await setViewport({ width: 1280, height: 800 });
      element.replaceChildren(element.children[0] as Element, element.children[1] as Element);
      await until(() => columnsOf(element) === 2);
    });

    it('gives tiles the columns and rows of their attributes, and never overflows a narrow page', async () => {
      await setViewport({ width: 1280, height: 800 });
      const element = await dashboard(
        { 'min-column': '200px', gap: '0' },
        '<div cols="2" rows="2">a</div><div>b</div><div>c</div><div cols="4">d</div>',
      );
      const [large, , third] = element.children as unknown as Element[];
      await until(() => columnsOf(element) === 6);
      const grid = shadow(element, '.grid') as Element;
      const column = grid.getBoundingClientRect().width / 6;
      expect(large?.getBoundingClientRect().width).to.be.closeTo(column * 2, 1);
      expect(left(third as Element)).to.be.closeTo(left(grid) + column * 3, 1);
      await setViewport({ width: 320, height: 800 });
      await until(() => columnsOf(element) === 1);
      for (const tile of element.children)
        expect(tile.getBoundingClientRect().right).to.be.at.most(320);
      const tops = [...element.children].map(top);
      expect(tops).to.deep.equal(tops.toSorted((a, b) => a - b)); // Reading order is the order in the document.
    });

    it('accepts only lengths as CSS in its attributes', async () => {
      const element = await dashboard({ 'min-column': '1px;color:red', gap: 'calc(1px)' });
      const ruler = shadow(element, '.ruler') as HTMLElement;
      expect(ruler.style.getPropertyValue('--_min')).to.equal('16rem');
    });

    it('is a region with a name, and axe reports nothing', async () => {
      const element = await dashboard(
        { label: 'web-1', 'heading-level': '1' },
        '<lp-number label="CPU"></lp-number>',
      );
      expect(shadow(element, '[role=heading]')?.ariaLevel).to.equal('1');
      await expect(element).to.be.accessible();
      const nameless = await dashboard();
      await expect(nameless).to.be.accessible();
    });
  });

  describe('as a source', () => {
    it('feeds its widgets over one connection, and pauses them all', async () => {
      await until(() => openConnections().length === 0);
      const { polls, end } = watchPolls();
      const [one, two] = [freshChannel(), freshChannel()];
      await post(one, { value: 1 });
      await post(two, { value: 2 });
      const element = await dashboard(
        { src: await serverUrl(), label: 'Wall' },
        `<lp-number channel="${one}"></lp-number><lp-meter channel="${two}"></lp-meter>`,
      );
      const widgets = element.querySelectorAll<LpNumber>('lp-number, lp-meter');
      await until(() => [...widgets].every(({ status }) => status === 'live'));
      expect(openConnections().length).to.equal(1);
      expect(polls.every(({ base }) => base === element.src)).to.equal(true);
      const status = shadow(element, 'lp-status');
      await until(() => status?.shadowRoot?.querySelector('[part=pause-button]'));
      status?.shadowRoot?.querySelector<HTMLElement>('[part=pause-button]')?.click();
      await until(() => element.paused && [...widgets].every(({ status: s }) => s === 'paused'));
      end();
    });

    it('passes all attributes of a source on to its connection', async () => {
      const channel = freshChannel();
      const src = await serverUrl();
      const asked: { url: URL; init: RequestInit }[] = [];
      const element = document.createElement('lp-dashboard');
      const options = {
        src,
        wait: '3',
        credentials: 'omit',
        share: 'tabs',
        'min-interval': '50ms',
      };
      for (const [name, value] of Object.entries(options)) element.setAttribute(name, value);
      element.headers = { 'X-Wall': '7' };
      element.fetch = (input, init = {}) => {
        asked.push({ url: new URL(input instanceof Request ? input.url : input), init });
        return fetch(input, { ...init, headers: {} });
      };
      element.innerHTML = `<lp-number channel="${channel}"></lp-number>`;
      document.body.append(element);
      await until(() => asked.some(({ url }) => url.searchParams.get('wait') === '3'));
      const { init } = asked[0] as (typeof asked)[0];
      expect(init.credentials).to.equal('omit');
      expect(new Headers(init.headers).get('X-Wall')).to.equal('7');
      expect(openConnections().at(-1)?.address).to.deep.equal({ url: src, credentials: 'omit' });
      expect(element.channels).to.deep.equal([channel]);
      element.pause();
      await until(() => element.status === 'paused');
      await element.publish(channel, { value: 5 });
      element.resume();
      await until(() => element.querySelector('lp-number')?.status === 'live');
    });

    it('without src is the source of the page if it has attributes of a source', async () => {
      const outer = document.createElement('lp-source');
      outer.setAttribute('src', await serverUrl());
      const element = await dashboard({}, `<lp-number channel="${freshChannel()}"></lp-number>`);
      document.body.append(outer);
      const number = element.querySelector('lp-number') as LpNumber;
      await until(() => number.status === 'empty');
      expect(element.address).to.equal(undefined);
      element.paused = true;
      await until(() => number.status === 'paused' && outer.paused);
      expect(element.address?.url).to.equal(outer.src);
      element.resume();
      await until(() => number.status === 'empty' && !outer.paused);
    });

    it('without src uses the source around it', async () => {
      const channel = freshChannel();
      await post(channel, { value: 7 });
      const outer = document.createElement('lp-source');
      outer.setAttribute('src', await serverUrl());
      outer.innerHTML = `<lp-dashboard><lp-number channel="${channel}"></lp-number></lp-dashboard>`;
      document.body.append(outer);
      const number = outer.querySelector('lp-number') as LpNumber;
      await until(() => number.status === 'live');
      expect(outer.querySelector('lp-dashboard')?.address).to.equal(undefined);
    });
  });

  describe('on a wall', () => {
    let clock: ReturnType<typeof useFakeTimers>;
    let locks: { released: boolean; release: () => Promise<void> }[];
    const own = Object.getOwnPropertyDescriptor(Navigator.prototype, 'wakeLock');

    beforeEach(async () => {
      await until(() => openConnections().length === 0);
      locks = [];
      const request = (): Promise<unknown> => {
        const lock = {
          released: false,
          release: (): Promise<void> => {
            lock.released = true;
            return Promise.resolve();
          },
        };
        locks.push(lock);
        return Promise.resolve(lock);
      };
      Object.defineProperty(navigator, 'wakeLock', { value: { request }, configurable: true });
      clock = useFakeTimers({ now: Date.now(), toFake: ['setInterval', 'clearInterval', 'Date'] });
    });

    afterEach(() => {
      document.body.replaceChildren();
      clock.restore();
      Reflect.deleteProperty(navigator, 'wakeLock');
      if (own) Object.defineProperty(Navigator.prototype, 'wakeLock', own);
    });

    it('keeps the screen awake only while it is a kiosk', async () => {
      const element = await dashboard({ kiosk: '' });
      await until(() => locks.length === 1);
      expect(locks[0]?.released).to.equal(false);
      element.kiosk = false;
      await element.updateComplete;
      expect(locks[0]?.released).to.equal(true);
      element.kiosk = true;
      await until(() => locks.length === 2);
      element.remove();
      expect(locks[1]?.released).to.equal(true);
      await element.updateComplete;
      expect(locks.length, 'the wake lock of the removed kiosk stays released').to.equal(2);
      expect(document.documentElement.style.fontSize).to.equal('');
    });

    it('hides the controls without input, and shows them again on input', async () => {
      const element = await dashboard({ kiosk: '' }, '<lp-number label="CPU"></lp-number>');
      const controls = (): string => {
        const number = element.querySelector('lp-number') as LpNumber;
        return getComputedStyle(number.renderRoot.querySelector('.controls') as Element).opacity;
      };
      expect(controls()).to.equal('1');
      clock.tick(4000);
      await element.updateComplete;
      expect(element.matches(':state(unattended)')).to.equal(true);
      expect(controls()).to.equal('0');
      dispatchEvent(new PointerEvent('pointermove'));
      await element.updateComplete;
      expect(controls()).to.equal('1');
      clock.tick(4000);
      dispatchEvent(new KeyboardEvent('keydown', { key: 'Tab' }));
      await element.updateComplete;
      expect(controls()).to.equal('1');
    });

    it('is never idle unless it is a kiosk', async () => {
      const element = await dashboard();
      clock.tick(100_000);
      await element.updateComplete;
      expect(element.matches(':state(unattended)')).to.equal(false);
      expect(locks.length).to.equal(0);
    });

    it('reloads the page at the given time if nobody uses it; the page may prevent that', async () => {
      const element = await dashboard({ kiosk: '', 'reload-every': '10m' });
      const commands: string[] = [];
      element.addEventListener('lp-command', (event: LpCommandEvent) => {
        commands.push(event.command);
        event.preventDefault();
      });
      for (let minute = 0; minute < 12; minute++) {
        dispatchEvent(new PointerEvent('pointermove')); // Somebody uses the page.
        clock.tick(50_000);
      }
      expect(commands).to.deep.equal([]);
      clock.tick(11_000);
      expect(commands).to.include('reload');
    });

    it('does not reload while the server of its widgets is unreachable', async () => {
      const commands: string[] = [];
      const element = await dashboard(
        { kiosk: '', 'reload-every': '1m', src: 'http://127.0.0.1:9' },
        '<lp-number channel="x"></lp-number>',
      );
      element.addEventListener('lp-command', (event: LpCommandEvent) => {
        commands.push(event.command);
        event.preventDefault();
      });
      clock.tick(120_000);
      expect(commands).to.deep.equal([]);
    });

    it('ends its header with the status, without a gap, until there are buttons', async () => {
      const element = await dashboard({ label: 'Board' });
      const shown = (): string => getComputedStyle(shadow(element, '.controls') as Element).display;
      expect(shown()).to.equal('none');
      const action = document.createElement('button');
      action.slot = 'actions';
      action.textContent = 'Refresh';
      element.append(action);
      await until(() => shown() !== 'none');
      action.remove();
      await until(() => shown() === 'none');
      element.kiosk = true;
      await element.updateComplete;
      const { right } = (shadow(element, 'lp-status') as Element).getBoundingClientRect();
      expect(right).to.be.closeTo(
        (shadow(element, '.header') as Element).getBoundingClientRect().right,
        1,
      );
    });

    it('offers full screen, by a named button of a sufficient size', async () => {
      const element = await dashboard({ kiosk: '' });
      const button = shadow(element, '[part=fullscreen-button]') as HTMLButtonElement;
      expect(button.ariaLabel).to.equal('Full screen');
      expect(button.getBoundingClientRect().height).to.be.at.least(24);
      let asked = false;
      element.requestFullscreen = (): Promise<void> => {
        asked = true;
        return Promise.reject(new Error('no'));
      };
      button.click();
      expect(asked).to.equal(true);
      await expect(element).to.be.accessible();
    });

    it('fills the screen', async () => {
      const element = await dashboard({ kiosk: '' }, tiles(4));
      expect(element.getBoundingClientRect().height).to.be.at.least(innerHeight);
    });
  });

  describe('by configuration', () => {
    const script = (config: unknown, id = ''): string =>
      `<script type="application/json"${id && ` id="${id}"`}>${
        typeof config === 'string' ? config : JSON.stringify(config)
      }</script>`;
    const quiet = (): (() => void) => {
      const { warn, error } = console;
      console.warn = console.error = (): void => {};
      return () => Object.assign(console, { warn, error });
    };

    it('builds widgets from a script inside it, beside the children that the page added', async () => {
      const config = {
        label: 'web-1',
        widgets: [{ tag: 'lp-number', label: 'CPU', cols: 2 }, { tag: 'meter' }],
      };
      const element = await dashboard({}, `<p>mine</p>${script(config)}`);
      await until(() => element.querySelector('lp-meter'));
      expect(element.querySelector('lp-number')).to.be.instanceOf(LpNumber);
      expect(element.querySelector('lp-number')?.getAttribute('cols')).to.equal('2');
      expect(element.querySelector('p')?.textContent).to.equal('mine');
      expect(shadow(element, '.title')?.textContent?.trim()).to.equal('web-1');
    });

    it('builds from a script elsewhere, from a value, and from a file of its origin', async () => {
      document.body.insertAdjacentHTML(
        'beforeend',
        script([{ tag: 'number', label: 'A' }], 'wall'),
      );
      const byId = await dashboard({ config: '#wall' });
      await until(() => byId.querySelector('lp-number'));
      const byValue = await dashboard();
      byValue.config = { widgets: [{ tag: 'meter' }] };
      await until(() => byValue.querySelector('lp-meter'));
      byValue.config = { widgets: [{ tag: 'list' }] };
      await until(() => byValue.querySelector('lp-list'));
      expect(byValue.querySelector('lp-meter')).to.equal(null);
      const byUrl = await dashboard();
      byUrl.fetch = async (input) => {
        expect((input as URL).href).to.equal(new URL('/wall.json', location.href).href);
        return new Response(JSON.stringify([{ tag: 'number' }]));
      };
      byUrl.config = '/wall.json';
      await until(() => byUrl.querySelector('lp-number'));
    });

    it('never sets an attribute that runs code, for any configuration', async () => {
      const restore = quiet();
      const hostile = CORPUS.flatMap((text) => [
        { tag: text },
        { tag: 'lp-number', label: text, onclick: text, style: text, src: text, innerHTML: text },
        { tag: 'lp-value', text },
        { tag: 'lp-template', text },
        { tag: 'script', text: 'window.pwned = 1' },
      ]);
      const element = await dashboard();
      element.config = { widgets: hostile };
      await until(() => element.querySelector('lp-number'));
      for (const each of element.querySelectorAll('*')) {
        expect(each.localName).to.be.oneOf(['lp-number', 'lp-value']);
        for (const { name } of each.attributes)
          expect(name).to.be.oneOf(['label', 'data-lp-built', 'src']);
        const src = each.getAttribute('src');
        if (src) expect(new URL(src, location.href).origin).to.equal(location.origin);
      }
      expect('pwned' in globalThis).to.equal(false);
      restore();
    });

    it('links table rows only to safe URLs, and to none that runs code', async () => {
      const element = await dashboard();
      const linksOf = async (href: string): Promise<string[]> => {
        element.config = { widgets: [{ tag: 'table', columns: 'order', href }] };
        await until(() => element.querySelector('lp-table')?.getAttribute('href') === href);
        const table = element.querySelector('lp-table') as LpTable;
        table.data = { order: '7' };
        await table.updateComplete;
        const links = [...table.renderRoot.querySelectorAll('a')];
        return links.map((link) => link.href);
      };
      expect(await linksOf('/orders/{order}')).to.deep.equal([`${location.origin}/orders/7`]);
      for (const text of CORPUS)
        for (const link of await linksOf(text)) expect(link).to.match(/^https?:/);
      expect('pwned' in globalThis).to.equal(false);
    });

    it('refuses a configuration or a server of another origin', async () => {
      const restore = quiet();
      const element = await dashboard();
      const { polls, end } = watchPolls();
      element.config = { widgets: [{ tag: 'number', channel: 'x', src: 'https://evil.test/lp' }] };
      await until(() => element.querySelector('lp-number'));
      expect(element.querySelector('lp-number')?.hasAttribute('src')).to.equal(false);
      expect(polls.some(({ base }) => base.includes('evil'))).to.equal(false);
      end();
      let error: unknown;
      element.addEventListener('lp-error', (event) => {
        error = event.error;
      });
      element.config = 'https://evil.test/wall.json';
      await until(() => error);
      expect(error).to.have.property('code', 'bad-config');
      restore();
    });

    it('reports a configuration that cannot be read, keeps the previous one, and recovers', async () => {
      const restore = quiet();
      const element = await dashboard({}, script('[{"tag": "number"}]'));
      await until(() => element.querySelector('lp-number'));
      document.body.insertAdjacentHTML('beforeend', script('{oops', 'broken'));
      element.config = '#broken';
      await until(() => shadow(element, '[part=message]')?.textContent !== '');
      expect(shadow(element, '[part=message]')?.hidden).to.equal(false);
      expect(element.querySelector('lp-number')).not.to.equal(null);
      element.config = { widgets: [{ tag: 'meter' }] };
      await until(() => element.querySelector('lp-meter'));
      await element.updateComplete;
      expect(shadow(element, '[part=message]')?.hidden).to.equal(true);
      restore();
    });

    it('is rendered only once in a clone', async () => {
      const element = await dashboard({}, script([{ tag: 'number' }]));
      await until(() => element.querySelector('lp-number'));
      const clone = element.cloneNode(true) as LpDashboard;
      const [copied] = clone.querySelectorAll('lp-number');
      document.body.append(clone);
      await until(() => clone.querySelector('lp-number') !== copied);
      expect(clone.querySelectorAll('lp-number').length).to.equal(1);
    });

    it('supports every attribute of the elements that it builds', () => {
      for (const element of [
        LpNumber,
        LpMeter,
        LpList,
        LpTracker,
        LpSparkline,
        LpTable,
        LpTime,
        LpValue,
      ])
        for (const name of element.observedAttributes)
          if (name !== 'src') expect(ALLOWED_ATTRIBUTES.has(name), name).to.equal(true);
      for (const name of ALLOWED_ATTRIBUTES) expect(name).to.match(/^(?!on|style$|class$|id$|is$)/);
      expect(ALLOWED_TAGS.has('template') || ALLOWED_TAGS.has('source')).to.equal(false);
    });
  });
});
