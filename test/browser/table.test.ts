import { expect } from '@open-wc/testing';
import { LpTable } from '../../components/table/define.ts';
import { make, show } from '../support/element-laws.ts';

const table = (attributes: Record<string, string>): LpTable =>
  make('lp-table', attributes) as LpTable;
const root = (element: LpTable): ShadowRoot => element.shadowRoot as ShadowRoot;
const rows = (element: LpTable): string[][] =>
  [...root(element).querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent?.trim() ?? ''),
  );
const orders = [
  { order: 1, customer: 'Acme', total: 9.5, status: 'paid' },
  { order: 2, customer: '<img src=x onerror=alert(1)>', total: 100, status: 'failed' },
  { order: 3, customer: 'شركة', total: 20.25, status: 'shipped', url: 'javascript:alert(1)' },
];
async function shown(attributes: Record<string, string> = {}): Promise<LpTable> {
  const element = table({
    label: 'Orders',
    columns: 'order, customer, total:currency:EUR, status',
    ...attributes,
  });
  await show(element, orders[0]);
  for (const order of orders.slice(1)) element.data = order;
  await element.updateComplete;
  return element;
}

describe('lp-table', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows entries as rows, newest first, as text and never as HTML', async () => {
    const element = await shown();
    expect(rows(element)).to.deep.equal([
      ['3', 'شركة', '€20.25', 'shipped'],
      ['2', '<img src=x onerror=alert(1)>', '€100.00', 'failed'],
      ['1', 'Acme', '€9.50', 'paid'],
    ]);
    expect(root(element).querySelector('tbody img, tbody a')).to.equal(null);
  });

  it('is an HTML table with headings that sort, by click and keyboard, and announce it', async () => {
    const element = await shown();
    const heading = (n: number): HTMLTableCellElement =>
      root(element).querySelectorAll('th')[n] as HTMLTableCellElement;
    expect(heading(2).scope).to.equal('col');
    const press = async (n: number): Promise<void> => {
      heading(n).querySelector('button')?.click();
      await element.updateComplete;
    };
    await press(2);
    expect(rows(element).map(([, , total]) => total)).to.deep.equal(['€100.00', '€20.25', '€9.50']);
    expect(heading(2).ariaSort).to.equal('descending');
    await press(2);
    expect(rows(element).map(([, , total]) => total)).to.deep.equal(['€9.50', '€20.25', '€100.00']);
    await press(2);
    expect(rows(element).map(([order]) => order)).to.deep.equal(['3', '2', '1']);
    expect(heading(2).hasAttribute('aria-sort')).to.equal(false);
  });

  it('draws the sparkline of a key without a filled area', async () => {
    const element = table({ 'rows-of': 'keys', columns: 'value, value:spark=Hour' });
    await show(element, { value: 1 });
    for (const value of [2, 3]) element.data = { value };
    await element.updateComplete;
    const drawing = root(element).querySelector('.course svg') as SVGElement;
    expect(drawing.querySelectorAll('path').length).to.be.greaterThan(0);
    expect(getComputedStyle(drawing).fill).to.equal('none');
  });

  it('marks a bad state by word, icon and level', async () => {
    const element = await shown();
    const failed = root(element).querySelector('.state') as HTMLElement;
    expect(failed.classList.contains('danger')).to.equal(true);
    expect(failed.querySelector('svg')).not.to.equal(null);
  });

  it('uses safe links from a payload or a pattern, and no others', async () => {
    const element = await shown({ href: '/orders/{order}?c={customer}' });
    const links = [...root(element).querySelectorAll('a')].map((link) => link.getAttribute('href'));
    expect(links[1]).to.contain('/orders/2?c=%3Cimg%20src%3Dx');
    expect(links).to.have.length(3);
  });

  it('shows at most `limit` rows and counts the rest', async () => {
    const element = await shown({ limit: '2' });
    expect(rows(element)).to.have.length(2);
    expect(root(element).querySelector('.more')?.textContent).to.match(/1/);
  });

  it('reports a column that it cannot parse, and still shows the fields', async () => {
    const said: string[] = [];
    const { error } = console;
    console.error = (...parts: unknown[]): void => void said.push(parts.join(' '));
    const element = await shown({ columns: 'total:money' });
    console.error = error;
    expect(said).to.have.length(1);
    expect(said[0]).to.contain('"money"');
    expect(rows(element)).to.have.length(3);
  });

  it('changes no node where nothing changed', async () => {
    const element = await shown();
    const seen: MutationRecord[] = [];
    const observer = new MutationObserver((records) => seen.push(...records));
    observer.observe(root(element), {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
    element.requestUpdate();
    await element.updateComplete;
    seen.push(...observer.takeRecords());
    observer.disconnect();
    expect(seen.map(({ type }) => type)).to.deep.equal([]);
  });

  it('axe reports nothing', async () => {
    const element = await shown();
    await expect(element).to.be.accessible();
  });
});
