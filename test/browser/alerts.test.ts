import { expect } from '@open-wc/testing';
import '../../components/alerts/define.ts';
import type { LpAlerts } from '../../components/alerts/lp-alerts.ts';
import { keepsTheLaws, make, textOf } from '../support/element-laws.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const texts = (element: LpAlerts, name: string): (string | undefined)[] =>
  [...element.renderRoot.querySelectorAll(`[part=${name}]`)].map((each) =>
    each.textContent?.replaceAll(/\s+/g, ' ').trim(),
  );

const MINUTE = 60_000;

/** A channel with the checks of its services: name, state, minutes ago. */
async function services(
  checks: [service: string, status: string, ago: number][],
  more: Record<string, string> = {},
): Promise<LpAlerts> {
  const channel = freshChannel();
  for (const [key, status, ago] of checks)
    await post(channel, { key, status, time: Date.now() - ago * MINUTE });
  const element = make<LpAlerts>('lp-alerts', {
    channel,
    lang: 'en',
    src: await serverUrl(),
    states: 'slow:warn, down:danger',
    ...more,
  });
  document.body.append(element);
  await until(() => element.renderRoot.querySelector('[part=count]'));
  return element;
}

describe('lp-alerts', () => {
  afterEach(() => document.body.replaceChildren());

  it('lists all bad states, worst first, with the time since when each has lasted', async () => {
    const element = await services([
      ['api', 'up', 0],
      ['queue', 'up', 40],
      ['queue', 'slow', 20],
      ['queue', 'slow', 0],
      ['db-1', 'down', 11],
      ['db-1', 'down', 1],
    ]);
    await until(() => texts(element, 'alert').length === 2);
    expect(texts(element, 'what')).to.deep.equal(['Critical: db-1 down', 'Warning: queue slow']);
    expect(texts(element, 'for')).to.deep.equal(['11 min', '20 min']);
    expect(texts(element, 'count')).to.deep.equal(['1 of 3 up']);
    await expect(element).to.be.accessible();
  });

  it('names the channel of an alert without a key, and says that it has just begun', async () => {
    const channel = freshChannel();
    await describeChannel(channel, { label: 'Load', warn: 70, danger: 90 });
    await post(channel, { value: 75 });
    const element = make<LpAlerts>('lp-alerts', { channel, lang: 'en', src: await serverUrl() });
    document.body.append(element);
    await until(() => texts(element, 'alert').length === 1);
    expect(texts(element, 'what')).to.deep.equal(['Warning: Load']);
    expect(texts(element, 'for')).to.deep.equal(['now']);
  });

  it('says that all is well only when the state of every channel is known', async () => {
    const element = await services([
      ['api', 'up', 0],
      ['web', 'up', 0],
    ]);
    await until(() => texts(element, 'count')[0] === 'All 2 up');
    await post(element.channel, { key: 'web', status: 'unknown' });
    await until(() => texts(element, 'count')[0] === '1 of 2 up');
  });

  it('has neither a good nor a bad level once the data are old', async () => {
    const element = await services([['api', 'up', 0]]);
    await until(() => texts(element, 'count')[0] === 'All 1 up');
    element.staleAfter = '1ms';
    await until(() => element.status === 'stale');
    await element.updateComplete;
    expect(texts(element, 'count')).to.deep.equal(['Out of date']);
    expect(element.alerts).to.deep.equal([]);
  });

  it('shows the worst three, or as many as `limit`, and counts the rest', async () => {
    const down = ['a', 'b', 'c', 'd', 'e'].map((name): [string, string, number] => [
      name,
      'down',
      1,
    ]);
    const element = await services(down);
    await until(() => texts(element, 'alert').length === 3);
    expect(textOf(element)).to.contain('2 more');
    element.limit = 4;
    await element.updateComplete;
    expect(texts(element, 'alert').length).to.equal(4);
  });

  it('shows title and text of an alert payload', async () => {
    const channel = freshChannel();
    await post(channel, {
      key: 'db-1',
      level: 'critical',
      title: 'db-1 down',
      text: 'Team Blue is on it',
    });
    const element = make<LpAlerts>('lp-alerts', { channel, lang: 'en', src: await serverUrl() });
    document.body.append(element);
    await until(() => texts(element, 'alert').length === 1);
    expect(texts(element, 'what')).to.deep.equal(['Critical: db-1 down']);
    expect(texts(element, 'detail')).to.deep.equal(['Team Blue is on it']);
    await post(channel, { key: 'db-1', level: 'ok', title: 'db-1 is back' });
    await until(() => texts(element, 'alert').length === 0);
  });
});

keepsTheLaws({
  tag: 'lp-alerts',
  payload: { status: 'down', title: 'db-1 down', text: 'Team Blue is on it' },
  hostile: (text) => ({ status: 'down', title: text, text, message: text }),
});
