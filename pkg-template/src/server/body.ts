/** The largest body that is read, in bytes. */
const LIMIT = 1024 * 1024;

const JSON_TYPE = /^\s*(application\/json|[^;,]+\+json)\s*(;|$)/i;
/** What `fetch` says of a text, and so of most JSON that is sent without a type of its own. */
const TEXT_TYPE = /^\s*text\/plain\s*(;|$)/i;

/** Whether a request has no body at all. */
export function isEmpty(request: Request): boolean {
  return !request.body || request.headers.get('content-length') === '0';
}

/** The JSON in a request's body, which stays unread; `undefined` where it is none, or too large. */
export function requestJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type') ?? '';
  return JSON_TYPE.test(type) || TEXT_TYPE.test(type) ? json(request) : none;
}

/** The JSON in an answer's body, which stays unread; `undefined` where it is none, or too large. */
export function responseJson(response: Response): Promise<unknown> {
  return JSON_TYPE.test(response.headers.get('content-type') ?? '') ? json(response) : none;
}

const none = Promise.resolve(undefined);

async function json(message: Request | Response): Promise<unknown> {
  if (Number(message.headers.get('content-length')) > LIMIT) {
    return undefined;
  }
  try {
    return JSON.parse((await text(message.clone().body)) ?? '');
  } catch {
    // It was read before, breaks off, or is no JSON.
    return undefined;
  }
}

async function text(body: ReadableStream<Uint8Array> | null): Promise<string | undefined> {
  const reader = body?.getReader();
  const decoder = new TextDecoder();
  let read = '';
  let size = 0;
  for (;;) {
    const part = await reader?.read();
    if (!part || part.done) {
      return read + decoder.decode();
    }
    size += part.value.byteLength;
    if (size > LIMIT) {
      // Done only when the message itself has been read: not to be waited for.
      reader?.cancel().catch(() => {});
      return undefined;
    }
    read += decoder.decode(part.value, { stream: true });
  }
}
