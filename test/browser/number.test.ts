import { expect } from '@open-wc/testing';
import { a11ySnapshot, emulateMedia } from '@web/test-runner-commands';
import type { LpLevelEvent } from '../../components/data/events.ts';
import '../../components/case/define.ts';
import '../../components/number/define.ts';
import type { LpNumber } from '../../components/number/lp-number.ts';
import { keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { itInChromium } from '../support/engine.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

const number = (attributes: Record<string, string> = {}): LpNumber =>
  make<LpNumber>('lp-number', { lang: 'en', label: 'CPU', ...attributes });

const inside = (element: LpNumber, selector: string): HTMLElement | null =>
  element.renderRoot.querySelector(selector);
const sentence = (element: LpNumber): string => inside(element, '.figure .sr')?.textContent ?? '';
const shown = (element: LpNumber): string => inside(element, '.main .value')?.textContent ?? '';

interface Node {
  name: string;
  children?: Node[];
}

describe('lp-case in lp-number', () => {
  afterEach(() => document.body.replaceChildren());

  const plain = (element: LpNumber): string => shown(element).replaceAll(/\s+/g, ' ');
  const CASES = `<lp-case when=">90" level="danger" icon="🔥">Overloaded</lp-case>
    <lp-case when="50..90" level="warn">Busy: {value}</lp-case>
    <lp-case when="0" level="none"></lp-case>`;
  const queue = (attributes: Record<string, string> = {}): LpNumber => {
    const element = number({ label: 'Queue', compare: 'none', unit: 'jobs', ...attributes });
    element.innerHTML = CASES;
    return element;
  };

  it('shows the words, the level and the icon of the first case that a value meets', async () => {
    const element = await show(queue(), 95);
    expect(plain(element)).to.equal('Overloaded');
    expect(inside(element, '.mark')?.textContent).to.equal('🔥');
    expect(element.level).to.equal('danger');
    expect(sentence(element)).to.equal('Queue Overloaded, Critical');
    await expect(element).to.be.accessible();
    await show(element, '90');
    expect([plain(element), element.level]).to.deep.equal(['Busy: 90 jobs', 'warn']);
    expect(inside(element, '.mark')).to.equal(null);
    await show(element, 7);
    expect([plain(element), element.level]).to.deep.equal(['7 jobs', undefined]);
  });

  it('sets a level over that of limits, states and payload, and fires lp-level', async () => {
    const channel = freshChannel();
    await post(channel, { value: 7, status: 'warn' });
    const element = await show(
      queue({ channel, src: await serverUrl(), warn: '0', hysteresis: '5' }),
    );
    const levels: unknown[] = [];
    element.addEventListener('lp-level', ({ level }) => void levels.push(level));
    await until(() => element.level === 'warn');
    await post(channel, { value: 0, status: 'down' });
    await until(() => plain(element) === '0 jobs');

    expect(element.level).to.equal(undefined);
    await post(channel, { value: 91 });
    await until(() => element.level === 'danger');
    expect(levels.at(-1)).to.equal('danger');
  });

  it('follows changes of its cases, and changes no node without one', async () => {
    const element = await show(queue(), 'down');
    const [first] = element.children as unknown as HTMLElement[];
    first?.setAttribute('when', 'DOWN');
    await until(() => plain(element) === 'Overloaded');
    (first as HTMLElement).textContent = 'Gone';
    await until(() => plain(element) === 'Gone');
    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(changes().length).to.equal(0);
    first?.remove();
    await until(() => plain(element) === 'down');
    element.insertAdjacentHTML('afterbegin', '<lp-case>Anything</lp-case>');
    await until(() => plain(element) === 'Anything');
    await show(element, null);
    expect(plain(element), 'a missing value').to.equal('—');
  });

  it('shows text of a page as text, and names a rule that it cannot read once, with the cure', async () => {
    const said: string[] = [];
    const { error } = console;
    console.error = (text: string): void => void said.push(text);
    const element = number();
    const child = document.createElement('lp-case');
    child.textContent = '<img src=x onerror="window.pwned=1"> {value}';
    element.append(child);
    await show(element, '<b>9</b>');
    expect(plain(element)).to.equal('<img src=x onerror="window.pwned=1"> <b>9</b>');
    child.setAttribute('when', '10-20');
    child.setAttribute('level', 'red');
    await until(() => plain(element) === '<b>9</b>');
    await show(element, 11);
    console.error = error;
    expect(said.toSorted()).to.deep.equal([
      'lp-kit: <lp-case level="red"> cannot be read: write ok, warn, danger, none',
      'lp-kit: <lp-case when="10-20">: "10-20" is not a range: write two dots, as in 10..20',
    ]);
    expect('pwned' in window).to.equal(false);
  });
});

describe('lp-number', () => {
  afterEach(() => document.body.replaceChildren());

  const text = 'CPU 42%, up 3 percentage points since 5 minutes ago, Normal';
  const compared = (now = Date.now()): Promise<LpNumber> =>
    show(number({ format: 'percent', compare: '5m', warn: '0.7', danger: '0.9' }), [
      { t: now - 300_000, value: 0.39 },
      { t: now, value: 0.42 },
    ]);

  it('is one sentence for screen readers', async () => {
    expect(sentence(await compared())).to.equal(text);
  });

  itInChromium('exposes its content to screen readers once', async () => {
    await compared();
    const tree = (await a11ySnapshot({})) as unknown as Node;
    const heard = tree.children?.map((node) => node.name) ?? [];
    expect(heard).to.deep.equal(['CPU', 'Pause: CPU', text]);
  });

  it('shows an arrow with its amount, and neither arrow nor amount for no change', async () => {
    const element = await show(number(), [40, 44]);
    expect(inside(element, '[part=delta]')?.textContent).to.equal('10%');
    expect(inside(element, '.arrow')).not.to.equal(null);
    await show(element, 44);
    expect(inside(element, '[part=delta]')?.textContent).to.equal('no change');
    expect(inside(element, '.arrow')).to.equal(null);
  });

  it('calls a change better or worse in words, if the page sets which direction is good', async () => {
    const element = await show(number({ good: 'down' }), [40, 44]);
    expect(inside(element, '[part=delta]')?.textContent).to.contain('worse');
    expect(sentence(element)).to.contain('worse');
    const neutral = await show(number(), [40, 44]);
    expect(inside(neutral, '[part=delta]')?.matches('.better, .worse')).to.equal(false);
  });

  it('uses last, prefix, suffix, status and moreinfo of a Smashing payload', async () => {
    const element = await show(number(), {
      current: 12,
      last: 10,
      prefix: '~',
      suffix: ' req/s',
      status: 'warning',
      moreinfo: 'since noon',
    });
    expect(shown(element)).to.equal('~12 req/s');
    expect(inside(element, '[part=delta]')?.textContent).to.equal('20%');
    expect(inside(element, '[part=info]')?.textContent).to.equal('since noon');
    expect(element.matches(':state(level-warn)')).to.equal(true);
  });

  it('shows null as no value, without level, colour or change', async () => {
    const element = number({ warn: '1', danger: '2', channel: freshChannel() });
    const levels: unknown[] = [];
    element.addEventListener('lp-level', (event: LpLevelEvent) => levels.push(event.level));
    element.src = await serverUrl();
    document.body.append(element);
    await post(element.channel, { value: 5 });
    await until(() => element.matches(':state(level-danger)'));
    await post(element.channel, { value: null });
    await until(() => shown(element) === '—');
    expect(element.matches(':state(level-danger)')).to.equal(false);
    expect(sentence(element)).to.equal('CPU no value');
    expect(inside(element, '[part=delta]')).to.equal(null);
    expect(levels).to.deep.equal(['danger', undefined]);
  });

  it('shows a level by word and icon, and removes it when the value is stale', async () => {
    const element = await show(number({ warn: '1' }), 5);
    const badge = (): HTMLElement | null => inside(element, '[part=badge]');
    expect(badge()?.textContent?.trim()).to.equal('Warning');
    expect(badge()?.querySelector('svg')).not.to.equal(null);
    element.staleAfter = '1ms';
    await until(() => {
      element.requestUpdate();
      return element.status === 'stale';
    });
    await element.updateComplete;
    expect(badge()?.textContent?.trim()).to.equal('Out of date');
    expect(sentence(element)).not.to.contain('Warning');
    expect(shown(element)).to.equal('5');
  });

  it('keeps the history of its channel for start and durations, and otherwise requests few entries', async () => {
    const channel = freshChannel();
    await post(channel, [1, ...Array(30).fill(3), 4]);
    const src = await serverUrl();
    const short = number({ channel, src });
    const long = number({ channel, src, compare: 'start', sparkline: '' });
    document.body.append(short);
    await until(() => short.status === 'live');
    expect(short.history.length).to.equal(20);
    document.body.append(long);
    await until(() => long.status === 'live');
    await long.updateComplete;
    expect(sentence(long)).to.equal('CPU 4, up 300% since the start');
  });

  it('draws its sparkline beside the sentence, not in it', async () => {
    const element = await show(number({ sparkline: '' }), [1, 3, null, 2, 4]);
    const picture = inside(element, '[part=sparkline] svg');
    expect(picture?.getAttribute('aria-hidden')).to.equal('true');
    expect(picture?.querySelector('.line')?.getAttribute('d')?.split('M').length).to.equal(3);
  });

  it('draws a sparkline again after there was no data', async () => {
    const element = await show(number({ sparkline: '' }), [1, 2]);
    element.data = null;
    await element.updateComplete;
    await show(element, [2, 4, 3]);
    expect(inside(element, '.line')?.getAttribute('d')).to.equal('M0 100L50 0L100 50');
  });

  itInChromium('never counts up with reduced motion', async () => {
    await emulateMedia({ reducedMotion: 'reduce' });
    try {
      const element = await show(number({ animate: '' }), 0);
      await show(element, 1000);
      expect(shown(element)).to.equal('1,000');
    } finally {
      await emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('does not count up by default', async () => {
    const element = await show(number(), 0);
    await show(element, 1000);
    expect(shown(element)).to.equal('1,000');
  });

  it('counts up if set, and ends at the value', async () => {
    const element = await show(number({ animate: '' }), 1000);
    const seen = new Set<string>();
    const observer = new MutationObserver(() => seen.add(shown(element)));
    observer.observe(element.renderRoot, { subtree: true, characterData: true, childList: true });
    await show(element, 9000);
    expect(sentence(element)).to.contain('9,000');
    await until(() => shown(element) === '9,000');
    observer.disconnect();
    expect(seen.size).to.be.greaterThan(1);
  });

  it('does not override the platform’s animate()', () => {
    expect(number({ animate: '' }).animate([], 0)).to.be.instanceOf(Animation);
  });

  it('fits a tile of 160 px and grows with its tile', async () => {
    const element = number({ format: 'currency', currency: 'USD' });
    element.classList.add('narrow');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('.narrow { inline-size: 160px } .roomy { inline-size: 600px }');
    document.adoptedStyleSheets = [sheet];
    await show(element, 1_234_567.89);
    const main = inside(element, '.main') as HTMLElement;
    const narrow = Number.parseFloat(getComputedStyle(main).fontSize);
    expect(main.scrollWidth).to.be.at.most(main.clientWidth);
    element.className = 'roomy';
    expect(Number.parseFloat(getComputedStyle(main).fontSize)).to.be.greaterThan(narrow * 2);
    expect(main.scrollWidth).to.be.at.most(main.clientWidth);
    document.adoptedStyleSheets = [];
  });

  it('does not change its size when the first value arrives', async () => {
    const element = await show(number({ sparkline: '' }));
    const before = element.getBoundingClientRect().height;
    await show(element, 42);
    expect(element.getBoundingClientRect().height).to.equal(before);
  });

  it('is silent: it has no live region', async () => {
    const element = await show(number({ sparkline: '' }), [1, 2]);
    const live = '[aria-live], [role=status], [role=alert], [role=log]';
    expect(element.renderRoot.querySelector(live)).to.equal(null);
  });
});

describe('lp-number with a target', () => {
  afterEach(() => document.body.replaceChildren());
  const text = (element: LpNumber, name: string): string | undefined =>
    element.renderRoot.querySelector(`[part=${name}]`)?.textContent?.trim();

  it('shows the share of the target that is reached, and marks a target that is exceeded', async () => {
    const element = make<LpNumber>('lp-number', { label: 'Sales', target: '200', lang: 'en' });
    await show(element, 120);
    expect(text(element, 'target')).to.equal('60% of 200');
    expect(element.renderRoot.querySelector('.goal')).to.equal(null);
    await show(element, 250);
    expect(text(element, 'target')).to.equal('125% of 200');
    expect(element.renderRoot.querySelector('.goal')).to.not.equal(null);
    await expect(element).to.be.accessible();
  });

  it('shows the lowest and the highest value of the sparkline', async () => {
    const element = make<LpNumber>('lp-number', {
      label: 'Kitchen',
      sparkline: '',
      marks: 'min max',
      lang: 'en',
    });
    await show(element, [20, 24.5, 18]);
    expect(text(element, 'extremes')).to.equal('min 18, max 24.5');
  });

  it('with `fit` is as large as the tile allows, and still within it', async () => {
    const element = make<LpNumber>('lp-number', { label: 'On call', fit: '', lang: 'en' });
    element.style.inlineSize = '300px';
    await show(element, 'Team Blue');
    const value = element.renderRoot.querySelector('.main') as HTMLElement;
    const sizePx = Number.parseFloat(getComputedStyle(value).fontSize);
    element.fit = false;
    await element.updateComplete;
    expect(sizePx).to.be.at.least(Number.parseFloat(getComputedStyle(value).fontSize));
    expect(value.scrollWidth).to.be.at.most(value.clientWidth + 1);
  });
});

keepsTheLaws({
  tag: 'lp-number',
  attributes: { sparkline: '', warn: '40', good: 'up' },
  payload: { value: 42, last: 40 },
  hostile: (text) => ({ value: text, moreinfo: text, prefix: text, suffix: text, status: text }),
});
