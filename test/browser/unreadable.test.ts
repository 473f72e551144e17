import { expect } from '@open-wc/testing';
import '../../components/image/define.ts';
import type { LpDataElement } from '../../components/element/lp-data-element.ts';
import { textOf } from '../support/element-laws.ts';
import { type Example, makeExample, WHOLE_SET } from '../support/whole-set.ts';

/** Payloads by a short name. Each element either shows them or says that it cannot read them. */
const PAYLOADS: Record<string, unknown> = {
  text: 'hello world',
  amount: '12 C',
  nan: 'NaN',
  truth: true,
  zero: -0,
  words: { note: 'x', more: 'y' },
  nested: { a: { b: 'z' } },
  null: { value: null },
  blank: { value: '' },
  gap: { value: 'NaN' },
  off: { value: 'off' },
  record: { value: { deep: 'x' } },
  list: { value: [] },
  'empty record': { value: {} },
  'no items': { items: [] },
  'blank item': { items: [''] },
  'empty item': { items: [{}] },
  empty: {},
  'list of words': ['a', 'b'],
  'list of null': [null],
  'list of empty': [{}],
};
const NESTED = 'nested,record,list,empty record';
const ITEMS = 'no items,blank item,empty item';
const LISTS = 'list of words,list of null,list of empty';
const NO_VALUE = `words,${NESTED},${ITEMS}`;

/** The payloads that each element cannot read. It shows all others. */
const CANNOT: Record<string, string> = {
  'lp-number': NO_VALUE,
  'lp-value': `${NO_VALUE},${LISTS}`,
  'lp-meter arc': `text,amount,${NO_VALUE},${LISTS}`,
  'lp-time': `text,amount,truth,off,${NO_VALUE},${LISTS}`,
  'lp-sparkline': `text,amount,words,nested,record,empty record,${ITEMS},list of words`,
  'lp-list': '',
  'lp-table': `${NESTED},${ITEMS}`,
  'lp-feed log': '',
  'lp-tracker bars': `text,amount,${NO_VALUE},list of words`,
  'lp-tracker timeline': NO_VALUE,
  'lp-metric-chart': `text,amount,nan,null,blank,gap,empty,${NO_VALUE},${LISTS}`,
  'lp-template': `text,amount,truth,zero,null,blank,gap,off,${NO_VALUE},${LISTS}`,
  'lp-image': `truth,zero,null,blank,empty,${NO_VALUE},${LISTS}`,
};

const IMAGE: Example = { tag: 'lp-image', name: 'lp-image', attributes: {}, payload: () => '' };
const ELEMENTS = [...WHOLE_SET, IMAGE].filter(({ name }) => name in CANNOT);

/** What a viewer sees in place of the value: words, otherwise a line or an image. */
function seen(element: LpDataElement): string {
  const root = element.renderRoot;
  const body = root.querySelector('[part=body]') ?? root;
  const own = element.querySelector('[data-lp-drawn]')?.textContent ?? '';
  const pictures = body.querySelectorAll('path[d], [part=bucket], canvas, img').length;
  return `${body.textContent ?? ''}${own}`.trim() || 'picture'.repeat(pictures);
}

/** Why there is no value, in words. */
function reason(element: LpDataElement): string {
  const root = element.renderRoot;
  const base = root.querySelector('[part=base][title], span[part=value][title]');
  return (
    root.querySelector('[part=message]')?.textContent ??
    base?.getAttribute('title') ??
    ''
  ).trim();
}

describe('data that an element cannot read', () => {
  const { error } = console;
  before(() => {
    console.error = (): void => {}; // Each of these is also reported there once.
  });
  after(() => {
    console.error = error;
  });
  afterEach(() => document.body.replaceChildren());

  it('are tried on every data element', () =>
    expect(ELEMENTS.map(({ name }) => name)).to.have.members(Object.keys(CANNOT)));

  for (const example of ELEMENTS)
    it(`${example.name} says which it cannot read, and shows all others`, async () => {
      const cannot: string[] = [];
      for (const [name, payload] of Object.entries(PAYLOADS)) {
        const element = makeExample(example, { lang: 'en', label: 'X' });
        element.removeAttribute('columns');
        document.body.append(element);
        element.data = payload;
        while (!(await element.updateComplete)) await Promise.resolve();
        expect(reason(element), name).not.to.contain('No data');
        // An image of a valid address is loaded first.
        if (example.tag !== 'lp-image') expect(seen(element), name).not.to.equal('');
        expect(element.status, name).to.be.oneOf(['live', 'error']);
        if (element.status === 'error') cannot.push(name);
        const problem = element.status === 'error' ? /^(Cannot read|No numbers here:) ./ : /^$/;
        expect(reason(element), name).to.match(problem);
        element.remove();
      }
      const wanted = (CANNOT[example.name] ?? '').split(',').filter(Boolean);
      expect(cannot).to.have.members(wanted);
    });

  it('is reported as long as they are there: the next number removes the message', async () => {
    const element = makeExample({ tag: 'lp-meter', name: '', attributes: {}, payload: () => 0 });
    document.body.append(element);
    for (const [payload, status] of [
      [5, 'live'],
      ['hello', 'error'],
      [7, 'live'],
    ] as const) {
      element.data = payload;
      await element.updateComplete;
      await element.updateComplete;
      expect(element.status).to.equal(status);
      expect(element.renderRoot.querySelector('.value')?.textContent).to.equal(
        status === 'live' ? String(payload) : '—',
      );
    }
  });
});

describe('field and transform', () => {
  afterEach(() => document.body.replaceChildren());

  const time = (): number => Date.now() - 60_000;
  /** What is shown of a payload `{ deep: { at: … } }`, by element. */
  const CASES: [tag: string, inner: unknown, shown: RegExp][] = [
    ['lp-number', 41, /41/],
    ['lp-value', 41, /41/],
    ['lp-meter', 41, /41/],
    ['lp-sparkline', 41, /now 41/],
    ['lp-metric-chart', 41, /now 41/],
    ['lp-time', time(), /1 min. ago/],
    ['lp-tracker', 'down', /down/],
    ['lp-list', { disk: 41 }, /disk\s*41/],
    ['lp-table', { disk: 41, status: 'down' }, /Disk\s*Status.*41\s*down/],
    ['lp-feed', { text: 'out', level: 'error' }, /Error.*out/],
    ['lp-feed', 'out', /out/],
    ['lp-template', { name: 'Ada', share: 0.5 }, /Ada: 50%/],
  ];
  for (const [tag, inner, wanted] of CASES)
    it(`mean the same in ${tag}: ${JSON.stringify(inner)}`, async () => {
      const example = WHOLE_SET.find((each) => each.tag === tag) as Example;
      const filled = async (field: string, transform?: (payload: unknown) => unknown) => {
        const element = makeExample(example, { lang: 'en', label: 'X', field });
        for (const name of ['columns', 'unit']) element.removeAttribute(name);
        element.transform = transform;
        document.body.append(element);
        element.data = { deep: { at: inner }, status: 'ok' };
        while (!(await element.updateComplete)) await Promise.resolve();
        const own = element.querySelector('[data-lp-drawn]')?.textContent ?? '';
        return { element, text: `${textOf(element)} ${own}` };
      };
      const byField = await filled('deep.at');
      expect([byField.element.status, byField.text]).to.deep.equal(['live', byField.text]);
      expect(byField.text).to.match(wanted);
      const byBoth = await filled('at', (payload) => (payload as { deep: unknown }).deep);
      expect(byBoth.text).to.match(wanted);
      const lacking = await filled('deep.other');
      expect(lacking.element.status).to.equal('error');
    });
});
