import { expect } from '@open-wc/testing';
import '../../components/image/define.ts';
import type { LpImage } from '../../components/image/lp-image.ts';
import { CORPUS, keepsTheLaws, make, show } from '../support/element-laws.ts';
import { until } from '../support/page.ts';

const picture = (element: LpImage): HTMLImageElement | null =>
  element.renderRoot.querySelector('img');
const GOOD = '/demo/public/icon.svg';

const image = (more: Record<string, string> = {}): LpImage =>
  make<LpImage>('lp-image', { label: 'Yard', lang: 'en', ...more });

describe('lp-image', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows the image once it is loaded, with an alternative text', async () => {
    const element = await show(image(), { url: GOOD, alt: 'The gate is shut' });
    await until(() => picture(element));
    expect(picture(element)?.alt).to.equal('The gate is shut');
    expect(new URL(picture(element)?.src ?? '').pathname).to.equal(GOOD);
    await expect(element).to.be.accessible();
  });

  it('keeps the last image when a new one cannot be loaded, and says so', async () => {
    const element = await show(image(), GOOD);
    await until(() => picture(element));
    element.data = '/no-such-image.png';
    await until(() => element.status === 'error');
    await element.updateComplete;
    expect(new URL(picture(element)?.src ?? '').pathname).to.equal(GOOD);
    element.data = { image: GOOD };
    await until(() => element.status === 'live');
  });

  it('loads an equal URL again when it is published again', async () => {
    const element = await show(image(), GOOD);
    await until(() => picture(element));
    const first = picture(element)?.src;
    element.data = GOOD;
    await until(() => picture(element)?.src !== first);
  });

  it('loads images only from allowed origins, and no URL that runs code', async () => {
    for (const url of [...CORPUS, 'data:image/png;base64,AA', 'https://elsewhere.example/a.png']) {
      const element = await show(image(), { url });
      if (element.status === 'live') await until(() => element.status === 'error');
      expect(picture(element), url).to.equal(null);
      element.remove();
    }
    expect('pwned' in window).to.equal(false);
  });
});

keepsTheLaws({ tag: 'lp-image', payload: { url: GOOD } });
