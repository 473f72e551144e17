import { expect } from '@open-wc/testing';
import type { LpFeed } from '../../components/feed/lp-feed.ts';
import type { LpPublish } from '../../components/publish/lp-publish.ts';
import { until } from '../support/page.ts';

// This origin by name: in Firefox, 'self' matches nothing in a srcdoc page.
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'connect', 'img'].map((of) => `${of}-src ${origin}`),
]
  .concat("require-trusted-types-for 'script'", 'trusted-types lit-html')
  .join('; ');

/** A page under the strictest policy that the kit supports; `violations` collects them. */
async function strictPage(modules: string[], body: string) {
  const frame = document.createElement('iframe');
  const scripts = modules.map((each) => `<script type="module" src="${each}"></script>`).join('');
  frame.srcdoc = `<!doctype html><html lang="en"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
    <title>Strict</title>${scripts}<body>${body}</body></html>`;
  document.body.append(frame);
  const violations: string[] = [];
  await until(() => frame.contentDocument?.body?.firstElementChild);
  const page = frame.contentDocument as Document;
  page.addEventListener(
    'securitypolicyviolation',
    ({ violatedDirective, sourceFile, blockedURI }) =>
      violations.push([violatedDirective, blockedURI, sourceFile].join(' ')),
  );
  return { page, violations };
}

const DEFINE = ['/components/feed/define.ts', '/components/publish/define.ts'];

describe('under a strict policy with Trusted Types', () => {
  afterEach(() => document.body.replaceChildren());

  it('a violation would be detected', async () => {
    const { page, violations } = await strictPage([], '<p></p>');
    page.querySelector('p')?.setAttribute('style', 'color: red');
    await until(() => violations.length > 0);
  });

  it('lp-feed and lp-publish cause no violation', async () => {
    const { page, violations } = await strictPage(
      DEFINE,
      `${['log', 'chat', 'events'].map((variant) => `<lp-feed label="x" variant="${variant}"></lp-feed>`).join('')}
       <lp-publish channel="chat" author multiline maxlength="9"></lp-publish>`,
    );
    const upgraded = (tag: string) => page.defaultView?.customElements.whenDefined(tag);
    await Promise.all([upgraded('lp-feed'), upgraded('lp-publish')]);
    for (const feed of page.querySelectorAll<LpFeed>('lp-feed')) {
      feed.items = [
        { author: 'Ada', text: 'Hi', level: 'warn', link: '/x', avatar: '/x.png', title: 't' },
        '<b style="color:red">plain</b>',
      ];
      await feed.updateComplete;
      expect(feed.shadowRoot?.querySelectorAll('[part~="item"]')).to.have.length(2);
    }
    const publish = page.querySelector('lp-publish') as LpPublish;
    publish.shadowRoot?.querySelector('form')?.requestSubmit();
    await publish.updateComplete;
    expect(publish.matches(':state(invalid)')).to.equal(true);
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    expect(violations).to.deep.equal([]);
  });
});
