import { expect } from '@open-wc/testing';
import { sendKeys } from '@web/test-runner-commands';
import '../../components/feed/define.ts';
import '../../components/publish/define.ts';
import '../../components/source/define.ts';
import type { LpFeed } from '../../components/feed/lp-feed.ts';
import type { LpPublish } from '../../components/publish/lp-publish.ts';
import type { LpSource } from '../../components/source/lp-source.ts';
import { CORPUS, watchDom } from '../support/element-laws.ts';
import { freshChannel, nextEvent, post, server, serverUrl, until } from '../support/page.ts';

interface Held {
  v: number;
  d: Record<string, unknown>;
}

const part = <T extends HTMLElement = HTMLElement>(element: Element, name: string): T =>
  element.shadowRoot?.querySelector(`[part~="${name}"]`) as T;
const input = (element: LpPublish): HTMLInputElement => part(element, 'input');
const errorOf = (element: LpPublish): string => part(element, 'error').textContent?.trim() ?? '';
const fetched = globalThis.fetch;

describe('lp-publish', () => {
  let src: string;
  let channel: string;

  before(async () => {
    src = await serverUrl();
  });

  beforeEach(() => {
    channel = freshChannel();
    localStorage.clear();
  });

  afterEach(() => document.body.replaceChildren());

  async function held(): Promise<Held[]> {
    const answer = await (await fetched(`${src}/channels/${channel}`)).json();
    return answer.channels[channel].entries;
  }

  async function form(attributes: Record<string, string> = {}, inside = ''): Promise<LpPublish> {
    const element = document.createElement('lp-publish');
    for (const [name, value] of Object.entries({ channel, src, ...attributes }))
      element.setAttribute(name, value);
    element.innerHTML = inside;
    document.body.append(element);
    await element.updateComplete;
    return element;
  }

  /** A form inside a source whose requests go through `fetch`. */
  async function scripted(
    fetch: typeof globalThis.fetch,
    attributes: Record<string, string> = {},
  ): Promise<LpPublish> {
    const source = document.createElement('lp-source') as LpSource;
    // One address per test: a client is shared, and stays open for a while.
    source.setAttribute('src', src.replace('127.0.0.1', `${channel}.localhost`));
    source.fetch = (url, init) =>
      fetch((url as string).replace(`${channel}.localhost`, '127.0.0.1'), init);
    document.body.append(source);
    const element = await form(attributes);
    element.removeAttribute('src');
    source.append(element);
    await element.updateComplete;
    return element;
  }

  async function write(element: LpPublish, text: string): Promise<void> {
    input(element).focus();
    await sendKeys({ type: text });
  }

  const press = (target: Element, init: KeyboardEventInit): boolean =>
    target.dispatchEvent(
      new KeyboardEvent('keydown', { bubbles: true, composed: true, cancelable: true, ...init }),
    );

  it('sends the text on Enter, clears the field and keeps the focus', async () => {
    const element = await form();
    const sent = nextEvent(element, 'lp-published');
    await write(element, 'hello');
    await sendKeys({ press: 'Enter' });
    const { version, id, payload } = await sent;
    expect(version).to.equal(1);
    expect(id).to.match(/^[0-9a-f]{32}$/);
    expect(payload).to.deep.equal({ text: 'hello' });
    expect((await held()).map(({ d }) => d)).to.deep.equal([{ text: 'hello' }]);
    expect(element.value).to.equal('');
    expect(input(element).value).to.equal('');
    expect(element.shadowRoot?.activeElement).to.equal(input(element));
  });

  it('sends by its button, and moves the focus back to the field', async () => {
    const element = await form();
    await write(element, 'hello');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Tab' });
    expect(element.shadowRoot?.activeElement).to.equal(part(element, 'button'));
    await sendKeys({ press: ' ' });
    await sent;
    expect(element.shadowRoot?.activeElement).to.equal(input(element));
  });

  it('inserts a line break on Shift+Enter', async () => {
    const element = await form({ multiline: '' });
    await write(element, 'one');
    await sendKeys({ down: 'Shift' });
    await sendKeys({ press: 'Enter' });
    await sendKeys({ up: 'Shift' });
    await sendKeys({ type: 'two' });
    expect(element.value).to.equal('one\ntwo');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect((await held())[0]?.d).to.deep.equal({ text: 'one\ntwo' });
  });

  it('does not send while an input method composes, or on the Enter that ends the composition', async () => {
    const element = await form();
    await write(element, 'にほん');
    let asked = 0;
    element.addEventListener('lp-before-publish', () => asked++);
    const field = input(element);
    const composition = (type: string): boolean =>
      field.dispatchEvent(new CompositionEvent(type, { bubbles: true, composed: true }));
    composition('compositionstart');
    press(field, { key: 'Enter', keyCode: 13, isComposing: true });
    press(field, { key: 'Process', keyCode: 229, isComposing: true });
    press(field, { key: 'Enter', keyCode: 13 }); // An input method that does not report the composition.
    field.form?.requestSubmit();
    composition('compositionend');
    expect(press(field, { key: 'Enter', keyCode: 229 }), 'no submission by the browser').to.equal(
      false,
    );
    expect(asked).to.equal(0);
    expect(element.value).to.equal('にほん');
    const sent = nextEvent(element, 'lp-published');
    press(field, { key: 'Enter', keyCode: 13 });
    await sent;
    expect(asked).to.equal(1);
  });

  it('reaches two windows, each message once', async () => {
    const feeds = [0, 1].map(() => {
      const feed = document.createElement('lp-feed') as LpFeed;
      for (const [name, value] of Object.entries({ channel, src, variant: 'chat' }))
        feed.setAttribute(name, value);
      return feed;
    });
    document.body.append(...feeds);
    const [ada, bo] = [await form({ author: '' }), await form({ author: '' })];
    const say = async (element: LpPublish, name: string, text: string): Promise<void> => {
      part<HTMLInputElement>(element, 'author').focus();
      await sendKeys({ type: name });
      const sent = nextEvent(element, 'lp-published');
      await write(element, text);
      await sendKeys({ press: 'Enter' });
      await sent;
    };
    await say(ada, 'Ada', 'Hi');
    await say(bo, 'Bo', 'Hello');
    for (const feed of feeds) {
      await until(() => feed.items.length === 2);
      expect(feed.items.map(({ author, text }) => [author, text])).to.deep.equal([
        ['Ada', 'Hi'],
        ['Bo', 'Hello'],
      ]);
    }
    expect(part<HTMLInputElement>(ada, 'author').value).to.equal('Ada');
  });

  it('publishes once when the server is killed during the publish and comes back', async () => {
    let answers = 0;
    let kill = (): void => {};
    const killed = new Promise<void>((resolve) => {
      kill = resolve;
    });
    const element = await scripted(async (url, init) => {
      const response = await fetched(url, init);
      if (init?.method !== 'POST' || answers++ > 0) return response;
      await killed;
      await server('stop'); // The server has the message; its response is lost.
      void server('start');
      throw new TypeError('connection reset');
    });
    await write(element, 'once');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await until(() => element.matches(':state(sending)'));
    expect(part(element, 'button').getAttribute('aria-disabled')).to.equal('true');
    expect(part<HTMLButtonElement>(element, 'button').disabled).to.equal(false);
    expect(element.value).to.equal('once');
    await sendKeys({ press: 'Enter' }); // A second Enter by an impatient user.
    kill();
    await sent;
    expect((await held()).map(({ d }) => d)).to.deep.equal([{ text: 'once' }]);
    expect(element.matches(':state(sending)')).to.equal(false);
  });

  it('keeps the text when a publish fails, shows why, and sends the message once on retry', async () => {
    let broken = true;
    const keys = new Set<string | null>();
    const element = await scripted(async (url, init) => {
      if (init?.method !== 'POST') return fetched(url, init);
      keys.add(new Headers(init.headers).get('Idempotency-Key'));
      const response = await fetched(url, init); // The message arrives every time.
      const headers = { 'Content-Type': 'application/problem+json' };
      return broken ? Response.json({ code: 'bad-request' }, { status: 418, headers }) : response;
    });
    await write(element, 'important');
    const failed = nextEvent(element, 'lp-error');
    await sendKeys({ press: 'Enter' });
    const { error } = await failed;
    expect((error as Error & { status?: number }).status).to.equal(418);
    await element.updateComplete;
    expect(element.matches(':state(failed)')).to.equal(true);
    expect(element.value).to.equal('important');
    expect(errorOf(element)).not.to.equal('');
    expect(part(element, 'error').getAttribute('role')).to.equal('alert');
    expect(input(element).getAttribute('aria-describedby')?.split(' ')).to.include('error');
    await expect(element).to.be.accessible();
    broken = false;
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect(keys.size).to.equal(1);
    expect(await held()).to.have.length(1);
    expect(element.matches(':state(failed)')).to.equal(false);
    expect(errorOf(element)).to.equal('');
  });

  it('keeps what the user types while a message is being sent', async () => {
    let go = (): void => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const element = await scripted(async (url, init) => {
      await gate;
      return fetched(url, init);
    });
    await write(element, 'first');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sendKeys({ type: ' second' });
    go();
    await sent;
    expect((await held())[0]?.d).to.deep.equal({ text: 'first' });
    expect(input(element).value).to.equal(' second');
  });

  it('counts down after a 429, outside the live region, and sends only then', async () => {
    let posts = 0;
    const element = await scripted(async (url, init) => {
      if (init?.method === 'POST' && posts++ === 0)
        return Response.json(
          { code: 'rate-limited' },
          {
            status: 429,
            headers: { 'Retry-After': '2', 'Content-Type': 'application/problem+json' },
          },
        );
      return fetched(url, init);
    });
    await write(element, 'fast');
    const failed = nextEvent(element, 'lp-error');
    await sendKeys({ press: 'Enter' });
    await failed;
    await element.updateComplete;
    const wait = element.shadowRoot?.querySelector('.wait') as HTMLElement;
    expect(wait.hidden).to.equal(false);
    expect(wait.textContent).to.match(/\d/);
    expect(errorOf(element)).not.to.match(/\d/);
    expect(wait.closest('[role],[aria-live]')).to.equal(null);
    await sendKeys({ press: 'Enter' });
    expect(posts).to.equal(1);
    await until(() => wait.hidden);
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect(posts).to.equal(2);
  });

  it('asks for a token, and retries when it is set', async () => {
    let token = false;
    const element = await scripted(async (url, init) => {
      const asks = init?.method === 'POST' && !token;
      const headers = { 'Content-Type': 'application/problem+json' };
      const refusal = Response.json({ code: 'unauthorized' }, { status: 401, headers });
      return asks ? refusal : fetched(url, init);
    });
    await write(element, 'secret');
    const asked = nextEvent(element, 'lp-auth-required');
    await sendKeys({ press: 'Enter' });
    const { retry } = await asked;
    await element.updateComplete;
    expect(element.value).to.equal('secret');
    token = true;
    const sent = nextEvent(element, 'lp-published');
    retry();
    await sent;
    expect(await held()).to.have.length(1);
  });

  it('sends its own headers, also from a function', async () => {
    const seen: (string | null)[] = [];
    const element = await scripted(async (url, init) => {
      if (init?.method === 'POST') seen.push(new Headers(init.headers).get('X-Who'));
      return Response.json({ cursor: '1.aaaa', first: 1, count: 1 }, { status: 201 });
    });
    element.headers = async () => ({ 'X-Who': 'me' });
    await write(element, 'x');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect(seen).to.deep.equal(['me']);
  });

  it('lets the page change a message, or prevent it', async () => {
    const element = await form();
    element.addEventListener('lp-before-publish', (event) => {
      event.payload = { text: 'changed', level: 'info' };
    });
    await write(element, 'x');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect((await held())[0]?.d).to.deep.equal({ text: 'changed', level: 'info' });
    element.addEventListener('lp-before-publish', (event) => event.preventDefault());
    await write(element, 'never');
    await sendKeys({ press: 'Enter' });
    expect(element.value).to.equal('never');
    expect(await held()).to.have.length(1);
  });

  it('refuses empty and long messages, counts characters, and removes the error while they are corrected', async () => {
    const element = await form({ maxlength: '5' });
    input(element).focus();
    await sendKeys({ press: 'Enter' });
    await element.updateComplete;
    expect(element.matches(':state(invalid)')).to.equal(true);
    expect(input(element).getAttribute('aria-invalid')).to.equal('true');
    await write(element, '1234567');
    expect(element.matches(':state(invalid)')).to.equal(false);
    expect(input(element).value, 'nothing is cut').to.equal('1234567');
    expect(part(element, 'count').textContent).to.contain('7 / 5');
    await sendKeys({ press: 'Enter' });
    await element.updateComplete;
    expect(errorOf(element)).to.match(/2/);
    await expect(element).to.be.accessible();
    expect(await held()).to.have.length(0);
  });

  it('uses a slotted form, with its own validation, and resets it', async () => {
    const element = await form(
      {},
      `<form><label>Value <input name="value" type="number" required></label>
       <label>Host <input name="labels.host" value="a"></label><button name="via" value="b">Set</button></form>`,
    );
    expect(part<HTMLFormElement>(element, 'form').hidden).to.equal(true);
    const own = element.querySelector('form') as HTMLFormElement;
    const [value] = own.querySelectorAll('input');
    (own.querySelector('button') as HTMLElement).click();
    expect(element.matches(':state(sending)'), 'the browser asks for the value').to.equal(false);
    value?.focus();
    await sendKeys({ type: '42' });
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect((await held())[0]?.d).to.deep.equal({ value: 42, labels: { host: 'a' }, via: 'b' });
    expect(value?.value).to.equal('');
    element.payload = (data) => [{ value: Number(data.get('value')) }, { value: -1 }];
    await sendKeys({ type: '7' });
    const again = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await again;
    expect((await held()).slice(1).map(({ d }) => d)).to.deep.equal([{ value: 7 }, { value: -1 }]);
  });

  it('uses a form that is added late, and its own again when that is removed', async () => {
    const element = await form();
    element.innerHTML = '<form><input name="text" aria-label="Text"></form>';
    await until(() => part<HTMLFormElement>(element, 'form').hidden);
    element.replaceChildren();
    await until(() => !part<HTMLFormElement>(element, 'form').hidden);
  });

  it('reports a file in a form instead of dropping it', async () => {
    const element = await form({}, '<form><input type="file" name="f" aria-label="File"></form>');
    const files = new DataTransfer();
    files.items.add(new File(['x'], 'x.txt'));
    (element.querySelector('input') as HTMLInputElement).files = files.files;
    const failed = nextEvent(element, 'lp-error');
    element.querySelector('form')?.requestSubmit();
    expect((await failed).error).to.be.instanceOf(TypeError);
  });

  it('stores the name if the attribute is set', async () => {
    const element = await form({ author: '', remember: '' });
    part<HTMLInputElement>(element, 'author').focus();
    await sendKeys({ type: 'Ada' });
    const sent = nextEvent(element, 'lp-published');
    await write(element, 'x');
    await sendKeys({ press: 'Enter' });
    await sent;
    const other = await form({ author: '', remember: '' });
    expect(part<HTMLInputElement>(other, 'author').value).to.equal('Ada');
    const forgetful = await form({ author: '' });
    expect(part<HTMLInputElement>(forgetful, 'author').value).to.equal('');
  });

  it('shows the channel’s value in replace mode, and does not overwrite what the user types', async () => {
    await post(channel, { value: 20 });
    const element = await form({ mode: 'replace', label: 'Target' });
    const witness = await form({ mode: 'replace', label: 'Target' });
    await until(() => element.value === '20');
    await post(channel, { text: '21' });
    await until(() => element.value === '21');
    input(element).select();
    await write(element, '25');
    await post(channel, { text: '22' });
    await until(() => witness.value === '22');
    expect(element.value).to.equal('25');
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
    expect(element.value).to.equal('25');
    await post(channel, { text: '26' });
    await until(() => element.value === '26');
  });

  it('waits for the connection if the attribute is set, without moving the focus', async () => {
    const feed = document.createElement('lp-feed') as LpFeed;
    feed.channel = channel;
    feed.src = src;
    document.body.append(feed);
    const element = await form({ 'required-status': 'live' });
    await until(() => feed.status === 'empty');
    await write(element, 'later');
    await server('stop');
    try {
      await until(() => part(element, 'button').getAttribute('aria-disabled') === 'true');
      await sendKeys({ press: 'Enter' });
      expect(element.matches(':state(sending)')).to.equal(false);
      expect(element.shadowRoot?.activeElement).to.equal(input(element));
    } finally {
      await server('start');
    }
    await until(() => !part(element, 'button').hasAttribute('aria-disabled'));
    const sent = nextEvent(element, 'lp-published');
    await sendKeys({ press: 'Enter' });
    await sent;
  });

  it('confirms a sent message only where no feed shows it', async () => {
    const said: string[] = [];
    const page = document as Document & { ariaNotify?: (text: string) => void };
    page.ariaNotify = (text) => void said.push(text);
    try {
      const feed = document.createElement('lp-feed') as LpFeed;
      Object.assign(feed, { channel, src });
      document.body.append(feed);
      const element = await form();
      await until(() => feed.status === 'empty');
      const send = async (): Promise<void> => {
        const sent = nextEvent(element, 'lp-published');
        await write(element, 'x');
        await sendKeys({ press: 'Enter' });
        await sent;
      };
      await send();
      feed.remove();
      await new Promise((resolve) => setTimeout(resolve));
      await send();
      await until(() => said.some((text) => text.includes('Sent.')));
      expect(said.join(' ').split('Sent.')).to.have.length(2);
    } finally {
      delete page.ariaNotify;
    }
  });

  it('is disabled with its own form and with one of the page', async () => {
    const [ours, own] = [
      await form({ disabled: '' }),
      await form({ disabled: '' }, '<form><input name="text" value="x" aria-label="Text"></form>'),
    ];
    expect(input(ours).disabled).to.equal(true);
    own.querySelector('form')?.requestSubmit();
    expect(own.matches(':state(sending)')).to.equal(false);
    own.querySelector('input')?.focus();
    expect(document.activeElement).not.to.equal(own.querySelector('input'));
  });

  it('shows text with markup as text', async () => {
    for (const text of CORPUS) {
      const element = await form({
        label: text,
        placeholder: text,
        'button-label': text,
        channel: text,
      });
      element.value = text;
      await element.updateComplete;
      input(element).form?.requestSubmit();
      await element.updateComplete;
      for (const each of element.shadowRoot?.querySelectorAll('*') ?? []) {
        expect(each.localName).not.to.be.oneOf(['script', 'img', 'b']);
        for (const { name } of each.attributes) expect(name.startsWith('on')).to.equal(false);
      }
      element.remove();
    }
    expect('pwned' in globalThis).to.equal(false);
  });

  for (const attributes of [
    {},
    { author: '', label: 'Message to all', multiline: '', maxlength: '100' },
    { disabled: '' },
  ])
    it(`axe reports nothing with ${JSON.stringify(attributes)}`, async () => {
      await expect(await form(attributes, '<span slot="hint">Be kind</span>')).to.be.accessible();
    });

  it('has no attributes when created, uses properties set before its upgrade, can be cloned and moved, and writes nothing without a change', async () => {
    const made = document.createElement('lp-publish');
    expect([made.attributes.length, made.childNodes.length]).to.deep.equal([0, 0]);
    const early = document.implementation.createHTMLDocument().createElement('lp-publish');
    Object.assign(early, { value: 'early', channel, src });
    document.body.append(early);
    const element = early as LpPublish;
    await element.updateComplete;
    expect(input(element).value).to.equal('early');
    const changes = watchDom(element);
    element.requestUpdate();
    await element.updateComplete;
    expect(changes()).to.deep.equal([]);
    document.body.append(element.cloneNode(true));
    document.body.appendChild(document.createElement('section')).append(element);
    await element.updateComplete;
    expect(input(element).value).to.equal('early');
    const sent = nextEvent(element, 'lp-published');
    input(element).form?.requestSubmit();
    await sent;
  });
});
