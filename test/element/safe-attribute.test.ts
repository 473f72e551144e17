import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributeValue, isBindable } from '../../components/template/safe-attribute.ts';

const BASE = 'https://wall.test/page';

test('data may set attributes with text or numbers, on any element', () => {
  for (const name of ['title', 'alt', 'hidden', 'datetime', 'value', 'aria-label', 'data-state'])
    assert.ok(isBindable(name, 'p'), name);
});

test('data may not set attributes that run code, style, name or send', () => {
  const bad = [
    'onclick',
    'onerror',
    'style',
    'srcdoc',
    'class',
    'id',
    'name',
    'role',
    'is',
    'slot',
    'action',
    'formaction',
    'srcset',
    'target',
    'http-equiv',
    'content',
    'xlink:href',
    'data-',
    'aria-',
    '',
  ];
  for (const name of bad) assert.equal(isBindable(name, 'a'), false, name);
});

test('a URL is bound only where it is a link or a picture', () => {
  assert.ok(isBindable('href', 'a') && isBindable('src', 'img'));
  for (const element of ['base', 'link', 'use', 'form', 'iframe', 'script', 'embed', 'object'])
    for (const name of ['href', 'src', 'data'])
      assert.equal(isBindable(name, element), false, element);
});

test('an unsafe URL is removed, and a relative one is made absolute', () => {
  assert.equal(attributeValue('href', '/a', BASE), 'https://wall.test/a');
  assert.equal(attributeValue('href', 'mailto:a@b.test', BASE), 'mailto:a@b.test');
  assert.equal(attributeValue('src', 'mailto:a@b.test', BASE), null);
  for (const bad of ['javascript:alert(1)', 'java\nscript:alert(1)', 'data:text/html,x', 7, {}]) {
    assert.equal(attributeValue('href', bad, BASE), null);
    assert.equal(attributeValue('src', bad, BASE), null);
  }
});

test('null, false and objects remove an attribute, true sets it, and numbers are written', () => {
  assert.deepEqual(
    [null, undefined, false, {}, [], true, 0, 'x'].map((value) =>
      attributeValue('title', value, BASE),
    ),
    [null, null, null, null, null, '', '0', 'x'],
  );
});
