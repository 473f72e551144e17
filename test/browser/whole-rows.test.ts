import { expect } from '@open-wc/testing';
import { setViewport } from '@web/test-runner-commands';
import '../../components/dashboard/define.ts';
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/table/define.ts';
import '../../components/tracker/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { watchDom } from '../support/element-laws.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const ROWS = 60;
const items = (count: number): unknown => ({
  items: Array.from({ length: count }, (_, n) => ({ label: `disk ${n}`, value: n })),
});
const orders = (count: number): unknown[] =>
  Array.from({ length: count }, (_, n) => ({ order: n, total: n * 10 }));

const SUBJECTS = [
  { tag: 'lp-list', row: '.row', frame: '.rows', payloads: (n: number) => [items(n)] },
  { tag: 'lp-table', row: 'tbody tr', frame: '.frame', payloads: orders },
];

describe('a narrow card on a board that fits its screen', () => {
  before(() => setViewport({ width: 1440, height: 900 }));
  afterEach(() => document.body.replaceChildren());

  it('has its buttons below its name and its level, which they would cover', async () => {
    document.body.innerHTML = `<lp-dashboard columns="12" kiosk>
      <lp-tracker label="billing" cols="2" rows="3"></lp-tracker></lp-dashboard>`;
    const tracker = document.querySelector('lp-tracker') as LpDataElement;
    await until(() => tracker.hasUpdated);
    tracker.data = { status: 'up' };
    const part = (selector: string): DOMRect | undefined =>
      tracker.renderRoot.querySelector(selector)?.getBoundingClientRect();
    await until(() => (part('.controls')?.height ?? 0) > 0);
    const top = part('.controls')?.top ?? 0;
    expect(top).to.be.at.least(part('.label')?.bottom ?? Infinity);
    expect(top).to.be.at.least(part('.chip')?.bottom ?? Infinity);
  });
});

for (const { tag, row, frame, payloads } of SUBJECTS)
  describe(`${tag} on a board that fits its screen`, () => {
    before(() => setViewport({ width: 1280, height: 800 }));
    afterEach(() => document.body.replaceChildren());

    async function onBoard(kiosk: boolean, count: number): Promise<LpDataElement> {
      document.body.innerHTML = `<lp-dashboard columns="12" ${kiosk ? 'kiosk' : ''}>
        <${tag} label="Rows" cols="6" rows="6"></${tag}></lp-dashboard>`;
      const element = document.querySelector(tag) as LpDataElement;
      await until(() => element.hasUpdated);
      for (const payload of payloads(count)) element.data = payload;
      await element.updateComplete;
      await settled(element);
      return element;
    }
    const drawn = (element: LpDataElement): HTMLElement[] => [
      ...element.renderRoot.querySelectorAll<HTMLElement>(row),
    ];
    /** Resolves once two frames show the same number of rows. */
    async function settled(element: LpDataElement): Promise<void> {
      for (let before = -1; before !== drawn(element).length; ) {
        before = drawn(element).length;
        await new Promise(requestAnimationFrame);
        await new Promise(requestAnimationFrame);
        await element.updateComplete;
      }
    }
    const bottom = (element: Element | null | undefined): number =>
      element?.getBoundingClientRect().bottom ?? Number.NaN;

    it('draws only whole rows, and shows how many more there are', async () => {
      const element = await onBoard(true, ROWS);
      const rows = drawn(element);
      expect(rows.length).to.be.within(2, ROWS - 1);
      expect(bottom(rows.at(-1))).to.be.at.most(
        bottom(element.renderRoot.querySelector(frame)) + 1,
      );
      const more = element.renderRoot.querySelector('.more');
      expect(more?.textContent).to.equal(`${ROWS - rows.length} more`);
      expect(bottom(more)).to.be.at.most(bottom(element) + 1);
    });

    it('changes no node when an update contains nothing new', async () => {
      const element = await onBoard(true, ROWS);
      const changes = watchDom(element);
      element.requestUpdate();
      await element.updateComplete;
      expect(changes().length).to.equal(0);
    });

    it('draws all of a few rows, and all of many if the page scrolls', async () => {
      const few = await onBoard(true, 3);
      expect(drawn(few).length).to.equal(3);
      expect(few.renderRoot.querySelector('.more')).to.equal(null);
      const many = await onBoard(false, ROWS);
      expect(drawn(many).length).to.equal(ROWS);
    });
  });

describe('lp-tracker on a board that fits its screen', () => {
  before(() => setViewport({ width: 1280, height: 800 }));
  afterEach(() => document.body.replaceChildren());

  it('draws only whole lanes, including the worst, and shows how many more there are', async () => {
    const channel = freshChannel();
    const names = Array.from({ length: 30 }, (_, n) => `host-${n}`);
    await Promise.all(names.map((key) => post(channel, { key, status: 'up' })));
    await post(channel, { key: 'host-29', status: 'down' });
    document.body.innerHTML = `<lp-dashboard columns="12" kiosk>
      <lp-tracker src="${await serverUrl()}" channel="${channel}" cols="6" rows="2" variant="timeline"></lp-tracker></lp-dashboard>`;
    const element = document.querySelector('lp-tracker') as LpDataElement;
    const lanes = (): HTMLElement[] => [
      ...element.renderRoot.querySelectorAll<HTMLElement>('.lane'),
    ];
    await until(() => element.renderRoot.querySelector('.more') !== null);
    await until(() => {
      const end = element.renderRoot.querySelector('.lanes')?.getBoundingClientRect().bottom ?? 0;
      return lanes().every((lane) => lane.getBoundingClientRect().bottom <= end + 1);
    });
    const more = element.renderRoot.querySelector('.more')?.textContent;
    expect(more).to.equal(`${names.length - lanes().length} more`);
    expect(lanes().map(({ textContent }) => textContent?.includes('host-29'))).to.include(true);
  });
});

describe('lp-feed on a board that fits its screen', () => {
  before(() => setViewport({ width: 1280, height: 800 }));
  afterEach(() => document.body.replaceChildren());

  for (const variant of ['events', 'log'])
    it(`shows no part of an item: ${variant}`, async () => {
      const channel = freshChannel();
      const items = Array.from({ length: 60 }, (_, n) => ({
        title: `event ${n}`,
        text: 'is over',
      }));
      await post(channel, items);
      document.body.innerHTML = `<lp-dashboard columns="12" kiosk><lp-feed src="${await serverUrl()}"
        channel="${channel}" variant="${variant}" cols="6"></lp-feed></lp-dashboard>`;
      const element = document.querySelector('lp-feed') as LpDataElement;
      const scroller = (): HTMLElement | null => element.renderRoot.querySelector('.scroller');
      const inView = (): DOMRect[] => {
        const { top = 0, bottom = 0 } = scroller()?.getBoundingClientRect() ?? {};
        const [above = '0'] = /\d[\d.]*/.exec(scroller()?.style.clipPath ?? '') ?? [];
        const boxes = [...element.renderRoot.querySelectorAll('.item')].map((item) =>
          item.getBoundingClientRect(),
        );
        const isIn = (box: DOMRect): boolean =>
          box.bottom > top + Number(above) + 1 && box.top < bottom - 1;
        return boxes.filter(isIn);
      };
      const isWhole = (box: DOMRect): boolean => {
        const { top = 0, bottom = 0 } = scroller()?.getBoundingClientRect() ?? {};
        return box.top >= top - 1 && box.bottom <= bottom + 1;
      };
      await until(() => inView().length > 2 && inView().length < 60 && inView().every(isWhole));
    });
});
