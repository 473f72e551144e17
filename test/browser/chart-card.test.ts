import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { chart, drawn, NOON, records, settled } from '../support/chart-page.ts';
import { show } from '../support/element-laws.ts';
import { until } from '../support/page.ts';

const wave = (i: number): Record<string, number> => ({ value: 50 + 20 * Math.sin(i / 20) });

/** Forty lines, in a card of a given size. */
async function forty(width: string, height: string): Promise<LpMetricChart> {
  const element = chart();
  element.style.setProperty('inline-size', width);
  element.style.setProperty('block-size', height);
  const lines = Array.from({ length: 40 }, (_, n) => `host ${n}`);
  return drawn(
    element,
    records(60, (i) => Object.fromEntries(lines.map((name, n) => [name, n + Math.sin(i / 9)]))),
  );
}

const find = (element: LpMetricChart, selector: string): HTMLElement =>
  element.renderRoot.querySelector(selector) as HTMLElement;

describe('the card of a chart', () => {
  afterEach(() => document.body.replaceChildren());

  it('says that there are no numbers, and does not look live when the plot is empty', async () => {
    const element = chart();
    await show(element, { time: NOON, text: 'started' });
    await until(() => element.status === 'error');
    expect(find(element, '[part=message]').textContent).to.contain('text');
    element.data = { time: NOON + 1_000, value: 4 };
    await until(() => element.status === 'live');
    expect(find(element, '[part=message]').textContent?.trim()).to.equal('');
  });

  it('keeps legend and plot within the card at every size', async () => {
    for (const [width, height] of [
      ['160px', '160px'],
      ['160px', '300px'],
      ['300px', '300px'],
      ['900px', '240px'],
      ['1600px', '900px'],
    ] as const) {
      const element = await forty(width, height);
      const card = find(element, '[part=base]').getBoundingClientRect();
      const plot = find(element, '.plot').getBoundingClientRect();
      const legend = find(element, '.legend-box').getBoundingClientRect();
      const footer = find(element, '[part=footer]').getBoundingClientRect();
      const at = `${width} × ${height}`;
      expect(plot.height, at).to.be.at.least(Number.parseInt(height, 10) / 4);
      expect(legend.top, at).to.be.at.least(plot.bottom - 1);
      expect(legend.bottom, at).to.be.at.most(footer.top + 1);
      expect(legend.right, at).to.be.at.most(card.right);
      element.remove();
    }
  });

  it('says how many of the lines are shown, and shows another one when its button is pressed', async () => {
    const element = await forty('400px', '300px');
    expect(find(element, '.legend-note').textContent).to.equal('32 of 40 shown');
    element.maxLines = 8;
    await settled(element);
    expect(find(element, '.legend-note').textContent).to.equal('8 of 40 shown');
    const buttons = element.renderRoot.querySelectorAll<HTMLElement>('[part=legend-item]');
    expect(buttons.length).to.equal(40);
    buttons[39]?.click();
    await settled(element);
    expect(find(element, '.legend-note').textContent).to.equal('9 of 40 shown');
  });

  it('shows statistics of its lines for the visible span in a table', async () => {
    const element = await drawn(
      chart({ 'legend-values': 'last min mean max sum' }),
      records(11, (i) => ({ a: i, b: 5 })),
    );
    await until(() => find(element, '.legend-figure').textContent !== '');
    const texts = (selector: string): string[] =>
      [...element.renderRoot.querySelectorAll(selector)].map((each) => each.textContent ?? '');
    expect(texts('.legend-table thead th')).to.deep.equal(['now', 'min', 'mean', 'max', 'sum']);
    expect(texts('.legend-figure').slice(0, 5)).to.deep.equal(['10', '0', '5', '10', '55']);
    expect(texts('.legend-figure').slice(5)).to.deep.equal(['5', '5', '5', '5', '55']);
    await expect(element).to.be.accessible();
  });

  it('shows statistics of a single line above the plot: the newest value large, the maximum with its time', async () => {
    const element = await show(chart({ 'legend-values': 'last mean max', unit: 'percent' }), [
      { t: Date.now() - 2000, value: 3 },
      { t: Date.now() - 1000, value: 9 },
      { t: Date.now(), value: 6 },
    ]);
    await until(() => find(element, '.legend-figure').textContent !== '');
    const [last, mean, max] = [...element.renderRoot.querySelectorAll('dd')].map(
      (each) => each.textContent,
    );
    expect([last, mean]).to.deep.equal(['6%', '6%']);
    expect(max).to.match(/^9% at \d+:\d\d/);
    expect(element.renderRoot.querySelector('.legend-box')).to.equal(null);
    await expect(element).to.be.accessible();
  });

  it('puts the legend beside the plot in a wide card, below it in a narrow one', async () => {
    const element = await show(
      chart({ legend: 'right', 'legend-values': 'last max' }),
      [0, 1, 2].map((n) => ({ t: Date.now() - n * 1000, a: n, b: n })),
    );
    const rect = (selector: string): DOMRect => find(element, selector).getBoundingClientRect();
    for (const [width, isBeside] of [
      [900, true],
      [300, false],
    ] as const) {
      element.style.inlineSize = `${width}px`;
      await new Promise(requestAnimationFrame);
      expect(rect('.legend-box').left >= rect('.plot').right, `${width}`).to.equal(isBeside);
    }
  });

  it('lists all samples of the visible span in its table, and keeps only the visible rows in the document', async () => {
    const element = await drawn(chart({ window: '2h' }), records(5_000, wave));
    element.showTable();
    await element.updateComplete;
    expect(find(element, '.table-count').textContent).to.equal('5,000 rows');
    const rows = (): HTMLElement[] => [
      ...element.renderRoot.querySelectorAll<HTMLElement>('.table tbody tr:not(.spacer)'),
    ];
    expect(rows().length).to.be.below(60);
    const box = find(element, '.table');
    box.scrollTop = box.scrollHeight;
    await until(() => rows().at(-1)?.getAttribute('aria-rowindex') === '5001');
    const last = rows().at(-1)?.getBoundingClientRect();
    expect(last?.bottom).to.be.closeTo(box.getBoundingClientRect().bottom, 3);
  });

  it('has a menu that can be used by keyboard', async () => {
    const element = await drawn(chart(), records(60, wave));
    find(element, '.menu-button').focus();
    await sendKeys({ press: 'Enter' });
    await until(() => (element.renderRoot as ShadowRoot).activeElement?.closest('.menu'));
    await expect(element).to.be.accessible();
    const focused = (): string =>
      (element.renderRoot as ShadowRoot).activeElement?.textContent ?? '';
    expect(focused()).to.equal('Show as table');
    expect(find(element, '.menu-button').ariaExpanded).to.equal('true');
    expect(find(element, '.menu-button').hasAttribute('aria-pressed'), 'a toggle').to.equal(false);
    await sendKeys({ press: 'ArrowUp' });
    expect(focused()).to.equal('Copy tag');
    await sendKeys({ press: 'Escape' });
    await until(() => element.renderRoot.querySelector('.menu') === null);
    expect((element.renderRoot as ShadowRoot).activeElement?.className).to.equal('menu-button');
    expect(find(element, '.menu-button').ariaExpanded).to.equal('false');
    await sendKeys({ press: 'Enter' });
    await until(() => focused() === 'Show as table');
    await sendKeys({ press: 'Enter' });
    await until(() => element.renderRoot.querySelector('.table'));
  });
});
