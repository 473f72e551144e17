import { expect } from '@open-wc/testing';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { loadWords } from '../../components/locale/languages.ts';
import { words } from '../../components/locale/messages.ts';
import { LpMetricChart } from '../../components/metric-chart/define.ts';
import { emulate } from '../support/cdp.ts';
import { make, show, textOf } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { until } from '../support/page.ts';
import { CARDS, makeExample, WHOLE_SET } from '../support/whole-set.ts';

const root = document.documentElement;
/** English last, so that the way back is tested too. */
const LANGUAGES = ['de', 'ar', 'ja', 'en'];
const NOON = Date.UTC(2026, 0, 15, 12);

async function drawn(element: LpDataElement, payload: unknown): Promise<void> {
  await show(element, payload);
  if (element instanceof LpMetricChart) await until(() => element.chart);
}

/** Spaces and marks of direction differ from language to language. */
const plain = (text: string): string =>
  text.replaceAll(/[\s\u200e\u200f\u061c\u2066-\u2069]+/g, ' ');

describe('all elements', () => {
  const { lang, dir } = root;
  before(() => Promise.all(LANGUAGES.map(loadWords)));
  afterEach(() => {
    document.body.replaceChildren();
    Object.assign(root, { lang, dir });
    root.removeAttribute('time-zone');
  });

  for (const example of WHOLE_SET)
    it(`${example.name} follows changes of the page’s language, in texts and numbers`, async () => {
      root.lang = 'en';
      const element = makeExample(example);
      await drawn(element, example.payload());
      const seen = new Set([textOf(element)]);
      for (const language of LANGUAGES) {
        Object.assign(root, { lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' });
        const { figure } = example;
        const written = figure && new Intl.NumberFormat(language).format(figure);
        if (written) await until(() => plain(textOf(element)).includes(plain(written)));
        if (CARDS.includes(example))
          await until(() => textOf(element).includes(words(language).pause));
        else if (!written) await until(() => !seen.has(textOf(element)) || language === 'en');
        seen.add(textOf(element));
        if (language !== 'en' && CARDS.includes(example))
          expect(textOf(element), language).not.to.match(/Pause|Updated|Warning|Critical/);
      }
    });

  for (const [name, element, data, inTokyo, inUtc] of [
    [
      'lp-time',
      make('lp-time', { format: 'time', datetime: new Date(NOON).toISOString() }),
      undefined,
      '21:00',
      '12:00',
    ],
    ['lp-value', make('lp-value', { format: 'time' }), NOON, '21:00', '12:00'],
    ['lp-number', make('lp-number', { format: 'time' }), NOON, '21:00', '12:00'],
    [
      'lp-list',
      make('lp-list', { format: 'time' }),
      { items: [{ label: 'Noon', value: NOON }] },
      '21:00',
      '12:00',
    ],
    [
      'lp-feed',
      make('lp-feed', { variant: 'log' }),
      { id: 1, ts: NOON, text: 'x' },
      '21:00',
      '12:00',
    ],
    [
      'lp-tracker',
      make('lp-tracker', { window: '1h' }),
      [{ time: NOON, status: 'ok' }],
      undefined,
      undefined,
    ],
  ] as [string, LpDataElement, unknown, string?, string?][])
    it(`${name} follows changes of the page’s time zone`, async () => {
      Object.assign(root, { lang: 'de' });
      root.setAttribute('time-zone', 'UTC');
      await show(element, data);
      const before = textOf(element);
      if (inUtc) await until(() => textOf(element).includes(inUtc));
      root.setAttribute('time-zone', 'Asia/Tokyo');
      await until(() => (inTokyo ? textOf(element).includes(inTokyo) : textOf(element) !== before));
      element.timeZone = 'UTC';
      await until(() => (inUtc ? textOf(element).includes(inUtc) : textOf(element) === before));
    });

  for (const example of CARDS)
    itInChromium(`${example.name} is printed with its bars, and without buttons`, async () => {
      const element = makeExample(example);
      await drawn(element, example.payload());
      const styleOf = (selector: string): CSSStyleDeclaration =>
        getComputedStyle(element.renderRoot.querySelector(selector) as Element);
      expect(styleOf('.controls').display).not.to.equal('none');
      await emulate('print');
      try {
        expect(styleOf('.controls').display).to.equal('none');
        expect(styleOf('.content').printColorAdjust).to.equal('exact');
      } finally {
        await emulate('');
      }
    });
});
