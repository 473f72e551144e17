import { expect } from '@open-wc/testing';
import { useFakeTimers } from 'sinon';
import '../../components/source/define.ts';
import '../../components/time/define.ts';
import type { LpSource } from '../../components/source/lp-source.ts';
import { openConnections } from '../../components/source/registry.ts';
import type { LpTime } from '../../components/time/lp-time.ts';
import { keepsTheLaws, make, show, watchDom } from '../support/element-laws.ts';
import { serverUrl, until } from '../support/page.ts';

const time = (attributes: Record<string, string>): LpTime =>
  make<LpTime>('lp-time', { lang: 'en', 'time-zone': 'UTC', ...attributes });

const written = (element: LpTime): string =>
  element.renderRoot.querySelector('time')?.textContent ?? '';

describe('lp-time', () => {
  afterEach(() => document.body.replaceChildren());

  it('shows its children while it has no time', async () => {
    const element = time({ datetime: 'soon-ish' });
    element.textContent = 'some day';
    await show(element);
    expect(element.renderRoot.querySelector('time')).to.equal(null);
    element.datetime = '2030-05-01T12:00:00Z';
    await element.updateComplete;
    expect(element.renderRoot.querySelector('time')?.dateTime).to.equal('2030-05-01T12:00:00.000Z');
  });

  it('also reads its time from a payload', async () => {
    const element = await show(time({ format: 'date' }), { value: Date.UTC(2030, 4, 1) });
    expect(written(element)).to.equal('May 1, 2030');
  });

  it('uses the clock of a server, once another element of the page has a connection to it', async () => {
    const element = await show(time({ format: 'clock' }));
    const source = document.createElement('lp-source') as LpSource;
    source.src = await serverUrl();
    document.body.append(source);
    await until(() => {
      const connection = openConnections().find(({ address }) => address.url === source.src);
      if (connection) connection.client.serverNow = () => Date.UTC(2040, 0, 1, 12);
      return written(element) === '12:00:00 PM';
    });
  });

  it('uses its own or the nearest language and time zone, and follows their changes', async () => {
    document.body.setAttribute('time-zone', 'Asia/Tokyo');
    const element = make<LpTime>('lp-time', {
      lang: 'de',
      format: 'time',
      datetime: '2030-05-01T12:00:00Z',
    });
    await show(element);
    expect(written(element)).to.equal('21:00');
    document.body.setAttribute('time-zone', 'UTC');
    await new Promise((resolve) => setTimeout(resolve));
    await element.updateComplete;
    expect(written(element)).to.equal('12:00');
    document.body.removeAttribute('time-zone');
  });

  it('accepts its time zone as a property, and ignores an invalid one', async () => {
    const element = await show(
      time({ datetime: '2030-05-01T23:30Z', format: 'datetime', 'time-zone': 'Asia/Tokyo' }),
    );
    expect(element.timeZone).to.equal('Asia/Tokyo');
    const inTokyo = written(element);
    element.timeZone = 'UTC';
    await element.updateComplete;
    const inLondon = written(element);
    expect(inLondon).not.to.equal(inTokyo);
    document.body.setAttribute('time-zone', 'UTC');
    element.removeAttribute('time-zone');
    element.timeZone = 'Nowhere/At-All';
    await element.updateComplete;
    expect(written(element)).to.equal(inLondon);
    document.body.removeAttribute('time-zone');
  });

  it('is never a live region', async () => {
    const element = await show(time({ format: 'clock' }));
    expect(element.renderRoot.querySelector('[aria-live],[role]')).to.equal(null);
    await expect(element).to.be.accessible();
  });

  describe('while time passes', () => {
    let clock: ReturnType<typeof useFakeTimers>;
    // A connection keeps the clock with which it was opened.
    const connectionsClose = (): Promise<void> => until(() => openConnections().length === 0);
    beforeEach(async () => {
      await connectionsClose();
      clock = useFakeTimers({
        now: Date.UTC(2030, 4, 1, 12),
        toFake: ['setInterval', 'clearInterval', 'Date'],
      });
    });
    afterEach(async () => {
      document.body.replaceChildren();
      clock.restore();
      await connectionsClose();
    });

    it('writes only when its text changes', async () => {
      const element = await show(time({ datetime: '2030-05-01T11:58:00Z' }));
      expect(written(element)).to.equal('2 min. ago');
      const changes = watchDom(element);
      clock.tick(50_000);
      await element.updateComplete;
      expect(changes()).to.deep.equal([]);
      clock.tick(10_000);
      await element.updateComplete;
      expect(written(element)).to.equal('3 min. ago');
      expect(changes().length).to.equal(1);
    });

    it('changes on the second of the server’s clock, whenever it was added', async () => {
      clock.restore();
      clock = useFakeTimers({
        now: Date.UTC(2030, 4, 1, 12, 0, 0, 700),
        toFake: ['setInterval', 'clearInterval', 'Date'],
      });
      const element = await show(time({ format: 'clock' }));
      const shownAfter = async (ms: number): Promise<string | undefined> => {
        clock.tick(ms);
        await element.updateComplete;
        return written(element);
      };
      expect(await shownAfter(299)).to.equal('12:00:00 PM');
      expect(await shownAfter(1)).to.equal('12:00:01 PM');
      expect(await shownAfter(999)).to.equal('12:00:01 PM');
      expect(await shownAfter(1)).to.equal('12:00:02 PM');
      expect(await shownAfter(10_000)).to.equal('12:00:12 PM');
      const skewed = 400;
      Object.assign(element, { serverNow: () => Date.now() + skewed });
      await shownAfter(1000); // The tick that detects it.
      expect(await shownAfter(599)).to.equal('12:00:13 PM');
      expect(await shownAfter(1)).to.equal('12:00:14 PM');
    });

    it('shares one timer with all others, and leaves none behind', async () => {
      const elements = [];
      for (let n = 0; n < 20; n++) elements.push(await show(time({ format: 'clock' })));
      expect(clock.countTimers()).to.equal(1);
      clock.tick(1000);
      await Promise.all(elements.map((element) => element.updateComplete));
      expect(elements.map(written)).to.deep.equal(Array(20).fill('12:00:01 PM'));
      expect(openConnections(), 'a clock alone needs no server').to.deep.equal([]);
      document.body.replaceChildren();
      expect(clock.countTimers()).to.equal(0);
    });
  });
});

keepsTheLaws({
  tag: 'lp-time',
  payload: { value: '2030-05-01T12:00:00Z' },
  hostile: (value) => ({ value }),
});
