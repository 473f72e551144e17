import { expect } from '@open-wc/testing';
import { define } from '../../components/shared/define.ts';
import { LpSource } from '../../components/source/lp-source.ts';
import { openConnections } from '../../components/source/registry.ts';
import type { LpProbe } from '../support/probe-element.ts';
import '../support/probe-element.ts';
import type { Poll } from '../support/page.ts';
import { freshChannel, post, serverUrl, until, watchPolls } from '../support/page.ts';

const probe = (channel: string): LpProbe => {
  const element = document.createElement('lp-probe');
  element.setAttribute('channel', channel);
  return element;
};

describe('the source of a widget', () => {
  let url: string;
  let watch: ReturnType<typeof watchPolls>;

  before(async () => {
    url = await serverUrl();
  });

  beforeEach(() => {
    watch = watchPolls();
  });

  afterEach(async () => {
    document.body.replaceChildren();
    await until(() => openConnections().length === 0);
    watch.end();
  });

  it('is one connection for widgets before it, in a foreign shadow root, added late and moved, even when it is upgraded last', async () => {
    const [early, inner, late, moved] = [
      freshChannel(),
      freshChannel(),
      freshChannel(),
      freshChannel(),
    ];
    await Promise.all([early, inner, late, moved].map((channel) => post(channel, { value: 1 })));
    document.body.innerHTML = `<lp-probe channel="${early}"></lp-probe><div id="foreign"></div>
      <lp-probe id="moved" channel="${moved}"></lp-probe><section></section>
      <lp-source src="${url}"></lp-source>`;
    const foreign = document.getElementById('foreign') as HTMLElement;
    foreign.attachShadow({ mode: 'closed' }).append(probe(inner));
    await Promise.resolve();
    define('lp-source', LpSource); // Only now.
    await until(() =>
      [...document.querySelectorAll('lp-probe')].every((each) => each.status === 'live'),
    );
    expect(watch.polls.length, 'requests until everything is shown').to.be.at.most(2);

    const before = watch.polls.length;
    for (let n = 0; n < 50; n++) document.body.append(probe(late));
    await until(() =>
      [...document.querySelectorAll('lp-probe')].every((each) => each.status === 'live'),
    );
    expect(watch.polls.length - before, 'requests for 50 more').to.be.at.most(2);

    const isHeld = (poll: Poll): boolean => poll.open && !poll.aborted;
    await until(() => watch.polls.at(-1) && isHeld(watch.polls.at(-1) as Poll));
    const settled = watch.polls.length;
    const section = document.querySelector('section') as HTMLElement;
    const mover = document.getElementById('moved') as LpProbe;
    section.append(mover);
    if ('moveBefore' in document.body)
      (document.body as unknown as { moveBefore: (node: Node, before: null) => void }).moveBefore(
        mover,
        null,
      );
    document.querySelector(`lp-probe[channel="${late}"]`)?.remove();
    await new Promise((resolve) => setTimeout(resolve)); // Everything that moving could cause settles in microtasks.
    expect(watch.polls.length, 'moves and a removed second source cause no request').to.equal(
      settled,
    );
    expect(watch.polls.filter(isHeld), 'the held poll is still the same').to.deep.equal([
      watch.polls.at(-1),
    ]);
    expect(new Set(watch.polls.map((poll) => poll.base))).to.deep.equal(new Set([url]));
    expect(openConnections()).to.have.length(1);

    await post(moved, { value: 2 });
    await until(() => mover.shownText === '2');
    expect(mover.told).to.deep.equal([
      ['reset', 1],
      ['entries', 2],
    ]);
  });
});
