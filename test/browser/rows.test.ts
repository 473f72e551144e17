import { expect } from '@open-wc/testing';
import '../../components/list/define.ts';
import type { LpList } from '../../components/list/lp-list.ts';
import '../../components/row/define.ts';
import '../../components/tracker/define.ts';
import { CORPUS, make, watchDom } from '../support/element-laws.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const texts = (element: LpList, name: string): (string | undefined)[] =>
  [...element.renderRoot.querySelectorAll(`[part=${name}]`)].map((each) =>
    each.textContent?.replaceAll(/\s+/g, ' ').trim(),
  );

async function list(rows: string, attributes: Record<string, string> = {}): Promise<LpList> {
  const element = make<LpList>('lp-list', {
    label: 'Machines',
    lang: 'en',
    src: await serverUrl(),
    ...attributes,
  });
  element.innerHTML = rows;
  document.body.append(element);
  return element;
}

/** Two channels with values of their own units and limits. */
async function channels(): Promise<[string, string]> {
  const [cpu, disk] = [freshChannel(), freshChannel()];
  await describeChannel(cpu, { label: 'CPU', unit: 'percent', warn: 80 });
  await post(cpu, { value: 42 });
  await post(disk, { free: 3, host: 'web-1' });
  return [cpu, disk];
}

describe('lp-row', () => {
  afterEach(() => document.body.replaceChildren());

  it('lists several channels, each with its own name, unit and limits', async () => {
    const [cpu, disk] = await channels();
    const element = await list(
      `<lp-row channel="${cpu}"></lp-row>
       <lp-row channel="${disk}" field="free" label="Disk" unit="gigabyte" warn="5" danger="1"></lp-row>`,
    );
    await until(() => texts(element, 'item-value')[1]?.includes('3'));
    expect(texts(element, 'item-label')).to.deep.equal(['CPU', 'Disk']);
    expect(texts(element, 'item-value')).to.deep.equal(['42%', 'Warning:3 GB']);
    expect(element.status).to.equal('live');
    expect(element.level).to.equal('warn');
    await expect(element).to.be.accessible();
  });

  it('follows a change of its attributes, and rows that are added and removed', async () => {
    const [cpu, disk] = await channels();
    const element = await list(`<lp-row channel="${cpu}" label="One"></lp-row>`);
    await until(() => texts(element, 'item-value')[0] === '42%');
    element.querySelector('lp-row')?.setAttribute('label', 'Other');
    await until(() => texts(element, 'item-label')[0] === 'Other');
    element.insertAdjacentHTML('beforeend', `<lp-row channel="${disk}" field="free"></lp-row>`);
    await until(() => texts(element, 'item-value')[1] === '3');
    element.querySelector('lp-row')?.remove();
    await until(() => texts(element, 'item-value').length === 1);
  });

  it('selects one series of a channel by its labels', async () => {
    const channel = freshChannel();
    for (const [room, value] of [
      ['Hall', 1],
      ['Bath', 2],
    ])
      await post(channel, { labels: { room }, value });
    const element = await list(
      `<lp-row channel="${channel}" labels="room=Bath" label="Bath"></lp-row>`,
    );
    await until(() => texts(element, 'item-value')[0] === '2');
  });

  it('draws the sparkline of each row, and changes no node without new data', async () => {
    const channel = freshChannel();
    for (const value of [1, 3, 2]) await post(channel, { value });
    const element = await list(`<lp-row channel="${channel}"></lp-row>`, { sparkline: '' });
    await until(() => element.renderRoot.querySelector('.course path'));
    await element.updateComplete;
    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(changes().length).to.equal(0);
  });

  it('links to its `link`, and never to a URL that runs code', async () => {
    const channel = freshChannel();
    await post(channel, { value: 1 });
    const hostile = CORPUS.map((text) => {
      const row = document.createElement('lp-row');
      row.setAttribute('channel', channel);
      row.setAttribute('label', text);
      row.setAttribute('link', text);
      return row.outerHTML;
    });
    const element = await list(
      `<lp-row channel="${channel}" link="/machines/1"></lp-row>${hostile.join('')}`,
    );
    await until(() => texts(element, 'item-value').length === 1 + CORPUS.length);
    const links = [...element.renderRoot.querySelectorAll<HTMLAnchorElement>('.row a')];
    expect(links[0]?.pathname).to.equal('/machines/1');
    for (const { protocol } of links) expect(protocol).to.match(/^https?:$/);
    expect('pwned' in window).to.equal(false);
  });

  it('fills the pattern of the list from names', async () => {
    const channel = freshChannel();
    await post(channel, { key: 'a/b', value: 1 });
    const element = await list('', { channel, href: '/hosts/{label}' });
    await until(() => element.renderRoot.querySelector('.row a'));
    expect(element.renderRoot.querySelector<HTMLAnchorElement>('.row a')?.pathname).to.equal(
      '/hosts/a%2Fb',
    );
  });

  it('can be a lane of a tracker', async () => {
    const [door, heating] = [freshChannel(), freshChannel()];
    await post(door, { value: 'open' });
    await post(heating, { value: 'off' });
    const element = make('lp-tracker', { variant: 'timeline', lang: 'en', src: await serverUrl() });
    element.innerHTML = `<lp-row channel="${door}" label="Door" states="open:warn"></lp-row>
      <lp-row channel="${heating}" label="Heating"></lp-row>`;
    document.body.append(element);
    const heads = (): string[] =>
      [...element.renderRoot.querySelectorAll('.head')].map((each) => each.textContent ?? '');
    await until(() => heads()[1]?.includes('off'));
    expect(heads()[0]).to.contain('Door').and.to.contain('open');
    expect(element.matches(':state(level-warn)')).to.equal(true);
  });
});
