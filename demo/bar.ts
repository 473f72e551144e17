/** Where a page places the bar. */
export const BAR = '<!-- bar -->';

interface Page {
  file: string;
  name: string;
  /** True if the page shows the state of its connection itself. */
  own?: true;
  /** A page of the kit, below its base. */
  ofKit?: true;
}

/** All pages, in the order of the bar. */
const PAGES: readonly Page[] = [
  { file: 'index.html', name: 'Start' },
  { file: 'board-home.html', name: 'Home', own: true },
  { file: 'board-wall.html', name: 'Production', own: true },
  { file: 'board-sales.html', name: 'Shop', own: true },
  { file: 'explore', name: 'Explore', ofKit: true },
  { file: 'gallery.html', name: 'Gallery' },
  { file: 'lab.html', name: 'Failure lab', own: true },
  { file: 'smashing.html', name: 'Smashing' },
  { file: 'plain.html', name: 'Article' },
  { file: 'framework.html', name: 'Frameworks' },
  { file: 'embed.html', name: 'Embed' },
  { file: 'csp.html', name: 'Policy' },
];

/**
 * The bar at the top of each page: links to the others, the state of the connection, and settings.
 */
export function bar(file: string, base: string): string {
  const own = PAGES.find((page) => page.file === file)?.own;
  const links = PAGES.map((page) => link(page, file, base));
  return `<header class="bar">
    <a class="brand" href="./" aria-label="lp-kit, to the first page"><img src="icon.svg" alt="" width="28" height="28"><b>lp-kit</b></a>
    <nav aria-label="Pages">
      ${links.join('\n      ')}
    </nav>
    ${own ? '' : '<lp-status variant="pill" details></lp-status>'}
    <button type="button" class="view" popovertarget="view" data-t="View">View</button>
    <div popover id="view">
      ${file === 'index.html' ? COLOURS + SWITCHES : COLOURS}
    </div>
  </header>`;
}

function link({ file, name, ofKit }: Page, here: string, base: string): string {
  const path = file === 'index.html' ? './' : file.replace('.html', '');
  const href = ofKit ? `.${base}/${path}` : path;
  const current = file === here ? ' aria-current="page"' : '';
  return `<a href="${href}"${current} data-t="${name}">${name}</a>`;
}

interface Choice {
  value: string;
  text: string;
}

const radios = (name: string, legend: string, choices: readonly Choice[]): string =>
  `<fieldset class="choice" data-choice="${name}">
        <legend data-t="${legend}">${legend}</legend>
        <div>${choices.map((choice, i) => radio(name, choice, i === 0)).join('')}</div>
      </fieldset>`;

const radio = (name: string, { value, text }: Choice, checked: boolean): string =>
  `<label><input type="radio" name="${name}" value="${value}"${checked ? ' checked' : ''}><span data-t="${text}">${text}</span></label>`;

const COLOURS = radios('scheme', 'Colours', [
  { value: 'auto', text: 'Auto' },
  { value: 'light', text: 'Light' },
  { value: 'dark', text: 'Dark' },
]);

const LANGUAGES = [
  { lang: 'en', name: 'English' },
  { lang: 'de', name: 'Deutsch' },
  { lang: 'ar', name: 'العربية' },
  { lang: 'ja', name: '日本語' },
];

const SWITCHES = `
      <div class="choice">
        <label for="language" data-t="Language of this page">Language of this page</label>
        <select id="language">${LANGUAGES.map(
          ({ lang, name }) => `<option value="${lang}" lang="${lang}">${name}</option>`,
        ).join('')}</select>
      </div>
      ${radios('direction', 'Direction', [
        { value: 'auto', text: 'As written' },
        { value: 'ltr', text: 'Left to right' },
        { value: 'rtl', text: 'Right to left' },
      ])}
      ${radios('pace', 'Updates', [
        { value: '', text: 'Each second' },
        { value: '10s', text: 'Every 10 s' },
      ])}
      <button type="button" id="kiosk" data-t="Kiosk: fill the screen">Kiosk: fill the screen</button>`;
