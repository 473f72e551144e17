/** The dashboard's own few lines: the address in its commands, copying them, the machine's name, the token. */

const source = document.querySelector('lp-source');
const base = document.querySelector('script[src$="/kit.js"]').src.replace(/\/kit\.js$/, '');

writeCommands();
askForToken();
await customElements.whenDefined('lp-source');
nameTheMachine();

function writeCommands() {
  const auth =
    'token' in document.documentElement.dataset
      ? '-H "Authorization: Bearer $LP_WRITE_TOKEN" '
      : '';
  const url = `${auth}${base}/channels/hello`;
  const one = document.querySelector('#one');
  const many = document.querySelector('#many');
  one.textContent = `curl -d 42 ${url}`;
  many.textContent = `while sleep 1; do curl -sd $RANDOM ${url}; done`;
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copy(button));
  }
}

/** @param {HTMLElement} button */
function copy(button) {
  const code = document.getElementById(button.dataset.copy);
  const select = () => {
    getSelection().selectAllChildren(code); // no clipboard here: the keyboard does the rest
    say(button, 'Selected');
  };
  if (!navigator.clipboard) select();
  else navigator.clipboard.writeText(code.textContent).then(() => say(button, 'Copied'), select);
}

/**
 * @param {HTMLElement} button
 * @param {string} word
 */
function say(button, word) {
  button.textContent = word;
  document.querySelector('#copied').textContent = word;
  setTimeout(() => {
    button.textContent = 'Copy';
    document.querySelector('#copied').textContent = '';
  }, 2000);
}

function nameTheMachine() {
  source.subscribe('host', ({ entries }) => {
    const { name, system, model, cpus, node } = entries.at(-1)?.d ?? {};
    if (!name) return;
    const processors = `${cpus} × ${model ?? 'processor'}`;
    document.querySelector('#host').textContent = [name, system, processors, `Node ${node}`].join(
      ' · ',
    );
  });
}

/** A server that wants a token gets one, from whoever looks; it never stands in the page or its address. */
function askForToken() {
  const dialog = document.querySelector('#token');
  const input = document.querySelector('#token-text');
  const kept = sessionStorage.getItem('token');
  if (kept) source.headers = { Authorization: `Bearer ${kept}` };
  let retry = () => {};
  document.addEventListener('lp-auth-required', (event) => {
    event.preventDefault();
    retry = event.retry;
    if (!dialog.open) dialog.showModal();
  });
  dialog.addEventListener('close', () => {
    if (dialog.returnValue !== 'use' || !input.value) return;
    sessionStorage.setItem('token', input.value);
    source.headers = { Authorization: `Bearer ${input.value}` };
    input.value = '';
    retry?.();
  });
}
