import type { Json } from 'lp-kit/server';
import { type Board, dayOf, rounded, sinceMidnight } from './board-feed.ts';

const PRODUCTS: [string, number][] = [
  ['Espresso beans 1 kg', 418],
  ['Filter papers', 396],
  ['Grinder M2', 101],
  ['Kettle', 92],
  ['Mug, blue', 78],
  ['Cleaning tabs', 66],
  ['Scale S1', 55],
];
const CUSTOMERS = ['Contoso', 'Acme', 'شركة النور', 'Northwind', '田中商店', 'Müller GmbH'];
const STATES = 'paid shipped paid shipped unpaid paid shipped refused paid shipped'.split(' ');

/** A shop: sales of today and yesterday, orders, products. The same data as those of `public/sales.sh`. */
export const sales: Board = {
  channels: {
    'shop.sales': {
      label: 'Sales today',
      decimals: 0,
      ttl: 1800,
      retain: 3500,
      max: 20_000,
      history: '3d',
    },
    'shop.waiting': {
      label: 'Orders waiting',
      ttl: 1800,
      retain: 3500,
      warn: 30,
      danger: 50,
      min: 0,
      max: 60,
    },
    'shop.products': { label: 'Best sellers today', ttl: 1800, retain: 300 },
    'shop.orders': {
      label: 'Orders',
      retain: 300,
      states: 'paid:ok,shipped:none,unpaid:warn,refused:danger',
    },
  },
  events: () => ({}),
  series: {
    'shop.sales': { stepSeconds: 600, days: 2, at: revenue },
    'shop.waiting': { stepSeconds: 600, days: 1, at: waiting },
    'shop.products': { stepSeconds: 600, days: 1, at: products },
    'shop.orders': { stepSeconds: 660, days: 1, at: order },
  },
};

/** Sales since midnight, in euros: few at night, most around noon and in the evening. */
function revenue(time: number): Json[] {
  const hour = sinceMidnight(time) / 3600;
  let sum = 60 * hour + 7600 / (1 + Math.exp((12.2 - hour) * 0.75));
  sum += 8200 / (1 + Math.exp((18.4 - hour) * 0.6));
  if (dayOf(time) % 2) sum *= 0.93;
  return [{ value: rounded(sum + 40 * Math.sin(time / 1300), 0), time: time * 1000 }];
}

/** Orders that wait to be packed. */
function waiting(time: number): Json[] {
  return [
    {
      value: Math.trunc(26 + 11 * Math.sin(time / 6000) + 4 * Math.sin(time / 1700)),
      time: time * 1000,
    },
  ];
}

/** Pieces sold since midnight of each product, one key each. */
function products(time: number): Json[] {
  return PRODUCTS.map(([product, sold], n) => {
    const share = sinceMidnight(time) / 86_400;
    const wave = 1 + 0.06 * Math.sin(time / 5000 + n + 1);
    return { value: Math.trunc(sold * share * wave), labels: { product }, time: time * 1000 };
  });
}

/** One order; its number, its customer and its total follow from the time. */
function order(time: number): Json[] {
  const n = Math.trunc(time / 20) % 10_000;
  return [
    {
      order: `#${n}`,
      customer: CUSTOMERS[Math.trunc(n / 3) % CUSTOMERS.length] as string,
      total: rounded(30 + ((n * 7919) % 37_000) / 100, 2),
      status: STATES[n % STATES.length] as string,
      time: time * 1000,
    },
  ];
}
