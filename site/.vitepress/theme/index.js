import { useData, withBase } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import { h, onMounted, watch } from 'vue';
import Playground from './Playground.vue';
import './style.css';

export default {
  extends: DefaultTheme,
  Layout: () =>
    h(DefaultTheme.Layout, null, {
      'not-found': notFound,
      'home-hero-after': () => h(HomeExample),
      'layout-bottom': () => h(MainLandmark),
    }),
  enhanceApp: ({ app }) => void app.component('Playground', Playground),
};

/** The page for addresses that do not exist; the theme's page has no main landmark. */
const notFound = () =>
  h('main', { class: 'not-found' }, [
    h('h1', 'There is no such page'),
    h('p', [h('a', { href: withBase('/elements/') }, 'All elements'), ', or search above.']),
  ]);

/** The live board between the headline of the home page and its features. */
const HomeExample = {
  setup() {
    const { frontmatter } = useData();
    return () =>
      h('div', { class: 'home-example' }, h(Playground, { examples: frontmatter.value.examples }));
  },
};

/** The theme's home page has no main landmark, all others have. */
const MainLandmark = {
  setup() {
    const { frontmatter } = useData();
    const mark = () => {
      const content = document.getElementById('VPContent');
      if (frontmatter.value.layout === 'home') content?.setAttribute('role', 'main');
      else content?.removeAttribute('role');
    };
    onMounted(mark);
    watch(frontmatter, mark, { flush: 'post' });
    return () => null;
  },
};
