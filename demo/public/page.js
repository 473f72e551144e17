/** What all pages of the demo share: the choice of colours, and the token where the server wants one. */
import './token.js';

const root = document.documentElement;

for (const radio of document.querySelectorAll('[name=scheme]')) {
  radio.checked = radio.value === (root.dataset.scheme ?? 'auto');
  radio.addEventListener('change', () => choose(radio.value));
}

// If the nav scrolls, the page that is shown is in sight.
const here = document.querySelector('.bar nav [aria-current]');
if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 24;

/** @param {string} scheme */
function choose(scheme) {
  if (scheme === 'auto') delete root.dataset.scheme;
  else root.dataset.scheme = scheme;
  try {
    localStorage.setItem('scheme', scheme);
  } catch {
    // no storage: it holds until the page is left
  }
}
