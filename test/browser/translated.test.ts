import { expect } from '@open-wc/testing';
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/metric-chart/define.ts';
import '../../components/number/define.ts';
import '../../components/status/define.ts';
import '../../components/table/define.ts';
import '../../components/template/define.ts';
import '../../components/time/define.ts';
import '../../components/tracker/define.ts';
import '../../components/value/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { ENGLISH } from '../../components/locale/words/en.ts';
import { JAPANESE } from '../../components/locale/words/ja.ts';
import { make, show } from '../support/element-laws.ts';
import { until } from '../support/page.ts';

/** Wraps every text node as translators do: in two `<font>` elements, with other words in them. */
function translate(root: ParentNode & Node): void {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const text of texts) {
    if (!text.data.trim() || ['STYLE', 'TEMPLATE'].includes(text.parentNode?.nodeName ?? ''))
      continue;
    const outer = document.createElement('font');
    outer.append(document.createElement('font'));
    outer.firstElementChild?.append(text.data);
    text.replaceWith(outer);
  }
}

/** The visible text. */
const shown = (element: Element): string =>
  [element.shadowRoot, element]
    .map((root) => root?.textContent)
    .join(' ')
    .replaceAll(/\s+/g, ' ');

describe('a translated page', () => {
  afterEach(() => document.body.replaceChildren());

  const KINDS: [
    tag: string,
    attributes: Record<string, string>,
    payload: (n: number) => unknown,
  ][] = [
    ['lp-number', {}, (n) => ({ value: n, moreinfo: `info ${n}` })],
    ['lp-meter', { max: '1000' }, (n) => n],
    ['lp-value', {}, (n) => n],
    ['lp-value', {}, (n) => `word ${n}`],
    ['lp-time', { format: 'duration' }, (n) => Date.now() - n * 3_600_000],
    [
      'lp-list',
      {},
      (n) => [
        { label: `row ${n % 2}`, value: n },
        { label: 'other', value: n + 1 },
      ],
    ],
    ['lp-table', {}, (n) => ({ name: `row ${n}`, value: n })],
    ['lp-feed', {}, (n) => ({ text: `line ${n}` })],
    ['lp-tracker', { states: 'up:ok' }, (n) => ({ value: n % 2 ? 'up' : 'down' })],
    ['lp-template', {}, (n) => ({ name: `row ${n}` })],
    // A third line comes later.
    ['lp-metric-chart', {}, (n) => ({ a: n, b: n + 1, ...(n > 300 && { c: n + 2 }) })],
    ['lp-metric-chart', { 'legend-values': 'last max' }, (n) => ({ a: n, b: -n })],
  ];
  for (const [tag, attributes, payload] of KINDS)
    it(`does not stop updates of ${tag} ${JSON.stringify(payload(1))}, however often it is translated`, async () => {
      const filled = async (): Promise<LpDataElement> => {
        const element = make(tag, { lang: 'en', ...attributes });
        if (tag === 'lp-template')
          element.innerHTML = '<template><p>Name: <b data-text="name"></b></p></template>';
        return show(element, payload(111));
      };
      const [translated, plain] = [await filled(), await filled()];
      for (const n of [222, 333, 334]) {
        translate(translated.shadowRoot as ShadowRoot);
        translate(translated);
        for (const element of [translated, plain]) await show(element, payload(n));
        if (tag === 'lp-metric-chart')
          // it writes its legend in the page's next frame
          await until(() => [translated, plain].every((each) => shown(each).includes(`${n}`)));
        // Without a share of time, and without times of arrival, which may be those of two seconds.
        const [text, other] = [translated, plain].map((element) =>
          shown(element)
            .replace(/[\d.]+%/, '%')
            .replaceAll(/\d\d:\d\d:\d\d/g, ''),
        );
        expect(text).to.equal(other);
      }
    });

  it('does not stop updates of lp-status', async () => {
    const translated = document.createElement('lp-status');
    const plain = document.createElement('lp-status');
    document.body.append(translated, plain);
    await until(() => shown(translated).includes(ENGLISH.pause));
    translate(translated.shadowRoot as ShadowRoot);
    for (const element of [translated, plain]) element.lang = 'ja';
    await until(() => shown(plain).includes(JAPANESE.pause));
    await until(() => shown(translated) === shown(plain));
  });
});
