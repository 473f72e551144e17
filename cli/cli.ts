#!/usr/bin/env node
import { version } from '../server/version.ts';
import { suggestion, UsageError, warn } from './usage.ts';

const HELP = `lp-kit ${version}: live dashboards over long polling

  lp-kit init [DIR]               write a page, a token and a way to run the server
  lp-kit serve                    run a server (--demo adds a demo dashboard)
  lp-kit post CHANNEL VALUE       publish a value; with - in place of VALUE, lines from stdin
  lp-kit tail CHANNEL…            print entries as they arrive
  lp-kit get CHANNEL              print the newest entry of each key
  lp-kit list                     list the channels
  lp-kit describe CHANNEL [F=V…]  show or change a channel's label, unit, limits …
  lp-kit delete CHANNEL…          delete channels with all their entries
  lp-kit scrape URL…              read Prometheus exporters and publish their metrics
  lp-kit token add|list|remove    tokens with rights per channel
  lp-kit link --read PATTERN      a signed, read-only token for a share link
  lp-kit backup > FILE            save everything that a running server holds
  lp-kit restore --data DIR < FILE   write a backup into a folder or Redis
  lp-kit doctor                   check a server and the connection to it
  lp-kit verify                   kill servers on your disk, poll through your proxy; one HTML page as the result
  lp-kit conformance [URL]        check that a server in any language implements LP/1
  lp-kit help [COMMAND]           show this text, or that of a command

  --help, -h         show the help
  --version, -V, -v  show the version

All but init, serve, restore, token, link and verify --data talk to a running server: --url URL (or LP_URL), default http://127.0.0.1:3000/lp.
`;

type Command = (args: string[]) => Promise<number>;

/** Each command is imported when it runs: `post` needs nothing of the server. */
const commands: Readonly<Record<string, Command>> = {
  init: async (args) => (await import('./init.ts')).init(args),
  serve: async (args) => (await import('./serve.ts')).serve(args),
  post: async (args) => (await import('./post.ts')).post(args),
  tail: async (args) => (await import('./tail.ts')).tail(args),
  get: async (args) => (await import('./channels.ts')).get(args),
  list: async (args) => (await import('./channels.ts')).list(args),
  describe: async (args) => (await import('./channels.ts')).describe(args),
  delete: async (args) => (await import('./channels.ts')).del(args),
  scrape: async (args) => (await import('./scrape.ts')).scrape(args),
  token: async (args) => (await import('./token.ts')).token(args),
  link: async (args) => (await import('./token.ts')).link(args),
  backup: async (args) => (await import('./backup.ts')).backup(args),
  restore: async (args) => (await import('./backup.ts')).restore(args),
  doctor: async (args) => (await import('./doctor.ts')).doctor(args),
  verify: async (args) => (await import('./verify.ts')).verify(args),
  conformance: async (args) => (await import('./conformance.ts')).conformance(args),
};

/** Runs a command. Returns the exit code: 0 done, 1 failed, 2 wrong usage. */
async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (['--version', '-V', '-v'].includes(name)) {
    console.log(version);
    return 0;
  }
  if (['help', '--help', '-h'].includes(name)) {
    if (args[0] !== undefined) return commandOf(args[0])(['--help']);
    process.stdout.write(HELP);
    return 0;
  }
  return commandOf(name)(args);
}

/** @throws UsageError */
function commandOf(name: string): Command {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command;
  const near = suggestion(name, [...Object.keys(commands), 'help']);
  throw new UsageError(`there is no command ${name}${near} (lp-kit help lists them)`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  warn(error instanceof Error ? error.message : String(error));
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
