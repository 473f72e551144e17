import assert from 'node:assert/strict';
import { test } from 'node:test';
import { define } from '../../components/shared/define.ts';

test('a second copy of the kit in a server, as Next.js makes one for each of its bundles, logs nothing', (t) => {
  const warned = t.mock.method(console, 'warn', () => {});
  const present = class {};
  Object.assign(globalThis, { customElements: { get: () => present } });
  t.after(() => Reflect.deleteProperty(globalThis, 'customElements'));
  define('lp-twice', class {} as CustomElementConstructor);
  assert.equal(warned.mock.callCount(), 0);
});
