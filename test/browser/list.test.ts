import { expect } from '@open-wc/testing';
import { a11ySnapshot } from '@web/test-runner-commands';
import '../../components/list/define.ts';
import type { LpList } from '../../components/list/lp-list.ts';
import { keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const list = (attributes: Record<string, string> = {}): LpList =>
  make<LpList>('lp-list', { lang: 'en', label: 'Top', ...attributes });

const parts = (element: LpList, name: string): HTMLElement[] => [
  ...element.renderRoot.querySelectorAll<HTMLElement>(`[part~=${name}]`),
];
const texts = (element: LpList, name: string): string[] =>
  parts(element, name).map((each) => (each.textContent ?? '').replaceAll(/\s+/g, ' ').trim());

describe('lp-list', () => {
  afterEach(() => document.body.replaceChildren());

  it('is a named list, numbered if the attribute is set', async () => {
    const element = await show(list(), { nginx: 12, node: 34 });
    const inner = (): HTMLElement | undefined => parts(element, 'list')[0];
    expect([inner()?.localName, inner()?.role, inner()?.ariaLabel]).to.deep.equal([
      'ul',
      'list',
      'Top',
    ]);
    expect(texts(element, 'item-label')).to.deep.equal(['nginx', 'node']);
    expect(texts(element, 'item-value')).to.deep.equal(['12', '34']);
    element.numbered = true;
    await element.updateComplete;
    expect(inner()?.localName).to.equal('ol');
  });

  itInChromium('exposes its labels to screen readers', async () => {
    await show(list(), { nginx: 12, node: 34 });
    expect(JSON.stringify(await a11ySnapshot({}))).to.contain('nginx');
  });

  it('keeps a row’s node, and the focus in it, when the order changes', async () => {
    const element = list({ sort: 'value' });
    const rows = (first: number, second: number): unknown => [
      { id: 1, label: 'one', value: first, href: '/one' },
      { id: 2, label: 'two', value: second, href: '/two' },
    ];
    await show(element, rows(9, 5));
    const [one, two] = parts(element, 'item') as [HTMLElement, HTMLElement];
    for (const row of [one, two, one]) {
      const link = row.querySelector('a') as HTMLAnchorElement;
      link.focus();
      element.data = rows(
        ...((parts(element, 'item')[0] === one ? [1, 5] : [5, 1]) as [number, number]),
      );
      await element.updateComplete;
      expect(new Set(parts(element, 'item'))).to.have.keys([one, two]);
      expect(element.shadowRoot?.activeElement === link, 'the focus stays').to.equal(true);
    }
    expect(texts(element, 'item-label')).to.deep.equal(['two', 'one']);
  });

  it('links only to http, https, mailto and its own site', async () => {
    const hrefs = ['/a', 'https://example.test/', 'mailto:a@example.test'];
    const bad = [
      'javascript:alert(1)',
      ' java\nscript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      7,
    ];
    const element = await show(
      list(),
      [...hrefs, ...bad].map((href, n) => ({ label: `row ${n}`, href })),
    );
    const links = [...element.renderRoot.querySelectorAll('a')];
    expect(links.length).to.equal(hrefs.length);
    for (const link of links) expect(link.rel).to.contain('noopener').and.to.contain('nofollow');
    expect(parts(element, 'item').length).to.equal(hrefs.length + bad.length);
  });

  it('shows the level of a row by word, icon and colour, and the worst as its own level', async () => {
    const element = await show(list({ warn: '70', danger: '90' }), {
      '/': 95,
      '/home': 75,
      '/var': 10,
    });
    const [bad, poor, fine] = parts(element, 'item');
    expect(bad?.querySelector('.sr')?.textContent).to.equal('Critical:');
    expect(poor?.querySelector('.sr')?.textContent).to.equal('Warning:');
    expect(bad?.querySelector('svg.icon')).not.to.equal(null);
    expect(fine?.querySelector('svg.icon')).to.equal(null);
    expect(element.matches(':state(level-danger)')).to.equal(true);
  });

  it('shows a missing value as none, without level and bar', async () => {
    const element = await show(list({ warn: '0', bars: '' }), { a: null, b: 5 });
    expect(texts(element, 'item-value')[0]).to.equal('—no value');
    expect(parts(element, 'item')[0]?.classList.contains('warn')).to.equal(false);
    expect(parts(element, 'bar')[0]?.style.getPropertyValue('--_share')).to.equal('0');
    expect(parts(element, 'bar')[1]?.style.getPropertyValue('--_share')).to.equal('1');
  });

  it('draws at most 1,000 rows for any limit, and counts the rest', async () => {
    const rows = Array.from({ length: 15_000 }, (_, n) => ({ label: `row ${n}`, value: n }));
    const element = await show(list({ limit: '100000', sort: 'value' }), rows);
    expect(parts(element, 'item').length).to.equal(1_000);
    expect(texts(element, 'item-label')[0]).to.equal('row 14999');
    expect(element.renderRoot.querySelector('.more')?.textContent).to.contain('14,000');
  });

  it('counts the rows that its limit leaves out, and shows no count when nothing is left out', async () => {
    const element = await show(list({ limit: '2' }), { a: 1, b: 2, c: 3, d: 4 });
    expect(parts(element, 'item').length).to.equal(2);
    expect(element.renderRoot.querySelector('.more')?.textContent).to.equal('2 more');
    await show(element, { items: [] });
    expect(element.renderRoot.querySelector('.none')?.textContent).to.equal('Nothing to list');
  });

  it('changes only the text of the value that changed', async () => {
    const element = await show(list(), { a: 1, b: 2 });
    const changes = watchDom(element);
    await show(element, { a: 1, b: 3 });
    expect(changes().map(({ type, target }) => [type, target.textContent])).to.deep.equal([
      ['characterData', '3'],
    ]);
  });

  it('shows one row for each key of a channel that has keys', async () => {
    const channel = freshChannel();
    for (const [key, value] of [
      ['/', 10],
      ['/home', 20],
      ['/', 30],
    ] as const)
      await post(channel, { key, value });
    const element = list({ channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => element.status === 'live');
    await post(channel, { key: '/var', value: 5 });
    await until(() => parts(element, 'item').length === 3);
    expect(texts(element, 'item').map((text) => text.split(' '))).to.have.deep.members([
      ['/', '30'],
      ['/home', '20'],
      ['/var', '5'],
    ]);
  });

  it('does not announce a changed order', async () => {
    const element = await show(list({ sort: 'value' }), { a: 1, b: 2 });
    expect(element.renderRoot.querySelector('[aria-live], [role=log], [role=status]')).to.equal(
      null,
    );
  });
});

keepsTheLaws({
  tag: 'lp-list',
  attributes: { bars: '', warn: '1' },
  payload: {
    items: [
      { label: 'a', value: 1, href: '/a' },
      { label: 'b', value: 2 },
    ],
  },
  hostile: (text) => ({
    items: [{ id: text, label: text, value: text, href: text }],
    moreinfo: text,
  }),
});
