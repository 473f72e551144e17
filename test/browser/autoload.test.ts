import { expect } from '@open-wc/testing';
import type { ElementLoader } from '../../components/autoload.ts';
import { autoload } from '../../components/autoload.ts';
import { until } from '../support/page.ts';

let used = 0;
/** A tag that no other test uses. */
const freshTag = (): string => `x-auto-${used++}`;
const element = (): CustomElementConstructor => class extends HTMLElement {};
const isDefined = (tag: string): boolean => customElements.get(tag) !== undefined;

/** A loader that counts its calls, and returns a class when the test says so. */
function held(): { loader: ElementLoader; bring: () => void; calls: () => number } {
  let bring = (): void => {};
  let calls = 0;
  const there = new Promise<void>((resolve) => {
    bring = resolve;
  });
  return {
    loader: async () => {
      calls++;
      await there;
      return element();
    },
    bring,
    calls: () => calls,
  };
}

const add = (tag: string, to: ParentNode = document.body): Element => {
  const made = document.createElement(tag);
  to.append(made);
  return made;
};

/** Waits for pending work: mutations are reported in a microtask, loads settle after a few. */
const aTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('the autoloader', () => {
  afterEach(() => document.body.replaceChildren());

  it('loads the code of each element in the page once, and no other code', async () => {
    const [present, absent] = [freshTag(), freshTag()];
    const [one, other] = [held(), held()];
    one.bring();
    add(present);
    add(present);
    autoload({ [present]: one.loader, [absent]: other.loader });
    await until(() => isDefined(present));
    add(present);
    await aTurn();
    expect([one.calls(), other.calls()]).to.deep.equal([1, 0]);
  });

  it('detects tags that are added later: by append, by innerHTML, cloned from a template', async () => {
    const tags = [freshTag(), freshTag(), freshTag()] as const;
    const template = document.createElement('template');
    template.innerHTML = `<p><${tags[2]}></${tags[2]}></p>`;
    document.body.append(template);
    autoload(Object.fromEntries(tags.map((tag) => [tag, async () => element()])));
    await aTurn();
    expect(tags.some(isDefined), 'a template is not part of the page').to.equal(false);
    add(tags[0]);
    add('div').innerHTML = `<p><${tags[1]}></${tags[1]}></p>`;
    document.body.append(template.content.cloneNode(true));
    await until(() => tags.every(isDefined));
  });

  it('observes open shadow roots: nested, filled later, of elements that are defined later', async () => {
    const [nested, filled, late] = [freshTag(), freshTag(), freshTag()];
    const foreign = `${freshTag()}-foreign`;
    const outer = add('div').attachShadow({ mode: 'open' });
    const inner = add('div', outer).attachShadow({ mode: 'open' });
    add(nested, inner);
    add(foreign, inner);
    const loaders = [nested, filled, late].map((tag) => [tag, async () => element()] as const);
    autoload(Object.fromEntries(loaders));
    await until(() => isDefined(nested));
    add(filled, inner);
    await until(() => isDefined(filled));
    customElements.define(
      foreign,
      class extends HTMLElement {
        constructor() {
          super();
          this.attachShadow({ mode: 'open' }).append(document.createElement(late));
        }
      },
    );
    await until(() => isDefined(late));
  });

  it('defines in one turn the elements that were added at once, and not before their texts are loaded', async () => {
    const [quick, slow] = [freshTag(), freshTag()];
    const [first, second] = [held(), held()];
    let ready = (): void => {};
    add(quick);
    add(slow);
    autoload(
      { [quick]: first.loader, [slow]: second.loader },
      { ready: new Promise<void>((resolve) => (ready = resolve)) },
    );
    expect([first.calls(), second.calls()], 'the loads run at the same time').to.deep.equal([1, 1]);
    first.bring();
    await aTurn();
    expect(isDefined(quick)).to.equal(false);
    second.bring();
    await aTurn();
    expect(isDefined(quick)).to.equal(false);
    ready();
    await until(() => isDefined(quick));
    expect(isDefined(slow)).to.equal(true);
  });

  it('defines a source before the elements that use it, even if its code arrives last', async () => {
    const [widget, later] = [freshTag(), freshTag()];
    const source = held();
    const order: string[] = [];
    const noting = (tag: string): CustomElementConstructor =>
      class extends HTMLElement {
        connectedCallback(): void {
          order.push(tag);
        }
      };
    add(widget);
    add('lp-source');
    autoload({
      [widget]: async () => noting('widget'),
      [later]: async () => noting('later'),
      'lp-source': async () => {
        await source.loader();
        return noting('source');
      },
    });
    add(later);
    await aTurn();
    expect(order).to.deep.equal([]);
    source.bring();
    await until(() => order.length === 3);
    expect(order[0]).to.equal('source');
  });

  it('loads with an element all code that it needs to render', async () => {
    const [frame, inside] = [freshTag(), freshTag()];
    const [first, second] = [held(), held()];
    add(frame);
    const loaders = { [frame]: first.loader, [inside]: second.loader };
    autoload(loaders, { needs: { [frame]: [inside] } });
    expect([first.calls(), second.calls()]).to.deep.equal([1, 1]);
    first.bring();
    second.bring();
    await until(() => isDefined(inside));
    expect(isDefined(frame)).to.equal(true);
  });

  it('retries code that could not be loaded, and the other elements do not wait for it', async () => {
    const [broken, sound] = [freshTag(), freshTag()];
    let tries = 0;
    add(broken);
    add(sound);
    const load = autoload({
      [broken]: async () => {
        await aTurn();
        if (++tries < 3) throw new Error('the server restarts');
        return element();
      },
      [sound]: async () => element(),
    });
    await until(() => isDefined(sound));
    await load(broken);
    expect(isDefined(broken)).to.equal(true);
    expect(tries).to.equal(3);
  });

  it('loads elements on request that it cannot find by itself, and ignores tags of others', async () => {
    const tag = freshTag();
    const root = add('div').attachShadow({ mode: 'closed' });
    add(tag, root);
    const load = autoload({ [tag]: async () => element() });
    await aTurn();
    expect(isDefined(tag)).to.equal(false);
    await load(tag, 'x-unheard-of');
    expect(isDefined(tag)).to.equal(true);
    expect(isDefined('x-unheard-of')).to.equal(false);
  });
});
