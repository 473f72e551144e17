#!/usr/bin/env node
import { version } from '../server/version.ts';
import { post } from './post.ts';
import { scrape } from './scrape.ts';
import { serve } from './serve.ts';
import { tail } from './tail.ts';
import { link, token } from './token.ts';
import { UsageError } from './usage.ts';

const HELP = `lp-kit ${version}: live dashboard widgets over a versioned long poll

  lp-kit serve                 run a server           (lp-kit serve --help)
  lp-kit post CHANNEL VALUE|-  publish a value, or NDJSON from stdin
  lp-kit token add|list|remove tokens with rights per channel
  lp-kit link --read PATTERN   a signed, read-only token for a share link
  lp-kit tail CHANNEL…         what a page would see, in a terminal
  lp-kit scrape URL…           read Prometheus exporters, publish what they tell

  --help, -h     this text, or a command's own
  --version, -v  the version
`;

const commands: Record<string, (args: string[]) => Promise<number>> = {
  serve,
  post,
  tail,
  token,
  scrape,
  link,
};

/** Exit codes: 0 done, 1 failed, 2 wrong usage. */
async function main([name = '', ...args]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') {
    console.log(version);
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command) return command(args);
  const asked = name === '--help' || name === '-h';
  if (asked) process.stdout.write(HELP);
  else process.stderr.write(`${name ? `lp-kit: there is no command ${name}\n\n` : ''}${HELP}`);
  return asked ? 0 : 2;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const usage = error instanceof UsageError;
  console.error(`lp-kit: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = usage ? 2 : 1;
}
