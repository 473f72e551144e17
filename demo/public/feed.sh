# Functions of the feeders home.sh, wall.sh and sales.sh: send samples with curl. Not run by itself.
# They expect U, the address of the kit, and send LP_WRITE_TOKEN if it is set.
day=86400
began=$(date +%s)
# seconds by which this machine's clock is ahead of UTC: days begin at its midnight
east=$(date +%z | awk '{ s = substr($0, 2, 2) * 3600 + substr($0, 4, 2) * 60; print substr($0, 1, 1) == "-" ? -s : s }')
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT
trap 'exit 0' INT TERM

http() {
  if [ -n "${LP_WRITE_TOKEN:-}" ]; then
    curl -sSf -o "$parts/answer" -H "Authorization: Bearer $LP_WRITE_TOKEN" "$@"
  else curl -sSf -o "$parts/answer" "$@"; fi
}
# describe CHANNEL JSON: label, unit, limits and the like, which all pages then use.
describe() { http -X PUT -d "$2" "$U/channels/$1"; }
# post CHANNEL: JSON lines from standard input, 500 in one request.
post() {
  split -l 500 - "$parts/$1."
  for part in "$parts/$1."*; do
    [ -e "$part" ] || continue
    http -H 'Content-Type: application/x-ndjson' --data-binary "@$part" "$U/channels/$1"
    rm "$part"
  done
}
# newest CHANNEL: the time in seconds of the newest entry that the server has; nothing if there is none.
newest() {
  http "$U/poll?channels=$1&tail=1&wait=0"
  tr '{,' '\n\n' <"$parts/answer" | sed -n 's/^"t":\([0-9]*\)[0-9]\{3\}.*/\1/p' | sort -n | tail -n 1
}
# from CHANNEL STEP [DAYS]: where to begin, so that a second start goes on where the first one ended.
from() {
  seen=$(newest "$1")
  oldest=$((began - day * ${3:-1}))
  if [ "${seen:-0}" -gt "$oldest" ]; then echo $((seen + $2)); else echo "$oldest"; fi
}
