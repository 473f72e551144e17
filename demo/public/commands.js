/** Commands to copy: they name the server that the page came from. */

const base = document.querySelector('script[src$="/kit.js"]').src.replace(/\/kit\.js$/, '');

for (const button of document.querySelectorAll('[data-copy]')) {
  const code = document.getElementById(button.dataset.copy);
  code.textContent = code.textContent
    .replaceAll('http://localhost:3000/lp', base)
    .replaceAll('http://localhost:3000/', new URL('.', location.href).href)
    .replaceAll(/"[^"\s]*\/kit\.js"/g, `"${base}/kit.js"`);
  copyFrom(button, code);
}

/**
 * Makes a button that copies a text.
 * @param {HTMLElement} button
 * @param {HTMLElement} code
 */
export function copyFrom(button, code) {
  button.addEventListener('click', () => void copy(button, code));
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement} code
 */
async function copy(button, code) {
  try {
    await navigator.clipboard.writeText(code.textContent);
    button.textContent = 'Copied';
  } catch {
    getSelection().selectAllChildren(code); // No clipboard here: the selected text can be copied by keyboard.
    button.textContent = 'Selected';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}
