import { expect } from '@open-wc/testing';
import { a11ySnapshot, sendKeys } from '@web/test-runner-commands';
import '../../components/tracker/define.ts';
import type { LpTracker } from '../../components/tracker/lp-tracker.ts';
import { keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const tracker = (attributes: Record<string, string> = {}): LpTracker =>
  make<LpTracker>('lp-tracker', {
    lang: 'en',
    label: 'API',
    window: '10m',
    buckets: '10',
    ...attributes,
  });

const MINUTE = 60_000;
const bars = (element: LpTracker): HTMLElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLElement>('[part=bucket]'),
];
const kinds = (element: LpTracker): string[] =>
  bars(element).map(
    (bar) =>
      ['ok', 'warn', 'danger', 'none', 'unknown'].find((k) => bar.classList.contains(k)) ?? '',
  );
const tip = (element: LpTracker): HTMLElement =>
  element.renderRoot.querySelector('[part=tooltip]') as HTMLElement;
const focused = (element: LpTracker): number =>
  bars(element).indexOf(element.shadowRoot?.activeElement as HTMLElement);
const part = (element: LpTracker, name: string): HTMLElement | null =>
  element.renderRoot.querySelector(`[part=${name}]`);

/** One check in each of the last spans, the newest last. */
const checks = (...levels: (string | null)[]): unknown[] => {
  const start = Math.floor(Date.now() / MINUTE) * MINUTE;
  return levels.map((value, n) => ({ t: start - (levels.length - 1 - n) * MINUTE, value }));
};

describe('lp-tracker', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows one bar for each span, hollow where nothing is known', async () => {
    const element = await show(tracker(), checks('ok', 'down', null, 'warn', 'ok'));
    expect(kinds(element)).to.deep.equal([
      ...Array(5).fill('unknown'),
      'ok',
      'danger',
      'unknown',
      'warn',
      'ok',
    ]);
  });

  it('shows states by height, not only by colour', async () => {
    const element = await show(tracker(), checks('ok', 'warn', 'danger', null));
    const heights = bars(element)
      .slice(-4)
      .map((bar) => Number.parseFloat(getComputedStyle(bar, '::after').blockSize));
    expect(new Set(heights).size).to.equal(4);
  });

  it('shows the current state in the publisher’s word, since when, and the share of good time', async () => {
    const states = 'up:ok, down:danger';
    const element = await show(tracker({ states }), checks('up', 'up', 'down', 'up'));
    expect(part(element, 'badge')?.textContent?.trim()).to.equal('up');
    expect(part(element, 'since')?.textContent).to.match(/^since \d+:\d\d/);
    expect(part(element, 'share')?.textContent?.trim()).to.match(/^\d\d\.\d\d% up$/);
  });

  it('shows how long a bad state has lasted, and that it may have begun earlier', async () => {
    const element = await show(tracker(), checks('ok', 'down', 'down', 'down'));
    expect(part(element, 'since')?.textContent).to.match(/^\d min$/);
    expect(part(element, 'badge')?.textContent?.trim()).to.equal('down');
    await show(element, checks('down', 'down'));
    expect(part(element, 'since')?.textContent).to.match(/^over 1 min$/);
  });

  describe('as a timeline', () => {
    const timeline = (more: Record<string, string> = {}): LpTracker =>
      tracker({ variant: 'timeline', ...more });
    const text = (element: LpTracker, name: string): string | undefined =>
      part(element, name)?.textContent?.replaceAll(/\s+/g, ' ').trim();

    it('draws each state from its beginning to its end, for any word', async () => {
      const element = await show(timeline(), checks('idle', 'washing', 'washing', 'spinning'));
      const lengths = bars(element).map((bar) => bar.ariaLabel);
      expect(lengths.length).to.equal(3);
      expect(lengths[1]).to.match(/, washing, 2m$/);
      const [idle, washing] = bars(element).map((bar) => bar.getBoundingClientRect());
      expect(washing?.left).to.be.closeTo(idle?.right ?? 0, 1);
      expect((washing?.width ?? 0) / (idle?.width ?? 1)).to.be.closeTo(2, 0.1);
      expect(element.level, 'no state is good or bad by itself').to.equal(undefined);
    });

    it('adds up the time in a state, such as an open window or running heating', async () => {
      const element = await show(timeline(), checks('off', 'on', 'on', 'off'));
      expect(text(element, 'share')).to.equal('on 2m');
      expect(text(element, 'badge')).to.equal('off');
    });

    it('leaves spans without data empty', async () => {
      const element = await show(
        timeline({ 'stale-after': '30s' }),
        checks('up', 'up', 'down', 'up'),
      );
      const rects = bars(element).map((bar) => bar.getBoundingClientRect());
      expect(rects.length).to.equal(4);
      for (const [n, rect] of rects.slice(1).entries())
        expect(rect.left).to.be.greaterThan((rects[n]?.right ?? 0) + 1);
    });

    it('has a lane for each series, with name, state and sum, and up and down keys between them', async () => {
      const channel = freshChannel();
      for (const [key, value] of [
        ['Hall', 'on'],
        ['Bath', 'off'],
      ])
        await post(channel, { key, value });
      const element = timeline({ channel, src: await serverUrl() });
      document.body.append(element);
      await until(() => element.renderRoot.querySelectorAll('.lane').length === 2);
      const heads = [...element.renderRoot.querySelectorAll('.head')].map((head) =>
        head.textContent?.replaceAll(/\s+/g, ' ').trim(),
      );
      expect(heads[0]).to.match(/^Hall on/);
      expect(heads[1]).to.match(/^Bath off/);
      expect(element.matches(':state(several)')).to.equal(true);
      bars(element)[0]?.focus();
      await sendKeys({ press: 'ArrowDown' });
      expect(focused(element)).to.equal(1);
      await sendKeys({ press: 'ArrowUp' });
      expect(focused(element)).to.equal(0);
      await expect(element).to.be.accessible();
    });
  });

  it('shows the days before its entries from the history, and adds live ones', async () => {
    const channel = freshChannel();
    await describeChannel(channel, { label: 'API', retain: 100, history: '90d' });
    const today = new Date().setHours(0, 0, 0, 0);
    const noon = (daysAgo: number): number => today - daysAgo * 24 * 60 * MINUTE + 12 * 60 * MINUTE;
    const day = (n: number): unknown[] =>
      Array.from({ length: 8 }, (_, i) => ({
        [n % 2 === 0 ? 'value' : 'status']: n === 20 && i === 3 ? 'down' : 'up',
        time: noon(n) + i * 60 * MINUTE,
      }));
    await post(channel, Array.from({ length: 25 }, (_, i) => day(25 - i)).flat());
    const element = make<LpTracker>('lp-tracker', { channel, window: '30d', lang: 'en' });
    element.setAttribute('src', await serverUrl());
    document.body.append(element);
    await until(() => kinds(element).indexOf('danger') === 9);
    expect(kinds(element).length).to.equal(30);
    expect(kinds(element).slice(0, 4)).to.deep.equal(Array(4).fill('unknown'));
    expect(kinds(element).slice(4, 9)).to.deep.equal(Array(5).fill('ok'));
    const date = new Intl.DateTimeFormat('en', {
      weekday: 'short',
      month: 'short',
      day: 'numeric',
    });
    expect(bars(element)[9]?.ariaLabel).to.equal(
      `${date.format(noon(20))}, Critical, 91.67% up, 8 entries`,
    );
    expect(part(element, 'share')?.textContent).to.match(/^99\.\d\d% up$/);
    bars(element).at(-1)?.focus();
    await sendKeys({ press: 'Home' });
    expect(focused(element)).to.equal(0);
    await post(channel, { status: 'down' });
    await until(() => kinds(element).at(-1) === 'danger');
    expect(kinds(element)[9]).to.equal('danger');
    await expect(element).to.be.accessible();
  });

  it('is one tab stop; arrows, Home and End read the bars, Escape hides the tip', async () => {
    const element = await show(tracker(), checks('ok', 'down', 'ok'));
    expect(bars(element).filter((bar) => bar.tabIndex === 0).length).to.equal(1);
    bars(element).at(-1)?.focus();
    await sendKeys({ press: 'ArrowLeft' });
    await element.updateComplete;
    expect(focused(element)).to.equal(8);
    expect(tip(element).hidden).to.equal(false);
    expect(tip(element).textContent).to.contain('Critical').and.to.contain('1 entry');
    await sendKeys({ press: 'Escape' });
    await element.updateComplete;
    expect(tip(element).hidden).to.equal(true);
    await sendKeys({ press: 'Home' });
    expect(focused(element)).to.equal(0);
    await sendKeys({ press: 'ArrowLeft' });
    expect(focused(element)).to.equal(0);
    await sendKeys({ press: 'End' });
    await element.updateComplete;
    expect(focused(element)).to.equal(9);
    expect(bars(element).map((bar) => bar.tabIndex)).to.deep.equal([...Array(9).fill(-1), 0]);
  });

  it('names each bar by its time, its worst state and the publisher’s word', async () => {
    const start = Math.floor(Date.now() / MINUTE) * MINUTE;
    const element = await show(tracker({ 'time-zone': 'UTC' }), [
      { t: start, status: 'critical', message: 'timeout after 10 s' },
      { t: start + 1, status: 'ok' },
    ]);
    const name = bars(element).at(-1)?.ariaLabel ?? '';
    expect(name).to.match(/ to .*, Critical, 2 entries, timeout after 10 s$/);
  });

  itInChromium('exposes the publisher’s word to screen readers', async () => {
    await show(tracker(), [{ t: Date.now(), status: 'critical', message: 'timeout after 10 s' }]);
    expect(JSON.stringify(await a11ySnapshot({}))).to.contain('timeout after 10 s');
  });

  it('shows the tip under the pointer, and hides it when the pointer leaves', async () => {
    const element = await show(tracker(), checks('ok', 'down'));
    const over = (bar: HTMLElement | undefined): void => {
      bar?.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }));
    };
    over(bars(element).at(-1));
    await element.updateComplete;
    expect(tip(element).textContent).to.contain('Critical');
    element.renderRoot.querySelector('.lanes')?.dispatchEvent(new PointerEvent('pointerleave'));
    await element.updateComplete;
    expect(tip(element).hidden).to.equal(true);
  });

  it('runs from left to right in every script', async () => {
    const element = await show(tracker({ dir: 'rtl' }), checks('ok'));
    const [first, last] = [bars(element)[0], bars(element).at(-1)] as [HTMLElement, HTMLElement];
    expect(first.getBoundingClientRect().left).to.be.lessThan(last.getBoundingClientRect().left);
  });

  it('keeps the nodes of bars, and adds new ones', async () => {
    const channel = freshChannel();
    await post(channel, { status: 'ok' });
    const element = tracker({ channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => kinds(element).at(-1) === 'ok');
    const before = bars(element);
    await post(channel, { status: 'warning' });
    await until(() => kinds(element).at(-1) === 'warn');
    const kept = bars(element).filter((bar) => before.includes(bar));
    expect(kept.length).to.be.at.least(9); // A span may have ended meanwhile.
    expect(element.matches(':state(level-warn)')).to.equal(true);
  });

  it('does not move while it is paused', async () => {
    const element = await show(tracker({ window: '100ms', buckets: '2' }), ['ok']);
    element.paused = true;
    await element.updateComplete;
    const before = bars(element).map((bar) => bar.dataset['from']);
    const end = Number(before[1]) + 100;
    await until(() => Date.now() > end);
    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(bars(element).map((bar) => bar.dataset['from'])).to.deep.equal(before);
    expect(changes().length).to.equal(0);
  });

  it('fits a tile of 160 px with its longest tip', async () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('lp-tracker { inline-size: 160px }');
    document.adoptedStyleSheets = [sheet];
    const element = await show(tracker({ buckets: '30' }), [
      { t: Date.now(), status: 'error', message: 'a long word of what went wrong here' },
    ]);
    for (const at of [0, 29]) {
      bars(element)[at]?.focus();
      await element.updateComplete;
      const [inner, outer] = [
        tip(element).getBoundingClientRect(),
        element.getBoundingClientRect(),
      ];
      expect(inner.left).to.be.at.least(outer.left);
      expect(inner.right).to.be.at.most(outer.right);
    }
    document.adoptedStyleSheets = [];
  });
});

keepsTheLaws({
  tag: 'lp-tracker',
  attributes: { window: '24h' },
  payload: { status: 'ok', message: 'fine' },
  hostile: (text) => ({ status: text, value: text, message: text }),
});

keepsTheLaws({
  tag: 'lp-tracker',
  attributes: { window: '24h', variant: 'timeline' },
  payload: { status: 'ok', message: 'fine' },
  hostile: (text) => ({ value: text, message: text }),
});
