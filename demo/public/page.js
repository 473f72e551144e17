/** What all pages of the demo share: the choice of colours, and the token where the server wants one. */

const root = document.documentElement;
const radios = [...document.querySelectorAll('.scheme input')];

for (const radio of radios) {
  radio.checked = radio.value === (root.dataset.scheme ?? 'auto');
  radio.addEventListener('change', () => choose(radio.value));
}

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
