// Rounds: in each, every peer is measured once, in an order that is drawn anew.

/**
 * @typedef {object} Task what is measured of a peer
 * @property {() => unknown} check fails where the peer gives wrong data
 * @property {(count: number) => unknown} run does it so often
 * @property {(count: number) => unknown} [before] makes ready for so many, unmeasured
 * @property {number} [most] how often it can be done between two of these; any number if left out
 * @property {() => unknown} [end]
 *
 * @typedef {object} Effort
 * @property {number} rounds
 * @property {number} ms of work in a sample
 */

/** What a batch should take, far above the resolution of the clock. Milliseconds. */
const BATCH = 2;

/** What takes longer than this is measured once. Milliseconds. */
const LONG = 300;

/** How much longer a sample may take with what is not measured of it. */
const READY = 8;

/**
 * Nanoseconds of one time, by peer and round.
 *
 * @param {Record<string, Task>} tasks
 * @param {Effort} effort
 * @returns {Promise<Record<string, number[]>>}
 */
export async function measure(tasks, { rounds, ms }) {
  const names = Object.keys(tasks);
  /** @type {Record<string, number[]>} */
  const samples = {};
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of names) {
    await tasks[name].check();
    const { count, took } = await calibrate(tasks[name]);
    if (took > LONG) {
      samples[name] = [(took * 1e6) / count];
    } else {
      counts[name] = count;
      // To be warm.
      await sample(tasks[name], count, ms);
      samples[name] = [];
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of shuffled(Object.keys(counts))) {
      samples[name].push(await sample(tasks[name], counts[name], ms));
    }
  }
  for (const name of names) {
    await tasks[name].end?.();
  }
  return samples;
}

/** How often it must be done so that a batch is long enough. @param {Task} task */
async function calibrate(task) {
  const most = task.most ?? Number.POSITIVE_INFINITY;
  for (let count = 1; ; count = Math.min(4 * count, most)) {
    const took = await batch(task, count);
    if (took >= BATCH || count === most) {
      return { count, took };
    }
  }
}

/**
 * Measures for so long; less, where making ready takes far longer than what is measured.
 *
 * @param {Task} task
 * @param {number} count
 * @param {number} ms
 */
async function sample(task, count, ms) {
  const end = performance.now() + READY * ms;
  let took = 0;
  let done = 0;
  do {
    took += await batch(task, count);
    done += count;
    await turn();
  } while (took < ms && performance.now() < end);
  return (took * 1e6) / done;
}

/** @param {Task} task @param {number} count */
async function batch(task, count) {
  await task.before?.(count);
  const start = performance.now();
  const work = task.run(count);
  if (work instanceof Promise) {
    await work;
  }
  return performance.now() - start;
}

/** Lets timers and the like run that have been put off. */
export function turn() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(0);
  });
}

/** In an order that is drawn. @template T @param {T[]} list */
export function shuffled(list) {
  const left = [...list];
  return list.map(() => left.splice(Math.floor(Math.random() * left.length), 1)[0]);
}

/** @param {unknown} found @param {unknown} wanted @param {string} what */
export function same(found, wanted, what) {
  const [a, b] = [found, wanted].map((value) => JSON.stringify(value));
  if (a !== b) {
    throw new Error(`${what}: ${a} in place of ${b}`);
  }
}
