import { expect } from '@open-wc/testing';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { loadWords } from '../../components/locale/languages.ts';
import { LpMetricChart } from '../../components/metric-chart/define.ts';
import '../../components/publish/define.ts';
import '../../components/status/define.ts';
import { show } from '../support/element-laws.ts';
import { overflowing } from '../support/overflow.ts';
import { until } from '../support/page.ts';
import { CARDS, makeExample } from '../support/whole-set.ts';

const root = document.documentElement;
const LANGUAGES = ['en', 'de', 'ar', 'ja'];
/** The smallest tile, the usual one of a dashboard, and one of a wall display. */
const WIDTHS = [160, 272, 960];

const sheet = new CSSStyleSheet();
sheet.replaceSync(WIDTHS.map((width) => `.w${width} { inline-size: ${width}px }`).join('\n'));

const rectOf = (element: LpDataElement, selector: string): DOMRect =>
  element.renderRoot.querySelector(selector)?.getBoundingClientRect() as DOMRect;

/** The position of the value, and the height of the tile. */
const place = (element: LpDataElement): number[] => {
  const content = rectOf(element, '.content');
  return [content.top, content.bottom, rectOf(element, '.base').bottom].map(Math.round);
};

/** With its data; for a chart, once its canvas has its size. */
async function drawn(element: LpDataElement, payload: unknown): Promise<void> {
  await show(element, payload);
  if (!(element instanceof LpMetricChart)) return;
  await until(() => element.chart);
  await new Promise(requestAnimationFrame);
}

async function become(element: LpDataElement, status: string): Promise<void> {
  await until(() => {
    element.requestUpdate();
    return element.status === status;
  });
  await element.updateComplete;
}

describe('tiles', () => {
  const { lang, dir } = root;
  const sheets = document.adoptedStyleSheets;
  before(async () => {
    document.adoptedStyleSheets = [...sheets, sheet];
    await Promise.all(LANGUAGES.map(loadWords));
  });
  after(() => {
    document.adoptedStyleSheets = sheets;
  });
  afterEach(() => {
    document.body.replaceChildren();
    Object.assign(root, { lang, dir });
  });

  for (const example of CARDS) {
    for (const width of WIDTHS)
      it(`${example.name} at ${width} px: nothing overflows in any language, with a badge or without`, async () => {
        for (const lang of LANGUAGES) {
          Object.assign(root, { lang, dir: lang === 'ar' ? 'rtl' : 'ltr' });
          const element = await show(makeExample(example, { class: `w${width}` }));
          expect(overflowing(element), `${lang} idle`).to.deep.equal([]);
          await drawn(element, example.payload());
          expect(overflowing(element), `${lang} live`).to.deep.equal([]);
          element.paused = true;
          await become(element, 'paused');
          expect(overflowing(element), `${lang} paused`).to.deep.equal([]);
          element.paused = false;
          element.staleAfter = '1ms';
          await become(element, 'stale');
          expect(overflowing(element), `${lang} stale`).to.deep.equal([]);
          element.remove();
        }
      });

    it(`${example.name}: a badge that appears or disappears moves neither the value nor the tile’s edge`, async () => {
      for (const lang of LANGUAGES)
        for (const width of WIDTHS) {
          root.lang = lang;
          const element = makeExample(example, { class: `w${width}` });
          await drawn(element, example.payload());
          const live = place(element);
          element.paused = true;
          await become(element, 'paused');
          expect(element.renderRoot.querySelector('[part=badge]'), 'a badge').not.to.equal(null);
          expect(place(element), `paused, ${lang}, ${width} px`).to.deep.equal(live);
          element.paused = false;
          element.staleAfter = '1ms';
          await become(element, 'stale');
          expect(place(element), `stale, ${lang}, ${width} px`).to.deep.equal(live);
          element.remove();
        }
    });
  }

  it('an error shows without a footer too, and does not move the value', async () => {
    const [number] = CARDS;
    if (!number) return;
    const element = await show(makeExample(number, { 'no-footer': '', class: 'w160' }), 42);
    const [top, bottom] = place(element);
    element.paused = true;
    await become(element, 'paused');
    const badge = element.renderRoot.querySelector('[part=badge]');
    expect(badge?.checkVisibility()).to.equal(true);
    expect(place(element).slice(0, 2)).to.deep.equal([top, bottom]);
    expect(element.renderRoot.querySelector('.updated')?.checkVisibility()).to.equal(false);
  });

  for (const [tag, inside] of [
    ['lp-publish', ''],
    ['lp-status', ''],
  ] as const)
    it(`${tag} at 160 px: nothing overflows in any language`, async () => {
      for (const lang of LANGUAGES) {
        Object.assign(root, { lang, dir: lang === 'ar' ? 'rtl' : 'ltr' });
        const element = document.createElement(tag);
        for (const name of ['author', 'controls', 'details']) element.setAttribute(name, '');
        element.setAttribute('channel', 'c');
        element.className = 'w160';
        element.innerHTML = inside;
        document.body.append(element);
        await element.updateComplete;
        expect(overflowing(element), lang).to.deep.equal([]);
        element.remove();
      }
    });
});
