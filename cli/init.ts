/** `lp-kit init`: writes a page, a tokens file, and a way to run the server, into a folder. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { readArgs, UsageError } from './usage.ts';

const HELP = `lp-kit init [DIR]: write the files of a dashboard into a folder (default: this one)

  --title TEXT   heading of the page
  --run WAY      how the server is run: compose, systemd or npm
  --port N       port of the server
  --yes          use the defaults without asking

In a terminal it asks for options that are not given. Existing files are not changed.
`;

const WAYS = ['npm', 'systemd', 'compose'] as const;
type Way = (typeof WAYS)[number];

interface Answers {
  title: string;
  run: Way;
  port: number;
}

/** Returns the exit code. @throws UsageError */
export async function init(args: string[]): Promise<number> {
  const { values, positionals } = readArgs({
    args,
    allowPositionals: true,
    options: {
      title: { type: 'string' },
      run: { type: 'string' },
      port: { type: 'string' },
      yes: { type: 'boolean', short: 'y', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = resolve(positionals[0] ?? '.');
  const asks = !values.yes && process.stdin.isTTY === true;
  const answers = await answersOf(values, asks);
  await write(folder, filesOf(answers, folder));
  console.log(nextSteps(answers, folder));
  return 0;
}

/** Returns the given options; prompts for the others in a terminal, else uses the defaults. */
async function answersOf(
  given: { title?: string | undefined; run?: string | undefined; port?: string | undefined },
  asks: boolean,
): Promise<Answers> {
  const terminal = asks
    ? createInterface({ input: process.stdin, output: process.stdout })
    : undefined;
  const ask = async (question: string, value: string | undefined, usual: string): Promise<string> =>
    value ?? ((await terminal?.question(`${question} (${usual}): `)) || usual);
  try {
    const title = await ask('Heading of the page', given.title, 'Dashboard');
    const run = await ask(`How to run the server: ${WAYS.join(', ')}`, given.run, 'npm');
    const port = await ask('Port', given.port, '3000');
    return { title, run: parseWay(run), port: parsePort(port) };
  } finally {
    terminal?.close();
  }
}

function parseWay(text: string): Way {
  const way = WAYS.find((each) => each === text);
  if (way) return way;
  throw new UsageError(`--run ${text}: write ${WAYS.join(', ')}`);
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UsageError(`--port ${text}: give a number from 1 to 65535`);
}

/** Writes the files that do not exist yet. A file with a secret is readable only by its owner. */
async function write(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    const isThere = existsSync(path);
    if (!isThere) await writeFile(path, text, { mode: name === '.env' ? 0o600 : 0o644 });
    console.log(`${isThere ? 'left   ' : 'written'}  ${path}`);
  }
}

function filesOf(answers: Answers, folder: string): Record<string, string> {
  const { port, run } = answers;
  const token = randomBytes(24).toString('hex');
  const own: Record<Way, Record<string, string>> = {
    npm: { 'package.json': packageJson(port) },
    systemd: { 'lp-kit.service': unit(port, folder) },
    compose: { 'compose.yaml': compose(port) },
  };
  return {
    'index.html': page(answers),
    '.env': `LP_WRITE_TOKEN=${token}\n`,
    '.gitignore': '.env\ndata/\nnode_modules/\n',
    ...own[run],
  };
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const page = ({ title, port }: Answers): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <meta name="color-scheme" content="light dark" />
    <title>${escaped(title)}</title>
    <script type="module" src="http://localhost:${port}/lp/kit.js"></script>
  </head>
  <body>
    <lp-dashboard label="${escaped(title)}">
      <lp-number channel="cpu" label="CPU" unit="percent" warn="70" danger="90" sparkline></lp-number>
      <lp-metric-chart channel="cpu" label="CPU" window="5m" cols="2"></lp-metric-chart>
      <lp-feed channel="log" label="Log"></lp-feed>
    </lp-dashboard>
  </body>
</html>
`;

const serve = (port: number): string =>
  `lp-kit serve --port ${port} --allow-origin null --allow-origin http://localhost:${port}`;

const packageJson = (port: number): string =>
  `${JSON.stringify(
    {
      private: true,
      type: 'module',
      scripts: {
        start: `node --env-file=.env node_modules/lp-kit/dist/cli/cli.js ${serve(port).slice('lp-kit '.length)}`,
      },
      dependencies: { 'lp-kit': 'latest' },
    },
    null,
    2,
  )}\n`;

const unit = (
  port: number,
  folder: string,
): string => `# sudo cp lp-kit.service /etc/systemd/system/ && sudo systemctl enable --now lp-kit
[Unit]
Description=lp-kit
After=network-online.target

[Service]
ExecStart=npx --yes ${serve(port)} --data /var/lib/lp-kit
EnvironmentFile=${folder}/.env
DynamicUser=yes
StateDirectory=lp-kit
CacheDirectory=lp-kit
Environment=HOME=/var/cache/lp-kit
Restart=always
ProtectSystem=strict
NoNewPrivileges=yes

[Install]
WantedBy=multi-user.target
`;

const compose = (port: number): string => `services:
  lp-kit:
    image: node:22-slim
    command: npx --yes ${serve(port)} --host 0.0.0.0 --data /data
    env_file: .env
    environment:
      npm_config_cache: /tmp/npm
    user: node
    restart: unless-stopped
    ports: ['127.0.0.1:${port}:${port}']
    volumes: ['data:/data']
volumes:
  data:
`;

const STARTS: Record<Way, string> = {
  npm: 'npm install && npm start',
  systemd: 'sudo cp lp-kit.service /etc/systemd/system/ && sudo systemctl enable --now lp-kit',
  compose: 'docker compose up -d',
};

const nextSteps = ({ run, port }: Answers, folder: string): string => `
Next, in ${folder}:

  ${STARTS[run]}
  . ./.env && curl -H "Authorization: Bearer $LP_WRITE_TOKEN" -d 42 http://localhost:${port}/lp/channels/cpu

then open index.html. LP_WRITE_TOKEN in .env is the token of those who publish: keep it secret.`;
