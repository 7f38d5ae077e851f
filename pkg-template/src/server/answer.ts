/** The same answer with headers that it does not have yet, names and values in turn. */
export function withHeaders(response: Response, named: readonly string[]): Response {
  if (!named.length) {
    return response;
  }
  return changed(response, (headers) => {
    for (let at = 0; at < named.length; at += 2) {
      const [name = '', value = ''] = named.slice(at, at + 2);
      if (!headers.has(name)) {
        headers.set(name, value);
      }
    }
  });
}

/** The same answer, which nobody may keep. */
export function notToBeKept(response: Response): Response {
  return changed(response, (headers) => headers.set('cache-control', 'no-store'));
}

/** Always a copy: headers may be immutable, and a handler may give the same answer again. */
function changed(response: Response, change: (headers: Headers) => void): Response {
  // Nobody can send it: whoever tries says why.
  if (response.bodyUsed || response.body?.locked) {
    return response;
  }
  const headers = new Headers(response.headers);
  change(headers);
  const { status, statusText, body } = response;
  return new Response(body, { status, statusText, headers });
}
