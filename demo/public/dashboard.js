/** The script of the dashboard page: its switches, the URL in its commands, copying them, the name of the machine. */
import { say, speak, translate, turn } from './language.js';

const root = document.documentElement;
const source = document.querySelector('lp-source');
const board = document.querySelector('#board');
const base = document.querySelector('script[src$="/kit.js"]').src.replace(/\/kit\.js$/, '');

setUpSwitches();
setUpKiosk();
writeCommands();
if (root.lang !== 'en') translate();
await customElements.whenDefined('lp-source');
nameTheMachine();

function setUpSwitches() {
  const language = document.querySelector('#language');
  language.value = root.lang;
  language.addEventListener('change', () => {
    speak(language.value);
    turn(chosen('direction'));
  });
  onChoice('direction', turn);
  onChoice('pace', (pace) => {
    if (pace) source.setAttribute('min-interval', pace);
    else source.removeAttribute('min-interval');
  });
}

/** @param {string} name */
const chosen = (name) => document.querySelector(`[name=${name}]:checked`).value;

/**
 * @param {string} name
 * @param {(value: string) => void} use
 */
function onChoice(name, use) {
  for (const radio of document.querySelectorAll(`[name=${name}]`))
    radio.addEventListener('change', () => use(radio.value));
}

/** `?kiosk` in the URL starts in this mode, for a screen that starts by itself. */
function setUpKiosk() {
  const become = (kiosk) => {
    root.toggleAttribute('data-kiosk', kiosk);
    board.toggleAttribute('kiosk', kiosk);
    board.toggleAttribute('no-header', !kiosk);
    board.min = kiosk ? '18.5rem' : '17rem'; // At most four columns, even without margins.
  };
  document.querySelector('#kiosk').addEventListener('click', () => {
    document.querySelector('#view').hidePopover();
    become(true);
    document.querySelector('#leave').focus();
  });
  document.querySelector('#leave').addEventListener('click', () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    become(false);
    document.querySelector('.view').focus();
  });
  if ('kiosk' in root.dataset) become(true);
}

function writeCommands() {
  const auth = 'token' in root.dataset ? '-H "Authorization: Bearer $LP_WRITE_TOKEN" ' : '';
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
    getSelection().selectAllChildren(code); // No clipboard here: the selected text can be copied by keyboard.
    tell(button, say('Selected'));
  };
  if (!navigator.clipboard) select();
  else
    navigator.clipboard.writeText(code.textContent).then(() => tell(button, say('Copied')), select);
}

/**
 * @param {HTMLElement} button
 * @param {string} word
 */
function tell(button, word) {
  button.textContent = word;
  document.querySelector('#copied').textContent = word;
  setTimeout(() => {
    button.textContent = say('Copy');
    document.querySelector('#copied').textContent = '';
  }, 2000);
}

function nameTheMachine() {
  source.subscribe('host', ({ entries }) => {
    const { name, system, model, cpus, node } = entries.at(-1)?.d ?? {};
    if (!name) return;
    const processors = `${cpus} × ${model ?? 'processor'}`;
    const facts = [name, system, processors, `Node ${node}`];
    document.querySelector('#host').textContent = facts.join(' · ');
  });
}
