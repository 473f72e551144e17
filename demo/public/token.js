/** Asks the viewer for a token if the server requires one. The token is never part of the page or its URL. */

const base = new URL(
  document.querySelector('script[src$="/kit.js"]')?.src ?? '/lp/kit.js',
  location.href,
).href.replace(/\/kit\.js$/, '');
const dialog = document.createElement('dialog');
let retry = () => {};

/** The token that this tab was given, as request headers. */
export const tokenHeaders = () => {
  const token = sessionStorage.getItem('token');
  return token ? { Authorization: `Bearer ${token}` } : {};
};

/**
 * Asks for a token, and calls `again` when it is there.
 * @param {() => void} again
 */
export function askForToken(again) {
  retry = again;
  if (dialog.open) return;
  fill();
  if (!dialog.isConnected) document.body.append(dialog);
  dialog.showModal();
}

if (sessionStorage.getItem('token')) show();
document.addEventListener('lp-auth-required', (event) => {
  if (event.url.replace(/\/$/, '') !== base) return; // Of another server: that of the lab.
  event.preventDefault();
  askForToken(event.retry);
});
dialog.addEventListener('close', () => {
  const input = dialog.querySelector('input');
  if (dialog.returnValue !== 'use' || !input.value) return;
  sessionStorage.setItem('token', input.value);
  input.value = '';
  show();
  retry();
});

/** Sets the token at the page's source, which is added if it is missing. */
function show() {
  let source = document.querySelector('lp-source:not([data-lab])');
  if (!source) {
    source = document.createElement('lp-source');
    document.body.prepend(source);
  }
  source.headers = tokenHeaders();
}

function fill() {
  dialog.setAttribute('aria-labelledby', 'token-title');
  const form = make('form', { method: 'dialog' });
  const buttons = make('div', { className: 'buttons' });
  buttons.append(
    make('button', { type: 'submit', value: 'use', textContent: 'Use it' }),
    make('button', {
      type: 'submit',
      value: 'cancel',
      formNoValidate: true,
      textContent: 'Not now',
    }),
  );
  form.append(
    make('h2', { id: 'token-title', textContent: 'This server wants a token' }),
    make('p', {
      textContent: 'It was started with one to read or to write. It is kept for this tab only.',
    }),
    make('label', { htmlFor: 'token-text', textContent: 'Token' }),
    make('input', {
      id: 'token-text',
      type: 'password',
      autocomplete: 'off',
      required: true,
    }),
    buttons,
  );
  dialog.replaceChildren(form);
}

/**
 * @param {string} tag
 * @param {Record<string, unknown>} properties
 */
function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
