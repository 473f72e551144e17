import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'puppeteer-core';
import { type Declaration, type Item, manifest } from '../../tools/docs/manifest.mjs';
import { openChromium, openPage } from '../support/chromium.ts';
import { openWall, type Wall } from '../support/wall.ts';
import { type Witnessed, witness, witnessed } from '../support/witness.ts';

/** The members that these tests use. */
interface Widget extends HTMLElement {
  status: string;
  transform: unknown;
  updateComplete: Promise<boolean>;
  showTable(): void;
}

const CARDS = `
  <lp-number channel="cpu" unit="ms" warn="0.7" danger="0.9" sparkline></lp-number>
  <lp-meter channel="cpu" max="1" unit="ms"></lp-meter><lp-meter channel="cpu" variant="bar"></lp-meter>
  <lp-metric-chart channel="two"><lp-series field="a"></lp-series><lp-series field="b"></lp-series>
  <lp-band from="0" to="1"></lp-band></lp-metric-chart>
  <lp-number channel="cpu" target="1" marks="min max" sparkline window="1m"></lp-number>
  <lp-alerts channel="hosts"></lp-alerts><lp-image channel="picture"></lp-image><lp-range></lp-range>
  <lp-list><lp-row channel="cpu"></lp-row></lp-list><lp-tracker><lp-row channel="health"></lp-row></lp-tracker>
  <lp-tracker channel="hosts" variant="timeline"></lp-tracker>
  <lp-list channel="rows" bars></lp-list><lp-list channel="rows" numbered></lp-list>
  <lp-table channel="two"></lp-table><lp-table><lp-column channel="two"></lp-column></lp-table>
  <lp-tracker channel="health"></lp-tracker><lp-tracker channel="hosts"></lp-tracker>
  <lp-feed channel="news" variant="events"></lp-feed><lp-feed channel="news" variant="chat"></lp-feed>
  <lp-template channel="two"><template><p data-text="a"></p></template></lp-template>
  <p><lp-value channel="cpu"><lp-case when="<1">idle</lp-case></lp-value> <lp-time channel="moment"></lp-time> <lp-time format="clock"></lp-time>
  <lp-sparkline channel="cpu"></lp-sparkline></p>`;
const STATES = `
  <lp-number id="idle"></lp-number><lp-number channel="nothing"></lp-number>
  <lp-number channel="cpu" stale-after="1ms"></lp-number><lp-number channel="cpu" paused></lp-number>
  <lp-number channel="cpu" id="broken"></lp-number>
  <lp-time channel="nothing"></lp-time><lp-time channel="two"></lp-time>`;
const PAGE = `<lp-source allow-commands></lp-source>
  <main><h1>All</h1><lp-status details></lp-status>${CARDS}${STATES}
  <lp-publish channel="news" author maxlength="20"></lp-publish>
  <lp-dashboard label="Kiosk" kiosk allow-commands src="/lp"></lp-dashboard>
  <lp-dashboard config="{"></lp-dashboard></main>`;
const BOARD = `<lp-dashboard kiosk label="Kiosk" rotate="30s"><section><lp-number channel="cpu"></lp-number></section>
  <section><lp-meter channel="cpu" max="1"></lp-meter></section></lp-dashboard>`;
const SIGN_IN = `<lp-source></lp-source><lp-status></lp-status><lp-time channel="moment"></lp-time><lp-feed channel="news"></lp-feed>
  <lp-publish channel="news"></lp-publish>`;
const IMAGE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8"/></svg>';
const REFUSED = `<lp-status></lp-status><lp-feed channel="a"></lp-feed><lp-feed channel="b"></lp-feed>`;

const elements = manifest()
  .modules.flatMap(({ declarations }) => declarations)
  .filter(({ tagName }) => tagName);
const lines = (pick: (element: Declaration) => Item[] | undefined): string[] =>
  elements.flatMap(
    (element) => pick(element)?.map(({ name }) => `${element.tagName} ${name}`) ?? [],
  );

/** Observed during the whole run. */
const seen: Witnessed = { states: [], events: [], parts: [], slots: [] };
let browser: Browser;

before(async () => {
  browser = await openChromium();
  await allShown();
  await fitted();
  await askedToSignIn();
  await withoutSource('lp-feed', 'news');
  await withoutSource('lp-time', 'moment');
  await refused();
});
after(() => browser.close());

async function open(wall: Wall): Promise<Page> {
  const { page } = await openPage(browser);
  await witness(page);
  await page.goto(`${wall.origin}/`);
  return page;
}

async function leave(page: Page): Promise<void> {
  const { states, events, parts, slots } = await witnessed(page);
  seen.states.push(...states);
  seen.events.push(...events);
  seen.parts.push(...parts);
  seen.slots.push(...slots);
  await page.close();
}

const reaches = (page: Page, selector: string, status: string): Promise<unknown> =>
  page.waitForFunction(
    (wanted, word) => document.querySelector<Widget>(wanted)?.status === word,
    {},
    selector,
    status,
  );

const happens = (page: Page, kind: keyof Witnessed, what: string): Promise<unknown> =>
  page.waitForFunction(
    (key, line) =>
      (globalThis as unknown as { witnessed: Record<string, Set<string>> }).witnessed[key]?.has(
        line,
      ),
    {},
    kind,
    what,
  );

async function fill({ live }: Wall): Promise<void> {
  await live.publish('cpu', [{ value: 0.1 }, { value: 0.5, moreinfo: 'of one core' }]);
  await live.publish('two', { a: 1, b: 2 });
  await live.publish('rows', { items: [{ label: 'a', value: 1 }], moreinfo: 'of two' });
  await live.publish('health', [{ status: 'ok' }, { status: 'danger', message: 'down' }]);
  await live.publish('hosts', [
    { key: 'north', status: 'ok' },
    { key: 'south', status: 'warn' },
  ]);
  await live.publish('news', { author: 'Ada', title: 'A title', text: 'A text', level: 'warn' });
  await live.publish('hosts', {
    key: 'west',
    status: 'down',
    message: 'refused',
    since: Date.now() - 90_000,
  });
  await live.publish('picture', { url: '/image.svg', alt: 'An image' });
  await live.publish('moment', new Date().toISOString());
}

/**
 * Everything that an element can show on an open page, and everything that can happen to it there.
 */
async function allShown(): Promise<void> {
  await using wall = await openWall({ '/': PAGE, '/image.svg': IMAGE });
  await fill(wall);
  const page = await open(wall);
  await reaches(page, 'lp-metric-chart', 'live');
  await reaches(page, '[channel=nothing]', 'empty');
  await reaches(page, '[stale-after]', 'stale');
  await page.$$eval('lp-metric-chart, #broken', ([chart, broken]) => {
    (chart as Widget).showTable();
    chart?.scrollIntoView(); // In the part where it draws.
    (broken as Widget).transform = () => {
      throw new Error('a test of what cannot be shown');
    };
  });
  await wall.live.publish('cpu', { value: 0.95 });
  await wall.live.publish('cpu', { value: 0.75 });
  await wall.live.publish('news', { text: 'new' });
  await wall.live.publish('command', { command: 'wave' });
  await happens(page, 'events', 'lp-number lp-level');
  await happens(page, 'events', 'lp-feed lp-item');
  await happens(page, 'events', 'lp-dashboard lp-command');
  await page.waitForFunction(
    () => document.querySelector<Widget & { drawn: number }>('lp-metric-chart')?.drawn,
  );
  await page.focus('lp-metric-chart >>> canvas');
  await page.keyboard.press('ArrowLeft');
  await happens(page, 'events', 'lp-metric-chart lp-point');
  await page.focus('lp-metric-chart >>> .menu-button');
  await page.keyboard.press('Enter');
  await happens(page, 'parts', 'lp-metric-chart menu');
  await page.keyboard.press('Escape');
  await page.click('lp-range >>> [part=presets] button');
  await happens(page, 'events', 'lp-range lp-range-change');
  await page.click('lp-range >>> [part=custom-button]');
  await happens(page, 'parts', 'lp-range form');
  await page.focus('lp-feed >>> button[aria-label^=Search]');
  await page.keyboard.press('Enter');
  await happens(page, 'parts', 'lp-feed search');
  await page.type('lp-publish >>> input[part=input]', 'x'.repeat(21));
  await page.keyboard.press('Enter');
  await happens(page, 'states', 'lp-publish invalid');
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Enter');
  await happens(page, 'events', 'lp-publish lp-published');
  await page.click('lp-status >>> [part=pause-button]');
  await reaches(page, 'lp-status', 'paused');
  await page.click('lp-status >>> [part=pause-button]');
  await reaches(page, 'lp-status', 'live');
  await happens(page, 'states', 'lp-dashboard unattended');
  await wall.kill();
  await reaches(page, 'lp-status', 'reconnecting');
  await reaches(page, 'lp-feed', 'offline');
  await wall.start();
  await happens(page, 'events', 'lp-dashboard lp-reset');
  await page.setOfflineMode(true);
  await reaches(page, 'lp-status', 'offline');
  await page.setOfflineMode(false);
  await leave(page);
}

/** A board that fills its screen, and has pages. */
async function fitted(): Promise<void> {
  await using wall = await openWall({ '/': BOARD });
  await fill(wall);
  const page = await open(wall);
  await page.setViewport({ width: 1440, height: 900 });
  await happens(page, 'parts', 'lp-dashboard pages');
  await happens(page, 'states', 'lp-dashboard fitted');
  await leave(page);
}

async function askedToSignIn(): Promise<void> {
  await using wall = await openWall({ '/': SIGN_IN }, { readToken: 'r', writeToken: 'w' });
  const page = await open(wall);
  await reaches(page, 'lp-feed', 'denied');
  await reaches(page, 'lp-status', 'denied');
  await page.type('lp-publish >>> input[part=input]', 'hello');
  await page.keyboard.press('Enter');
  await happens(page, 'states', 'lp-publish failed');
  await leave(page);
}

/** If no source reports the state of the connection, a widget does. */
async function withoutSource(tag: string, channel: string): Promise<void> {
  await using wall = await openWall({ '/': `<${tag} channel="${channel}"></${tag}>` });
  await fill(wall);
  const page = await open(wall);
  await reaches(page, tag, 'live');
  await wall.kill();
  await wall.start(); // With an empty store: another history.
  await happens(page, 'events', `${tag} lp-reset`);
  await wall.kill();
  await wall.start({ readToken: 'r' });
  await happens(page, 'events', `${tag} lp-auth-required`);
  await leave(page);
}

async function refused(): Promise<void> {
  await using wall = await openWall({ '/': REFUSED }, { maxChannelsPerPoll: 1 });
  const page = await open(wall);
  await reaches(page, 'lp-status', 'refused');
  await leave(page);
}

/** Inherited features count as seen when any of the inheriting elements shows them. */
const unseen = (
  documented: string[],
  witnesses: string[],
  inherited: Map<string, string>,
): string[] => {
  const shown = new Set(witnesses.map((line) => inherited.get(line) ?? line));
  return documented.filter((line) => !shown.has(inherited.get(line) ?? line));
};

const originsOf = (pick: (element: Declaration) => Item[] | undefined): Map<string, string> =>
  new Map(
    elements.flatMap((element) =>
      (pick(element) ?? []).map(
        ({ name, inheritedFrom }) =>
          [`${element.tagName} ${name}`, `${inheritedFrom?.name ?? element.name} ${name}`] as const,
      ),
    ),
  );

const parts = [
  ['states', (each: Declaration) => each.cssStates],
  ['events', (each: Declaration) => each.events],
  ['parts', (each: Declaration) => each.cssParts],
  ['slots', (each: Declaration) => each.slots],
] as const;

for (const [kind, pick] of parts) {
  test(`${kind}: each documented one was seen, and each one that was seen is documented`, () => {
    const documented = lines(pick);
    const witnesses = [...new Set(seen[kind])].filter(
      (line) => !line.endsWith(' lp-source-request'), // Shared between elements, and documented by itself.
    );
    assert.ok(witnesses.length > 10);
    assert.deepEqual(
      witnesses.filter((line) => !documented.includes(line)),
      [],
    );
    assert.deepEqual(unseen(documented, witnesses, originsOf(pick)), []);
  });
}

test('attributes: those that are documented are exactly those that the elements observe', async () => {
  await using wall = await openWall({ '/': PAGE });
  const page = await open(wall);
  const observed = await page.evaluate(
    async (tags) => {
      await Promise.all(tags.map((tag) => customElements.whenDefined(tag)));
      return tags.flatMap((tag) => {
        const { observedAttributes } = customElements.get(tag) as unknown as Record<
          string,
          string[]
        >;
        return observedAttributes?.map((name) => `${tag} ${name}`) ?? [];
      });
    },
    elements.map(({ tagName }) => tagName as string),
  );
  const documented = lines(({ attributes }) => attributes?.filter(({ fieldName }) => fieldName));
  assert.deepEqual(observed.sort(), documented.sort());
  await page.close();
});

test('properties and methods: each documented one exists, with its default, and reflects as documented', async () => {
  await using wall = await openWall({ '/': PAGE });
  const page = await open(wall);
  const told = elements.map(({ tagName, members = [] }) => ({ tag: tagName as string, members }));
  const lies = await page.evaluate(async (all) => {
    await Promise.all(all.map(({ tag }) => customElements.whenDefined(tag)));
    const found: string[] = [];
    for (const { tag, members } of all) {
      const element = document.createElement(tag) as HTMLElement & Record<string, unknown>;
      const isReactive = (
        customElements.get(tag) as unknown as { elementProperties: Map<string, object> }
      ).elementProperties;
      for (const name of isReactive.keys())
        if (!members.some((member) => member.name === name))
          found.push(`${tag}.${name} is not told`);
      for (const { name, kind, default: value, attribute, reflects } of members) {
        const own = element[name];
        if (!(name in element)) found.push(`${tag}.${name} is not there`);
        else if (kind === 'method' && typeof own !== 'function') found.push(`${tag}.${name}()`);
        const literal = value?.replaceAll("'", '"');
        const real = JSON.stringify(own);
        if (literal !== undefined && own !== undefined && real !== literal)
          found.push(`${tag}.${name} is ${real}, not ${literal}`);
        if (attribute === undefined) continue;
        element[name] = typeof own === 'boolean' ? !own : '1';
        document.body.append(element);
        await (element as unknown as Widget).updateComplete;
        if (element.hasAttribute(attribute) !== (reflects ?? false))
          found.push(`${tag} ${attribute}: reflects`);
        element[name] = own;
        element.remove();
      }
    }
    return found;
  }, told);
  assert.deepEqual(lies, []);
  await page.close();
});
