import { expect } from '@open-wc/testing';
import { announcer } from '../../components/element/announcer.ts';
import { LpSource } from '../../components/source/define.ts';
import { openConnections } from '../../components/source/registry.ts';
import { LpStatus } from '../../components/status/define.ts';
import type { Line } from '../support/page.ts';
import { freshChannel, line, post, serverUrl, until } from '../support/page.ts';
import { LpProbe } from '../support/probe-element.ts';

describe('lp-status', () => {
  let wire: Line;
  let source: LpSource;

  beforeEach(async () => {
    wire = line();
    source = new LpSource();
    source.src = await serverUrl();
    source.fetch = wire.fetch;
    document.body.append(source);
  });

  afterEach(async () => {
    document.body.replaceChildren();
    await until(() => openConnections().length === 0);
  });

  const add = (markup = '<lp-status details></lp-status>'): LpStatus => {
    source.insertAdjacentHTML('beforeend', markup);
    return source.lastElementChild as LpStatus;
  };
  const addProbe = (set: Partial<LpProbe> = {}): LpProbe => {
    const element = new LpProbe();
    Object.assign(element, { channel: freshChannel(), ...set });
    source.append(element);
    return element;
  };
  const find = (element: LpStatus, selector: string): HTMLElement | null =>
    element.renderRoot.querySelector(selector);
  const button = (element: LpStatus, part: string): HTMLButtonElement | null =>
    find(element, `[part=${part}]`) as HTMLButtonElement | null;
  const reaches = async (element: LpStatus, word: string): Promise<void> => {
    await until(() => element.status === word && element.matches(`:state(${word})`));
    await element.updateComplete;
  };
  /** The texts of the live region, in the order in which they appeared. */
  const said = (element: LpStatus): string =>
    [...(find(element, '[role=status]')?.childNodes ?? [])]
      .filter((node) => !(node instanceof Comment || (node instanceof HTMLElement && node.hidden)))
      .map((node) => node.textContent?.trim())
      .join('');

  it('changes from connecting to live, and announces it in one live region', async () => {
    const element = add();
    await reaches(element, 'connecting');
    addProbe();
    await reaches(element, 'live');
    expect(said(element)).to.equal('Live');
    expect(element.renderRoot.querySelectorAll('[role=status]')).to.have.length(1);
  });

  it('shows in its details which clock is ahead', async () => {
    const element = add();
    const { channel } = addProbe();
    const time = Date.now() + 6 * 60_000;
    await post(channel, { value: 1, key: 'web-1', time });
    await reaches(element, 'live');
    const details = (): string => find(element, '[part=details]')?.textContent ?? '';
    await until(() => details().includes(`${channel} · web-1`));
    expect(details()).to.match(new RegExp(`Clock ahead${channel} · web-1: (5m 5\\ds|6m)`));
  });

  it('shows a lost connection after a second, counts down outside the live region, and offers a retry', async () => {
    const element = add();
    addProbe();
    await reaches(element, 'live');
    const cutAt = performance.now();
    wire.cut();
    await reaches(element, 'reconnecting');
    expect(performance.now() - cutAt).to.be.at.least(990);
    expect(said(element)).to.equal('Connection lost');
    expect(find(element, '[role=status] .aside')).to.equal(null);
    wire.mend();
    button(element, 'retry-button')?.focus();
    button(element, 'retry-button')?.click();
    await reaches(element, 'live');
    expect(button(element, 'retry-button')).to.equal(null);
    const root = element.renderRoot as ShadowRoot;
    expect(root.activeElement, 'the focus moves on').to.equal(button(element, 'pause-button'));
  });

  it('does not flicker on a loss shorter than a second', async () => {
    const element = add();
    addProbe();
    await reaches(element, 'live');
    const words = new Set<string>();
    const observer = new MutationObserver(() => words.add(element.status));
    observer.observe(element.renderRoot, { subtree: true, childList: true, attributes: true });
    wire.cut();
    await until(() => source.status === 'reconnecting');
    wire.mend();
    source.refresh();
    await until(() => source.status === 'live');
    await element.updateComplete;
    observer.disconnect();
    expect([...words].filter((word) => word !== 'live')).to.deep.equal([]);
  });

  it('pauses and resumes all widgets of its source, by one button that keeps its name', async () => {
    const element = add();
    const [one, two] = [addProbe(), addProbe()];
    await until(() => one.status === 'empty' && two.status === 'empty');
    const pause = button(element, 'pause-button');
    const name = pause?.textContent;
    pause?.click();
    await reaches(element, 'paused');
    await until(() => one.status === 'paused' && two.status === 'paused');
    expect(pause?.ariaPressed).to.equal('true');
    expect(pause?.textContent).to.equal(name);
    expect(source.paused).to.equal(true);
    pause?.click();
    await reaches(element, 'live');
    await until(() => one.status === 'empty' && two.status === 'empty');
    expect(source.paused).to.equal(false);
  });

  it('says how many channels are stale, and how old the oldest is', async () => {
    const [old, young] = [freshChannel(), freshChannel()];
    await post(old, { value: 1, time: Date.now() - 245_000 });
    await post(young, { value: 1 });
    const element = add();
    addProbe({ channel: old, staleAfter: '30s' });
    addProbe({ channel: old, staleAfter: '30s' });
    addProbe({ channel: young, staleAfter: '30s' });
    await until(() => find(element, '.aside'));
    expect(find(element, '.aside')?.textContent).to.equal(
      '1 of 2 channels stale, oldest 4 min. ago',
    );
    expect(find(element, '[role=status] .aside')).to.equal(null);
  });

  it('says that a sign-in is needed', async () => {
    wire.refuse(401, 'unauthorized');
    const element = add();
    addProbe();
    await reaches(element, 'denied');
    expect(button(element, 'retry-button')).not.to.equal(null);
  });

  it('shows slotted texts', async () => {
    const element = add('<lp-status><b slot="live">On air</b></lp-status>');
    addProbe();
    await reaches(element, 'live');
    expect(element.querySelector('b')?.checkVisibility()).to.equal(true);
    wire.cut();
    await reaches(element, 'reconnecting');
    expect(element.querySelector('b')?.checkVisibility()).to.equal(false);
  });

  it('shows the source of the data in its details', async () => {
    const element = add();
    const probe = addProbe();
    await reaches(element, 'live');
    find(element, 'summary')?.click();
    const text = find(element, 'dl')?.textContent ?? '';
    expect(text).to.contain(source.src);
    expect(text).to.contain(probe.channel);
  });

  it('shows the state of the connection, so that its widgets do not have to', async () => {
    const told: string[] = [];
    const voice = announcer();
    voice.announce = (kind): void => void told.push(kind);
    try {
      const element = add();
      const probe = addProbe();
      await until(() => probe.status === 'empty');
      wire.cut();
      await until(() => probe.status === 'offline' && element.status === 'reconnecting');
      expect(told).to.deep.equal([]);
    } finally {
      Reflect.deleteProperty(voice, 'announce');
    }
  });

  it('writes nothing when nothing changed', async () => {
    const element = add();
    addProbe();
    await reaches(element, 'live');
    const observer = new MutationObserver(() => {});
    observer.observe(element.renderRoot, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    for (let n = 0; n < 3; n++) {
      element.requestUpdate();
      await element.updateComplete;
    }
    expect(observer.takeRecords().map((record) => record.target.nodeName)).to.deep.equal([]);
  });

  for (const variant of ['pill', 'bar', 'dot'])
    it(`is accessible as a ${variant}, live, lost and paused`, async () => {
      const element = add(`<lp-status variant="${variant}" details></lp-status>`);
      addProbe();
      await reaches(element, 'live');
      await expect(element).to.be.accessible();
      element.pause();
      await reaches(element, 'paused');
      await expect(element).to.be.accessible();
      element.resume();
      wire.cut();
      await reaches(element, 'reconnecting');
      await expect(element).to.be.accessible();
    });
});
