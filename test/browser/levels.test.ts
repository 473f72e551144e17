import { expect } from '@open-wc/testing';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/number/define.ts';
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
    element.addEventListener('lp-level', (event) => told.push(`${event.previous} ${event.level}`));
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
    it(`of ${tag}: none at load, one per crossing, also of two in one answer`, async () => {
      const { element, told, initial } = await widget(tag, {}, { value: 95 });
      expect(told).to.deep.equal([]);
      expect(initial).to.deep.equal(['danger']);
      expect(element.level).to.equal('danger');
      await send(element, [{ value: 6 }, { value: 60 }]);
      expect(told).to.deep.equal(['danger ok', 'ok warn']);
      await send(element, { value: 61 });
      expect(told).to.have.length(2);
      element.setAttribute('warn', '70'); // the page's doing: told by no event
      await until(() => element.level === 'ok');
      expect(told).to.have.length(2);
    });

  for (const [tag, good, bad] of [
    ['lp-number', { value: 6 }, { value: 95 }],
    ['lp-meter', { value: 6 }, { value: 95 }],
    ['lp-list', { items: [{ label: 'a', value: 6 }] }, { items: [{ label: 'a', value: 95 }] }],
    ['lp-tracker', { status: 'ok' }, { status: 'critical' }],
  ] as const)
    it(`of ${tag} are told in a hidden tab`, async () => {
      const { element, told } = await widget(tag, {}, good);
      hide();
      await send(element, bad);
      expect(told).to.deep.equal(['ok danger']);
    });

  it('last for level-for before they count, and are left by more than the hysteresis', async () => {
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
});
