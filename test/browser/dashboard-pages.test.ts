import { expect } from '@open-wc/testing';
import { sendKeys, setViewport } from '@web/test-runner-commands';
import type { SinonFakeTimers } from 'sinon';
import { useFakeTimers } from 'sinon';
import '../../components/dashboard/define.ts';
import type { LpDashboard } from '../../components/dashboard/lp-dashboard.ts';
import '../../components/number/define.ts';
import type { LpNumber } from '../../components/number/lp-number.ts';
import { watchDom } from '../support/element-laws.ts';
import { until } from '../support/page.ts';

const PAGES = `
  <section aria-label="Services"><lp-number label="CPU" cols="6" rows="2" danger="90"></lp-number></section>
  <section aria-label="Sales"><lp-number label="Orders" cols="3" rows="2"></lp-number></section>
  <section><lp-number label="Disk" danger="90"></lp-number></section>`;

async function board(inside = PAGES, more: Record<string, string> = {}): Promise<LpDashboard> {
  const element = document.createElement('lp-dashboard');
  const attributes = { label: 'Wall', columns: '12', rotate: '30s', lang: 'en', ...more };
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.innerHTML = inside;
  document.body.append(element);
  await element.updateComplete;
  return element;
}

const shown = (element: Element): number[] =>
  [...element.querySelectorAll(':scope > section')].flatMap((page, n) =>
    page.hasAttribute('hidden') ? [] : [n],
  );
const buttons = (element: LpDashboard): HTMLElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLElement>('[part=pages] .dot'),
];
const title = (element: LpDashboard): string | undefined =>
  element.renderRoot.querySelector('.title')?.textContent?.replaceAll(/\s+/g, ' ').trim();

describe('a dashboard with pages', () => {
  let clock: SinonFakeTimers | undefined;
  beforeEach(() => setViewport({ width: 1280, height: 800 }));
  afterEach(() => {
    clock?.restore();
    clock = undefined;
    document.body.replaceChildren();
  });
  const stopped = (): SinonFakeTimers => {
    clock = useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'], now: Date.now() });
    return clock;
  };

  it('shows one section at a time, in turn, and names the section shown', async () => {
    const time = stopped();
    const element = await board();
    expect(shown(element)).to.deep.equal([0]);
    expect(title(element)).to.equal('WallServices');
    time.tick(31_000);
    expect(shown(element)).to.deep.equal([1]);
    time.tick(62_000);
    expect(shown(element)).to.deep.equal([0]);
    await element.updateComplete;
    expect(buttons(element).map((each) => each.getAttribute('aria-current'))).to.deep.equal([
      'page',
      null,
      null,
    ]);
    expect(buttons(element)[1]?.ariaLabel).to.equal('Page 2 of 3, Sales');
    await expect(element).to.be.accessible();
  });

  it('lays out the tiles of a section like its own', async () => {
    const element = await board();
    const [cpu] = element.querySelectorAll('lp-number');
    const grid = element.renderRoot.querySelector('.grid') as Element;
    const share = (cpu?.getBoundingClientRect().width ?? 0) / grid.getBoundingClientRect().width;
    expect(share).to.be.within(0.48, 0.5);
  });

  it('does not change pages while somebody uses it, and continues after a minute without input', async () => {
    const time = stopped();
    const element = await board();
    time.tick(29_000);
    element.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    time.tick(55_000);
    expect(shown(element)).to.deep.equal([0]);
    time.tick(10_000);
    expect(shown(element)).to.deep.equal([1]);
  });

  it('shows a page with a critical widget, and stays there until the widget is no longer critical', async () => {
    const time = stopped();
    const element = await board();
    const disk = element.querySelectorAll<LpNumber>('lp-number')[2] as LpNumber;
    disk.data = 95;
    await disk.updateComplete;
    time.tick(2_000);
    expect(shown(element)).to.deep.equal([2]);
    time.tick(120_000);
    expect(shown(element)).to.deep.equal([2]);
    disk.danger = 99;
    await disk.updateComplete;
    time.tick(32_000);
    expect(shown(element)).to.deep.equal([0]);
  });

  it('can be stopped, and changes pages by button and arrow keys', async () => {
    const element = await board();
    buttons(element)[1]?.click();
    await element.updateComplete;
    expect(shown(element)).to.deep.equal([1]);
    buttons(element)[1]?.focus();
    await sendKeys({ press: 'ArrowRight' });
    expect(shown(element)).to.deep.equal([2]);
    await sendKeys({ press: 'ArrowRight' });
    expect(shown(element)).to.deep.equal([0]);
    const stop = element.renderRoot.querySelector<HTMLElement>('[part=pages] [aria-pressed]');
    stop?.click();
    await element.updateComplete;
    expect(stop?.ariaPressed).to.equal('true');
  });

  it('does not change pages while it is stopped', async () => {
    const time = stopped();
    const element = await board();
    const stop = element.renderRoot.querySelector<HTMLElement>('[part=pages] [aria-pressed]');
    stop?.click();
    time.tick(120_000);
    expect(shown(element)).to.deep.equal([0]);
    stop?.click();
    time.tick(31_000);
    expect(shown(element)).to.deep.equal([1]);
  });

  it('shows all sections again when rotation ends, and leaves hidden what the page has hidden', async () => {
    const element = await board(`${PAGES}<section hidden id="own"></section>`);
    element.removeAttribute('rotate');
    await element.updateComplete;
    expect(shown(element)).to.deep.equal([0, 1, 2]);
    expect(element.querySelector('#own')?.hasAttribute('hidden')).to.equal(true);
  });

  it('changes no node when an update contains nothing new', async () => {
    const element = await board();
    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(changes().length).to.equal(0);
  });

  it('makes a page of each of several configurations', async () => {
    document.body.insertAdjacentHTML(
      'beforeend',
      ['Services', 'Sales']
        .map(
          (label, n) =>
            `<script type="application/json" id="c${n}">${JSON.stringify({ label, widgets: [{ tag: 'number', label }] })}</script>`,
        )
        .join(''),
    );
    const element = await board('', { config: '#c0 #c1' });
    await until(() => element.querySelectorAll('lp-number').length === 2);
    await element.updateComplete;
    expect(shown(element)).to.deep.equal([0]);
    expect(title(element)).to.equal('WallServices');
  });
});
