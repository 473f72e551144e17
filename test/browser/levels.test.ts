import { expect } from '@open-wc/testing';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/metric-chart/define.ts';
import '../../components/number/define.ts';
import '../../components/table/define.ts';
import '../../components/tracker/define.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

type Widget = HTMLElement & { status: string; level: string | undefined; history: unknown[] };

describe('levels', () => {
  let url: string;

  before(async () => {
    url = await serverUrl();
  });

  afterEach(() => {
    Reflect.deleteProperty(document, 'visibilityState');
    document.body.replaceChildren();
  });

  const hide = (): void => {
    Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  };

  async function widget(
    tag: string,
    attributes: Record<string, string>,
    first: unknown,
  ): Promise<{ element: Widget; told: string[]; initial: (string | undefined)[] }> {
    const channel = freshChannel();
    await post(channel, first);
    const element = document.createElement(tag) as Widget;
    const all = { src: url, channel, warn: '50', danger: '90', ...attributes };
    for (const [name, value] of Object.entries(all)) element.setAttribute(name, value);
    const told: string[] = [];
    const initial: (string | undefined)[] = [];
    element.addEventListener('lp-level', ({ key, previous, level }) =>
      told.push([key, previous, level].filter(Boolean).join(' ')),
    );
    element.addEventListener('lp-data', (event) => {
      if (event.initial) initial.push(event.level);
    });
    document.body.append(element);
    await until(() => element.status === 'live');
    return { element, told, initial };
  }

  const send = async (element: Widget, payload: unknown): Promise<void> => {
    let came = false;
    element.addEventListener('lp-data', () => (came = true), { once: true });
    await post(element.getAttribute('channel') ?? '', payload);
    await until(() => came);
  };

  for (const tag of ['lp-number', 'lp-meter'])
    it(`of ${tag}: none at load, one per crossing, even with two in one response`, async () => {
      const { element, told, initial } = await widget(tag, {}, { value: 95 });
      expect(told).to.deep.equal([]);
      expect(initial).to.deep.equal(['danger']);
      expect(element.level).to.equal('danger');
      await send(element, [{ value: 6 }, { value: 60 }]);
      expect(told).to.deep.equal(['danger ok', 'ok warn']);
      await send(element, { value: 61 });
      expect(told).to.have.length(2);
      element.setAttribute('warn', '70'); // A change by the page fires no event.
      await until(() => element.level === 'ok');
      expect(told).to.have.length(2);
    });

  for (const [tag, good, bad] of [
    ['lp-number', { value: 6 }, { value: 95 }],
    ['lp-meter', { value: 6 }, { value: 95 }],
    ['lp-list', { items: [{ label: 'a', value: 6 }] }, { items: [{ label: 'a', value: 95 }] }],
    ['lp-tracker', { status: 'ok' }, { status: 'critical' }],
  ] as const)
    it(`of ${tag} fire in a hidden tab`, async () => {
      const { element, told } = await widget(tag, {}, good);
      hide();
      await send(element, bad);
      expect(told).to.deep.equal([tag === 'lp-list' ? 'a ok danger' : 'ok danger']);
    });

  it('count only after level-for, and end only past the hysteresis', async () => {
    const slow = await widget('lp-number', { 'level-for': '300ms' }, { value: 6 });
    await send(slow.element, { value: 95 });
    expect(slow.told).to.deep.equal([]);
    await until(() => slow.told.length === 1);
    const held = await widget('lp-number', { hysteresis: '10' }, { value: 95 });
    await send(held.element, { value: 85 });
    expect(held.told).to.deep.equal([]);
    expect(held.element.level).to.equal('danger');
    await send(held.element, { value: 79 });
    expect(held.told).to.deep.equal(['danger warn']);
  });

  const up = (key: string, value: number): object => ({ key, value });
  const SERIES: [tag: string, attributes: Record<string, string>][] = [
    ['lp-list', {}],
    ['lp-tracker', {}],
    ['lp-metric-chart', {}],
  ];
  for (const [tag, attributes] of SERIES)
    it(`of ${tag} fire for each series, once per crossing, even where both come in one response`, async () => {
      const { element, told } = await widget(tag, attributes, [up('a', 6), up('b', 95)]);
      await until(() => element.level === 'danger');
      await send(element, [up('a', 60), up('a', 95), up('b', 96)]);
      expect(told).to.deep.equal(['a ok warn', 'a warn danger']);
      await send(element, [up('b', 6), up('new', 95)]);
      expect(told.slice(2)).to.deep.equal(['b danger ok', 'new danger']);
      hide();
      await send(element, [up('a', 6), up('new', 6)]);
      expect(told.slice(4)).to.deep.equal(['a danger ok', 'new danger ok']);
      expect(element.level).to.equal('ok');
    });

  it('of lp-table fire for each key, or for the newest entry', async () => {
    const state = (key: string, status: string): object => ({ key, status });
    const first = [state('a', 'up'), state('b', 'down')];
    const keys = await widget('lp-table', { 'rows-of': 'keys' }, first);
    await send(keys.element, [state('a', 'down'), state('b', 'up')]);
    expect(keys.told).to.deep.equal(['a ok danger', 'b danger ok']);
    const log = await widget('lp-table', {}, first);
    await send(log.element, [state('a', 'up'), state('b', 'degraded')]);
    expect(log.told).to.deep.equal(['danger ok', 'ok warn']);
  });

  it('of a row of one payload end with the row', async () => {
    const rows = (...values: [string, number][]): object => ({
      items: values.map(([label, value]) => ({ label, value })),
    });
    const { element, told } = await widget('lp-list', {}, rows(['x', 6], ['y', 95]));
    await send(element, rows(['x', 95]));
    expect(told).to.deep.equal(['x ok danger']);
    await until(() => element.shadowRoot?.querySelectorAll('[part=item]').length === 1);
    await send(element, rows(['x', 6]));
    await until(() => element.level === 'ok');
  });

  for (const tag of ['lp-number', 'lp-list', 'lp-tracker', 'lp-metric-chart'])
    it(`of ${tag} do not fire for data that arrive late`, async () => {
      const now = Date.now();
      const { element, told } = await widget(tag, {}, { key: 'a', value: 6, time: now });
      await send(element, { key: 'a', value: 95, time: now - 60_000 });
      expect(told).to.deep.equal([]);
      await send(element, { key: 'a', value: 95 });
      expect(told).to.have.length(1);
    });

  it('of lists and charts have a hysteresis', async () => {
    for (const tag of ['lp-list', 'lp-metric-chart']) {
      const { element, told } = await widget(tag, { hysteresis: '10' }, [up('a', 95), up('b', 6)]);
      await send(element, up('a', 85));
      expect(told).to.deep.equal([]);
      expect(element.level).to.equal('danger');
      await send(element, up('a', 79));
      expect(told).to.deep.equal(['a danger warn']);
    }
  });
});
