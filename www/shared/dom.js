// @ts-check

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Builds an element. Strings become text nodes, so nothing that a server sends is ever read as HTML.
 *
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, unknown>} [props] attributes; `on…` adds a listener; `false`, `null` and
 *   `undefined` leave an attribute out
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), /** @type {EventListener} */ (value));
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  put(element, ...children);
  return element;
}

/**
 * Replaces what an element holds.
 *
 * @param {Element} parent
 * @param {...Child} children
 */
export function put(parent, ...children) {
  const nodes = [];
  for (const child of children) {
    if (child !== null && child !== undefined && child !== false) {
      nodes.push(child instanceof Node ? child : String(child));
    }
  }
  parent.replaceChildren(...nodes);
}

/**
 * Brings elements into this order, touching only those that are out of place, so that whatever has
 * the focus keeps it.
 *
 * @param {Element} parent
 * @param {Element[]} elements
 */
export function arrange(parent, elements) {
  const wanted = new Set(elements);
  for (const child of [...parent.children]) {
    if (!wanted.has(child)) {
      child.remove();
    }
  }
  elements.forEach((element, at) => {
    if (parent.children[at] !== element) {
      parent.insertBefore(element, parent.children[at] ?? null);
    }
  });
}

/**
 * The element with this id, which the page's HTML is known to have.
 *
 * @template {typeof HTMLElement} [T=typeof HTMLElement]
 * @param {string} id
 * @param {T} [type]
 * @returns {InstanceType<T>}
 */
export function byId(id, type) {
  const element = document.getElementById(id);
  const wanted = type ?? HTMLElement;
  if (!(element instanceof wanted)) {
    throw new Error(`this page has no ${wanted.name} with the id ${id}`);
  }
  return /** @type {InstanceType<T>} */ (element);
}

/**
 * Lines that stand where text will be.
 *
 * @param {...number} widths in percent
 */
export function skeleton(...widths) {
  return h(
    'div',
    { class: 'skeletons', 'aria-hidden': 'true' },
    ...widths.map((width) => h('span', { class: 'skeleton', style: `width: ${width}%` })),
  );
}
