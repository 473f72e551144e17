/** Shared by all pages of the demo: the choice of colours, and the token if the server requires one. */
import './token.js';

const root = document.documentElement;

for (const radio of document.querySelectorAll('[name=scheme]')) {
  radio.checked = radio.value === (root.dataset.scheme ?? 'auto');
  radio.addEventListener('change', () => choose(radio.value));
}

// If the navigation scrolls, the link to the current page is visible.
const here = document.querySelector('.bar nav [aria-current]');
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 24;

/** @param {string} scheme */
function choose(scheme) {
  if (scheme === 'auto') delete root.dataset.scheme;
  else root.dataset.scheme = scheme;
  try {
    localStorage.setItem('scheme', scheme);
  } catch {
    // No storage: it is lost when the page is left.
  }
}
