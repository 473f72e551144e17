import { expect } from '@open-wc/testing';
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/number/define.ts';
import '../../components/status/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { loadWords } from '../../components/locale/languages.ts';
import { ARABIC } from '../../components/locale/words/ar.ts';
import { GERMAN } from '../../components/locale/words/de.ts';
import { JAPANESE } from '../../components/locale/words/ja.ts';
import { make, show, textOf } from '../support/element-laws.ts';
import { until } from '../support/page.ts';

const root = document.documentElement;
const speaks = (element: Element, text: string): Promise<void> =>
  until(() => textOf(element).includes(text));

/** Returns the position of a part within its element, from the start of the line: 0 to 1. */
function startOf(element: Element, selector: string): number {
  const part = element.shadowRoot?.querySelector(selector)?.getBoundingClientRect() as DOMRect;
  const whole = element.getBoundingClientRect();
  const fromLeft = (part.left - whole.left) / whole.width;
  const fromRight = (whole.right - part.right) / whole.width;
  return getComputedStyle(element).direction === 'rtl' ? fromRight : fromLeft;
}

describe('languages', () => {
  const before = { lang: root.lang, dir: root.dir };
  afterEach(() => {
    document.body.replaceChildren();
    Object.assign(root, before);
  });

  it('German has its texts and its decimal comma, soon after an element needs them', async () => {
    const number = make('lp-number', { lang: 'de-AT', label: 'Last', 'stale-after': '1ms' });
    await show(number, 1234.5);
    await speaks(number, GERMAN.stale);
    expect(textOf(number)).to.match(/1[\s\u00a0.]234,5/);
    expect(textOf(number)).to.contain(GERMAN.pause);
    expect(textOf(number)).not.to.match(/Out of date|Pause|Last data/);
  });

  it('Japanese has its texts, and the age of old data in its own form', async () => {
    const number = make('lp-number', { lang: 'ja', 'stale-after': '1ms' });
    await show(number, 42);
    await speaks(number, JAPANESE.stale);
    expect(textOf(number)).to.match(/古いデータ(今|.+前)/);
    expect(await shownIn('ja')).to.contain(JAPANESE.noChannel);
  });

  it('Arabic uses its own plural rules', async () => {
    await loadWords('ar');
    const list = make('lp-list', { lang: 'ar', dir: 'rtl', limit: '1' });
    const rows = (count: number): { label: string; value: number }[] =>
      Array.from({ length: count }, (_, n) => ({ label: `r${n}`, value: n }));
    const told: string[] = [];
    for (const hidden of [1, 2, 3, 11]) {
      await show(list, { items: rows(hidden + 1) });
      await list.updateComplete;
      expect(textOf(list)).to.contain(ARABIC.moreRows(hidden));
      told.push(ARABIC.moreRows(hidden));
    }
    expect(new Set(told).size).to.equal(4);
  });

  it('the nearest lang attribute is used, and all elements follow a change of it at once', async () => {
    await Promise.all(['de', 'ja'].map(loadWords));
    root.lang = 'de';
    const inner = document.createElement('section');
    inner.lang = 'ja';
    document.body.append(inner);
    const status = document.body.appendChild(document.createElement('lp-status'));
    const outside = await show(make('lp-meter'));
    const inside = make('lp-meter');
    inner.append(inside);
    await inside.updateComplete;
    expect(textOf(outside)).to.contain(GERMAN.noChannel);
    expect(textOf(inside)).to.contain(JAPANESE.noChannel);
    root.lang = 'ja';
    inner.lang = 'de';
    await speaks(outside, JAPANESE.noChannel);
    await speaks(inside, GERMAN.noChannel);
    await speaks(status, JAPANESE.statusConnecting);
  });

  it('a language without translation has English texts and its own number format', async () => {
    const number = make('lp-number', { lang: 'fr', 'stale-after': '1ms' });
    await show(number, 0.5);
    await speaks(number, 'Out of date');
    expect(textOf(number)).to.contain('0,5');
  });

  it('in right-to-left languages, the start of a line is on the right', async () => {
    await loadWords('ar');
    const elements: [LpDataElement, unknown, string[]][] = [
      [make('lp-number', { label: 'المعالج' }), 42, ['.label', '.controls', '.updated']],
      [make('lp-meter', { variant: 'bar', label: 'الذاكرة' }), 30, ['.label', '[part~=fill]']],
      [
        make('lp-list', { bars: '', label: 'الأقراص' }),
        { '/': 40, '/home': 10 },
        ['[part~=item-label]', '[part~=item-value]'],
      ],
      [
        make('lp-feed', { variant: 'log', label: 'السجل' }),
        { id: '1', ts: Date.now(), text: 'تم التشغيل', level: 'warn' },
        ['[part~=item-time]', '[part~=item-text]', '[part~=item-level]'],
      ],
    ];
    for (const [element, data, parts] of elements) {
      await show(element, data);
      const there = parts.filter((part) => element.shadowRoot?.querySelector(part));
      expect(there, element.localName).to.deep.equal(parts);
      Object.assign(root, { lang: 'en', dir: 'ltr' });
      await element.updateComplete;
      const fromLeft = parts.map((part) => startOf(element, part));
      Object.assign(root, { lang: 'en', dir: 'rtl' });
      await element.updateComplete;
      for (const [i, part] of parts.entries())
        expect(startOf(element, part), `${element.localName} ${part}`).to.be.closeTo(
          fromLeft[i] as number,
          0.02,
        );
    }
  });

  for (const language of ['ar', 'de', 'ja'])
    it(`axe reports nothing in ${language}`, async () => {
      await loadWords(language);
      Object.assign(root, { lang: language, dir: language === 'ar' ? 'rtl' : 'ltr' });
      const feed = await show(make('lp-feed', { label: 'x', variant: 'events' }), {
        id: '1',
        ts: Date.now(),
        text: 'y',
      });
      await expect(feed).to.be.accessible();
    });
});

async function shownIn(lang: string): Promise<string> {
  const idle = await show(make('lp-meter', { lang }));
  return textOf(idle);
}
