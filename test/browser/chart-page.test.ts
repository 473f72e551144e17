import { expect } from '@open-wc/testing';
import { executeServerCommand } from '@web/test-runner-commands';
import '../../components/metric-chart/define.ts';
import type { LpMetricChart } from '../../components/metric-chart/lp-metric-chart.ts';
import { held } from '../support/cdp.ts';
import { chart, drawn, NOON, records, settled } from '../support/chart-page.ts';
import { itInChromium } from '../support/engine.ts';
import { until } from '../support/page.ts';

const wave = (i: number): Record<string, number> => ({ value: 50 + 20 * Math.sin(i / 20) });
const sample = (i: number): object => ({ time: NOON + i * 1_000, ...wave(i) });

describe('charts of a page', () => {
  afterEach(() => document.body.replaceChildren());

  it('are drawn once for many samples while they are out of view and the browser is idle, and once when they return', async () => {
    const { requestIdleCallback } = globalThis;
    const whenIdle: IdleRequestCallback[] = [];
    globalThis.requestIdleCallback = (run) => whenIdle.push(run);
    const beIdle = (): void =>
      whenIdle.splice(0).forEach((run) => run({ didTimeout: false, timeRemaining: () => 50 }));
    const element = await drawn(chart(), records(301, wave));
    const spacer = document.createElement('div');
    spacer.style.setProperty('height', '6000px');
    element.before(spacer);
    await settled(element);
    await settled(element);
    const before = element.drawn;
    for (let i = 1; i <= 10; i++) {
      element.data = sample(i);
      await element.updateComplete;
    }
    await settled(element);
    expect(element.drawn, 'busy').to.equal(before);
    beIdle();
    await settled(element);
    expect(element.drawn, 'idle').to.equal(before + 1);
    element.data = sample(11);
    await element.updateComplete;
    spacer.remove();
    await until(() => element.drawn > before + 1);
    await settled(element);
    expect(element.drawn, 'in view').to.equal(before + 2);
    expect(element.chart?.scales['x']?.max).to.be.at.least(NOON + 11_000);
    globalThis.requestIdleCallback = requestIdleCallback;
  });

  itInChromium(
    'do not draw while their tab is hidden, lose nothing, and draw once on return',
    async function () {
      const element = await drawn(chart(), records(301, wave));
      const before = element.drawn;
      let fed = 0;
      let drawnHidden = 0;
      const feed = setInterval(() => {
        if (!document.hidden) return;
        element.data = sample(++fed);
        drawnHidden = element.drawn;
      }, 20);
      const { hidden } = await executeServerCommand<{ hidden: boolean }, number>('otherTab', 800);
      clearInterval(feed);
      if (!hidden) {
        console.log('This browser never hides a page: the test of a hidden tab is skipped.');
        this.skip();
      }
      expect(fed).to.be.greaterThan(0);
      expect(drawnHidden).to.equal(before);
      await until(() => element.drawn > before);
      await settled(element);
      expect(element.drawn).to.equal(before + 1);
      expect(element.toCSV().trim().split('\r\n').at(-1)).to.contain(
        new Date(NOON + fed * 1_000).toISOString(),
      );
    },
  );

  it('draw at most fps times per second, however often samples arrive', async () => {
    const element = await drawn(chart({ fps: '5' }), records(301, wave));
    await new Promise((resolve) => setTimeout(resolve, 250));
    const before = element.drawn;
    const start = performance.now();
    for (let i = 1; performance.now() - start < 1_000; i++) {
      element.data = sample(i);
      await new Promise(requestAnimationFrame);
    }
    const seconds = (performance.now() - start) / 1_000;
    expect(element.drawn - before).to.be.at.most(Math.ceil(seconds * 5) + 1);
    expect(element.drawn - before).to.be.greaterThan(0);
  });

  itInChromium(
    'leave nothing in memory after they were added and removed a thousand times',
    async () => {
      const cycle = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) {
          const element: LpMetricChart = chart({ legend: 'bottom', warn: '60' });
          element.innerHTML = '<lp-series field="value"></lp-series>';
          document.body.append(element);
          element.data = records(5, wave);
          await element.updateComplete;
          if (i % 50 === 0) {
            await until(() => element.chart);
            element.drawNow();
          }
          element.remove();
          await Promise.resolve();
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      };
      await cycle(200);
      const before = await held();
      await cycle(1_000);
      const after = await held();
      expect(after.nodes - before.nodes, 'nodes').to.be.lessThan(200);
      expect(after.listeners - before.listeners, 'listeners').to.be.lessThan(20);
      expect(after.heapBytes - before.heapBytes, 'heap').to.be.lessThan(1_000_000);
    },
  );
});
