/** Which side of a percentage a client is on. */

const BUCKETS = 10_000;

/** From 0 to 9,999: the same for the same flag and client, everywhere. A server's is the same. */
export function bucketOf(flag: string, client: string): number {
  return hash(`${flag}:${client}`) % BUCKETS;
}

/** FNV-1a of the text in UTF-8, with the finish of MurmurHash3: flags of one client are to have little in common. */
export function hash(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
