import { expect } from '@open-wc/testing';
import { a11ySnapshot } from '@web/test-runner-commands';
import '../../components/index.ts';
import { itInChromium } from '../support/engine.ts';
import { freshChannel, post, serverUrl, until } from '../support/page.ts';

interface Told {
  role: string;
  name: string;
  pressed?: boolean;
  children?: Told[];
}

/**
 * The accessibility tree of the browser, in reading order: role, name, and whether it is pressed.
 */
const lines = ({ role, name, pressed, children = [] }: Told): string[] => [
  [role, name, pressed === undefined ? '' : pressed ? 'pressed' : 'not pressed']
    .filter(Boolean)
    .join(' · '),
  ...children.flatMap(lines),
];

const isLive = (element: Element): boolean =>
  (element as Element & { status: string }).status === 'live';

describe('what a screen reader announces', () => {
  afterEach(() => document.body.replaceChildren());

  itInChromium('of a page with a chat, a form and a chart, in the order of the page', async () => {
    const [chat, cpu] = [freshChannel(), freshChannel()];
    await post(chat, { text: 'Hello', author: 'Ada' });
    for (const value of [1, 5, 3]) await post(cpu, { value });
    document.body.innerHTML = `
      <lp-dashboard label="web-1" src="${await serverUrl()}">
        <lp-feed channel="${chat}" variant="chat" label="Chat" no-footer show-time="none"></lp-feed>
        <lp-publish channel="${chat}" label="Message" author></lp-publish>
        <lp-metric-chart channel="${cpu}" label="Load" no-footer></lp-metric-chart>
        <lp-time datetime="2026-01-01T00:00:00Z" format="date" time-zone="UTC"></lp-time>
      </lp-dashboard>`;
    await until(() => [...document.querySelectorAll('lp-feed, lp-metric-chart')].every(isLive));
    await until(() => Boolean(document.querySelector('lp-metric-chart')?.chart));
    const told = (await a11ySnapshot({})) as unknown as Told;
    expect(lines(told).slice(1)).to.deep.equal([
      'region · web-1',
      'StaticText · web-1',
      'status',
      'StaticText · Live',
      'button · Pause · not pressed',
      'StaticText · Chat',
      'button · Search: Chat · not pressed',
      'button · Download as text: Chat',
      'button · Pause: Chat · not pressed',
      'log · Chat',
      'StaticText · Ada',
      'StaticText · Hello',
      'form',
      'StaticText · Your name',
      'textbox · Your name',
      'StaticText · Message',
      'textbox · Message',
      'button · Send',
      'alert', // Present before it has anything to announce, like the two below.
      'status',
      'StaticText · Load',
      'button · More: Load', // It opens a menu: it is expanded or collapsed, and not a toggle.
      'button · Pause: Load · not pressed',
      'image · Load, last 5m: now 3, lowest 1, highest 5, average 3',
      'status',
      'StaticText · Jan 1, 2026',
    ]);
  });
});
