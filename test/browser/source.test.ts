import { expect } from '@open-wc/testing';
import { announcer } from '../../components/element/announcer.ts';
import { LpSource } from '../../components/source/define.ts';
import { connectionTo } from '../../components/source/connection-to.ts';
import { openConnections } from '../../components/source/registry.ts';
import { freshChannel, line, post, server, serverUrl, until, watchPolls } from '../support/page.ts';
import { LpProbe } from '../support/probe-element.ts';

describe('lp-source', () => {
  let url: string;
  let channel: string;

  beforeEach(async () => {
    url = await serverUrl();
    channel = freshChannel();
  });

  afterEach(async () => {
    document.body.replaceChildren();
    await until(() => openConnections().length === 0);
  });

  const addSource = (set: Partial<LpSource> = {}, into: Element = document.body): LpSource => {
    const source = new LpSource();
    Object.assign(source, { src: url, ...set });
    into.append(source);
    return source;
  };
  const addProbe = (into: Element, set: Partial<LpProbe> = {}): LpProbe => {
    const element = new LpProbe();
    Object.assign(element, { channel, ...set });
    into.append(element);
    return element;
  };

  it('renders nothing itself', () => {
    const source = addSource();
    expect(getComputedStyle(source).display).to.equal('contents');
  });

  it('subscribes and publishes for the page', async () => {
    const source = addSource();
    const heard: unknown[] = [];
    const stop = source.subscribe(channel, ({ entries }) =>
      heard.push(...entries.map((entry) => entry.d)),
    );
    const appended = await source.publish(channel, { value: 5 });
    expect(appended.count).to.equal(1);
    await until(() => heard.length === 1);
    expect(heard).to.deep.equal([{ value: 5 }]);
    expect(source.channels).to.deep.equal([channel]);
    stop();
  });

  it('refuses to publish outside of a document', () => {
    expect(() => new LpSource().publish('a', 1)).to.throw();
  });

  it('reports its state, and the time of the last response of the server', async () => {
    const source = addSource();
    const told: string[] = [];
    source.addEventListener('lp-connection-change', (event) => {
      if (event.target === source) told.push(event.previous, event.status); // The events of widgets bubble through.
    });
    addProbe(source);
    await until(() => source.status === 'live');
    expect(told).to.deep.equal(['connecting', 'live']);
    expect(source.lastContact).to.be.closeTo(Date.now(), 5000);
    expect(source.attempt).to.equal(0);
  });

  it('counts the attempts after a lost connection and shows the time of the next one', async () => {
    const wire = line();
    const source = addSource({ fetch: wire.fetch });
    addProbe(source);
    await until(() => source.status === 'live');
    wire.cut();
    await until(() => source.status === 'reconnecting' && source.attempt >= 1);
    expect(source.nextRetryAt).to.be.a('number');
    wire.mend();
    source.refresh();
    await until(() => source.status === 'live');
  });

  it('pauses all widgets inside it by attribute, property and method, and sends nothing meanwhile', async () => {
    const watch = watchPolls();
    const source = addSource();
    const element = addProbe(source);
    await until(() => element.status === 'empty');
    source.setAttribute('paused', '');
    await until(() => element.status === 'paused');
    const { length } = watch.polls;
    await post(channel, { value: 1 });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(watch.polls.length).to.equal(length);
    source.resume();
    await until(() => element.shownText === '1');
    expect(source.hasAttribute('paused')).to.equal(false);
    watch.end();
  });

  it('stays paused when updates arrive between the change of the attribute and its effect', async () => {
    const source = addSource();
    const element = addProbe(source);
    await until(() => element.status === 'empty');
    source.paused = true;
    source.refresh();
    addProbe(source, { channel: freshChannel() });
    await until(() => element.status === 'paused');
    expect(source.paused).to.equal(true);
  });

  it('that is paused from the start sends nothing at all', async () => {
    const watch = watchPolls();
    const source = addSource({ paused: true });
    const element = addProbe(source);
    await until(() => element.status === 'paused');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(watch.polls).to.have.length(0);
    source.paused = false;
    await until(() => element.status === 'empty');
    watch.end();
  });

  it('calls its headers function for each request, also when it is set late', async () => {
    const sent: (string | null)[] = [];
    const own: typeof fetch = (input, init) => {
      sent.push(new Headers(init?.headers).get('x-token'));
      return fetch(input, { ...init, headers: {} });
    };
    let token = 0;
    const source = addSource({ fetch: own });
    addProbe(source);
    await until(() => source.status === 'live');
    expect(sent[0]).to.equal(null);
    source.headers = async () => ({ 'x-token': `t${++token}` });
    await source.updateComplete;
    await source.publish(channel, 1);
    await source.publish(channel, 2);
    const tokens = sent.filter(Boolean);
    expect(new Set(tokens).size).to.equal(tokens.length);
    expect(tokens.length).to.be.at.least(2);
  });

  it('applies changed options during a poll without losing or duplicating an entry', async () => {
    const source = addSource();
    const element = addProbe(source);
    await post(channel, { value: 1 });
    await until(() => element.shownText === '1');
    source.setAttribute('wait', '5');
    await post(channel, { value: 2 });
    await until(() => element.shownText === '2');
    expect(element.history.map((entry) => entry.v)).to.deep.equal([1, 2]);
    expect(openConnections()).to.have.length(1);
  });

  it('shares one connection with other sources of its address, and has a second one for other credentials', async () => {
    const first = addSource();
    const second = addSource({ src: `${url}/?x#y` });
    addProbe(first);
    addProbe(second, { channel: freshChannel() });
    await until(() => first.status === 'live' && second.status === 'live');
    expect(openConnections()).to.have.length(1);
    const other = addSource({ credentials: 'omit' });
    addProbe(other);
    await until(() => other.status === 'live');
    expect(openConnections()).to.have.length(2);
  });

  it('can be nested: the nearest source is used, a src of its own has precedence, and one without src passes on the outer', async () => {
    const outer = addSource({ src: 'http://127.0.0.1:9/outer' });
    const inner = addSource({}, outer);
    const passing = addSource({ src: undefined }, inner);
    const addresses = [
      addProbe(outer),
      addProbe(inner),
      addProbe(passing),
      addProbe(inner, { src: 'http://127.0.0.1:9/own' }),
    ];
    await until(() => addresses.every((element) => element.server));
    expect(addresses.map((element) => element.server)).to.deep.equal([
      'http://127.0.0.1:9/outer',
      url,
      url,
      'http://127.0.0.1:9/own',
    ]);
  });

  it('without src uses the origin of the page, alone and inside another one without src', async () => {
    const bare = addSource({ src: undefined });
    const inner = addSource({ src: undefined }, bare);
    const element = addProbe(inner);
    await until(() => element.server);
    const expected = `${location.origin}/lp`;
    expect([element.server, bare.address?.url, inner.address?.url]).to.deep.equal([
      expected,
      expected,
      expected,
    ]);
  });

  it('is shared by two copies of the kit on one page', async () => {
    const source = addSource();
    addProbe(source);
    await until(() => source.status === 'live');
    const again = new URL('../../components/source/connection-to.ts?second-copy', import.meta.url)
      .href;
    const copy = (await import(again)) as typeof import('../../components/source/connection-to.ts');
    expect(copy.connectionTo).not.to.equal(connectionTo);
    const [connection] = openConnections();
    if (!connection) throw new Error('no connection');
    expect(copy.connectionTo({ ...connection.address })).to.equal(connection);
  });

  it('can be provided by the page, by the context protocol', async () => {
    const section = document.createElement('section');
    document.body.append(section);
    section.addEventListener('lp-source-request', (event) => {
      event.stopPropagation();
      event.callback({ url });
    });
    const element = addProbe(section);
    await until(() => element.status === 'empty');
    expect(element.server).to.equal(url);
  });

  it('moves its widgets to a new address, and leaves them to the default source when it is removed', async () => {
    const source = addSource({ src: 'http://127.0.0.1:9/nowhere' });
    const element = addProbe(document.body);
    await until(() => element.server);
    source.src = url;
    await until(() => element.status === 'empty');
    source.remove();
    await until(() => element.server === `${location.origin}/lp`);
  });

  it('reports bad-source for an invalid address, and recovers', async () => {
    const element = addProbe(document.body, { src: 'javascript:alert(1)' });
    await until(() => element.status === 'error');
    expect(element.error).to.have.property('code', 'bad-source');
    element.src = url;
    await until(() => element.status === 'empty');
  });

  it('closes its connection after its last widget was removed, but not when it is only moved', async () => {
    const source = addSource();
    const element = addProbe(source);
    await until(() => element.status === 'empty');
    const [connection] = openConnections();
    document.body.append(document.createElement('main'));
    document.querySelector('main')?.append(source);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(openConnections()).to.deep.equal([connection]);
    source.remove();
    await until(() => openConnections().length === 0);
  });

  it('ends its pause when it is removed: a source added within the next second is not paused', async () => {
    const source = addSource({ paused: true });
    const element = addProbe(source);
    await until(() => element.status === 'paused');
    source.remove();
    const [lingering] = openConnections();
    await until(() => lingering?.status.pausedBy === undefined);
    const next = addProbe(addSource());
    await until(() => next.status === 'empty');
    expect(openConnections()).to.deep.equal([lingering]);
  });

  it('passes commands to the page only if allowed, and never those of the history', async () => {
    const commands: string[] = [];
    const hear = (event: Event): void => {
      event.preventDefault(); // Otherwise this page reloads.
      commands.push((event as Event & { command: string }).command);
    };
    document.addEventListener('lp-command', hear);
    try {
      await post('command', { command: 'reload' });
      const deaf = addSource({ credentials: 'omit' });
      addProbe(deaf);
      const source = addSource({ allowCommands: true });
      await until(() => source.status === 'live' && deaf.status === 'live');
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(commands).to.deep.equal([]);
      await post('command', { event: 'reload' });
      await until(() => commands.length > 0);
      expect(commands).to.deep.equal(['reload']);
    } finally {
      document.removeEventListener('lp-command', hear);
    }
  });

  it('announces a lost connection, and its return, once for all widgets', async () => {
    const said: string[] = [];
    const voice = announcer();
    voice.announce = (kind): void => void said.push(kind);
    try {
      const wire = line();
      const source = addSource({ fetch: wire.fetch });
      const elements = [addProbe(source), addProbe(source), addProbe(source, { announce: 'off' })];
      await until(() => elements.every((element) => element.status === 'empty'));
      wire.cut();
      await until(() => elements.every((element) => element.status === 'offline'));
      expect(said).to.deep.equal(['lost']);
      wire.mend();
      source.refresh();
      await until(() => elements.every((element) => element.status === 'empty'));
      expect(said).to.deep.equal(['lost', 'restored']);
    } finally {
      Reflect.deleteProperty(voice, 'announce');
    }
  });

  it('uses each option of the first source of an address that sets it, and chooses again when one is removed', async () => {
    const asked: string[] = [];
    const headersOf = (name: string) => (): Record<string, string> => {
      asked.push(name);
      return {};
    };
    const one = addSource({ headers: headersOf('one') });
    addSource({ headers: headersOf('two') });
    const element = addProbe(document.body);
    await until(() => element.status === 'empty');
    expect(asked).to.not.include('two');
    one.remove();
    await Promise.resolve(); // It may only be moved.
    asked.length = 0;
    element.refresh();
    await until(() => asked.length > 0);
    expect(asked).to.not.include('one');
  });

  it('reports a replaced history once per channel, however many widgets show it', async () => {
    const source = addSource();
    const elements = [addProbe(source), addProbe(source), addProbe(source)];
    await post(channel, { value: 1 });
    await until(() => elements.every((element) => element.shownText === '1'));
    const resets: string[] = [];
    source.addEventListener('lp-reset', (event) => resets.push(event.channel));
    await server('fresh');
    source.refresh();
    await until(() => resets.length > 0 && source.status === 'live');
    await post(channel, { value: 2 });
    await until(() => elements.every((element) => element.shownText === '2'));
    expect(resets).to.deep.equal([channel]);
  });
});
