import { expect } from '@open-wc/testing';
import '../../components/template/define.ts';
import type { LpTemplate } from '../../components/template/lp-template.ts';
import { CORPUS, keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const template = (content: string, attributes: Record<string, string> = {}): LpTemplate => {
  const element = make<LpTemplate>('lp-template', { lang: 'en', label: 'Own', ...attributes });
  element.innerHTML = `<template>${content}</template>`;
  return element;
};

const drawn = (element: LpTemplate): HTMLElement =>
  element.querySelector('[data-lp-drawn]') as HTMLElement;
const update = async (element: LpTemplate, data: unknown): Promise<void> => {
  element.data = data;
  await element.updateComplete;
};

describe('lp-template', () => {
  afterEach(() => document.body.replaceChildren());

  it('inserts text into the page, formatted if an attribute says so', async () => {
    const element = template(
      '<p><b data-text="name"></b>: <i data-text="cpu.used" data-format="percent" data-digits="1"></i></p>',
    );
    await show(element, { name: 'web-1', cpu: { used: 0.4217 } });
    expect(drawn(element).textContent).to.equal('web-1: 42.2%');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('lp-template b { color: rgb(1, 2, 3) }');
    document.adoptedStyleSheets = [sheet];
    expect(getComputedStyle(drawn(element).querySelector('b') as Element).color).to.equal(
      'rgb(1, 2, 3)',
    );
    document.adoptedStyleSheets = [];
  });

  it('shows a missing value as none, and accepts the whole payload as the path "."', async () => {
    const element = await show(template('<p data-text="nothing"></p><p data-text="."></p>'), 'all');
    expect([...drawn(element).children].map((p) => p.textContent)).to.deep.equal(['—', 'all']);
  });

  it('warns about {{braces}}, which it shows unchanged', async () => {
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (text: string): void => void warnings.push(text);
    try {
      const element = await show(template('<p>{{ user.name }}</p>'), { user: { name: 'a' } });
      await update(element, { user: { name: 'b' } });
      expect(drawn(element).textContent).to.equal('{{ user.name }}');
      expect(warnings).to.deep.equal([
        'lp-kit: <lp-template> shows {{ user.name }} unchanged: write <span data-text="user.name"></span>',
      ]);
    } finally {
      console.warn = warn;
    }
  });

  it('inserts no data into scripts and style sheets', async () => {
    const { warn } = console;
    const refused: string[] = [];
    console.warn = (text: string): void => void refused.push(text);
    try {
      const element = template(
        '<script data-text="code">1</script><style data-text="css">b {}</style><svg><style data-each="css">i {}</style></svg>',
      );
      await show(element, { code: 'alert(1)', css: ['* { display: none }'] });
      const texts = [...drawn(element).querySelectorAll('script, style')].map(
        ({ textContent }) => textContent,
      );
      expect(texts).to.deep.equal(['1', 'b {}', 'i {}']);
      expect(refused).to.have.length(3);
    } finally {
      console.warn = warn;
    }
  });

  it('sets safe attributes, and removes them for null and false', async () => {
    const element = template(
      '<a data-attr-href="url" data-attr-title="tip" data-attr-hidden="gone">x</a>',
    );
    await show(element, { url: '/a', tip: 'T', gone: false });
    const link = drawn(element).querySelector('a') as HTMLAnchorElement;
    expect([link.pathname, link.title, link.hidden]).to.deep.equal(['/a', 'T', false]);
    expect(link.rel).to.contain('noopener');
    await update(element, { url: null, tip: null, gone: true });
    expect(link.hasAttribute('href') || link.hasAttribute('title')).to.equal(false);
    expect(link.hidden).to.equal(true);
  });

  it('repeats an element for each item, and keeps its nodes by their key', async () => {
    const element = template(
      '<ul><li>first</li><li data-each="items" data-key="id"><span data-text="name"></span><em data-each="tags" data-text="."></em></li><li>last</li></ul>',
    );
    const texts = (): (string | null)[] =>
      [...drawn(element).querySelectorAll('li')].map((li) => li.textContent);
    await show(element, {
      items: [
        { id: 1, name: 'a', tags: ['x', 'y'] },
        { id: 2, name: 'b' },
      ],
    });
    expect(texts()).to.deep.equal(['first', 'axy', 'b', 'last']);
    const [, a, b] = drawn(element).querySelectorAll('li');
    await update(element, {
      items: [
        { id: 2, name: 'b' },
        { id: 3, name: 'c' },
        { id: 1, name: 'A' },
      ],
    });
    expect(texts()).to.deep.equal(['first', 'b', 'c', 'A', 'last']);
    const after = drawn(element).querySelectorAll('li');
    expect(after[1] === b && after[3] === a, 'the same nodes').to.equal(true);
    await update(element, { items: null });
    expect(texts()).to.deep.equal(['first', 'last']);
  });

  it('repeats at the top of the template too, and items with the same key are all shown', async () => {
    const element = template('<p data-each="." data-key="id" data-text="id"></p>');
    await show(element, [{ id: 1 }, { id: 1 }, { id: 2 }]);
    expect([...drawn(element).children].map((p) => p.textContent)).to.deep.equal(['1', '1', '2']);
  });

  it('changes only the nodes whose data changed', async () => {
    const element = await show(template('<p data-text="a"></p><p data-text="b"></p>'), {
      a: 1,
      b: 2,
    });
    const changes = watchDom(drawn(element));
    await update(element, { a: 1, b: 3 });
    expect(changes().map(({ target }) => target.textContent)).to.deep.equal(['3']);
  });

  it('inserts data as text, and refuses attributes with code or styles', async () => {
    const { warn } = console;
    const refused: unknown[] = [];
    console.warn = (text: string): void => void refused.push(text);
    for (const text of CORPUS) {
      const element = template(
        '<p data-text="x" data-attr-onclick="x" data-attr-style="x" data-attr-title="x"></p>' +
          '<a data-attr-href="x">a</a><audio preload="none" data-attr-src="x" data-attr-onerror="x"></audio>' +
          '<iframe data-attr-srcdoc="x" data-attr-src="x"></iframe><i data-each="y" data-attr-onclick="."></i>',
      );
      await show(element, { x: text, y: [text] });
      const inside = drawn(element);
      expect(inside.querySelector('p')?.textContent).to.equal(text);
      expect(inside.querySelector('script, svg, b')).to.equal(null);
      for (const each of inside.querySelectorAll('*'))
        for (const { name, value } of each.attributes) {
          expect(name).not.to.match(/^on|^style$|^srcdoc$/);
          if (name === 'href' || name === 'src') expect(value).to.match(/^https?:/);
        }
      expect(inside.querySelector('iframe')?.hasAttribute('src')).to.equal(false);
      element.remove();
    }
    console.warn = warn;
    expect(refused.length).to.be.greaterThan(CORPUS.length);
    expect('pwned' in globalThis).to.equal(false);
  });

  it('renders a template that is added late, or replaced', async () => {
    const element = make<LpTemplate>('lp-template');
    await show(element, { a: 1 });
    expect(drawn(element)).to.equal(null);
    element.innerHTML = '<template><p data-text="a"></p></template>';
    await until(() => drawn(element)?.textContent === '1');
    element.innerHTML = '<template><p>now <i data-text="a"></i></p></template>';
    await until(() => drawn(element)?.textContent === 'now 1');
  });

  it('draws nothing without data, and draws again when there are data', async () => {
    const element = await show(template('<p data-text="a"></p>'), { a: 1 });
    await update(element, null);
    expect(drawn(element)).to.equal(null);
    await update(element, { a: 2 });
    expect(drawn(element).textContent).to.equal('2');
  });

  it('is rendered only once in a clone', async () => {
    const element = await show(template('<p data-text="a"></p>'), { a: 1 });
    const clone = element.cloneNode(true) as LpTemplate;
    await show(clone, { a: 2 });
    expect(clone.querySelectorAll('[data-lp-drawn]').length).to.equal(1);
    expect(drawn(clone).textContent).to.equal('2');
  });

  it('follows its channel, and has the level that a payload states', async () => {
    const channel = freshChannel();
    await post(channel, { name: 'x', status: 'warning' });
    const element = template('<p data-text="name"></p>', { channel, src: await serverUrl() });
    document.body.append(element);
    await until(() => drawn(element)?.textContent === 'x');
    await until(() => element.matches(':state(level-warn)'));
    await post(channel, { name: 'y', status: 'ok' });
    await until(() => drawn(element).textContent === 'y');
    expect(element.matches(':state(level-warn)')).to.equal(false);
  });
});

keepsTheLaws({
  tag: 'lp-template',
  payload: { a: 1 },
  hostile: (text) => ({ status: text, a: text }),
});
