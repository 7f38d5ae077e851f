// @ts-check
/**
 * What stands for a lock where the browser has none: an item in storage that says who holds it, and until when. Writes
 * to storage may cross, so whoever wrote it looks again a while later, and holds it only if nobody else has written
 * since. That two hold it for a moment can't be ruled out.
 */

/** It ends so many milliseconds after it was last renewed. */
const TERM = 10_000;
/** So often it is renewed, or looked at. */
const PAUSE = 3_000;
/** So long it takes until what others have written is seen. */
export const SETTLE = 500;

/**
 * Takes it as soon as nobody holds it, until `signal` aborts.
 * @param {string} name of the item
 * @param {string} holder who wants it
 * @param {AbortSignal} signal
 * @param {(held: boolean) => void} tell whether it is held, when that changes
 */
export function lease(name, holder, signal, tell) {
  let held = false;
  let written = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const step = () => {
    const [who, until] = read(name);
    const now = Date.now();
    // A time that is too far away is that of another clock.
    const free = who !== holder && !(until > now && until <= now + TERM);
    const ours = who === holder && written;
    if (ours || free) {
      write(name, `${holder} ${now + TERM}`);
    }
    if (ours !== held) {
      held = ours;
      tell(held);
    }
    written = ours || free;
    timer = setTimeout(step, written && !ours ? SETTLE : PAUSE);
  };
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    if (read(name)[0] === holder) {
      write(name, '');
    }
  });
  if (!signal.aborted) {
    step();
  }
}

/** @param {string} name @returns {[holder: string, until: number]} */
function read(name) {
  try {
    const [holder, until] = (localStorage.getItem(name) ?? '').split(' ');
    return [holder, Number(until)];
  } catch {
    // Where there is no storage there is nothing to send.
    return ['', Number.POSITIVE_INFINITY];
  }
}

/** @param {string} name @param {string} text */
function write(name, text) {
  try {
    localStorage.setItem(name, text);
  } catch {
    // It is not held then.
  }
}
