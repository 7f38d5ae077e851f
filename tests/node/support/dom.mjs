// As much of a document as triggers of prefetches need, for Node has none: elements whose events reach the capturing
// listeners of all around them, and the two observers, which a test can ask what they watch.

/** What is told to mutation observers. @type {Set<MutationObserverDouble>} */
const observers = new Set();

export class ElementDouble extends EventTarget {
  /** @type {ElementDouble | null} */ parentNode = null;
  /** @type {Set<ElementDouble>} */ children = new Set();
  /** @type {Map<string, string>} */ #attributes = new Map();
  isFocusVisible = false;

  /** @param {Record<string, string>} [attributes] */
  constructor(attributes = {}) {
    super();
    this.#attributes = new Map(Object.entries(attributes));
  }

  get isConnected() {
    return root.contains(this);
  }

  /** @param {ElementDouble} child */
  append(child) {
    child.parentNode = this;
    this.children.add(child);
    tell({ type: 'childList', target: this, addedNodes: [child], removedNodes: [] });
    return child;
  }

  remove() {
    const parent = this.parentNode;
    parent?.children.delete(this);
    this.parentNode = null;
    tell({ type: 'childList', target: parent, addedNodes: [], removedNodes: [this] });
  }

  /** @param {string} name */
  getAttribute(name) {
    return this.#attributes.get(name) ?? null;
  }

  /** @param {string} name @param {string | undefined} value nothing takes it away */
  set(name, value) {
    if (value === undefined) {
      this.#attributes.delete(name);
    } else {
      this.#attributes.set(name, value);
    }
    tell({ type: 'attributes', target: this, attributeName: name });
  }

  /** @param {string} selector an attribute in brackets, or what is focused by the keyboard */
  matches(selector) {
    return selector === ':focus-visible'
      ? this.isFocusVisible
      : this.#attributes.has(selector.slice(1, -1));
  }

  /** @param {string} selector @returns {ElementDouble | null} */
  closest(selector) {
    return this.matches(selector) ? this : (this.parentNode?.closest(selector) ?? null);
  }

  /** @param {string} selector @returns {ElementDouble[]} */
  querySelectorAll(selector) {
    return [...this.children].flatMap((child) => [
      ...(child.matches(selector) ? [child] : []),
      ...child.querySelectorAll(selector),
    ]);
  }

  /** @param {ElementDouble | null} other @returns {boolean} */
  contains(other) {
    return other !== null && (other === this || this.contains(other.parentNode));
  }

  /** @param {string} type @param {object} [details] of the event */
  fire(type, details) {
    for (let at = /** @type {ElementDouble | null} */ (this); at; at = at.parentNode) {
      const event = new Event(type);
      Object.defineProperty(event, 'target', { value: this });
      at.dispatchEvent(Object.assign(event, details));
    }
  }
}

/** The document. */
export let root = new ElementDouble();

/** Another document, which nobody observes. */
export function renew() {
  root = new ElementDouble();
  observers.clear();
  IntersectionObserverDouble.renew();
}

class MutationObserverDouble {
  /** @type {any[]} */ #records = [];
  /** @type {ElementDouble | undefined} */ target;

  /** @param {(records: any[]) => void} listener */
  constructor(listener) {
    this.listener = listener;
  }

  /** @param {ElementDouble} target */
  observe(target) {
    this.target = target;
    observers.add(this);
  }

  disconnect() {
    observers.delete(this);
  }

  /** @param {any} record */
  add(record) {
    if (this.#records.push(record) === 1) {
      queueMicrotask(() => this.listener(this.#records.splice(0)));
    }
  }
}

/** @param {any} record */
function tell(record) {
  for (const observer of observers) {
    if (observer.target?.contains(record.target)) {
      observer.add(record);
    }
  }
}

export class IntersectionObserverDouble {
  /** All there are. @type {IntersectionObserverDouble[]} */
  static all = [];
  /** What is in view, and how much of it. @type {Map<ElementDouble, number>} */
  static #inView = new Map();
  /** @type {Set<ElementDouble>} */ targets = new Set();

  /** @param {(entries: any[]) => void} listener @param {object} options */
  constructor(listener, options) {
    this.listener = listener;
    this.options = options;
    IntersectionObserverDouble.all.push(this);
  }

  /** @param {ElementDouble} target */
  observe(target) {
    const isNew = !this.targets.has(target);
    this.targets.add(target);
    if (isNew) {
      queueMicrotask(() => this.#tell(target));
    }
  }

  /** @param {ElementDouble} target */
  unobserve(target) {
    this.targets.delete(target);
  }

  /** How many elements are observed. */
  static get count() {
    return IntersectionObserverDouble.all.reduce((sum, { targets }) => sum + targets.size, 0);
  }

  /** How many mutation observers there are. */
  static get mutationObservers() {
    return observers.size;
  }

  /**
   * An element comes into view, or leaves it.
   * @param {ElementDouble} target
   * @param {number} [intersectionRatio]
   */
  static show(target, intersectionRatio = 1) {
    IntersectionObserverDouble.#inView.set(target, intersectionRatio);
    for (const observer of IntersectionObserverDouble.all) {
      observer.#tell(target);
    }
  }

  /** Forgets all observers, and what is in view. */
  static renew() {
    IntersectionObserverDouble.all.length = 0;
    IntersectionObserverDouble.#inView.clear();
  }

  /** @param {ElementDouble} target */
  #tell(target) {
    if (this.targets.has(target)) {
      const intersectionRatio = IntersectionObserverDouble.#inView.get(target) ?? 0;
      this.listener([{ target, isIntersecting: intersectionRatio > 0, intersectionRatio }]);
    }
  }
}

Object.assign(globalThis, {
  MutationObserver: MutationObserverDouble,
  IntersectionObserver: IntersectionObserverDouble,
});
