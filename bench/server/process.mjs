// Programs that are measured: started, watched and ended.
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Clock ticks a second of `/proc` (`getconf CLK_TCK`). */
const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** @param {string} command */
export function isInstalled(command) {
  try {
    execFileSync('sh', ['-c', `PATH="$PATH:/usr/sbin:/sbin" command -v ${command}`], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a program and waits until `url` answers.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {() => Promise<boolean>} isUp
 * @param {Record<string, string>} [env]
 */
export async function start(command, args, isUp, env = {}) {
  const child = spawn(command, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, ...env },
  });
  let complaints = '';
  child.stderr.on('data', (text) => {
    complaints = `${complaints}${text}`.slice(-2000);
  });
  let isGone = false;
  const gone = new Promise((resolve) => {
    child.on('exit', () => {
      isGone = true;
      resolve(undefined);
    });
  });
  while (!(await isUp().catch(() => false))) {
    if (isGone) {
      throw new Error(`${command} ended: ${complaints}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    /** CPU time of it and its children so far, in seconds. */
    cpu: () => tree(child.pid).reduce((sum, pid) => sum + cpuOf(pid), 0),
    /** Memory in use by it and its children, in bytes. */
    memory: () => tree(child.pid).reduce((sum, pid) => sum + memoryOf(pid), 0),
    async stop() {
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** @param {number} root */
function tree(root) {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), Number(stat(Number(name))[1])]);
  const found = [root];
  for (const pid of found) {
    found.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
  }
  return found;
}

/** What follows the name in `/proc/PID/stat`. @param {number} pid */
function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}

/** @param {number} pid */
function cpuOf(pid) {
  const fields = stat(pid);
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS;
}

/** @param {number} pid */
function memoryOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(/VmRSS:\s+(\d+)/.exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
