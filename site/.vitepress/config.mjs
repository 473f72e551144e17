import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { REPOSITORY, slug } from '../pages.mjs';

const tags = readdirSync(fileURLToPath(new URL('../pages/elements', import.meta.url)))
  .filter((file) => file.startsWith('lp-'))
  .map((file) => file.replace('.md', ''));
const pages = (/** @type {[text: string, page: string][]} */ ...list) =>
  list.map(([text, page]) => ({ text, link: `/${page}` }));
const base = process.env.SITE_BASE ?? '/';

/** A column without a name has no header: an empty `th` says nothing to a screen reader. */
function emptyHeaders({ tokens }) {
  for (const [i, token] of tokens.entries()) {
    if (token.type !== 'th_open' || tokens[i + 1].content !== '') continue;
    token.tag = 'td';
    tokens[i + 2].tag = 'td';
  }
}

export default defineConfig({
  title: 'lp-kit',
  description: 'Live dashboard widgets as custom elements, over a versioned long poll',
  base,
  srcDir: 'pages',
  outDir: 'dist',
  cacheDir: 'node_modules/.vitepress',
  cleanUrls: false,
  lastUpdated: false,
  head: [['link', { rel: 'icon', href: `${base}icon.svg`, type: 'image/svg+xml' }]],
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag.startsWith('lp-') } } },
  markdown: {
    anchor: { slugify: slug },
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    // The tests find the configurations in deploying.md by these names.
    languageAlias: { 'nginx-signin': 'nginx', 'nginx-cache': 'nginx' },
    config: (md) => {
      md.core.ruler.push('empty-headers', emptyHeaders);
      const inline = md.renderer.rules.code_inline;
      md.renderer.rules.code_inline = (...given) =>
        inline(...given).replace('<code', '<code v-pre'); // Vue would evaluate {{ }}
    },
  },
  themeConfig: {
    logo: '/icon.svg',
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: { translations: { button: { buttonText: 'Search', buttonAriaLabel: 'Search' } } },
    },
    socialLinks: [{ icon: 'github', link: REPOSITORY, ariaLabel: 'Source on GitHub' }],
    nav: pages(
      ['Elements', 'elements/'],
      ['Feeding', 'feeding'],
      ['Deploying', 'deploying'],
      ['Reference', 'reference/'],
    ),
    sidebar: [
      {
        text: 'Elements',
        items: [
          ...pages(['All elements', 'elements/']),
          ...tags.map((tag) => ({ text: tag, link: `/elements/${tag}` })),
        ],
      },
      {
        text: 'Guides',
        items: pages(
          ['Feeding data', 'feeding'],
          ['In frameworks', 'frameworks'],
          ['The client', 'client'],
          ['Your own elements', 'own-elements'],
          ['History', 'history'],
          ['Design', 'design'],
          ['From Smashing', 'smashing'],
        ),
      },
      {
        text: 'Running it',
        items: pages(
          ['The command line', 'command-line'],
          ['Deploying', 'deploying'],
          ['Security', 'security'],
          ['Troubleshooting', 'troubleshooting'],
          ['Performance', 'performance'],
          ['Releasing', 'releasing'],
        ),
      },
      {
        text: 'Reference',
        items: pages(
          ['The wire: LP/1', 'protocol'],
          ['Errors', 'errors'],
          ['lp-kit/client', 'reference/client'],
          ['lp-kit/server', 'reference/server'],
          ['Base of the elements', 'reference/elements'],
        ),
      },
    ],
  },
});
