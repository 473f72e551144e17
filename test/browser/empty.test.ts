import { expect } from '@open-wc/testing';
import '../../components/list/define.ts';
import '../../components/number/define.ts';
import '../../components/tracker/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { CORPUS, make, show } from '../support/element-laws.ts';
import { freshChannel, serverUrl, until } from '../support/page.ts';

const help = (element: LpDataElement): HTMLElement | null =>
  element.renderRoot.querySelector('.command');

async function empty(tag: string, inside = ''): Promise<LpDataElement> {
  const element = make(tag, { channel: freshChannel(), src: await serverUrl(), lang: 'en' });
  element.innerHTML = inside;
  document.body.append(element);
  await until(() => element.status === 'empty' && help(element));
  return element;
}

describe('an empty channel', () => {
  afterEach(() => document.body.replaceChildren());

  for (const tag of ['lp-number', 'lp-list', 'lp-tracker'])
    it(`${tag} without data shows a command, and that command fills it`, async () => {
      const element = await empty(tag);
      const [, body, url] = /^curl -d '(.*)' (\S+)$/.exec(help(element)?.textContent ?? '') ?? [];
      await expect(element).to.be.accessible();
      const answer = await fetch(url as string, { method: 'POST', body: body as string });
      expect(answer.ok).to.equal(true);
      await until(() => element.status === 'live');
      await element.updateComplete;
      expect(help(element)).to.equal(null);
    });

  it('shows the page’s own content instead, if there is any', async () => {
    const element = await empty('lp-number', '<p slot="empty">Nothing measured yet</p>');
    expect(help(element)?.checkVisibility()).to.equal(false);
  });

  it('shows only a button in a tile of 160 px', async () => {
    const element = await empty('lp-number');
    element.style.inlineSize = '160px';
    await new Promise(requestAnimationFrame);
    expect(help(element)?.checkVisibility()).to.equal(false);
    const button = element.renderRoot.querySelector<HTMLElement>('.help button');
    expect(button?.checkVisibility()).to.equal(true);
    expect(button?.textContent).to.equal('Copy command');
  });
});

describe('the link of a card', () => {
  afterEach(() => document.body.replaceChildren());
  const link = (element: LpDataElement): HTMLAnchorElement | null =>
    element.renderRoot.querySelector<HTMLAnchorElement>('.label a');

  it('is the label, and leads to its href', async () => {
    const element = await show(make('lp-number', { label: 'CPU', href: '/hosts/web-1' }), 3);
    expect(link(element)?.href).to.equal(new URL('/hosts/web-1', document.baseURI).href);
    expect(link(element)?.textContent).to.equal('CPU');
    await expect(element).to.be.accessible();
  });

  it('does not use a URL that runs code', async () => {
    for (const href of [
      ...CORPUS.filter((text) => /^\W*javascript:/i.test(text)),
      'data:text/html,x',
    ]) {
      const element = await show(make('lp-number', { label: 'CPU', href }), 3);
      expect(link(element), href).to.equal(null);
    }
  });
});
