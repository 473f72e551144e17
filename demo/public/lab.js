/** The controls of the lab. The current fault is published on a channel, so that all open pages show the same. */
import { askForToken, tokenHeaders } from './token.js';

const SENTENCES = {
  none: 'No fault.',
  freeze: 'The publisher is frozen.',
  silent: 'The server accepts requests, and answers none.',
  refusing: 'The proxy answers 502.',
  slow: 'The connection is slow.',
  portal: 'A captive portal answers in place of the server.',
  denied: 'The token is wrong.',
  restart: 'The server restarts.',
  wipe: 'The server restarts without its data.',
};
const told = document.querySelector('#trouble');
const buttons = [...document.querySelectorAll('[data-action]')];

for (const button of buttons)
  button.addEventListener('click', () => void act(button.dataset.action));
await customElements.whenDefined('lp-source');
document.querySelector('lp-source').subscribe('lab', ({ entries }) => {
  const trouble = entries.at(-1)?.d?.trouble;
  if (trouble) show(trouble);
});

/** @param {string} action */
async function act(action) {
  // A pressed button ends its own fault.
  const isOn = buttons.find(({ dataset }) => dataset.action === action)?.ariaPressed === 'true';
  try {
    const url = `lab/control/${isOn ? 'mend' : action}`;
    const answer = await fetch(url, { method: 'POST', headers: tokenHeaders() });
    if (answer.status === 401) askForToken(() => void act(action));
    else if (answer.ok) show((await answer.json()).trouble);
    else told.textContent = `That did not work: ${answer.status}`;
  } catch {
    told.textContent = 'That did not work: no response.';
  }
}

/** Shows the current fault. @param {string} fault */
function show(fault) {
  told.textContent = SENTENCES[fault];
  for (const button of buttons) {
    const { action } = button.dataset;
    if (action !== 'mend') button.ariaPressed = String(action === fault);
  }
}
