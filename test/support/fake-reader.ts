import type { Answer as BuiltAnswer } from '../../server/hub/answer.ts';
import type { Hub } from '../../server/hub/hub.ts';
import type { Group, HeldPoll, ReadRights } from '../../server/hub/watched-channel.ts';
import type { Answer } from '../../server/index.ts';

/** A poll without HTTP, which stores the responses of the hub. */
export class FakeReader implements HeldPoll {
  since = 0;
  deadline = 0;
  group: Group | undefined = undefined;
  built: BuiltAnswer | undefined;
  error: unknown;
  rights: ReadRights | undefined;
  verdict: 'keep' | 'again' | Error = 'keep';

  review(): 'keep' | 'again' | Error {
    return this.verdict;
  }

  send(answer: BuiltAnswer): void {
    if (this.done) throw new Error('a second answer');
    this.built = answer;
  }

  fail(error: unknown): void {
    if (this.done) throw new Error('a second answer');
    this.error = error;
  }

  get done(): boolean {
    return this.built !== undefined || this.error !== undefined;
  }

  get answer(): Answer {
    if (!this.built) throw new Error('not answered');
    return JSON.parse(this.built.body.toString()) as Answer;
  }

  /** Returns the versions of a channel in the response. */
  versions(channel: string): number[] {
    return this.answer.channels[channel]?.entries.map(({ v }) => v) ?? [];
  }
}

/** A client that polls. */
export function reading(hub: Hub, search: string, rights?: ReadRights): FakeReader {
  const reader = new FakeReader();
  reader.rights = rights;
  hub.poll(search, reader);
  return reader;
}

/** Resolves after all pending work that does not wait for time or network. */
export async function turns(count = 4): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
}
