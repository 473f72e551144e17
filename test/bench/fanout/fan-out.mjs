// @ts-check
import { Poller } from './poller.mjs';

/**
 * @typedef {object} FanOut
 * @property {number} clients
 * @property {number} messages
 * @property {number} [perSecond] publish at this rate; without it, each message waits until all clients have the one before
 * @property {number} [paceMs] of the polling clients
 */

/**
 * @typedef {object} FanOutCost
 * @property {number} cpuUs of the server, per delivered message
 * @property {number} heldBytes growth of the server's resident memory per client that waits
 * @property {number} lost
 * @property {number} doubled
 * @property {number} errors
 * @property {number} p50Ms from publish to the client
 * @property {number} p99Ms
 */

const sleep = (/** @type {number} */ ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Starts the peer's server, connects clients that wait, publishes, and returns what it cost.
 * @param {import('./peers.mjs').Peer} peer
 * @param {FanOut} scenario
 * @returns {Promise<FanOutCost>}
 */
export async function fanOut(peer, scenario) {
  const server = await peer.start();
  const crowd = new Crowd(scenario);
  try {
    await sleep(500); // Its start has finished.
    const idleBytes = server.rssBytes();
    await crowd.join(peer, server.port);
    await sleep(1_500);
    const heldBytes = (server.rssBytes() - idleBytes) / scenario.clients;
    const before = server.cpuMs();
    await publishAll(peer, server.port, crowd, scenario);
    const cpuUs = ((server.cpuMs() - before) * 1000) / crowd.delivered;
    return { cpuUs, heldBytes, ...crowd.told() };
  } finally {
    crowd.end();
    await server.stop();
  }
}

/**
 * @param {import('./peers.mjs').Peer} peer
 * @param {number} port
 * @param {Crowd} crowd
 * @param {FanOut} scenario
 */
async function publishAll(peer, port, crowd, { messages, perSecond }) {
  const start = performance.now();
  for (let id = 0; id < messages; id++) {
    crowd.published(id);
    await peer.publish(port, `{"id":${id},"pad":"${'x'.repeat(40)}"}`);
    if (!perSecond) {
      await Promise.race([crowd.all(id), sleep(15_000)]);
      await sleep(5);
      continue;
    }
    const early = start + ((id + 1) * 1000) / perSecond - performance.now();
    if (early > 0) await sleep(early);
  }
  await Promise.race([crowd.all(messages - 1), sleep(15_000)]);
}

/** All clients of a run, and what reached them. */
class Crowd {
  delivered = 0;
  #scenario;
  #lost = 0;
  #doubled = 0;
  #errors = 0;
  /** @type {number[]} */
  #publishedAt = [];
  /** @type {number[]} */
  #latencies = [];
  /** @type {number[]} clients that have message i */
  #reached = [];
  #waitingFor = -1;
  /** @type {() => void} */
  #resolve = () => {};
  /** @type {{ end(): void }[]} */
  #clients = [];

  /** @param {FanOut} scenario */
  constructor(scenario) {
    this.#scenario = scenario;
  }

  /** @param {import('./peers.mjs').Peer} peer @param {number} port */
  async join(peer, port) {
    for (let i = 0; i < this.#scenario.clients; i++) {
      let seen = -1;
      const onMessage = (/** @type {number} */ id) => {
        if (id <= seen) this.#doubled++;
        else this.#arrived(id, id - seen - 1);
        seen = Math.max(seen, id);
      };
      this.#clients.push(await this.#client(peer, port, onMessage));
      if (i % 100 === 99) await sleep(10);
    }
  }

  /** @param {import('./peers.mjs').Peer} peer @param {number} port @param {(id: number) => void} onMessage */
  async #client({ wire, join }, port, onMessage) {
    if (join) return join(port, onMessage);
    if (!wire) throw new Error('a peer is polled or pushes');
    const { paceMs = 0 } = this.#scenario;
    const poller = new Poller({ port, wire, onMessage, paceMs, onError: () => this.#errors++ });
    await poller.start();
    return poller;
  }

  /** @param {number} id */
  published(id) {
    this.#publishedAt[id] = performance.now();
  }

  /** Resolves when every client has the message. @param {number} id @returns {Promise<void>} */
  all(id) {
    if (this.#reached[id] === this.#scenario.clients) return Promise.resolve();
    this.#waitingFor = id;
    return new Promise((done) => (this.#resolve = done));
  }

  /** @param {number} id @param {number} missed */
  #arrived(id, missed) {
    this.delivered++;
    this.#lost += missed;
    this.#latencies.push(performance.now() - (this.#publishedAt[id] ?? 0));
    this.#reached[id] = (this.#reached[id] ?? 0) + 1;
    if (id === this.#waitingFor && this.#reached[id] === this.#scenario.clients) this.#resolve();
  }

  told() {
    const sorted = this.#latencies.sort((a, b) => a - b);
    const at = (/** @type {number} */ share) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    const { clients, messages } = this.#scenario;
    const lost = Math.max(this.#lost, clients * messages - this.delivered);
    return {
      lost,
      doubled: this.#doubled,
      errors: this.#errors,
      p50Ms: at(0.5),
      p99Ms: at(0.99),
    };
  }

  end() {
    for (const client of this.#clients) client.end();
  }
}
