import { expect } from '@open-wc/testing';
import '../../components/meter/define.ts';
import '../../components/number/define.ts';
import '../../components/sparkline/define.ts';
import '../../components/value/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const HOUR = 3_600_000;

describe('figures of a span', () => {
  let channel = '';

  before(async () => {
    channel = freshChannel();
    await describeChannel(channel, { label: 'Orders', retain: 5_000 });
    const now = Date.now();
    // More than an hour ago: 2 each; within the last hour: 5 each.
    const values = Array.from({ length: 120 }, (_, i) => ({
      value: i < 60 ? 2 : 5,
      time: now - 2 * HOUR + (i + 0.5) * 60_000,
    }));
    await post(channel, values);
  });

  afterEach(() => document.body.replaceChildren());

  async function shown(markup: string): Promise<LpDataElement> {
    document.body.innerHTML = markup.replace(
      '>',
      ` channel="${channel}" src="${await serverUrl()}" lang="en">`,
    );
    return document.body.firstElementChild as LpDataElement;
  }
  const text = (element: LpDataElement): string => element.renderRoot.textContent ?? '';
  const reads = (element: LpDataElement, what: RegExp): Promise<unknown> =>
    until(() => what.test(text(element)));

  it('sums the history and live values, and compares with the same span before', async () => {
    const element = await shown('<lp-number aggregate="sum" over="1h" compare="1h"></lp-number>');
    await reads(element, /30\d|29\d/);
    await reads(element, /%/); // Compared with 120 in the hour before.
    expect(element.renderRoot.querySelector('.delta.up')).to.not.equal(null);
    const before = Number(/\d{3}/.exec(text(element))?.[0]);
    await post(channel, { value: 1_000 });
    await until(() => text(element).includes((before + 1_000).toLocaleString('en')));
    await expect(element).to.be.accessible();
  });

  it('shows counts, extremes and means in numbers, meters and sentences', async () => {
    await reads(await shown('<lp-value aggregate="min" over="1d"></lp-value>'), /2/);
    await reads(await shown('<lp-meter aggregate="max" over="1d" max="2000"></lp-meter>'), /1,000/);
    await reads(await shown('<lp-number aggregate="count" over="1d"></lp-number>'), /121/);
    await reads(await shown('<lp-number aggregate="last" over="1d"></lp-number>'), /1,000/);
  });

  it('counts the series that labels select, and no other', async () => {
    const rooms = freshChannel();
    const now = Date.now();
    for (const [room, value] of [
      ['Hall', 100],
      ['Bath', 2],
    ])
      await post(
        rooms,
        Array.from({ length: 50 }, (_, i) => ({
          labels: { room },
          value,
          time: now - (50 - i) * 60_000,
        })),
      );
    document.body.innerHTML = `<lp-number channel="${rooms}" labels="room=Bath" aggregate="max"
      over="1d" src="${await serverUrl()}" lang="en" label="Bath"></lp-number>`;
    const bath = document.body.firstElementChild as LpDataElement;
    await reads(bath, /Bath 2\b/);
    bath.setAttribute('labels', 'room=Hall');
    await reads(bath, /Bath 100\b/);
  });

  it('never shows the figure of a field or a channel that is no longer shown', async () => {
    const other = freshChannel();
    for (const [a, b] of [
      [1, 7],
      [2, 9],
    ])
      await post(other, { a, b });
    const element = await shown('<lp-number aggregate="sum" over="1d" field="a"></lp-number>');
    element.channel = other;
    await reads(element, /\b3\b/);
    element.field = 'b';
    await element.updateComplete;
    expect(text(element)).to.not.match(/\b3\b/);
    await reads(element, /\b16\b/);
  });

  it('draws a sparkline of any window from the history', async () => {
    const element = await shown('<lp-sparkline window="3h"></lp-sparkline>');
    await until(
      () => (element.renderRoot.querySelector('path')?.getAttribute('d') ?? '').length > 200,
    );
    await until(() => /3h/.test(element.renderRoot.querySelector('[role=img]')?.ariaLabel ?? ''));
  });

  it('reports that only numbers show a comparison, and what to write', async () => {
    const { error } = console;
    const said: string[] = [];
    console.error = (text: string) => void said.push(text);
    try {
      await shown('<lp-value compare="1d"></lp-value>');
      await shown('<lp-number compare="1d"></lp-number>');
    } finally {
      console.error = error;
    }
    expect(said.join()).to.match(/^lp-kit: <lp-value .*<lp-number compare="1d">$/);
  });

  it('requests no history if no attribute needs it', async () => {
    const asked: string[] = [];
    const own = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      asked.push(input instanceof Request ? input.url : input.toString());
      return own(input, init);
    };
    const element = await shown('<lp-number></lp-number>');
    await reads(element, /1,000/);
    globalThis.fetch = own;
    expect(asked.filter((url) => url.includes('/history'))).to.deep.equal([]);
  });
});
