// @ts-check
/**
 * One mutation: what it sends, what it changes until that is answered, and whoever waits for it.
 */
import { urlOf } from './keys.js';
import { flaw } from './operations.js';
import { outgoing, resolvedOutgoing, storable } from './outgoing.js';
import { isTempId, resolved, resolvedUrl, tempIdsIn } from './temp-ids.js';

/** @import { Failure } from './boundary.js' */
/** @import { Operation } from './operations.js' */
/** @import { Outgoing } from './outgoing.js' */
/** @import { StoredBody } from './response.js' */
/** @import { Ids } from './temp-ids.js' */

/** What a page wants: see `MutateOptions`. @typedef {Record<string, any>} Options */

/**
 * @typedef {object} Change of one key
 * @property {Operation | ((data: any, variables: any) => unknown)} update
 * @property {boolean | ((answer: any, base: any) => unknown) | undefined} adopt
 */

export class Mutation {
  /** What it is at: see `register.js`. */
  status = 0;
  attempts = 0;
  submittedAt = Date.now();
  durable = false;
  /** No client knows it, or none any more. */
  isNative = false;
  /** It is a call of `fetch`, which settles with the answer, whatever that says. */
  isCall = false;
  scope = '';
  tempId = '';
  /** Where its payload is kept, or 0. */
  payload = 0;
  /** What it sends, unless it is a function. @type {Outgoing | undefined} */ outgoing;
  /** By URL. @type {Map<string, Change[]>} */ changes = new Map();
  /** @type {unknown} */ variables;
  /** The data of its answer. @type {unknown} */ data;
  /** The headers that its function gave with it. @type {Headers | undefined} */ headers;
  /** The answer to its last attempt. @type {Response | undefined} */ response;
  /** Its last attempt failed. */
  hasFailed = false;
  /** Why. @type {unknown} */ error;
  /** Breaks it off. @type {AbortController | undefined} */ controller;
  /** What storage holds of it can't be read. @type {unknown} */ broken;
  /** The end of the attempt that is under way. @type {Promise<void> | undefined} */ attempt;
  /** Its answer, where another document sent it and tells of it. @type {StoredBody | undefined} */ told;
  /** How the client ended it: see `mutations.js`. @type {number | undefined} */ outcome;
  /** Why the page gave it up. @type {unknown} */ reason;
  /** @type {((value: any) => void) | undefined} */ #resolve;
  /** @type {((error: unknown) => void) | undefined} */ #reject;

  /**
   * @param {number} id
   * @param {string} key for idempotency
   * @param {Options} options
   */
  constructor(id, key, options = {}) {
    this.id = id;
    this.key = key;
    this.options = options;
  }

  get method() {
    return this.outgoing?.method ?? '';
  }

  get url() {
    return this.outgoing?.url ?? '';
  }

  /** Whether somebody waits for its end. */
  get isAwaited() {
    return this.#resolve !== undefined;
  }

  /** @returns {Promise<any>} */
  promise() {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Another attempt begins. */
  prepare() {
    this.controller = new AbortController();
    this.hasFailed = false;
    this.error = undefined;
    this.response = undefined;
    this.data = undefined;
    this.headers = undefined;
  }

  /** The attempt has failed. @param {unknown} error */
  lose(error) {
    this.hasFailed = true;
    this.error = error;
  }

  /** Ends it as its last attempt did. */
  settle() {
    if (this.isCall && this.response) {
      this.succeed(this.response);
    } else if (this.hasFailed) {
      this.fail(this.error);
    } else {
      this.succeed(this.data);
    }
  }

  /** Ends it for whoever waits, who hear of it once. @param {unknown} data */
  succeed(data) {
    const resolve = this.#resolve;
    if (resolve) {
      this.#end();
      const { options, variables } = this;
      safely(() => options.onSuccess?.(data, variables));
      safely(() => options.onSettled?.(data, undefined, variables));
      resolve(data);
    }
  }

  /** @param {unknown} error */
  fail(error) {
    const reject = this.#reject;
    if (reject) {
      this.#end();
      const { options, variables } = this;
      safely(() => options.onError?.(error, variables));
      safely(() => options.onSettled?.(undefined, error, variables));
      reject(error);
    }
  }

  #end() {
    this.#resolve = undefined;
    this.#reject = undefined;
  }

  /** Puts real ids in the place of temporary ones. @param {Ids} ids */
  resolve(ids) {
    if (ids.size) {
      this.outgoing &&= resolvedOutgoing(this.outgoing, ids);
      this.variables = resolved(this.variables, ids);
      this.changes = new Map(
        Array.from(this.changes, ([url, list]) => [resolvedUrl(url, ids), resolved(list, ids)]),
      );
    }
  }

  /** What the client is told of it. */
  lines() {
    const { method, url, scope, key, durable, tempId, outgoing, variables, changes, options } =
      this;
    const { retry = 0, onDeadLetter, invalidates = '' } = options;
    const flags = onDeadLetter === 'continue' ? 'c' : '';
    // As a JSON array, a target needs no quotes.
    const targets = Array.isArray(invalidates) ? JSON.stringify(invalidates) : `${invalidates}`;
    const attempts = durable ? '' : `${Math.min(retry, 1e9)}`;
    const needs = tempIdsIn([outgoing, variables, ...changes.values()]);
    return [
      method,
      url,
      scope,
      key,
      attempts,
      flags,
      tempId,
      [...needs].join(' '),
      targets.replaceAll('\n', ' '),
      ...changes.keys(),
    ];
  }

  /**
   * What is stored of it, as text.
   * @param {Failure} Failure
   */
  stored(Failure) {
    const { outgoing, changes, tempId } = this;
    const what = { ...(outgoing && storable(outgoing)), changes: [...changes], tempId };
    try {
      return JSON.stringify(what, (name, value) => {
        if (!isPlain(value)) {
          throw new TypeError(`${name} is no plain data`);
        }
        return value;
      });
    } catch (cause) {
      throw new Failure('not-storable', `a durable mutation is plain data: ${cause}`, { cause });
    }
  }

  /**
   * Takes over what was {@link stored}; headers that are not, stay.
   * @param {string | undefined} text
   * @param {string} method
   * @param {string} url
   */
  restore(text, method, url) {
    this.durable = true;
    try {
      const { changes, tempId, headers, ...rest } = JSON.parse(`${text}`);
      this.outgoing = { headers: this.outgoing?.headers ?? headers, ...rest, method, url };
      this.tempId = `${tempId}`;
      this.changes = new Map(changes.filter(isChange));
    } catch (cause) {
      this.outgoing = { method, url, headers: [], body: undefined, init: {} };
      this.broken = cause;
    }
  }
}

/** Whether it is that of a URL, as far as it can be applied. @param {any} stored */
function isChange([url, list]) {
  return (
    typeof url === 'string' &&
    Array.isArray(list) &&
    list.every((change) => flaw(change?.update) === undefined)
  );
}

/**
 * A mutation as a page wants it.
 * @param {number} id
 * @param {string} key
 * @param {Options} options
 * @param {Failure} Failure
 */
export function made(id, key, options, Failure) {
  const { request, mutationFn, optimistic = [], scope, durable, retry = 0, tempId } = options;
  /** @param {unknown} fine @param {string} problem */
  const check = (fine, problem) => {
    if (!fine) {
      throw new Failure('config-invalid', problem);
    }
  };
  check(
    !!request !== (typeof mutationFn === 'function'),
    'request or mutationFn: must be one of the two',
  );
  check(!durable || request, 'durable: needs a request');
  check(
    retry === Number.POSITIVE_INFINITY || (Number.isInteger(retry) && retry >= 0),
    'retry: must be a whole number',
  );
  check(tempId === undefined || isTempId(tempId), 'tempId: must be from tempId()');
  const mutation = new Mutation(id, key, options);
  mutation.durable = !!durable;
  mutation.scope = `${scope?.id ?? ''}`.replaceAll('\n', ' ');
  mutation.tempId = tempId ?? '';
  mutation.variables = options.variables;
  mutation.outgoing = request && outgoing(request, Failure);
  for (const { key, update, adopt } of [optimistic].flat()) {
    const problem = typeof update === 'function' ? undefined : flaw(update);
    check(!problem, `optimistic: update: ${problem}`);
    const url = urlOf(key);
    mutation.changes.set(url, [...(mutation.changes.get(url) ?? []), { update, adopt }]);
  }
  return mutation;
}

/** Whether JSON keeps it as it is; `undefined` is left out. @param {any} value */
function isPlain(value) {
  switch (typeof value) {
    case 'object': {
      // Of whatever frame an object is, its prototype has none.
      const prototype = value && Object.getPrototypeOf(value);
      return !prototype || Array.isArray(value) || !Object.getPrototypeOf(prototype);
    }
    case 'number':
      return Number.isFinite(value);
    default:
      return /^(boolean|string|undefined)$/.test(typeof value);
  }
}

/** One that throws is reported and harms nothing. @param {() => void} callback */
function safely(callback) {
  try {
    callback();
  } catch (error) {
    reportError(error);
  }
}
