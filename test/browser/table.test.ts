import { expect } from '@open-wc/testing';
import { LpTable } from '../../components/table/define.ts';
import { make, show, watchDom } from '../support/element-laws.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

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

  it('saves all its rows as CSV, in its order, with its headings, without formulas', async () => {
    const element = await shown({
      limit: '1',
      columns: 'order, customer=Who, total:currency:EUR, note, value:spark, time',
    });
    element.data = { order: 4, customer: '=1+1', note: 'a "b", c\nd' };
    await element.updateComplete;
    const lines = element.toCSV().split('\r\n');
    expect(lines[0]).to.equal('Order,Who,Total,Note,Time');
    expect(lines.slice(1, 3).join('\r\n')).to.match(
      /^4,'=1\+1,,"a ""b"", c\nd",\d{4}-\d\d-\d\dT[\d:.]+Z\r\n3,شركة,20\.25,,/,
    );
    expect(lines).to.have.length(6);
    (root(element).querySelectorAll('thead button')[2] as HTMLElement).click();
    await element.updateComplete;
    expect(element.toCSV().split('\r\n')[1]).to.match(/^2,/);
    const button = root(element).querySelector('.controls button[title]') as HTMLButtonElement;
    expect(button.getAttribute('aria-label')).to.equal('Download CSV: Orders');
    let saved: { name: string; text: Promise<string> } | undefined;
    HTMLAnchorElement.prototype.click = function (): void {
      const text = fetch(this.href).then((response) => response.text());
      saved = { name: this.download, text };
    };
    button.click();
    Reflect.deleteProperty(HTMLAnchorElement.prototype, 'click'); // that of HTMLElement again
    expect(saved?.name).to.equal('Orders.csv');
    expect(await saved?.text).to.equal(element.toCSV());
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

/** A table of columns; `lp-column` children as HTML. */
async function joined(columns: string, attributes: Record<string, string> = {}): Promise<LpTable> {
  const element = table({ label: 'Hosts', lang: 'en', src: await serverUrl(), ...attributes });
  element.innerHTML = columns;
  document.body.append(element);
  return element;
}

/** All cells of the rows, with their headings. */
const cells = (element: LpTable): string[][] =>
  [...root(element).querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('th, td')].map((each) => each.textContent?.trim() ?? ''),
  );
const headings = (element: LpTable): (string | undefined)[] =>
  [...root(element).querySelectorAll('thead th')].map((each) => each.textContent?.trim());

describe('lp-column', () => {
  afterEach(() => document.body.replaceChildren());

  it('joins several channels by key, each column with the unit and limits of its channel', async () => {
    const [cpu, disk] = [freshChannel(), freshChannel()];
    await describeChannel(cpu, { label: 'CPU', unit: 'percent', warn: 80, danger: 95 });
    await describeChannel(disk, { label: 'Disk', fields: { free: { unit: 'gigabyte' } } });
    for (const [host, value] of [
      ['web-10', 97],
      ['web-2', 41],
    ])
      await post(cpu, { labels: { host }, value });
    await post(disk, { labels: { host: 'web-2' }, free: 12 });
    const element = await joined(
      `<lp-column channel="${cpu}"></lp-column>
       <lp-column channel="${disk}" field="free"></lp-column>
       <lp-column channel="${cpu}" format="spark" label="Course"></lp-column>`,
    );
    await until(() => cells(element)[0]?.[2] === '12 GB' && element.status === 'live');
    expect(headings(element)).to.deep.equal(['Host', 'CPU', 'Free', 'Course']);
    expect(cells(element)).to.deep.equal([
      ['web-2', '41%', '12 GB', ''],
      ['web-10', 'Critical:97%', '—no value', ''],
    ]);
    expect(root(element).querySelectorAll('.course path').length).to.be.greaterThan(0);
    expect(element.toCSV()).to.equal('Host,CPU,Free\r\nweb-2,41,12\r\nweb-10,97,\r\n');
    expect(root(element).querySelector('tbody th')?.getAttribute('scope')).to.equal('row');
    expect(element.level).to.equal('danger');
    await expect(element).to.be.accessible();

    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(changes().length, 'an update without news').to.equal(0);

    const sort = root(element).querySelectorAll('thead button')[1] as HTMLButtonElement;
    sort.click();
    await element.updateComplete;
    expect(cells(element).map(([name]) => name)).to.deep.equal(['web-10', 'web-2']);
    expect(sort.closest('th')?.ariaSort).to.equal('descending');

    await post(disk, { labels: { host: 'db-1' }, free: 3 });
    await until(() => cells(element).length === 3);
    expect(cells(element)[2], 'a key that joins late').to.deep.equal([
      'db-1',
      '—no value',
      '3 GB',
      '',
    ]);

    element.querySelector('lp-column')?.setAttribute('label', 'Load');
    await until(() => headings(element)[1] === 'Load↓');
    element.querySelector('lp-column:last-of-type')?.remove();
    await until(() => headings(element).length === 3);
  });

  it('shows the age of an old cell in place of its level, and drops keys that left', async () => {
    const [load, state] = [freshChannel(), freshChannel()];
    await describeChannel(load, { ttl: 1, danger: 5 });
    await post(load, { key: 'a', value: 9 });
    await post(state, { key: 'a', value: 'down' });
    const element = await joined(
      `<lp-column channel="${load}" label="Load"></lp-column><lp-column channel="${state}" format="state" label="State"></lp-column>`,
    );
    await until(() => root(element).querySelector('td.old .age'));
    expect(root(element).querySelector('td.danger .state.danger')?.textContent).to.equal('down');
    await until(() => element.status === 'live'); // another channel is current
    expect(element.level).to.equal('danger');
    element.dropAfter = '1s';
    await post(load, { key: 'b', value: 1 });
    await post(state, { key: 'b', value: 'up' });
    await until(
      () =>
        cells(element)
          .map(([name]) => name)
          .join() === 'b',
    );
  });

  it('shows what it has while the first channel is empty', async () => {
    const [none, some] = [freshChannel(), freshChannel()];
    await post(some, { key: 'a', value: 1 });
    const element = await joined(
      `<lp-column channel="${none}"></lp-column><lp-column channel="${some}" label="Some"></lp-column>`,
    );
    await until(() => element.status === 'live');
    expect(cells(element)).to.deep.equal([['a', '—no value', '1']]);
    await post(none, { key: 'a', value: 2 });
    await until(() => cells(element)[0]?.[1] === '2');
  });

  it('fills links from keys, and shows hostile keys and values as text', async () => {
    const channel = freshChannel();
    const text = '<img src=x onerror="window.pwned=1">';
    await post(channel, { labels: { host: text }, value: text });
    const element = await joined(`<lp-column channel="${channel}" label="V"></lp-column>`, {
      href: '/hosts/{host}',
    });
    await until(() => cells(element)[0]?.[1] === text);
    expect(cells(element)[0]?.[0]).to.equal(text);
    const { pathname } = root(element).querySelector('tbody a') as HTMLAnchorElement;
    expect(pathname).to.equal(`/hosts/${encodeURIComponent(text)}`);
    expect('pwned' in window).to.equal(false);
  });
});
