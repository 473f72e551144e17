import { expect } from '@open-wc/testing';
import { a11ySnapshot } from '@web/test-runner-commands';
import '../../components/sparkline/define.ts';
import type { LpSparkline } from '../../components/sparkline/lp-sparkline.ts';
import { keepsTheLaws, make, show } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const sparkline = (attributes: Record<string, string> = {}): LpSparkline =>
  make<LpSparkline>('lp-sparkline', { lang: 'en', label: 'Load', ...attributes });

const line = (element: LpSparkline): string =>
  element.renderRoot.querySelector('.line')?.getAttribute('d') ?? '';
const label = (element: LpSparkline): string =>
  element.renderRoot.querySelector('[role=img]')?.getAttribute('aria-label') ?? '';

describe('lp-sparkline', () => {
  afterEach(() => document.body.replaceChildren());

  const figures = 'Load, last 5m, now 30%, lowest 10%, highest 50%, average 30%';

  it('is an image with its numbers as its name', async () => {
    const element = await show(sparkline({ format: 'percent' }), [0.1, 0.5, 0.3]);
    expect(label(element)).to.equal(figures);
  });

  itInChromium('exposes its numbers to screen readers', async () => {
    await show(sparkline({ format: 'percent' }), [0.1, 0.5, 0.3]);
    expect(JSON.stringify(await a11ySnapshot({}))).to.contain(figures);
  });

  it('says that there is no value before there is one', async () => {
    expect(label(await show(sparkline()))).to.contain('no value');
  });

  it('shows its window, with gaps where data are missing for longer than twice the ttl', async () => {
    const now = Date.now();
    const channel = freshChannel();
    await describeChannel(channel, { ttl: 5 });
    const payload = [600, 100, 96, 40, 36].map((seconds, n) => ({
      time: new Date(now - seconds * 1000).toISOString(),
      value: n,
    }));
    for (const each of payload) await post(channel, each);
    const element = sparkline({ channel, src: await serverUrl(), window: '2m' });
    document.body.append(element);
    await until(() => element.history.length === 5);
    await element.updateComplete;
    expect(label(element)).to.contain('lowest 1');
    expect(line(element).split('M').length - 1).to.equal(2);
  });

  it('uses a payload that is a list as the whole line', async () => {
    const channel = freshChannel();
    await post(channel, { value: [0, 10, 5] });
    const element = sparkline({ channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => element.status === 'live');
    await element.updateComplete;
    expect(line(element)).to.equal('M0 100L50 0L100 50');
  });

  it('is inline, and has the size that the page sets', async () => {
    const paragraph = document.body.appendChild(document.createElement('p'));
    const element = sparkline();
    paragraph.append('Load ', element, '.');
    await show(paragraph.appendChild(element), [1, 2]);
    expect(getComputedStyle(element).display).to.equal('inline-block');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('lp-sparkline { inline-size: 200px; block-size: 40px }');
    document.adoptedStyleSheets = [sheet];
    const picture = element.renderRoot.querySelector('svg') as SVGElement;
    expect(picture.getBoundingClientRect().width).to.equal(194);
    document.adoptedStyleSheets = [];
  });
});

keepsTheLaws({
  tag: 'lp-sparkline',
  payload: { value: 3 },
  hostile: (text) => ({ value: text }),
});
