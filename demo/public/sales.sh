#!/bin/sh
# Feeds the board /sales: sales of today and yesterday, orders and products of a shop, then a new order every 20 seconds.
# Everything is curl and awk (feed.sh has the functions); send what your shop knows instead.
#
#   sh sales.sh [http://localhost:3000/lp]        LP_WRITE_TOKEN is sent if it is set
set -eu
cd "$(dirname "$0")"
U=${1:-http://localhost:3000/lp}
. ./feed.sh
step=600

# Sales since midnight, in euros: few at night, most around noon and in the evening.
sales() {
  awk -v from="$1" -v to="$2" -v step=$step -v east="$east" 'BEGIN {
    for (t = from; t <= to; t += step) {
      hour = (t + east) % 86400 / 3600
      sum = 60 * hour + 7600 / (1 + exp((12.2 - hour) * 0.75)) + 8200 / (1 + exp((18.4 - hour) * 0.6))
      if (int((t + east) / 86400) % 2) sum *= 0.93
      printf "{\"value\":%.0f,\"time\":%d000}\n", sum + 40 * sin(t / 1300), t
    }
  }'
}
# Orders that wait to be packed.
waiting() {
  awk -v from="$1" -v to="$2" -v step=$step -v east="$east" 'BEGIN {
    for (t = from; t <= to; t += step)
      printf "{\"value\":%d,\"time\":%d000}\n", 26 + 11 * sin(t / 6000) + 4 * sin(t / 1700), t
  }'
}
# Pieces sold since midnight of each product, one key each.
products() {
  awk -v from="$1" -v to="$2" -v step=$step -v east="$east" 'BEGIN {
    n = split("Espresso beans 1 kg|Filter papers|Grinder M2|Kettle|Mug, blue|Cleaning tabs|Scale S1", name, "|")
    split("418 396 101 92 78 66 55", sold, " ")
    for (t = from; t <= to; t += step) for (i = 1; i <= n; i++) {
      share = (t + east) % 86400 / 86400
      printf "{\"value\":%d,\"labels\":{\"product\":\"%s\"},\"time\":%d000}\n", sold[i] * share * (1 + 0.06 * sin(t / 5000 + i)), name[i], t
    }
  }'
}
# One order for each time on standard input; its number and its customer follow from the time.
orders() {
  awk 'BEGIN {
      customers = split("Contoso|Acme|شركة النور|Northwind|田中商店|Müller GmbH", customer, "|")
      states = split("paid shipped paid shipped unpaid paid shipped refused paid shipped", state, " ")
    }
    {
      n = int($1 / 20) % 10000
      printf "{\"order\":\"#%d\",\"customer\":\"%s\",\"total\":%.2f,\"status\":\"%s\",\"time\":%d000}\n", n, customer[int(n / 3) % customers + 1], 30 + (n * 7919 % 37000) / 100, state[n % states + 1], $1
    }'
}
every() { awk -v from="$1" -v to="$2" -v step="$3" 'BEGIN { for (t = from; t <= to; t += step) print t }'; }

describe shop.sales '{"label":"Sales today","decimals":0,"ttl":1800,"retain":3500,"max":20000,"history":"3d"}'
describe shop.waiting '{"label":"Orders waiting","ttl":1800,"retain":3500,"warn":30,"danger":50,"min":0,"max":60}'
describe shop.products '{"label":"Best sellers today","ttl":1800,"retain":300}'
describe shop.orders '{"label":"Orders","retain":300,"states":"paid:ok,shipped:none,unpaid:warn,refused:danger"}'

now=$began
sales "$(from shop.sales $step 2)" "$now" | post shop.sales
waiting "$(from shop.waiting $step)" "$now" | post shop.waiting
products "$(from shop.products $step)" "$now" | post shop.products
every "$(from shop.orders 660)" "$now" 660 | orders | post shop.orders
echo "sales: two days of data are there; a new order every 20 seconds (Ctrl+C ends this)"

while sleep 20; do
  now=$(date +%s)
  sales "$now" "$now" | post shop.sales || true
  waiting "$now" "$now" | post shop.waiting || true
  products "$now" "$now" | post shop.products || true
  echo "$now" | orders | post shop.orders || true
done
