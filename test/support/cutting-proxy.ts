import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  port: number;
  /** Closes all connections and accepts none, until `mend()`. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** A proxy in front of a server on loopback. `cutIdleAfterMs`: it closes connections whose request gets no response for this long. */
export async function openProxy(
  target: number,
  { cutIdleAfterMs }: { cutIdleAfterMs?: number } = {},
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let broken = false;
  const server = createServer((near) => {
    if (broken) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      for (const socket of [near, far]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', end);
    }
    near.on('data', (data) => {
      clearTimeout(timer);
      if (cutIdleAfterMs !== undefined) timer = setTimeout(end, cutIdleAfterMs);
      far.write(data);
    });
    far.on('data', (data) => {
      clearTimeout(timer);
      near.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    broken = true;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as { port: number }).port,
    cut,
    mend: () => {
      broken = false;
    },
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
