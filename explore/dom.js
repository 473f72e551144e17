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
 * @param {import('./widget.js').Widget} widget
 */
export function elementOf({ tag, attributes }) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/**
 * A text with a button that copies it.
 * @param {string} label
 * @param {string} text
 */
export function copyable(label, text) {
  const code = make('code', { textContent: text });
  const button = make('button', { type: 'button', textContent: 'Copy' });
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(code); // no clipboard here: the keyboard does the rest
      button.textContent = 'Selected';
    }
    byId('copied').textContent = `${label}: ${button.textContent}`;
    setTimeout(() => {
      button.textContent = 'Copy';
    }, 2000);
  });
  const pre = make('pre', { tabIndex: 0, ariaLabel: label, dir: 'ltr' }, code);
  return make(
    'div',
    { className: 'use' },
    make('h4', { textContent: label }),
    make('div', { className: 'command' }, pre, button),
  );
}

/** @param {string} id @returns {any} */
export const byId = (id) => document.getElementById(id);
