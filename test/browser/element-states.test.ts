import { expect } from '@open-wc/testing';
import { LpDataEvent } from '../../components/data/events.ts';
import '../../components/source/define.ts';
import type { LpLevelEvent, LpStatusEvent } from '../../components/data/events.ts';
import { LpErrorEvent } from '../../components/data/events.ts';
import { LpSource } from '../../components/source/define.ts';
import { openConnections } from '../../components/source/registry.ts';
import type { Line } from '../support/page.ts';
import {
  describeChannel,
  freshChannel,
  line,
  nextEvent,
  post,
  serverUrl,
  until,
} from '../support/page.ts';
import { LpProbe } from '../support/probe-element.ts';

describe('the states of a widget', () => {
  let source: LpSource;
  let wire: Line;
  let channel: string;

  beforeEach(async () => {
    channel = freshChannel();
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

  const add = (set: Partial<LpProbe> = {}): LpProbe => {
    const element = new LpProbe();
    Object.assign(element, { channel, label: 'CPU', ...set });
    source.append(element);
    return element;
  };
  const reaches = (element: LpProbe, status: string): Promise<void> =>
    until(() => element.status === status && element.matches(`:state(${status})`));

  it('changes from loading through empty to live, each as status and custom state', async () => {
    const element = add();
    const seen: string[] = [];
    element.addEventListener('lp-status-change', (event) => seen.push(event.status));
    await element.updateComplete;
    expect(element.matches(':state(loading)')).to.equal(true);
    await reaches(element, 'empty');
    await post(channel, { value: 42 });
    await reaches(element, 'live');
    await element.updateComplete;
    expect(seen).to.deep.equal(['empty', 'live']);
    expect(element.shownText).to.equal('42');
    expect(element.matches(':state(empty)')).to.equal(false);
  });

  it('reserves the place of the value while loading: the body does not change its size', async () => {
    await post(channel, { value: 42 });
    const element = add();
    await element.updateComplete;
    const before = element.getBoundingClientRect().height;
    await reaches(element, 'live');
    await element.updateComplete;
    expect(element.getBoundingClientRect().height).to.equal(before);
  });

  it('is idle without a channel, and in error with an invalid channel name', async () => {
    const element = add({ channel: '' });
    await reaches(element, 'idle');
    element.channel = 'not a name';
    await reaches(element, 'error');
    expect(element.error).to.have.property('code', 'bad-channel');
    element.channel = channel;
    await reaches(element, 'empty');
  });

  it('drops the data of the old channel when its channel changes', async () => {
    const other = freshChannel();
    await post(channel, { value: 1 });
    await post(other, { value: 2 });
    const element = add();
    await reaches(element, 'live');
    element.channel = other;
    await element.updateComplete;
    expect(element.shownText).to.equal('—');
    await until(() => element.shownText === '2');
    expect(element.told).to.deep.equal([['reset', 1], ['reset'], ['reset', 2]]);
  });

  it('keeps its value and shows offline one second after the connection is lost', async () => {
    await post(channel, { value: 42 });
    const element = add();
    await reaches(element, 'live');
    const cutAt = performance.now();
    wire.cut();
    await reaches(element, 'offline');
    expect(performance.now() - cutAt).to.be.at.least(990);
    await element.updateComplete;
    expect(element.shownText).to.equal('42');
    expect(element.part_('badge')).not.to.equal(null);
    wire.mend();
    source.refresh();
    await reaches(element, 'live');
    expect(element.told, 'nothing was announced again').to.deep.equal([['reset', 42]]);
  });

  it('is stale by age while connected, loses its level colour and keeps its value', async () => {
    await post(channel, { value: 95, time: Date.now() - 60_000 });
    const element = add({ staleAfter: '30s' });
    await reaches(element, 'stale');
    await element.updateComplete;
    expect(element.shownText).to.equal('95');
    expect(element.matches(':state(level-danger)')).to.equal(false);
    await post(channel, { value: 96 });
    await reaches(element, 'live');
    await element.updateComplete;
    expect(element.matches(':state(level-danger)')).to.equal(true);
  });

  it('uses twice the ttl of the channel as its limit', async () => {
    await describeChannel(channel, { ttl: 20, label: 'Told' });
    await post(channel, { value: 1, time: Date.now() - 39_000 });
    const element = add();
    await reaches(element, 'live');
    const [first] = element.history;
    expect(first?.d).to.deep.equal({ value: 1 });
    element.staleAfter = '38s';
    await reaches(element, 'stale');
  });

  for (const [clock, hour] of [
    ['fast', 3_600_000],
    ['slow', -3_600_000],
  ] as const) {
    it(`uses the server's time: a clock an hour too ${clock} does not change the age of data`, async () => {
      const [young, old] = [freshChannel(), freshChannel()];
      await post(young, { value: 1 });
      await post(old, { value: 1, time: Date.now() - 240_000 });
      const real = Date.now;
      Date.now = () => real() + hour;
      try {
        const fresh = add({ channel: young, staleAfter: '30s' });
        const stale = add({ channel: old, staleAfter: '30s' });
        await reaches(stale, 'stale');
        await reaches(fresh, 'live');
      } finally {
        Date.now = real;
      }
    });
  }

  it('counts waiting updates while paused, and shows the newest in one step on resume', async () => {
    await post(channel, { value: 1 });
    const element = add();
    await reaches(element, 'live');
    element.paused = true;
    await reaches(element, 'paused');
    await post(channel, [{ value: 2 }, { value: 3 }]);
    await post(channel, { value: 4 });
    await until(() => element.part_('updated')?.textContent?.startsWith('3 '));
    expect(element.shownText).to.equal('1');
    const updates = element.updates;
    element.resume();
    await element.updateComplete;
    expect(element.shownText).to.equal('4');
    expect(element.told).to.deep.equal([
      ['reset', 1],
      ['entries', 2, 3, 4],
    ]);
    expect(element.updates - updates).to.be.at.most(2);
    await reaches(element, 'live');
  });

  it('that starts paused shows the current state, and no later update', async () => {
    await post(channel, { value: 1 });
    const element = add({ paused: true });
    await until(() => element.shownText === '1');
    await post(channel, { value: 2 });
    await until(() => element.part_('updated')?.textContent?.startsWith('1 '));
    expect(element.shownText).to.equal('1');
  });

  it('is denied at once by a 401, asks the page for headers once, and recovers by retry()', async () => {
    await post(channel, { value: 1 });
    wire.refuse(401, 'unauthorized');
    const asked = nextEvent(document, 'lp-auth-required');
    const element = add();
    const twin = add();
    const event = await asked;
    expect(event.target).to.equal(source);
    await reaches(element, 'denied');
    await reaches(twin, 'denied');
    wire.mend();
    event.retry();
    await reaches(element, 'live');
  });

  it('is denied if its channel may not be read, while the others stay live', async () => {
    const secret = freshChannel();
    await post(channel, { value: 1 });
    await post(secret, { value: 2 });
    let closed = true;
    source.fetch = async (input, init) => {
      const response = await wire.fetch(input, init);
      if (!closed || !response.url.includes(secret)) return response;
      const answer = (await response.json()) as { channels: Record<string, unknown> };
      answer.channels[secret] = { from: '', denied: true };
      return new Response(JSON.stringify(answer), { headers: response.headers });
    };
    const [open, shut] = [add(), add({ channel: secret })];
    await reaches(shut, 'denied');
    await reaches(open, 'live');
    await post(channel, { value: 3 });
    await until(() => open.shownText === '3');
    expect(shut.status).to.equal('denied');
    closed = false;
    source.refresh();
    await reaches(shut, 'live');
    expect(shut.shownText).to.equal('2');
  });

  it('that is refused permanently shows an error with a Retry button that works', async () => {
    await post(channel, { value: 1 });
    wire.refuse(413, 'too-large');
    const element = add();
    await reaches(element, 'error');
    await element.updateComplete;
    wire.mend();
    [...element.renderRoot.querySelectorAll('button')]
      .find((button) => !button.part.length && button.closest('.notice'))
      ?.click();
    await reaches(element, 'live');
  });

  it('keeps the shown value when a payload cannot be drawn, reports it once, and recovers', async () => {
    await post(channel, { value: 1 });
    const element = add();
    await reaches(element, 'live');
    const errors: Event[] = [];
    element.addEventListener('lp-error', (event) => errors.push(event));
    await post(channel, { value: 'undrawable' });
    await reaches(element, 'error');
    await element.updateComplete;
    expect(element.shownText).to.equal('1');
    expect(errors).to.have.length(1);
    expect(errors[0]).to.be.instanceOf(LpErrorEvent);
    await post(channel, { value: 3 });
    await until(() => element.shownText === '3');
    expect(element.status).to.equal('live');
  });

  it('survives a transform that throws', async () => {
    await post(channel, { value: 1 });
    const element = add({
      transform: (payload) => {
        const { value } = payload as { value: number };
        if (value === 2) throw new RangeError('no twos');
        return value * 10;
      },
    });
    await until(() => element.shownText === '10');
    await post(channel, { value: 2 });
    await reaches(element, 'error');
    await post(channel, { value: 3 });
    await until(() => element.shownText === '30' && element.status === 'live');
  });

  it('fires events for crossed thresholds, and none for thresholds that the page changed', async () => {
    await post(channel, { value: 50 });
    const element = add();
    const events: LpLevelEvent[] = [];
    element.addEventListener('lp-level', (event) => events.push(event));
    await reaches(element, 'live');
    await post(channel, { value: 95 });
    await until(() => events.length === 1);
    expect(events.map(({ level, previous, value }) => [level, previous, value])).to.deep.equal([
      ['danger', 'ok', 95],
    ]);
    element.data = { value: 10 };
    await element.updateComplete;
    expect(element.matches(':state(level-ok)')).to.equal(true);
    expect(events).to.have.length(1);
  });

  it('fires an event when its status changes by itself, and none when the page pauses it', async () => {
    const element = add();
    await reaches(element, 'empty');
    const events: LpStatusEvent[] = [];
    element.addEventListener('lp-status-change', (event) => events.push(event));
    element.paused = true;
    await reaches(element, 'paused');
    element.paused = false;
    await reaches(element, 'empty');
    expect(events).to.have.length(0);
    element.part_('controls')?.querySelector('button')?.click();
    await reaches(element, 'paused');
    expect(events.map((event) => event.status)).to.deep.equal(['paused']);
  });

  it('leaves drawing to the page when lp-data is prevented', async () => {
    await post(channel, { value: 1 });
    const element = add();
    await reaches(element, 'live');
    element.addEventListener('lp-data', (event) => event.preventDefault(), { once: true });
    const told = nextEvent(element, 'lp-data');
    await post(channel, { value: 2 });
    const event = await told;
    expect([event.data, event.previous, event.initial, event.channel]).to.deep.equal([
      { value: 2 },
      { value: 1 },
      false,
      channel,
    ]);
    await element.updateComplete;
    expect(element.shownText).to.equal('1');
    await post(channel, { value: 3 });
    await until(() => element.shownText === '3');
  });

  it('applies a history that arrives in several responses in one step', async () => {
    const tag = 'aaaa';
    const entry = (v: number): object => ({ v, t: Date.now(), d: { value: v } });
    const answers = [
      { from: '', to: `1.${tag}`, reset: 'initial', entries: [entry(1)] },
      { from: `1.${tag}`, to: `2.${tag}`, entries: [entry(2)] },
      { from: `2.${tag}`, to: `3.${tag}`, entries: [entry(95)] },
    ].map((part, n) => ({ now: Date.now(), channels: { steps: part }, more: n < 2 }));
    answers[2] = JSON.parse(JSON.stringify(answers[2]).replace('"v":95', '"v":3'));
    const source = document.createElement('lp-source');
    source.src = '/scripted';
    source.fetch = async (_input, init) => {
      const answer = answers.shift();
      if (answer) return Response.json(answer);
      return new Promise((_resolve, reject) =>
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
      );
    };
    const element = document.createElement('lp-probe');
    element.channel = 'steps';
    const told: unknown[] = [];
    for (const type of ['lp-data', 'lp-level'])
      element.addEventListener(type, (event) =>
        told.push(event instanceof LpDataEvent ? [event.initial, event.entries.length] : type),
      );
    source.append(element);
    document.body.append(source);
    await until(() => element.status === 'live');
    expect(element.shownText).to.equal('95');
    expect(element.told).to.deep.equal([['reset', 1, 2, 95]]);
    expect(told).to.deep.equal([[true, 3]]);
    source.remove();
  });
});
