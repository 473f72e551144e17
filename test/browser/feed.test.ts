import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../components/feed/define.ts';
import '../../components/source/define.ts';
import type { FeedItem } from '../../components/feed/feed-item.ts';
import type { LpFeed } from '../../components/feed/lp-feed.ts';
import { CORPUS, keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { freshChannel, nextEvent, post, server, serverUrl, until } from '../support/page.ts';

const full = (text: string): unknown => ({
  id: text,
  title: text,
  text,
  author: text,
  level: 'warn',
  link: text,
  avatar: text,
  unit: text,
  labels: { a: text },
});

for (const variant of ['log', 'chat', 'events'])
  keepsTheLaws({
    tag: 'lp-feed',
    attributes: { variant },
    payload: { text: 'Hello', author: 'Ada', level: 'warn', link: '/x' },
    hostile: full,
  });

const parts = (feed: LpFeed, name: string): HTMLElement[] => [
  ...(feed.shadowRoot?.querySelectorAll<HTMLElement>(`[part~="${name}"]`) ?? []),
];
const part = (feed: LpFeed, name: string): HTMLElement => parts(feed, name)[0] as HTMLElement;
const texts = (feed: LpFeed): (string | undefined)[] =>
  parts(feed, 'item-text').map((each) => each.textContent?.trim().replace(/\s+/g, ' '));
const lines = (from: number, to: number): { text: string }[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ text: `line ${from + i}` }));
const gap = ({ scrollHeight, clientHeight, scrollTop }: HTMLElement): number =>
  scrollHeight - clientHeight - scrollTop;
const top = (element: Element): number => element.getBoundingClientRect().top;
const frame = (): Promise<unknown> =>
  new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));

/** Everything that is announced while the test runs. */
function listen(): { said: string[]; end: () => void } {
  const said: string[] = [];
  const page = document as Document & { ariaNotify?: (text: string) => void };
  page.ariaNotify = (text) => void said.push(text);
  return { said, end: () => void delete page.ariaNotify };
}

describe('lp-feed', () => {
  let src: string;

  before(async () => {
    src = await serverUrl();
  });

  afterEach(() => document.body.replaceChildren());

  /** A feed whose channel has these entries already, on the page and drawn. */
  async function feedOf(
    payloads: unknown[],
    attributes: Record<string, string> = {},
  ): Promise<LpFeed> {
    const channel = freshChannel();
    if (payloads.length > 0) await post(channel, payloads);
    const feed = make<LpFeed>('lp-feed', { channel, src, label: 'Feed', ...attributes });
    document.body.append(feed);
    await until(() => feed.status === (payloads.length > 0 ? 'live' : 'empty'));
    await feed.updateComplete;
    await frame();
    return feed;
  }

  /** Publishes, and waits until it is drawn. */
  async function more(feed: LpFeed, ...payloads: unknown[]): Promise<void> {
    const drawn = nextEvent(feed, 'lp-data');
    await post(feed.channel, payloads);
    await drawn;
    await feed.updateComplete;
    await frame();
  }

  it('shows the history, then new items, oldest first; events newest first', async () => {
    const log = await feedOf([{ text: 'a' }, 'b']);
    await more(log, 3);
    expect(texts(log)).to.deep.equal(['a', 'b', '3']);
    expect(part(log, 'list').getAttribute('role')).to.equal('log');
    const events = await feedOf([{ text: 'a' }, 'b'], { variant: 'events' });
    await more(events, 3);
    expect(texts(events)).to.deep.equal(['3', 'b', 'a']);
    expect(part(events, 'list').getAttribute('role')).to.equal('list');
    expect(parts(events, 'item').map((each) => each.getAttribute('role'))).to.deep.equal(
      Array.from({ length: 3 }, () => 'listitem'),
    );
    events.order = 'asc';
    await events.updateComplete;
    expect(texts(events)).to.deep.equal(['a', 'b', '3']);
  });

  it('shows each field in its part, the level in words, and the link on the title', async () => {
    const feed = await feedOf(
      [{ title: 'Full', text: 'on db-3', author: 'ops', level: 'error', link: '/run' }],
      { variant: 'events' },
    );
    expect(part(feed, 'item-author').textContent).to.equal('ops');
    expect(part(feed, 'item-level').textContent).to.equal('Error');
    expect(part(feed, 'item-level').querySelector('svg')?.getAttribute('aria-hidden')).to.equal(
      'true',
    );
    const link = part(feed, 'item-text').querySelector('a') as HTMLAnchorElement;
    expect([link.textContent, link.href, link.rel]).to.deep.equal([
      'Full',
      `${location.origin}/run`,
      'noopener noreferrer nofollow ugc',
    ]);
    const time = part(feed, 'item-time') as HTMLTimeElement;
    expect(Date.parse(time.dateTime)).to.be.closeTo(Date.now(), 60_000);
    expect(time.textContent).not.to.equal('');
  });

  it('isolates each text in its own direction', async () => {
    const feed = await feedOf([{ text: 'مرحبا', author: 'لين' }, { text: 'hello' }]);
    const [rtl, ltr] = parts(feed, 'item-text') as [HTMLElement, HTMLElement];
    expect(getComputedStyle(rtl).direction).to.equal('rtl');
    expect(getComputedStyle(ltr).direction).to.equal('ltr');
    expect(getComputedStyle(ltr).unicodeBidi).to.contain('isolate');
    expect(part(feed, 'item-author').localName).to.equal('bdi');
  });

  it('shows only the newest items, and keeps the nodes of those that stay', async () => {
    const feed = await feedOf(lines(1, 10), { limit: '5' });
    const node = parts(feed, 'item')[4];
    await more(feed, ...lines(11, 13));
    expect(texts(feed)).to.deep.equal(['line 9', 'line 10', 'line 11', 'line 12', 'line 13']);
    expect(parts(feed, 'item')[1]).to.equal(node);
    expect(feed.items.map(({ text }) => text)).to.deep.equal(texts(feed));
  });

  it('changes no node when a reset contains the same entries', async () => {
    const feed = await feedOf(lines(1, 5), { variant: 'chat' });
    await until(() => part(feed, 'list').getAttribute('aria-live') === 'polite');
    const changes = watchDom(feed);
    let events = 0;
    feed.addEventListener('lp-data', () => events++);
    feed.src = `${src}/?again`.replace('/?again', '/'); // The same server: no new connection.
    const source = document.createElement('lp-source');
    source.setAttribute('src', src);
    source.setAttribute('wait', '1'); // Other options: the client is replaced and polls from the start.
    document.body.append(source);
    await until(() => source.status === 'live');
    await feed.updateComplete;
    expect(events, 'the same entries are no update').to.equal(0);
    expect(
      changes().map(({ type, attributeName, target }) => [type, attributeName, target.nodeName]),
    ).to.deep.equal([]);
  });

  describe('scrolls to new items', () => {
    const tall = lines(1, 60);

    it('while the viewer is at the end', async () => {
      const feed = await feedOf(tall, { follow: '' });
      const list = part(feed, 'list');
      expect(list.scrollHeight).to.be.above(list.clientHeight);
      expect(gap(list)).to.be.at.most(1);
      await more(feed, ...lines(61, 70));
      expect(gap(list)).to.be.at.most(1);
      expect(part(feed, 'new-items-button').hidden).to.equal(true);
    });

    it('not while the viewer has scrolled away: nothing moves, no line is removed, and the button counts', async () => {
      const feed = await feedOf(tall, { follow: '', limit: '60' });
      const list = part(feed, 'list');
      list.scrollTop = list.scrollHeight / 2;
      await frame();
      const read = parts(feed, 'item').find((each) => top(each) >= top(list)) as HTMLElement;
      const before = top(read);
      await more(feed, ...lines(61, 65));
      expect(texts(feed)[0]).to.equal('line 1');
      expect(top(read)).to.be.closeTo(before, 1);
      const button = part(feed, 'new-items-button');
      expect(button.hidden).to.equal(false);
      expect(button.textContent).to.contain('5');
      await more(feed, ...lines(66, 67));
      expect(button.textContent).to.contain('7');
      expect(top(read)).to.be.closeTo(before, 1);
      button.click();
      await feed.updateComplete;
      expect(gap(list)).to.be.at.most(1);
      expect(button.hidden).to.equal(true);
      expect(feed.shadowRoot?.activeElement).to.equal(list);
    });

    it('not without the attribute: the scroll position stays, and can be changed by keyboard', async () => {
      const feed = await feedOf(tall);
      const list = part(feed, 'list');
      expect(gap(list)).to.be.at.most(1);
      await more(feed, ...lines(61, 80));
      expect(gap(list)).to.be.above(100);
      expect(part(feed, 'new-items-button').hidden).to.equal(false);
      list.focus();
      await sendKeys({ press: 'End' });
      await until(() => part(feed, 'new-items-button').hidden);
      expect(gap(list)).to.be.at.most(4);
    });

    it('from the top, if the newest are first', async () => {
      const feed = await feedOf(tall, { variant: 'events' });
      const list = part(feed, 'list');
      expect(list.scrollTop).to.equal(0);
      await more(feed, ...lines(61, 62));
      expect(list.scrollTop).to.equal(0);
      expect(part(feed, 'new-items-button').hidden).to.equal(true);
      list.scrollTop = 500;
      await frame();
      const read = parts(feed, 'item').find((each) => top(each) >= top(list)) as HTMLElement;
      const before = top(read);
      await more(feed, ...lines(63, 65));
      expect(top(read)).to.be.closeTo(before, 1);
      expect(part(feed, 'new-items-button').textContent).to.contain('3');
      feed.scrollToEnd();
      await feed.updateComplete;
      expect(list.scrollTop).to.equal(0);
    });

    it('again after it was hidden, resized and moved', async () => {
      const feed = await feedOf(tall, { variant: 'chat' });
      const list = part(feed, 'list');
      feed.hidden = true;
      await more(feed, ...lines(61, 90));
      feed.hidden = false;
      await until(() => list.clientHeight > 0 && gap(list) <= 1);
      feed.style.setProperty('--lp-feed-max-height', '10rem');
      await until(() => list.clientHeight === 160 && gap(list) <= 1);
      document.body.appendChild(document.createElement('section')).append(feed);
      await until(() => gap(list) <= 1);
      list.scrollTop = 100;
      await frame();
      document.body.append(feed);
      await frame();
      expect(list.scrollTop).to.equal(100);
    });
  });

  it('shows only the chosen levels, then all again', async () => {
    const feed = await feedOf([
      { text: 'a', level: 'debug' },
      { text: 'b', level: 'WARN' },
      { text: 'c' },
      { text: 'd', level: 'critical' },
    ]);
    feed.levels = 'warn error';
    await feed.updateComplete;
    expect(texts(feed)).to.deep.equal(['b', 'd']);
    feed.filter = ({ text }) => text !== 'b';
    await feed.updateComplete;
    expect(texts(feed)).to.deep.equal(['d']);
    feed.levels = 'ok';
    await feed.updateComplete;
    expect(texts(feed)).to.deep.equal([]);
    await expect(feed).to.be.accessible();
    feed.levels = undefined;
    feed.filter = undefined;
    await feed.updateComplete;
    expect(texts(feed)).to.deep.equal(['a', 'b', 'c', 'd']);
  });

  it('fires events for new items, not for the history or hidden ones', async () => {
    const feed = await feedOf(lines(1, 2), { levels: 'warn' });
    const items: FeedItem[] = [];
    document.body.addEventListener('lp-item', (event) => items.push(event.item), { once: true });
    await more(feed, { text: 'no', level: 'info' }, { text: 'yes', level: 'warn' });
    expect(items.map(({ text, level }) => [text, level])).to.deep.equal([['yes', 'warn']]);
  });

  it('renders items by the page’s function once each, and text as text', async () => {
    const feed = make<LpFeed>('lp-feed', { label: 'x' });
    let asked = 0;
    feed.renderItem = ({ text }) => {
      asked++;
      if (text === 'plain') return CORPUS[0];
      const mark = document.createElement('mark');
      mark.textContent = text;
      return mark;
    };
    await show(feed);
    feed.items = ['plain', 'node'];
    await feed.updateComplete;
    const [plain, node] = parts(feed, 'item') as [HTMLElement, HTMLElement];
    expect(plain.textContent).to.equal(CORPUS[0]);
    expect(plain.childElementCount).to.equal(0);
    expect(node.querySelector('mark')?.textContent).to.equal('node');
    const changes = watchDom(feed);
    feed.requestUpdate();
    await feed.updateComplete;
    expect(
      changes().map(({ type, target }) => [type, target.nodeName, (target as Element).className]),
    ).to.deep.equal([]);
    expect(asked).to.equal(2);
  });

  it('applies a complete list in one step, and keeps the nodes of items that stay', async () => {
    const channel = freshChannel();
    const comments = [
      { name: 'Ada', body: 'one' },
      { name: 'Bo', body: 'two' },
    ];
    await post(channel, { comments });
    const feed = make<LpFeed>('lp-feed', {
      channel,
      src,
      variant: 'events',
      order: 'asc',
    });
    document.body.append(feed);
    await until(() => texts(feed).length === 2);
    const [, second] = parts(feed, 'item');
    await more(feed, { comments: [comments[1], { name: 'Cy', body: 'three' }] });
    expect(texts(feed)).to.deep.equal(['two', 'three']);
    expect(parts(feed, 'item')[0]).to.equal(second);
  });

  it('keeps the other items when the page cannot render one, and reports it', async () => {
    const feed = make<LpFeed>('lp-feed', { label: 'x' });
    feed.transform = (payload) => {
      if (payload === 'bad') throw new Error('bad');
      return payload;
    };
    await show(feed, 'good');
    const told = nextEvent(feed, 'lp-error');
    feed.data = 'bad';
    await told;
    await feed.updateComplete;
    expect(feed.status).to.equal('error');
    expect(texts(feed)).to.deep.equal(['good']);
    feed.data = 'better';
    await feed.updateComplete;
    expect(feed.status).to.equal('live');
    expect(texts(feed)).to.deep.equal(['good', 'better']);
  });

  it('shows pictures of its own origin only, unless others are allowed, and otherwise a letter', async () => {
    const items = [
      { author: 'Own', text: 'a', avatar: '/face.png' },
      { author: 'Foreign', text: 'b', avatar: 'https://tracker.invalid/p.gif' },
      { author: 'Script', text: 'c', avatar: 'javascript:1' },
    ];
    const feed = make<LpFeed>('lp-feed', { variant: 'chat', label: 'x' });
    await show(feed, items);
    const images = () => [...(feed.shadowRoot?.querySelectorAll('img') ?? [])];
    expect(images().map((each) => each.src)).to.deep.equal([`${location.origin}/face.png`]);
    expect(images()[0]?.referrerPolicy).to.equal('no-referrer');
    feed.avatars = 'all';
    await feed.updateComplete;
    expect(images()).to.have.length(2);
    feed.avatars = 'none';
    await feed.updateComplete;
    expect(images()).to.have.length(0);
    expect(feed.shadowRoot?.querySelector('.avatar')).to.equal(null);
  });

  it('joins consecutive messages of one author', async () => {
    const ts = 1_700_000_000_000;
    const feed = make<LpFeed>('lp-feed', { variant: 'chat', label: 'x' });
    await show(feed, [
      { author: 'Ada', text: '1', ts },
      { author: 'Ada', text: '2', ts: ts + 60_000 },
      { author: 'Bo', text: '3', ts: ts + 61_000 },
      { author: 'Bo', text: '4', ts: ts + 900_000 },
    ]);
    expect(parts(feed, 'item').map((each) => each.classList.contains('grouped'))).to.deep.equal([
      false,
      true,
      false,
      false,
    ]);
    expect(parts(feed, 'item-author').map((each) => each.textContent)).to.deep.equal([
      'Ada',
      'Ada',
      'Bo',
      'Bo',
    ]);
  });

  describe('announces', () => {
    let page: ReturnType<typeof listen>;

    beforeEach(() => {
      page = listen();
    });
    afterEach(() => page.end());

    /** `aria-live` of the list whenever items were inserted. */
    function liveness(feed: LpFeed): (string | null)[] {
      const seen: (string | null)[] = [];
      const list = part(feed, 'list');
      new MutationObserver((records) => {
        if (records.some(({ addedNodes }) => [...addedNodes].some((n) => n instanceof Element)))
          seen.push(list.getAttribute('aria-live'));
      }).observe(list, { childList: true, subtree: true });
      return seen;
    }
    const ready = (feed: LpFeed): Promise<void> =>
      until(() => part(feed, 'list').getAttribute('aria-live') === 'polite');

    it('few new items through its log, never the history, and times never', async () => {
      const feed = await feedOf(lines(1, 20));
      expect(part(feed, 'list').getAttribute('aria-live')).to.equal('off');
      await ready(feed);
      const seen = liveness(feed);
      await more(feed, 'one', 'two');
      expect(seen).to.deep.equal(['polite']);
      expect(page.said.filter((text) => text.includes('Feed'))).to.deep.equal([]);
      expect(part(feed, 'list').getAttribute('aria-relevant')).to.equal('additions');
      for (const time of parts(feed, 'item-time'))
        expect(time.getAttribute('aria-live')).to.equal('off');
    });

    it('not the history of another channel', async () => {
      const feed = await feedOf(lines(1, 2));
      await ready(feed);
      const seen = liveness(feed);
      const other = freshChannel();
      await post(other, lines(7, 8));
      feed.channel = other;
      await until(() => texts(feed).at(-1) === 'line 8');
      await frame();
      expect(seen).to.deep.equal(['off']);
    });

    it('a burst as a count', async () => {
      const feed = await feedOf(lines(1, 2), { label: 'Alerts' });
      await ready(feed);
      const seen = liveness(feed);
      await more(feed, ...lines(3, 14));
      expect(seen).to.deep.equal(['off']);
      await until(() => page.said.some((text) => /12.*Alerts/.test(text)));
      await ready(feed);
    });

    it('new items in a list as a count, and nothing when announcements are off', async () => {
      const [loud, mute] = [
        await feedOf(lines(1, 2), { variant: 'events', label: 'Loud' }),
        await feedOf(lines(1, 2), { variant: 'events', label: 'Mute', announce: 'off' }),
      ];
      expect(part(loud, 'list').hasAttribute('aria-live')).to.equal(false);
      await Promise.all([more(loud, 'x'), more(mute, 'y')]);
      await until(() => page.said.some((text) => text.includes('Loud')));
      expect(page.said.join(' ')).not.to.contain('Mute');
    });

    it('the first item of an empty channel, whose log did not exist before', async () => {
      const feed = await feedOf([], { label: 'Fresh' });
      await more(feed, 'first');
      await until(() => page.said.some((text) => text.includes('Fresh')));
    });
  });

  it('draws nothing while the tab is hidden, and everything in one step afterwards', async () => {
    const feed = await feedOf(lines(1, 3));
    const changes = watchDom(feed);
    let visible: DocumentVisibilityState = 'hidden';
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => visible });
    try {
      document.dispatchEvent(new Event('visibilitychange'));
      const came = nextEvent(feed, 'lp-data');
      await post(feed.channel, lines(4, 6));
      await came;
      await frame();
      expect(changes()).to.deep.equal([]);
    } finally {
      visible = 'visible';
      document.dispatchEvent(new Event('visibilitychange'));
      Reflect.deleteProperty(document, 'visibilityState');
    }
    await until(() => texts(feed).length === 6);
  });

  it('queues new items while paused, and applies them in one step', async () => {
    const feed = await feedOf(lines(1, 3));
    feed.pause();
    await feed.updateComplete;
    await post(feed.channel, lines(4, 6));
    await until(() => part(feed, 'updated').textContent?.includes('3'));
    expect(texts(feed)).to.have.length(3);
    feed.resume();
    await until(() => texts(feed).length === 6);
  });

  it('shows another channel from its end, and nothing of the previous one', async () => {
    const feed = await feedOf(lines(1, 60), { follow: '' });
    const list = part(feed, 'list');
    list.scrollTop = 10;
    await frame();
    const other = freshChannel();
    await post(other, lines(100, 160));
    feed.channel = other;
    await until(() => texts(feed).at(-1) === 'line 160');
    await frame();
    expect(texts(feed)[0]).to.equal('line 100');
    expect(gap(list)).to.be.at.most(1);
  });

  it('keeps its items when the server is down, and continues when it is back', async () => {
    const feed = await feedOf(lines(1, 3));
    await server('stop');
    await until(() => feed.status === 'offline');
    expect(texts(feed)).to.have.length(3);
    await server('start');
    await until(() => feed.status === 'live');
    await more(feed, 'back');
    expect(texts(feed).at(-1)).to.equal('back');
  });

  it('does not shift the layout when its first items are added to a fixed height', async () => {
    const feed = await feedOf([]);
    feed.style.blockSize = '20rem';
    const below = document.body.appendChild(document.createElement('p'));
    await frame();
    const before = top(below);
    await more(feed, ...lines(1, 50));
    expect(top(below)).to.equal(before);
    expect(feed.offsetHeight).to.equal(320);
    expect(part(feed, 'list').scrollHeight).to.be.above(part(feed, 'list').clientHeight);
  });

  it('keeps the lines that the viewer looks at, up to five times the limit', async () => {
    const feed = await feedOf(lines(1, 20), { limit: '20', follow: '' });
    const list = part(feed, 'list');
    const texts = (): string[] => feed.items.map(({ text }) => text);
    await until(() => list.scrollHeight > list.clientHeight);
    list.scrollTop = 0;
    list.dispatchEvent(new Event('scroll'));
    const first = texts()[0];
    for (let n = 0; n < 60; n++) await post(feed.channel, { text: `more ${n}` });
    await until(() => texts().at(-1) === 'more 59');
    expect(texts()[0]).to.equal(first);
    for (let n = 60; n < 120; n++) await post(feed.channel, { text: `more ${n}` });
    await until(() => texts().at(-1) === 'more 119');
    expect(texts()).to.have.length(100);
    feed.scrollToEnd();
    await until(() => texts().length === 20);
  });

  it('can be searched, and saved as text', async () => {
    const feed = await feedOf(lines(1, 3));
    feed.search = `LINE 2`;
    await feed.updateComplete;
    const shown = feed.items.map(({ text }) => text);
    expect(shown).to.have.length(1);
    expect(feed.toText()).to.match(/^\d{4}-\d\d-\d\dT[\d:.]+Z .*2$/);
    feed.search = undefined;
    await feed.updateComplete;
    expect(feed.items).to.have.length(3);
  });
});
