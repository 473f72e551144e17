import { expect } from '@open-wc/testing';
import type { LpLevelEvent } from '../../components/data/events.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import '../../components/list/define.ts';
import '../../components/meter/define.ts';
import '../../components/number/define.ts';
import '../../components/sparkline/define.ts';
import '../../components/template/define.ts';
import '../../components/table/define.ts';
import '../../components/tracker/define.ts';
import '../../components/value/define.ts';
import { make, textOf } from '../support/element-laws.ts';
import { describeChannel, freshChannel, post, serverUrl, until } from '../support/page.ts';

const MINUTE = 60_000;

/**
 * Puts an element of a channel on the page, and waits until it has data of the channel and has
 * drawn.
 */
async function follow(
  tag: string,
  channel: string,
  attributes: Record<string, string> = {},
): Promise<LpDataElement> {
  const src = await serverUrl();
  const element = make(tag, { lang: 'en', label: 'X', channel, src, ...attributes });
  document.body.append(element);
  await until(() => !['idle', 'loading'].includes(element.status));
  await settled(element);
  return element;
}

async function settled(element: LpDataElement): Promise<void> {
  while (!(await element.updateComplete)) await Promise.resolve();
}

const inside = (element: LpDataElement, selector: string): string =>
  element.renderRoot.querySelector(selector)?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
const figure = (element: LpDataElement): string => inside(element, '.value');
const message = (element: LpDataElement): string => inside(element, '[part=message]');
const KINDS = ['ok', 'warn', 'danger', 'none', 'unknown'];
const kindOf = (bar: Element | null | undefined): string =>
  KINDS.find((kind) => bar?.classList.contains(kind)) ?? '';
const kinds = (element: LpDataElement): string[] =>
  [...element.renderRoot.querySelectorAll('[part=bucket]')].map(kindOf);
const rows = (element: LpDataElement): string[] =>
  [...element.renderRoot.querySelectorAll('[part=item]')].map(
    (row) => row.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '',
  );

const SINGLE = ['lp-number', 'lp-meter', 'lp-value'];

describe('correctness of widgets', () => {
  afterEach(() => document.body.replaceChildren());

  describe('time', () => {
    for (const tag of SINGLE) {
      it(`${tag}: a late sample never becomes current, even after a reload`, async () => {
        const channel = freshChannel();
        const now = Date.now();
        await post(channel, { value: 50, time: now });
        const open = await follow(tag, channel, { warn: '80' });
        await post(channel, { value: 99, time: now - 10 * MINUTE });
        await until(() => open.history.length === 2);
        await settled(open);
        const reloaded = await follow(tag, channel, { warn: '80' });
        for (const element of [open, reloaded]) {
          expect(figure(element)).to.equal('50');
          expect(element.matches(':state(level-warn)')).to.equal(false);
          expect(element.updatedAt).to.equal(now);
        }
      });

      it(`${tag}: a sample with a future time waits, and the next one is current`, async () => {
        const channel = freshChannel();
        await post(channel, [20, { value: 21, time: Date.now() + 60 * MINUTE }]);
        const element = await follow(tag, channel);
        expect(figure(element)).to.equal('20');
        await post(channel, 24);
        await until(() => figure(element) === '24');
      });
    }

    it('a sample with a future time is drawn once its time has come', async () => {
      const channel = freshChannel();
      await post(channel, [20, { value: 21, time: Date.now() + 7000 }]);
      const element = await follow('lp-number', channel);
      expect(figure(element)).to.equal('20');
      await until(() => figure(element) === '21');
      expect(inside(element, '[part=delta]')).to.equal('5%');
    }).timeout(20_000);

    it('shows when the first data are due, if all have future times', async () => {
      const channel = freshChannel();
      await post(channel, { value: 21, time: Date.now() + 61 * MINUTE });
      const element = await follow('lp-number', channel);
      expect(element.status).to.equal('empty');
      expect(message(element)).to.equal('First data in 1 hr.');
      expect(element.renderRoot.querySelector('.command')).to.equal(null);
    });

    it('the right edge of a sparkline is now: a publisher that stopped leaves it empty', async () => {
      const channel = freshChannel();
      const now = Date.now();
      const samples = [60, 59, 58].map((m, n) => ({ value: n, time: now - m * MINUTE }));
      await post(channel, samples);
      const hour = await follow('lp-sparkline', channel, { window: '2h' });
      const ends = hour.renderRoot.querySelector('.line')?.getAttribute('d') ?? '';
      const lastX = Number(/L([\d.]+) [\d.]+$/.exec(ends)?.[1]);
      expect(lastX).to.be.within(50, 53);
      const short = await follow('lp-sparkline', channel, { window: '5m' });
      expect(short.renderRoot.querySelector('.none')).not.to.equal(null);
      expect(textOf(short)).to.contain('last 5m').and.to.contain('no value');
    });

    it('a span that the history does not cover shows since when there are data', async () => {
      const channel = freshChannel();
      const now = Date.now();
      await post(channel, [
        { value: 100, time: now - 20 * MINUTE },
        { value: 110, time: now - 60_000 },
      ]);
      const attributes = { compare: '1h', window: '1h', sparkline: '', 'time-zone': 'UTC' };
      const element = await follow('lp-number', channel, attributes);
      const clock = new Intl.DateTimeFormat('en', {
        hour: 'numeric',
        minute: '2-digit',
        timeZone: 'UTC',
      });
      const time = clock.format(now - 20 * MINUTE).replaceAll(/\s/g, ' ');
      const since = new RegExp(`since (?:\\w+ \\d+, )?${time}`); // With the day, shortly after midnight.
      expect(inside(element, '.change')).to.contain('10%').and.to.match(since);
      expect(inside(element, '[part=since]')).to.match(since);
    });
  });

  describe('states', () => {
    const CASES: [payload: unknown, kind: string][] = [
      [{ status: 'up' }, 'ok'],
      [{ status: 'down' }, 'danger'],
      [{ level: 'down' }, 'danger'],
      [{ state: 'Degraded' }, 'warn'],
      [{ value: 'ONLINE' }, 'ok'],
      ['offline', 'danger'],
      ['passed', 'ok'],
      ['failed', 'danger'],
      ['running', 'ok'],
      ['timeout', 'danger'],
      ['firing', 'danger'],
      ['resolved', 'ok'],
      ['healthy', 'ok'],
      [{ value: true }, 'none'],
      [{ value: 'off' }, 'none'],
      [{ value: 1 }, 'none'],
      [{ value: null }, 'unknown'],
      [{ status: 'unknown' }, 'unknown'],
      [{ value: 'kitchen' }, 'unknown'],
      [{ status: 'Major outage' }, 'danger'],
      [{ status: 'unreachable' }, 'danger'],
      [{ status: 'starting' }, 'warn'],
      [{ status: 'stopped' }, 'none'],
    ];
    for (const [payload, kind] of CASES) {
      it(`${JSON.stringify(payload)} is ${kind} to a tracker`, async () => {
        const channel = freshChannel();
        await post(channel, payload);
        const element = await follow('lp-tracker', channel, { window: '10m', buckets: '5' });
        expect(kinds(element).at(-1)).to.equal(kind);
        expect(kinds(element)[0]).to.equal('unknown');
      });
    }

    it('the page sets which states are good, and their names, with precedence over the meta', async () => {
      const channel = freshChannel();
      await describeChannel(channel, { states: 'on:danger:Burning, off:none:Aus' });
      await post(channel, { value: 'on' });
      const plain = await follow('lp-number', channel);
      expect(figure(plain)).to.equal('Burning');
      expect(plain.matches(':state(level-danger)')).to.equal(true);
      const own = await follow('lp-number', channel, { states: 'on:ok:Heating' });
      expect(figure(own)).to.equal('Heating');
      expect(own.matches(':state(level-ok)')).to.equal(true);
      await post(channel, { value: false });
      await until(() => figure(own) === 'Aus');
      expect(own.matches(':state(level-ok)')).to.equal(false);
      expect(textOf(await follow('lp-value', channel, { states: 'off:none:cold' }))).to.contain(
        'cold',
      );
    });

    it('numbers in quotes are numbers everywhere, and text with a unit is none', async () => {
      const channel = freshChannel();
      await post(channel, [{ value: '20' }, { value: '21.50' }]);
      const attributes = { warn: '21', unit: 'celsius' };
      const number = await follow('lp-number', channel, attributes);
      expect(figure(number)).to.equal('21.5°C');
      expect(inside(number, '[part=delta]')).to.equal('7.5%');
      expect(number.matches(':state(level-warn)')).to.equal(true);
      const meter = await follow('lp-meter', channel, attributes);
      expect(meter.renderRoot.querySelector('[role=meter]')?.ariaValueNow).to.equal('21.5');
      expect(textOf(await follow('lp-value', channel, attributes))).to.contain('21.5°C');
      await post(channel, { value: '22 C' });
      await until(() => figure(number) === '22 C');
      expect(number.matches(':state(level-warn)')).to.equal(false);
    });
  });

  describe('an unknown state is never green', () => {
    const checks = (minutes: number[], value = 'up'): unknown[] =>
      minutes.map((m) => ({ value, time: Date.now() - m * MINUTE }));
    const minutes = (from: number, to: number): number[] =>
      Array.from({ length: from - to }, (_, n) => from - n);

    it('a check that did not run leaves a gap, even without ttl', async () => {
      const channel = freshChannel();
      await post(channel, checks([...minutes(58, 40), ...minutes(15, 0)]));
      const element = await follow('lp-tracker', channel, { window: '60m', buckets: '30' });
      const seen = kinds(element);
      expect(seen.filter((kind) => kind === 'unknown').length).to.be.within(9, 12);
      expect(seen.at(-1)).to.equal('ok');
      expect(seen[15]).to.equal('unknown');
    });

    it('one old check is green for ten minutes, and the card has no level', async () => {
      const channel = freshChannel();
      await post(channel, checks([55]));
      const element = await follow('lp-tracker', channel, { window: '60m', buckets: '30' });
      expect(kinds(element).filter((kind) => kind === 'ok').length).to.be.within(5, 7);
      expect(element.matches(':state(level-ok)')).to.equal(false);
    });
  });

  describe('series', () => {
    const rooms = async (): Promise<string> => {
      const channel = freshChannel();
      await describeChannel(channel, { label: 'Temperature' });
      await post(channel, [
        { value: 10, labels: { floor: '1', room: 'kitchen' } },
        { value: 90, labels: { floor: '1', room: 'garden' } },
      ]);
      return channel;
    };

    for (const tag of ['lp-number', 'lp-meter', 'lp-template']) {
      it(`${tag} shows none of several series, and says that one has to be selected`, async () => {
        const element = await follow(tag, await rooms(), { warn: '50', danger: '80' });
        expect(element.status).to.equal('error');
        expect(message(element)).to.equal('2 series: choose one');
        expect(element.error?.message).to.contain('room=\\"kitchen\\"');
        expect(element.renderRoot.querySelector('[part=message] ~ button')).to.equal(null);
      });
    }

    for (const tag of ['lp-value', 'lp-sparkline']) {
      it(`${tag} shows a dash with the reason as its title`, async () => {
        const element = await follow(tag, await rooms());
        const titled = element.renderRoot.querySelector('[title]');
        expect(titled?.getAttribute('title')).to.equal('2 series: choose one');
        expect(titled?.textContent).to.contain('—');
      });
    }

    it('steady series of one channel fire no level event, and cause no delta', async () => {
      const channel = await rooms();
      const element = await follow('lp-number', channel, { warn: '50', danger: '80' });
      const levels: unknown[] = [];
      element.addEventListener('lp-level', (event: LpLevelEvent) => levels.push(event.level));
      for (let n = 0; n < 3; n++) {
        await post(channel, { value: 10, labels: { floor: '1', room: 'kitchen' } });
        await post(channel, { value: 90, labels: { floor: '1', room: 'garden' } });
      }
      await until(() => element.version === 9); // The meta was the first.
      await settled(element);
      expect(levels).to.deep.equal([]);
      expect(inside(element, '[part=delta]')).to.equal('');
    });

    it('key and labels select a series, whose name becomes the element’s name', async () => {
      const channel = await rooms();
      const byLabels = await follow('lp-number', channel, { labels: 'room=garden', warn: '50' });
      byLabels.removeAttribute('label');
      await settled(byLabels);
      expect(figure(byLabels)).to.equal('90');
      expect(byLabels.matches(':state(level-warn)')).to.equal(true);
      expect(inside(byLabels, '[part=label]')).to.equal('Temperature · garden');
      const key = 'floor="1",room="kitchen"';
      const byKey = await follow('lp-value', channel, { key });
      expect(figure(byKey)).to.equal('10');
      await post(channel, { value: 91, labels: { floor: '1', room: 'garden' } });
      await until(() => figure(byLabels) === '91');
      expect(figure(byKey)).to.equal('10');
    });

    it('another selection shows another series, and a missing one is named', async () => {
      const element = await follow('lp-number', await rooms(), { labels: 'room=garden' });
      element.labels = 'room=kitchen';
      await until(() => figure(element) === '10');
      element.labels = 'room=attic';
      await until(() => element.status === 'empty');
      await settled(element);
      expect(message(element)).to.equal('No series “attic”');
    });

    it('lists and trackers show all series, named by the labels that differ', async () => {
      const channel = await rooms();
      expect(rows(await follow('lp-list', channel))).to.deep.equal(['kitchen 10', 'garden 90']);
      const tracker = await follow('lp-tracker', channel, { warn: '50' });
      const lanes = [...tracker.renderRoot.querySelectorAll('[part=lane]')];
      expect(lanes.map((lane) => lane.textContent)).to.deep.equal(['kitchen', 'garden']);
      const bars = tracker.renderRoot.querySelectorAll('[part=bars]');
      const last = [...bars].map((each) => kindOf(each.lastElementChild));
      expect(last).to.deep.equal(['ok', 'warn']);
      expect(bars[1]?.getAttribute('aria-label')).to.equal('X, garden');
    });

    it('a single value is a row with the name of the list; keys that come later are rows beside it', async () => {
      const channel = freshChannel();
      await post(channel, { value: 5 });
      const list = await follow('lp-list', channel);
      expect(rows(list)).to.deep.equal(['X 5']);
      await post(channel, { value: 6, labels: { room: 'a' } });
      await until(() => rows(list).length === 2);
      await settled(list);
      expect([list.status, message(list)]).to.deep.equal(['live', '']);
      expect(rows(list)).to.deep.equal(['— 5', 'a 6']);
    });

    it('a table of keys has the same names, formats and levels as a list', async () => {
      const channel = await rooms();
      await describeChannel(channel, { unit: 'celsius', warn: 50 });
      const element = await follow('lp-table', channel, {
        'rows-of': 'keys',
        columns: 'key,value',
      });
      const cells = (row: Element): string[] =>
        [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim() ?? '');
      const all = [...element.renderRoot.querySelectorAll('tbody tr')];
      expect(all.map(cells)).to.deep.equal([
        ['kitchen', '10°C'],
        ['garden', 'Warning:90°C'], // the word is for screen readers
      ]);
      expect(all.map((row) => row.className)).to.deep.equal(['ok', 'warn']);
      expect(element.matches(':state(level-warn)')).to.equal(true);
    });

    it('a busy series removes no other from a list', async () => {
      const channel = freshChannel();
      await post(
        channel,
        ['a', 'b', 'c'].map((key) => ({ value: 1, key })),
      );
      const element = await follow('lp-list', channel);
      for (let n = 0; n < 6; n++)
        await post(
          channel,
          Array.from({ length: 100 }, (_, i) => ({ value: n * 100 + i, key: 'busy' })),
        );
      await until(() => rows(element).at(-1) === 'busy 599');
      expect(rows(element)).to.deep.equal(['a 1', 'b 1', 'c 1', 'busy 599']);
    });

    it('a thousand series are reported, not cut silently', async () => {
      const channel = freshChannel();
      for (let n = 0; n < 3; n++)
        await post(
          channel,
          Array.from({ length: 500 }, (_, i) => ({ value: i, key: `h${n * 500 + i}` })),
        );
      const list = await follow('lp-list', channel, { limit: '2' });
      await until(() => inside(list, '.more') === '1,498 more');
      const number = await follow('lp-number', channel);
      await until(() => message(number) === '1,500 series: choose one');
    });

    it('a removed series disappears; one without new data has its age and no level', async () => {
      const channel = freshChannel();
      await describeChannel(channel, { ttl: 5 });
      const now = Date.now();
      await post(channel, [
        { value: 95, key: 'gone', time: now - 55_000 },
        { value: 95, key: 'silent', time: now - 30_000 },
        { value: 95, key: 'there', time: now },
      ]);
      const element = await follow('lp-list', channel, { danger: '90' });
      await until(() => rows(element).length === 2);
      await settled(element);
      expect(rows(element)[0]).to.match(/^silent 3\d sec\. ago 95$/);
      expect(rows(element)[1]).to.match(/Critical: ?95$/);
      const keeps = await follow('lp-list', channel, { 'drop-after': 'never' });
      expect(rows(keeps).length).to.equal(3);
    });
  });

  describe('unreadable payloads', () => {
    const CASES: [
      tag: string,
      payload: unknown,
      attributes: Record<string, string>,
      says: string,
    ][] = [
      ['lp-number', { temp: 21.5, hum: 50 }, {}, 'Cannot read {temp, hum}'],
      ['lp-number', { temp: 21.5, hum: 50 }, { field: 'nope' }, 'Cannot read {temp, hum}'],
      ['lp-meter', { temp: 21.5, hum: 50 }, {}, 'Cannot read {temp, hum}'],
      ['lp-list', { temp: 21.5, hum: 50 }, { field: 'nope' }, 'Cannot read {temp, hum}'],
      ['lp-tracker', 'v1.2 is out', {}, 'Cannot read "v1.2 is out"'],
      ['lp-tracker', { ok: true }, {}, 'Cannot read {ok: true}'],
      ['lp-tracker', { temp: 21.5, hum: 50 }, {}, 'Cannot read {temp, hum}'],
    ];
    for (const [tag, payload, attributes, says] of CASES) {
      it(`${tag} shows "${says}", never "No data", and is not live`, async () => {
        const channel = freshChannel();
        await post(channel, payload);
        const element = await follow(tag, channel, attributes);
        expect(element.status).to.equal('error');
        expect(message(element)).to.equal(says);
        await post(channel, { value: 'up' });
        if (!attributes['field']) await until(() => element.status === 'live');
      });
    }

    it('lp-sparkline says so in its title', async () => {
      const channel = freshChannel();
      await post(channel, 'v1.2 is out');
      const element = await follow('lp-sparkline', channel);
      expect(element.status).to.equal('error');
      expect(element.renderRoot.querySelector('[title]')?.getAttribute('title')).to.equal(
        'Cannot read "v1.2 is out"',
      );
    });

    it('a field that the newest payload lacks keeps its last value', async () => {
      const channel = freshChannel();
      await post(channel, [{ temp: 21 }, { hum: 50 }]);
      expect(figure(await follow('lp-number', channel, { field: 'temp' }))).to.equal('21');
    });

    it('an empty object or null is no value, and no error', async () => {
      for (const payload of [{ value: null }, {}]) {
        const channel = freshChannel();
        await post(channel, payload);
        const element = await follow('lp-number', channel);
        expect([element.status, figure(element)]).to.deep.equal(['live', '—']);
      }
    });
  });

  describe('meta', () => {
    it('limits, digits and unit of the channel need no attributes', async () => {
      const channel = freshChannel();
      await describeChannel(channel, { unit: 'celsius', decimals: 1, warn: 20, danger: 30 });
      await post(channel, { value: 25 });
      const element = await follow('lp-number', channel);
      expect(figure(element)).to.equal('25.0°C');
      expect(element.matches(':state(level-warn)')).to.equal(true);
      const own = await follow('lp-meter', channel, { warn: '26', digits: '0' });
      expect(figure(own)).to.equal('25°C');
      expect(own.matches(':state(level-ok)')).to.equal(true);
    });

    it('the icon of the channel is before the name, and is not announced', async () => {
      const channel = freshChannel();
      await describeChannel(channel, { label: 'Oven', icon: '🔥' });
      await post(channel, 1);
      const element = await follow('lp-number', channel);
      element.removeAttribute('label');
      await settled(element);
      expect(inside(element, '[part=label]')).to.equal('🔥Oven');
      expect(inside(element, '.symbol[aria-hidden=true]')).to.equal('🔥');
    });

    it('another field has its own unit and bounds, or none', async () => {
      const channel = freshChannel();
      const hum = { unit: 'percent', max: 50, danger: 45 };
      await describeChannel(channel, { unit: 'celsius', max: 40, warn: 20, fields: { hum } });
      await post(channel, { value: 25, hum: 48, lux: 300, status: 'warning' });
      const lux = await follow('lp-meter', channel, { field: 'lux', max: '1000' });
      expect(figure(lux)).to.equal('300');
      expect(lux.matches(':state(level-warn)')).to.equal(false);
      const own = await follow('lp-meter', channel, { field: 'hum' });
      expect(figure(own)).to.equal('48%');
      expect(inside(own, '[part=max]')).to.equal('50%');
      expect(own.matches(':state(level-danger)')).to.equal(true);
    });
  });

  describe('data set by the page', () => {
    it('null shows no data, not "no channel"', async () => {
      const element = make('lp-number', { lang: 'en' });
      document.body.append(element);
      element.data = null;
      await settled(element);
      expect([element.status, message(element)]).to.deep.equal(['empty', 'No data yet']);
      expect(element.renderRoot.querySelector('.command')).to.equal(null);
    });

    for (const [lang, text] of [
      ['de_DE@euro', '1.234,5'],
      ['en_GB.UTF-8', '1,234.5'],
      ['zh_Hant_TW', '1,234.5'],
    ] as const)
      it(`lang="${lang}" is accepted as servers write it`, async () => {
        const element = make('lp-number', { lang });
        element.data = 1234.5;
        document.body.append(element);
        await settled(element);
        expect(figure(element)).to.equal(text);
      });
  });

  describe('narrow tiles', () => {
    for (const [tag, variant] of [
      ['lp-number', ''],
      ['lp-meter', 'arc'],
      ['lp-meter', 'ring'],
      ['lp-meter', 'bar'],
    ] as const) {
      it(`${tag} ${variant} with a long unit stays within 160 px, and its number is readable`, async () => {
        const channel = freshChannel();
        await post(channel, { value: 1234.5 });
        const unit = 'Kilowattstunden je Quadratmeter';
        const element = await follow(tag, channel, { unit, max: '2000', variant });
        element.style.inlineSize = '160px';
        await settled(element);
        const box = element.getBoundingClientRect();
        for (const each of element.renderRoot.querySelectorAll(
          '[part=value], .caption, .unit, svg',
        ))
          expect(each.getBoundingClientRect().right, each.className.toString()).to.be.at.most(
            box.right,
          );
        const value = element.renderRoot.querySelector('span[part=value], .value') as HTMLElement;
        expect(Number.parseFloat(getComputedStyle(value).fontSize)).to.be.at.least(12);
        expect(textOf(element)).to.contain('Kilowattstunden je Quadratmeter');
      });
    }
  });
});
