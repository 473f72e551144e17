import { expect } from '@open-wc/testing';
import { a11ySnapshot } from '@web/test-runner-commands';
import '../../components/meter/define.ts';
import type { LpMeter } from '../../components/meter/lp-meter.ts';
import { keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const meter = (attributes: Record<string, string> = {}): LpMeter =>
  make<LpMeter>('lp-meter', { lang: 'en', label: 'Memory', ...attributes });

const aria = (element: LpMeter) => {
  const inner = element.renderRoot.querySelector('.meter');
  const of = (name: string): string | null => inner?.getAttribute(name) ?? null;
  return {
    role: of('role'),
    label: of('aria-label'),
    min: of('aria-valuemin'),
    max: of('aria-valuemax'),
    now: of('aria-valuenow'),
    text: of('aria-valuetext'),
  };
};
const part = (element: LpMeter, name: string): Element | null =>
  element.renderRoot.querySelector(`[part~=${name}]`);

describe('lp-meter', () => {
  afterEach(() => document.body.replaceChildren());

  it('is a meter with unit and level in its text', async () => {
    const element = await show(meter({ format: 'percent', warn: '0.7', danger: '0.9' }), 0.78);
    expect(aria(element)).to.deep.equal({
      role: 'meter',
      label: 'Memory',
      min: '0',
      max: '1',
      now: '0.78',
      text: '78%, Warning',
    });
  });

  itInChromium('exposes its value to screen readers once', async () => {
    await show(meter({ format: 'percent', warn: '0.7', danger: '0.9' }), 0.78);
    const told = JSON.stringify(await a11ySnapshot({})); // The snapshot leaves out meters, but not their content.
    expect(told).not.to.contain('"78"');
  });

  it('has no aria-valuenow without a value, and does not look like an empty meter', async () => {
    for (const nothing of [{ value: null }, { value: 'misread' }, {}]) {
      const element = await show(meter(), nothing);
      const { role, now, text, label } = aria(element);
      expect([role, now, text]).to.deep.equal(['img', null, null]);
      expect(label).to.match(/^Memory (no value|misread)$/);
      expect(part(element, 'needle')).to.equal(null);
      expect(element.matches(':state(level-ok)')).to.equal(false);
      await expect(element).to.be.accessible();
      element.remove();
    }
  });

  it('shows a value beyond its scale as text, and draws it at the end of the scale', async () => {
    const element = await show(meter({ unit: 'celsius' }), 120);
    expect(part(element, 'value')?.textContent).to.equal('120');
    expect(aria(element).now).to.equal('100');
    expect(aria(element).text).to.equal('120°C, above the scale');
    const inner = element.renderRoot.querySelector('.meter') as HTMLElement;
    expect(inner.style.getPropertyValue('--_fraction')).to.equal('1');
  });

  it('uses the scale and unit of the channel, unless the page sets them', async () => {
    const channel = freshChannel();
    await describeChannel(channel, { min: 10, max: 20, unit: 'bar' });
    await post(channel, { value: 15 });
    const element = meter({ channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => element.status === 'live');
    await element.updateComplete;
    expect([aria(element).min, aria(element).max]).to.deep.equal(['10', '20']);
    expect(part(element, 'max')?.textContent).to.equal('20\u00a0bar');
    element.max = 30;
    await element.updateComplete;
    expect(aria(element).max).to.equal('30');
  });

  it('marks its limits on the scale, except at the ends', async () => {
    const element = await show(meter({ warn: '70', danger: '100' }), 50);
    expect(element.renderRoot.querySelectorAll('.limit').length).to.equal(1);
  });

  it('fills from the side where reading starts', async () => {
    for (const [dir, side] of [
      ['ltr', 'left'],
      ['rtl', 'right'],
    ] as const) {
      const element = await show(meter({ variant: 'bar', dir }), 25);
      const rail = part(element, 'track')?.getBoundingClientRect() as DOMRect;
      await Promise.all(
        element.renderRoot
          .querySelector('.fill')
          ?.getAnimations()
          .map((a) => a.finished) ?? [],
      );
      const fill = part(element, 'fill')?.getBoundingClientRect() as DOMRect;
      expect(fill[side]).to.be.closeTo(rail[side], 0.5);
      expect(fill.width).to.be.closeTo(rail.width / 4, 0.5);
    }
  });

  for (const variant of ['arc', 'bar', 'ring'])
    it(`as ${variant} keeps its size when the first value arrives, and fits 160 px`, async () => {
      const element = meter({ variant, format: 'bytes', max: '8000000000' });
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('lp-meter { inline-size: 160px }');
      document.adoptedStyleSheets = [sheet];
      await show(element);
      const { height } = element.getBoundingClientRect();
      await show(element, 5_363_000_000);
      expect(element.getBoundingClientRect().height).to.equal(height);
      const value = element.renderRoot.querySelector('.reading .value') as HTMLElement;
      expect(value.getBoundingClientRect().width).to.be.at.most(160 - 34);
      await expect(element).to.be.accessible();
      document.adoptedStyleSheets = [];
    });

  it('changes only the nodes that depend on a new value', async () => {
    const element = await show(meter(), 50);
    const changes = watchDom(element);
    await show(element, 60);
    const changed = changes().map(({ target, attributeName }) =>
      attributeName ? `${attributeName}` : (target as CharacterData).data,
    );
    expect(new Set(changed)).to.deep.equal(
      new Set(['aria-valuenow', 'aria-valuetext', 'style', '60']),
    );
  });
});

keepsTheLaws({
  tag: 'lp-meter',
  attributes: { warn: '40' },
  payload: { value: 42 },
  hostile: (text) => ({ value: text, prefix: text, suffix: text }),
});
