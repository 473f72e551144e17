import { expect } from '@open-wc/testing';
import { type LiveClient, liveClient, type Update } from '../../components/client/index.ts';
import { freshChannel, post, server, serverUrl, until } from '../support/page.ts';

describe('the client in a page', () => {
  let client: LiveClient;
  let channel: string;
  let updates: Update[];

  beforeEach(async () => {
    channel = freshChannel();
    updates = [];
    client = liveClient(await serverUrl(), { random: () => 0.01 });
    client.subscribe(channel, (update) => updates.push(update));
  });

  afterEach(async () => {
    client.close();
    await server('start');
  });

  const heard = (): number[] => updates.flatMap((update) => update.entries.map((entry) => entry.v));

  it('receives history and updates from a server of another origin, and publishes to it', async () => {
    await until(() => updates.length === 1);
    expect(updates[0]?.cursor).to.equal('0');
    await post(channel, { value: 1 });
    const { first } = await client.publish(channel, [{ value: 2 }, { value: 3 }]);
    expect(first).to.equal(2);
    await until(() => heard().length === 3);
    expect(heard()).to.deep.equal([1, 2, 3]);
    expect(client.status.state).to.equal('live');
  });

  it('neither loses nor repeats an entry when its connections are cut', async () => {
    await until(() => client.status.state === 'live');
    for (let value = 1; value <= 5; value++) {
      await post(channel, { value });
      await server('drop');
    }
    await until(() => heard().length === 5);
    expect(heard()).to.deep.equal([1, 2, 3, 4, 5]);
  });

  it('reports an outage, and its end as soon as the server is back', async () => {
    await until(() => client.status.state === 'live');
    await server('stop');
    await until(() => client.status.state === 'reconnecting');
    expect(client.status.error?.code).to.equal('network');
    await server('start');
    await until(() => client.status.state === 'live');
    expect(client.status.attempt).to.equal(0);
  });

  it('stops polling when the page enters the back-forward cache, and continues when it returns', async () => {
    await until(() => client.status.state === 'live');
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    expect(client.status.pausedBy).to.deep.equal(['away']);
    await post(channel, { value: 1 });
    expect(heard()).to.deep.equal([]);
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    await until(() => heard().length === 1);
  });

  it('is offline while the page reports it, until a response proves otherwise', async () => {
    await until(() => client.status.state === 'live');
    const states: string[] = [];
    client.onStatus(({ state }) => states.push(state));
    dispatchEvent(new Event('offline'));
    await until(() => client.status.state === 'live');
    expect([...new Set(states)]).to.deep.equal(['live', 'offline']);
    expect(states.at(-1)).to.equal('live');
  });

  it('reports a listener that throws as an error of the page', async () => {
    await until(() => updates.length === 1);
    const broken = new Error('broken widget');
    const reported = new Promise<unknown>((resolve) => {
      const own = window.onerror;
      window.onerror = (_message, _source, _line, _column, error) => {
        window.onerror = own;
        resolve(error);
        return true;
      };
    });
    client.subscribe(channel, () => {
      throw broken;
    });
    expect(await reported).to.equal(broken);
  });

  it('accepts a base that is relative to the page', () => {
    const near = liveClient('/lp/');
    expect(near.url).to.equal(`${location.origin}/lp`);
    near.close();
  });
});
