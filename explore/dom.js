// @ts-check
/**
 * An element with properties and children.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties]
 * @param {...(Node | string)} children
 * @returns {any}
 */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/**
 * The widget as an element.
 * @param {import('./fit.js').Widget} widget
 * @returns {HTMLElement}
 */
export function elementOf({ tag, attributes, children = [] }) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.map(elementOf));
  return element;
}

/**
 * A text with a button that copies it.
 * @param {string} label
 * @param {string} text
 */
export function copyable(label, text) {
  const code = make('code', { textContent: text });
  const button = make('button', {
    type: 'button',
    textContent: 'Copy',
    ariaLabel: `Copy: ${label}`,
  });
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code); // No clipboard here: the selected text can be copied by keyboard.
      button.textContent = 'Selected';
    }
    say(`${label}: ${button.textContent}`);
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  const pre = make('pre', { tabIndex: 0, ariaLabel: label, role: 'region', dir: 'ltr' }, code);
  return make(
    'div',
    { className: 'use' },
    make('h4', { textContent: label }),
    make('div', { className: 'command' }, pre, button),
  );
}

/** Announces a text to screen readers, without moving the focus. @param {string} text */
export function say(text) {
  byId('said').textContent = text;
}

/** Returns a name that breaks after its separators, and not within words. @param {string} name */
export function breakable(name) {
  const parts = name.split(/(?<=[._:/-])/);
  return parts.flatMap((part, n) => (n === 0 ? [part] : [make('wbr'), part]));
}

/**
 * Replaces the items of a list. Items that it already has stay in the document, with their focus and their widgets.
 * @param {Element} list
 * @param {Element[]} items
 */
export function place(list, items) {
  const wanted = new Set(items);
  for (const item of Array.from(list.children)) if (!wanted.has(item)) item.remove();
  let next = list.firstElementChild;
  for (const item of items) {
    if (item === next) next = next.nextElementSibling;
    else list.insertBefore(item, next);
  }
}

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);
