import { expect } from '@open-wc/testing';
import { html, render } from 'lit';
import { repeat as litRepeat } from 'lit/directives/repeat.js';
import '../../components/feed/define.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/metric-chart/define.ts';
import '../../components/number/define.ts';
import '../../components/sparkline/define.ts';
import '../../components/table/define.ts';
import '../../components/template/define.ts';
import '../../components/time/define.ts';
import '../../components/tracker/define.ts';
import '../../components/value/define.ts';
import { repeat } from '../../components/shared/repeat.ts';

const T = 1_900_000_000_000;

const nodesBelow = (root: Node): number => {
  const walker = document.createTreeWalker(root);
  let count = 0;
  while (walker.nextNode()) count++;
  return count;
};

describe('keyed rows', () => {
  afterEach(() => document.body.replaceChildren());

  const rows = (each: typeof repeat, keys: number[]): unknown =>
    html`<ul>${each(
      keys,
      (key) => key,
      (key) => html`<li>${key}</li>`,
    )}</ul>`;
  const window = (from: number, count = 5): number[] =>
    Array.from({ length: count }, (_, n) => from + n);

  it('keep order and nodes when they move, and leave no node behind', () => {
    const place = document.createElement('div');
    render(rows(repeat, window(0)), place);
    const before = nodesBelow(place);
    for (let n = 1; n <= 100; n++) render(rows(repeat, window(n)), place);
    expect(nodesBelow(place)).to.equal(before);
    const [, second] = place.querySelectorAll('li');
    render(rows(repeat, [104, 101, 7, 100]), place);
    expect([...place.querySelectorAll('li')].map((li) => li.textContent)).to.deep.equal([
      '104',
      '101',
      '7',
      '100',
    ]);
    expect(place.querySelectorAll('li')[1]).to.equal(second);
    render(rows(repeat, []), place);
    render(rows(repeat, window(0)), place);
    expect(nodesBelow(place)).to.equal(before);
  });

  it('are needed as long as Lit’s repeat leaves comments behind: otherwise remove shared/repeat.ts', () => {
    const place = document.createElement('div');
    render(rows(litRepeat, window(0)), place);
    const before = nodesBelow(place);
    for (let n = 1; n <= 100; n++) render(rows(litRepeat, window(n)), place);
    expect(nodesBelow(place)).to.be.greaterThan(before);
  });

  /** Twenty checks of the last minutes, of which one leaves and one comes each time. */
  const checks = (n: number): unknown =>
    window(n, 20).map((each) => ({
      t: Date.now() - (n + 20 - each) * 10_000,
      status: each % 4 ? 'ok' : 'down',
    }));
  const kinds: [tag: string, data: (n: number) => unknown, attributes?: string, inside?: string][] =
    [
      ['lp-feed', (n) => ({ text: `line ${n}` })],
      ['lp-list', (n) => window(n).map((each) => ({ label: `host ${each}`, value: each }))],
      ['lp-tracker', (n) => ({ status: n % 7 ? 'ok' : 'down' })],
      ['lp-table', (n) => ({ name: `row ${n}`, value: n, status: n % 7 ? 'ok' : 'failed' })],
      ['lp-number', (n) => (n % 9 ? { value: n, moreinfo: n % 4 ? `info ${n}` : '' } : 'word')],
      ['lp-meter', (n) => (n % 9 ? n : null)],
      ['lp-value', (n) => (n % 9 ? n : 'word')],
      ['lp-time', (n) => 1_900_000_000_000 + n * 60_000],
      ['lp-sparkline', (n) => n % 20],
      ['lp-metric-chart', (n) => ({ time: 1_900_000_000_000 + n * 1000, value: n % 20 })],
      ['lp-template', (n) => ({ items: window(n) })],
      ['lp-tracker', checks, 'variant="timeline" window="5m"'],
      ['lp-number', (n) => n % 20, 'sparkline target="9" marks="min max"'],
      ['lp-number', (n) => n % 20, '', '<lp-case when=">9" level="warn" icon="🔥">high</lp-case>'],
      ['lp-list', (n) => window(n).map((each) => [`host ${each}`, { at: each }]), 'bars numbered'],
      ['lp-feed', (n) => ({ text: `line ${n}`, level: 'warn', author: 'Ada' }), 'variant="chat"'],
      ['lp-meter', (n) => (n % 9 ? n : 'hello'), 'variant="bar" warn="50"'],
      ['lp-metric-chart', (n) => ({ time: T + n * 1000, a: n, b: -n }), 'legend-values="last max"'],
    ];
  for (const [tag, data, attributes = '', inside = ''] of kinds)
    it(`${tag} ${attributes}${inside} has as many nodes after 300 changes as before`, async () => {
      const place = document.createElement('template');
      place.innerHTML = `<${tag} ${attributes}>${inside}</${tag}>`;
      const element = document.importNode(place.content, true).firstElementChild as HTMLElement & {
        data: unknown;
        limit: number;
        updateComplete: Promise<unknown>;
      };
      element.limit = 10;
      if (tag === 'lp-template')
        element.innerHTML =
          '<template><p data-each="items" data-key="."><b data-text="."></b></p></template>';
      document.body.append(element);
      const fill = async (from: number, to: number): Promise<number> => {
        for (let n = from; n < to; n++) {
          element.data = data(n);
          await element.updateComplete;
        }
        return nodesBelow(element.shadowRoot as ShadowRoot) + nodesBelow(element);
      };
      const before = await fill(0, 30);
      expect(await fill(30, 330)).to.be.at.most(before + 20);
    });
});
