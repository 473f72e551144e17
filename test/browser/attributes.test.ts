import { expect, waitUntil } from '@open-wc/testing';
import type { ReactiveElement } from 'lit';
import '../../components/dashboard/define.ts';
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/metric-chart/define.ts';
import '../../components/number/define.ts';
import '../../components/table/define.ts';
import '../../components/time/define.ts';
import '../../components/value/define.ts';

/** Puts an element on the page and returns the console messages about attributes. */
async function complaints(
  tag: string,
  attributes: Record<string, string>,
  settled: (said: string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const said: string[] = [];
  const { error } = console;
  console.error = (text: string): void => void said.push(text);
  try {
    const element = document.createElement(tag) as ReactiveElement;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    document.body.append(element);
    await element.updateComplete;
    element.requestUpdate();
    await element.updateComplete;
    await settled(said);
  } finally {
    console.error = error;
  }
  return said;
}

describe('an invalid attribute', () => {
  afterEach(() => document.body.replaceChildren());

  const CASES: [tag: string, name: string, bad: string, good: string, cure: string][] = [
    ['lp-number', 'format', 'eur', 'currency', 'currency'],
    ['lp-value', 'format', 'money', 'currency', 'currency'],
    ['lp-meter', 'notation', 'short', 'compact', 'compact'],
    ['lp-number', 'compare', 'yesterday', '1d', 'a duration such as'],
    ['lp-number', 'compare', 'last', 'start', 'start'],
    ['lp-metric-chart', 'type', 'column', 'bar', 'stacked'],
    ['lp-metric-chart', 'curve', 'stepped', 'step', 'smooth'],
    ['lp-metric-chart', 'points', 'some', 'all', 'auto'],
    ['lp-metric-chart', 'scale', 'ln', 'log', 'linear'],
    ['lp-metric-chart', 'legend', 'top', 'none', 'bottom'],
    ['lp-metric-chart', 'legend-values', 'last avg', 'last, mean', 'mean'],
    ['lp-metric-chart', 'aggregate', 'median', 'max', 'mean'],
    ['lp-series', 'axis', 'top', 'right', 'left'],
    ['lp-table', 'rows-of', 'hosts', 'keys', 'entries'],
    ['lp-feed', 'levels', 'bad error', 'warning, err', 'warn'],
    ['lp-meter', 'heading-level', '7', '2', '1 to 6'],
    ['lp-dashboard', 'fit', 'page', 'content', 'screen'],
    ['lp-dashboard', 'min-column', 'wide', '240', '12rem'],
    ['lp-list', 'sort', 'size', 'value', 'label'],
  ];
  for (const [tag, name, bad, good, cure] of CASES)
    it(`<${tag} ${name}="${bad}"> causes one console error that names the cure`, async () => {
      const said = await complaints(tag, { [name]: bad });
      expect(said).to.have.length(1);
      expect(said[0]).to.contain(`<${tag}>: ${name}="${bad}" cannot be read: write`);
      expect(said[0]).to.contain(cure);
      expect(await complaints(tag, { [name]: good })).to.deep.equal([]);
    });

  it('is reported for lp-time once its code is loaded, and is treated as absent', async () => {
    const said = await complaints('lp-time', { precision: 'year' }, (soFar) =>
      waitUntil(() => soFar.length > 0),
    );
    expect(said[0]).to.contain('<lp-time>: precision="year" cannot be read: write day, hour');
    expect(document.querySelector('lp-time')?.precision).to.equal(undefined);
    expect(await complaints('lp-time', { precision: 'hour' })).to.deep.equal([]);
  });

  it('paused="false" pauses nothing, also in lp-time, which loads its check later', async () => {
    const { warn } = console;
    console.warn = (): void => {};
    for (const tag of ['lp-time', 'lp-value', 'lp-number']) {
      await complaints(tag, { paused: 'false' });
      const element = document.querySelector<HTMLElement & { paused: boolean }>(tag);
      expect([element?.paused, element?.hasAttribute('paused')], tag).to.deep.equal([false, false]);
    }
    console.warn = warn;
  });

  it('leaves a chart its default', async () => {
    await complaints('lp-metric-chart', {
      type: 'pie',
      curve: 'round',
      'max-lines': 'all',
      fps: 'fast',
    });
    const chart = document.querySelector('lp-metric-chart');
    expect([chart?.type, chart?.curve, chart?.maxLines, chart?.fps]).to.deep.equal([
      'line',
      'linear',
      32,
      10,
    ]);
  });
});
