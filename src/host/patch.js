// @ts-check
/**
 * Native functions with something in front of them.
 */

/**
 * What is called in the place of a native function, with what calls that, as the page would have.
 * @typedef {(native: (args: any[]) => any, self: any, args: any[]) => any} Call
 */

/**
 * A proxy keeps everything that can be seen of the native function.
 * @param {any} native
 * @param {Call} call
 */
export function wrap(native, call) {
  return new Proxy(native, {
    apply: (target, self, args) => call((list) => Reflect.apply(target, self, list), self, args),
  });
}

/**
 * Wraps a function in its place. The function given back restores what stood there.
 * @param {any} object
 * @param {string} name
 * @param {Call} call
 * @returns {() => void}
 */
export function patch(object, name, call) {
  const before = Object.getOwnPropertyDescriptor(object, name);
  let active = true;
  const value = wrap(object[name], (native, self, args) =>
    active ? call(native, self, args) : native(args),
  );
  // What is frozen stays as it is.
  Reflect.defineProperty(object, name, {
    value,
    enumerable: before?.enumerable ?? true,
    configurable: true,
    writable: true,
  });
  return () => {
    active = false;
    if (Object.getOwnPropertyDescriptor(object, name)?.value !== value) {
      // Somebody wrapped us in turn: what they hold is transparent from now on.
      return;
    }
    if (before) {
      Object.defineProperty(object, name, before);
    } else {
      Reflect.deleteProperty(object, name);
    }
  };
}
