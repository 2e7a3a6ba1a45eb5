// A Fairlead server of one's own: started on a fresh folder and a free port, stopped, killed, and started again on both.
// Plain JavaScript, because the benchmarks use it without Playwright.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root: the server finds Leptos.toml and target/site from there. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** How long a first start may take: it makes a database and fills the demo. */
const START = 120_000;

/** A port that nobody listens on now. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class Server {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  #said = '';

  constructor(folder, port) {
    this.folder = folder;
    this.dataFolder = path.join(folder, 'data');
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts a server on a fresh folder. */
  static async start() {
    const folder = mkdtempSync(path.join(tmpdir(), 'fairlead-e2e-'));
    // PostgreSQL runs as another account where we are root, and must get through.
    chmodSync(folder, 0o711);
    const server = new Server(folder, await freePort());
    await server.restart();
    return server;
  }

  /** Starts the program on this folder and port, and waits until it is ready. */
  async restart() {
    if (this.#child) throw new Error('the server runs already');
    const program = process.env.FAIRLEAD_BIN ?? path.join(root, 'target/release/fairlead');
    if (!existsSync(program)) {
      throw new Error(`${program} is missing: build it with "make build", or name another with FAIRLEAD_BIN`);
    }
    const { DATABASE_URL: _, ...environment } = process.env;
    const words = ['serve', '--addr', `127.0.0.1:${this.port}`, '--metrics-addr', 'off', '--data-dir', this.dataFolder];
    const child = spawn(program, words, { cwd: root, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    this.#said = '';
    const keep = (text) => { this.#said = (this.#said + text).slice(-20_000); };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.once('exit', (code, signal) => {
      // Nobody asked it to end: what it said last is worth more than a refused connection.
      if (this.#child === child) console.error(`the server ended by itself (${signal ?? code}):\n${this.#said.slice(-4_000)}`);
    });
    const until = Date.now() + START;
    while (!(await this.isReady())) {
      if (child.exitCode !== null || Date.now() > until) {
        throw new Error(`${program} did not become ready:\n${this.#said}`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async isReady() {
    try {
      return (await fetch(`${this.url}/readyz`)).ok;
    } catch {
      return false;
    }
  }

  /** What the program printed last. */
  get said() {
    return this.#said;
  }

  async #end(signal) {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Stops it in order, as Ctrl-C does. */
  stop() {
    return this.#end('SIGINT');
  }

  /** Kills it at once; its PostgreSQL is left behind, as by a crash. */
  kill() {
    return this.#end('SIGKILL');
  }

  /** Stops it and removes its folder. */
  async remove() {
    if (!this.#child && existsSync(this.dataFolder)) this.#endOrphan();
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A PostgreSQL whose server was killed is ended by the process id in its own folder. */
  #endOrphan() {
    const file = path.join(this.dataFolder, 'postgres/postmaster.pid');
    if (!existsSync(file)) return;
    const id = Number(readFileSync(file, 'utf8').split('\n')[0]);
    if (id > 1) {
      try {
        process.kill(id, 'SIGINT');
      } catch {
        // It is gone already.
      }
    }
  }

  /** The folder of the embedded PostgreSQL's socket. */
  get socketFolder() {
    return path.join(this.dataFolder, 'run');
  }
}

/** The folder of PostgreSQL's programs, or nothing. */
export function postgresPrograms() {
  const found = spawnSync('sh', ['-c', 'ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1'], { encoding: 'utf8' });
  return found.stdout.trim() || undefined;
}
