/** Numbers and names, as people read them. */

/** A span of time. */
export function span(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size < 1_000) return `${Math.round(milliseconds)} ms`;
  if (size < 60_000) return `${Math.round(milliseconds / 1_000)} s`;
  if (size < 3_600_000) return `${Math.round(milliseconds / 60_000)} min`;
  if (size < 172_800_000) return `${Math.round(milliseconds / 3_600_000)} h`;
  return `${Math.round(milliseconds / 86_400_000)} d`;
}

/** A size in bytes, or in what is about one. */
export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`;
  return size < 1_000_000
    ? `${(size / 1_000).toFixed(1)} KB`
    : `${(size / 1_000_000).toFixed(1)} MB`;
}

/** A time of day, with milliseconds. */
export function clock(time: number): string {
  const date = new Date(time);
  const two = (part: number) => `${part}`.padStart(2, '0');
  const milliseconds = `${date.getMilliseconds()}`.padStart(3, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${milliseconds}`;
}

/** A URL without the page's own origin, and a key of the page's own as it was given. */
export function short(url: string): string {
  const path = url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : url;
  if (!path.startsWith('/.key/')) return path;
  try {
    return `[${path.slice(6).split('/').map(decodeURIComponent).join(', ')}]`;
  } catch {
    return path;
  }
}

/** JSON with indents, where it is JSON. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

export function counted(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}
