/** The server's limits of a poll, its defaults. */
const MAX_CHANNELS = 100;
const MAX_URL_LENGTH = 8_000;
/** What `since`, `wait`, `tail` and `round` add at most to a URL, and a cursor with its comma. */
const PARAMS_LENGTH = 100;
const CURSOR_LENGTH = 34;

/** Whether one poll of the server at `base` can ask for all these channels. */
export function fitsOnePoll(base: string, names: Iterable<string>): boolean {
  let length = base.length + PARAMS_LENGTH;
  let count = 0;
  for (const name of names) {
    length += name.length + 1 + CURSOR_LENGTH;
    count++;
  }
  return count <= 1 || (count <= MAX_CHANNELS && length <= MAX_URL_LENGTH);
}
