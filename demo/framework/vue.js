/** The kit's elements in Vue 3, by a render function: templates are compiled by `new Function`, which a strict policy forbids. */
import { createApp, h, ref } from 'vue';

const Machine = {
  setup() {
    const highest = ref(0);
    const isFine = ref(false);
    const onlyTroubles = ref(false);
    return () => [
      h('lp-number', {
        channel: 'cpu',
        label: 'CPU',
        format: 'percent',
        digits: isFine.value ? 2 : 0,
        sparkline: true,
        window: '2m',
        'onLp-data': ({ data }) => {
          highest.value = Math.max(highest.value, data.value);
        },
      }),
      h('p', ['Highest since you came: ', h('output', `${(highest.value * 100).toFixed(0)} %`)]),
      h('div', { class: 'buttons' }, [
        toggle(isFine, 'Two digits'),
        toggle(onlyTroubles, 'Troubles only'),
      ]),
      h('lp-feed', {
        channel: 'events',
        label: 'Events',
        variant: 'events',
        filter: onlyTroubles.value ? isTrouble : undefined,
      }),
    ];
  },
};

const toggle = (state, text) =>
  h(
    'button',
    {
      type: 'button',
      'aria-pressed': String(state.value),
      onClick: () => {
        state.value = !state.value;
      },
    },
    text,
  );

const isTrouble = ({ level }) => level === 'warn' || level === 'error';

/** @param {Element} place */
export const mountVue = (place) => createApp(Machine).mount(place);
