import 'lp-kit/vue';
