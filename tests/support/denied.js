// @ts-check
/** Browsers that refuse localStorage, in each of their ways. Each function gives one that ends it. */

const refuse = () => {
  throw new DOMException('denied', 'SecurityError');
};

export function denyAccess() {
  return replace(refuse);
}

export function denyUse() {
  const denied = new Proxy({}, { get: () => refuse, ownKeys: refuse });
  return replace(() => denied);
}

export function denyWrites() {
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  return () => {
    Storage.prototype.setItem = setItem;
  };
}

/** @param {() => unknown} get */
function replace(get) {
  const before = /** @type {PropertyDescriptor} */ (
    Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
  );
  Object.defineProperty(globalThis, 'localStorage', { get, configurable: true });
  return () => Object.defineProperty(globalThis, 'localStorage', before);
}
