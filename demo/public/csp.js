/** Counts violations of the policy of this page, from its first script on, and shows the policy. */

const violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  violations.push(`${event.effectiveDirective}: ${event.blockedURI || 'a string'}`);
  show();
});
document.addEventListener('DOMContentLoaded', () => {
  show();
  void tellPolicy();
  document.querySelector('[data-try=style]').addEventListener('click', ({ currentTarget }) => {
    currentTarget.setAttribute('style', 'color: red');
  });
  document.querySelector('[data-try=html]').addEventListener('click', ({ currentTarget }) => {
    try {
      currentTarget.innerHTML = '<b>Not allowed</b>';
    } catch {
      // Expected: the browser has reported a violation.
    }
  });
});

function show() {
  const list = document.querySelector('#list');
  if (!list) return; // Not parsed yet; shown when it is.
  document.querySelector('#count').textContent = String(violations.length);
  list.hidden = violations.length === 0;
  const items = violations.slice(-5).map((text) => {
    const item = document.createElement('li');
    item.textContent = text;
    return item;
  });
  list.replaceChildren(...items);
}

async function tellPolicy() {
  const answer = await fetch(location.href, { method: 'HEAD' });
  const policy = answer.headers.get('Content-Security-Policy') ?? '';
  document.querySelector('#policy').textContent = policy.replaceAll('; ', ';\n');
}
