import { expect } from '@open-wc/testing';
import { resetMouse, sendKeys, sendMouse } from '@web/test-runner-commands';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { touch } from '../support/cdp.ts';
import { canvasOf, chart, drawn, NOON, records, settled } from '../support/chart-page.ts';
import { itInChromium } from '../support/engine.ts';
import { until } from '../support/page.ts';

const wave = (i: number): Record<string, number> => ({ value: 50 + 20 * Math.sin(i / 20) });

/** The span in view, in ms. */
function view(element: LpMetricChart): { from: number; to: number } {
  const { min = Number.NaN, max = Number.NaN } = element.chart?.scales['x'] ?? {};
  return { from: min, to: max };
}

/** The position of a time on the page, at half the height of the plot, in whole CSS pixels. */
function placeOf(element: LpMetricChart, t: number): [number, number] {
  const { left, top, height } = canvasOf(element).getBoundingClientRect();
  const x = element.chart?.scales['x']?.getPixelForValue(t) ?? Number.NaN;
  return [Math.round(left + x), Math.round(top + height / 2)];
}

/** The time of half a pixel, twice: a drag starts and ends at a whole pixel. */
const nearMs = (element: LpMetricChart): number =>
  (view(element).to - view(element).from) / (element.chart?.chartArea.width ?? 1) + 1;

const STEPS_MS = 1_000;
const back = (element: LpMetricChart): HTMLButtonElement | null =>
  element.renderRoot.querySelector('.back');

describe('zooming a chart', () => {
  afterEach(async () => {
    await resetMouse();
    document.body.replaceChildren();
  });

  async function dragged(element: LpMetricChart, from: number, to: number): Promise<number> {
    const near = nearMs(element);
    await sendMouse({ type: 'move', position: placeOf(element, from) });
    await sendMouse({ type: 'down', button: 'left' });
    await sendMouse({ type: 'move', position: placeOf(element, to) });
    await sendMouse({ type: 'up', button: 'left' });
    await settled(element);
    return near;
  }

  it('shows exactly the span that a mouse drags over, in either direction', async () => {
    for (const [from, to] of [
      [NOON - 200_000, NOON - 100_000],
      [NOON - 100_000, NOON - 200_000],
    ] as const) {
      const element = await drawn(chart(), records(301, wave, STEPS_MS));
      const near = await dragged(element, from, to);
      expect(view(element).from).to.be.closeTo(NOON - 200_000, near);
      expect(view(element).to).to.be.closeTo(NOON - 100_000, near);
      element.remove();
    }
  });

  it('does not treat a click as a drag', async () => {
    const element = await drawn(chart(), records(301, wave));
    const before = view(element);
    await dragged(element, NOON - 100_000, NOON - 99_500);
    expect(view(element)).to.deep.equal(before);
  });

  it('ends on Escape, a double click or its button, and shows the newest sample at once', async () => {
    const ways: ((element: LpMetricChart) => Promise<unknown>)[] = [
      (element) => {
        canvasOf(element).focus();
        return sendKeys({ press: 'Escape' });
      },
      async (element) => {
        const position = placeOf(element, NOON - 150_000);
        await sendMouse({ type: 'click', position });
        await sendMouse({ type: 'click', position });
        element.renderRoot.querySelector('.plot')?.dispatchEvent(new MouseEvent('dblclick'));
      },
      async (element) => back(element)?.click(),
    ];
    for (const leave of ways) {
      const element = await drawn(chart(), records(301, wave));
      await dragged(element, NOON - 200_000, NOON - 100_000);
      expect(back(element)).not.to.equal(null);
      await leave(element);
      await settled(element);
      expect(back(element)).to.equal(null);
      expect(view(element).to).to.be.at.least(NOON);
      element.remove();
    }
  });

  it('does not draw samples that arrive meanwhile, keeps them, and shows all of them in one step', async () => {
    const element = await drawn(chart(), records(301, wave));
    await dragged(element, NOON - 200_000, NOON - 100_000);
    await resetMouse();
    await settled(element);
    const held = { view: view(element), drawn: element.drawn };
    for (let i = 1; i <= 30; i++) {
      element.data = { time: NOON + i * 1_000, value: 7 };
      await element.updateComplete;
    }
    await settled(element);
    expect(view(element)).to.deep.equal(held.view);
    expect(element.drawn).to.equal(held.drawn);
    canvasOf(element).focus();
    await sendKeys({ press: 'Escape' });
    element.drawNow();
    expect(view(element).to).to.be.at.least(NOON + 30_000);
    expect(element.drawn).to.be.at.most(held.drawn + 2); // The focus ring may have caused one redraw.
    expect(element.toCSV()).to.contain('2026-06-15T12:00:30.000Z,7');
  });

  it('moves nothing else in the card, and keeps the keyboard focus on the chart', async () => {
    const element = chart();
    element.style.setProperty('inline-size', '200px');
    await drawn(element, records(301, wave));
    const before = canvasOf(element).getBoundingClientRect().toJSON() as object;
    await dragged(element, NOON - 200_000, NOON - 100_000);
    expect(canvasOf(element).getBoundingClientRect().toJSON()).to.deep.equal(before);
    canvasOf(element).focus();
    await sendKeys({ press: 'Tab' });
    expect(element.renderRoot.querySelector('.back')?.matches(':focus')).to.equal(true);
    await sendKeys({ press: 'Enter' });
    await settled(element);
    expect(view(element).to).to.be.at.least(NOON);
    expect(canvasOf(element).matches(':focus')).to.equal(true);
  });

  it('zooms in and out by + and −, around the sample that is read', async () => {
    const element = await drawn(chart(), records(301, wave));
    canvasOf(element).focus();
    await sendKeys({ press: 'Home' });
    await sendKeys({ press: '+' });
    await settled(element);
    const closer = view(element);
    expect(closer.to - closer.from).to.be.closeTo(150_000, 1_000);
    await sendKeys({ press: '-' });
    await sendKeys({ press: '-' });
    await settled(element);
    expect(view(element).to - view(element).from).to.be.at.least(299_000);
  });

  it('zooms in to one second at most', async () => {
    const element = await drawn(chart(), records(301, wave));
    canvasOf(element).focus();
    for (let i = 0; i < 20; i++) await sendKeys({ press: '+' });
    await settled(element);
    expect(view(element).to - view(element).from).to.be.closeTo(1_000, 10);
  });

  itInChromium(
    'keeps the two times under two fingers, and is live again after Escape',
    async () => {
      const element = await drawn(chart(), records(301, wave));
      const [a, y] = placeOf(element, NOON - 200_000);
      const [b] = placeOf(element, NOON - 100_000);
      const near = nearMs(element) * 2;
      await touch('touchStart', [
        { x: a, y, id: 0 },
        { x: b, y, id: 1 },
      ]);
      // In steps, as fingers move: the browser uses the first pixels to distinguish a pinch from a
      // scroll.
      for (let i = 1; i <= 10; i++) {
        await touch('touchMove', [
          { x: a - 6 * i, y, id: 0 },
          { x: b + 6 * i, y, id: 1 },
        ]);
      }
      await settled(element);
      await until(() => view(element).to - view(element).from < 250_000);
      const atA = element.chart?.scales['x']?.getValueForPixel(
        a - 60 - canvasOf(element).getBoundingClientRect().left,
      );
      expect(atA).to.be.closeTo(NOON - 200_000, near);
      await touch('touchEnd');
      const span = view(element);
      await settled(element);
      expect(view(element)).to.deep.equal(span);
      canvasOf(element).focus();
      await sendKeys({ press: 'Escape' });
      await settled(element);
      expect(view(element).to).to.be.at.least(NOON);
    },
  );

  itInChromium('leaves a finger that moves up or down to the page, which scrolls', async () => {
    const tall = document.body.appendChild(document.createElement('div'));
    const element = await drawn(chart(), records(301, wave));
    tall.style.setProperty('height', '1px');
    document.body.append(document.createElement('div'));
    (document.body.lastElementChild as HTMLElement).style.setProperty('height', '3000px');
    const [x, y] = placeOf(element, NOON - 150_000);
    await touch('touchStart', [{ x, y, id: 0 }]);
    for (let i = 1; i <= 10; i++) await touch('touchMove', [{ x, y: y - 10 * i, id: 0 }]);
    await touch('touchEnd');
    await until(() => scrollY > 20);
    expect(view(element).to - view(element).from).to.be.closeTo(300_000, 2_000);
    scrollTo(0, 0);
  });
});
