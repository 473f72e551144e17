// @ts-check
/** Makes the site's pages from docs/: one page per element, with links to it and a playground on it. */

export const REPOSITORY = 'https://github.com/lp-kit/lp-kit';

/** Returns the anchor of a heading, as GitHub makes it. @param {string} heading */
export const slug = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

/**
 * The pages of docs/elements.md, by path: the rules for all elements, and one page per tag.
 *
 * @param {string} text
 * @param {Record<string, import('./examples.mjs').Example[]>} examples
 * @returns {Record<string, string>}
 */
export function elementPages(text, examples) {
  const sections = text.split(/^(?=## )/m);
  /** @type {Record<string, string>} */
  const pages = { 'elements/index.md': '' };
  for (const section of sections) {
    const tag = /^## (lp-[\w-]+)\n/.exec(section)?.[1];
    if (tag === undefined) pages['elements/index.md'] += section;
    else
      pages[`elements/${tag}.md`] = elementPage(
        tag,
        section.slice(`## ${tag}\n`.length),
        examples[tag],
      );
  }
  return pages;
}

/** @param {string} tag @param {string} text @param {import('./examples.mjs').Example[]} [examples] */
function elementPage(tag, text, examples = []) {
  const live =
    examples.length === 0
      ? ''
      : `<script setup>\nconst examples = ${JSON.stringify(examples)};\n</script>\n\n<Playground :examples="examples" />\n`;
  return `# ${tag}\n\n${live}${text.replace(/^##(?=#+ )/gm, '#')}`;
}

/**
 * The page on which each anchor of the elements' pages is.
 * @param {Record<string, string>} pages
 * @returns {Map<string, string>}
 */
export function anchorsOf(pages) {
  const anchors = new Map();
  for (const [path, text] of Object.entries(pages))
    for (const [, heading = ''] of text.matchAll(/^#+ (.+)$/gm)) anchors.set(slug(heading), path);
  return anchors;
}

/**
 * The text of a page with links for the site: anchors of elements.md lead to its pages, files outside docs/ to the repository.
 *
 * @param {string} path  of the page, within the site
 * @param {string} text
 * @param {Map<string, string>} anchors
 */
export function linked(path, text, anchors) {
  const up = path.includes('/') ? '../' : '';
  const fromElements = path.startsWith('elements/');
  return text.replaceAll(
    /\]\((?!https?:|mailto:)([^)\s#]*)(#[^)\s]*)?\)/g,
    (whole, file, hash = '') => {
      const name =
        file === '' && fromElements ? 'elements.md' : file.replace(/^\.\.\/(?=elements\.md)/, '');
      if (name === 'elements.md') {
        const anchor = hash.slice(1);
        const page = anchors.get(anchor) ?? 'elements/index.md';
        const isTop = page === `elements/${anchor}.md`;
        return `](${up}${page}${isTop ? '' : hash})`;
      }
      if (file === '') return whole;
      if (file === 'openapi.yaml') return `](${REPOSITORY}/blob/main/docs/openapi.yaml)`;
      if (file.startsWith('../') && !path.startsWith('reference/'))
        return `](${REPOSITORY}/blob/main/${file.slice(3)}${hash})`;
      return fromElements ? `](../${file}${hash})` : whole;
    },
  );
}
