// everfresh/server: purging a cache in a real Redis, through each kind of client.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { close, Redis } from './support/redis.mjs';

const dist = new URL('../../pkg-template/dist/', import.meta.url);
const { EverfreshError, redisPurger } = await import(`${dist}server.js`);

/** @type {Redis} */
let redis;
/** @type {import('ioredis').Redis} */
let admin;
/** @type {any[]} */
const open = [];

before(async () => {
  redis = await Redis.start();
  admin = await redis.io();
  open.push(admin);
});
after(async () => {
  open.forEach(close);
  await redis?.stop();
});
beforeEach(() => admin.flushall());

/** A client of each library, and a pool. @param {{ keyPrefix?: string }} [options] */
async function clients(options) {
  const io = await redis.io(options);
  const node = await redis.node(options);
  const pool = await redis.pool(options);
  open.push(io, node, pool);
  return { ioredis: io, redis: node, 'a pool of redis': pool };
}

/**
 * What each client does.
 *
 * @param {string} name
 * @param {(client: any) => Promise<void>} work
 * @param {{ keyPrefix?: string }} [options]
 */
function each(name, work, options) {
  for (const library of ['ioredis', 'redis', 'a pool of redis']) {
    test(`${name} (${library})`, async () => work((await clients(options))[library]));
  }
}

/** @param {Record<string, string | string[]>} content texts, and sets */
async function fill(content) {
  for (const [key, value] of Object.entries(content)) {
    await (Array.isArray(value) ? admin.sadd(key, ...value) : admin.set(key, value));
  }
}

/** @param {string[]} expected */
async function checkKeys(expected) {
  assert.deepEqual((await admin.keys('*')).sort(), [...expected].sort());
}

const tag = (/** @type {string} */ name) => ({ tag: name, mode: 'drop' });
const ALL = { all: true, mode: 'drop' };

each('P1: the keys in the set of a tag are dropped, and the set', async (client) => {
  await fill({
    p1: '1',
    p2: '2',
    p3: '3',
    'tag:no-set': '',
    'tag:scene:7': ['p1', 'p2', 'gone'],
    'tag:scene:8': ['p3'],
  });
  const purger = redisPurger(client, { sets: 'tag:{tag}' });
  await purger.purge([tag('scene:7'), tag('scene:9'), { path: '/p3', mode: 'drop' }]);
  await checkKeys(['p3', 'tag:no-set', 'tag:scene:8']);
  await purger.purge([ALL]);
  await checkKeys(['tag:no-set']);
});

each('P1: a key that is stored again while its tag is purged stays in the tag', async (client) => {
  const keys = Array.from({ length: 2_000 }, (_, at) => `p${at}`);
  const purger = redisPurger(client, { sets: 'tag:{tag}', batch: 50 });
  const filler = await redis.io();
  open.push(filler);
  let filling = true;
  const fillAll = async () => {
    for (let at = 0; filling; at = (at + 7) % keys.length) {
      await filler.multi().set(keys[at], 'x').sadd('tag:t', keys[at]).exec();
    }
  };
  const filled = fillAll();
  for (let round = 0; round < 20; round++) {
    await purger.purge([tag('t')]);
  }
  filling = false;
  await filled;
  const members = new Set(await admin.smembers('tag:t'));
  const lost = (await admin.keys('p*')).filter((key) => !members.has(key));
  assert.deepEqual(lost, []);
  await purger.purge([tag('t')]);
  await checkKeys([]);
});

each('P1: a purge that breaks off has forgotten no key', async (client) => {
  const keys = Array.from({ length: 1_000 }, (_, at) => `p${at}`);
  await admin.mset(keys.flatMap((key) => [key, 'x']));
  await admin.sadd('tag:t', ...keys);
  // A key is dropped together with its name in the set: one command of its own would be seen between.
  const seen = await redis.io();
  open.push(seen);
  const monitor = await seen.monitor();
  open.push(monitor);
  /** @type {string[]} */
  const commands = [];
  const ended = new Promise((resolve) => {
    monitor.on('monitor', (_, [command]) => {
      commands.push(command.toUpperCase());
      if (command === 'echo') resolve(undefined);
    });
  });
  await redisPurger(client, { sets: 'tag:{tag}', batch: 100 }).purge([tag('t')]);
  await admin.echo('done');
  await ended;
  const changes = commands.filter((command) => /^(MULTI|EXEC|UNLINK|DEL|SREM)$/.test(command));
  assert.deepEqual(changes.slice(0, 4), ['MULTI', 'UNLINK', 'SREM', 'EXEC']);
  assert.equal(changes.length % 4, 0);
  await checkKeys([]);
});

each('P1: keys are dropped by their names', async (client) => {
  await fill({
    'html:scene:7': '',
    'html:scene:77': '',
    'html:scene:7:en': '',
    'page:/a': '',
    'page:/a?b=1': '',
    'page:/a?b=12': '',
    'page:/ab': '',
    'page:/x/1': '',
    'page:/x/1?y': '',
    'page:/x': '',
    other: '',
  });
  const purger = redisPurger(client, { keys: ['html:{tag}', 'html:{tag}:*', 'page:{path}'] });
  const purge = (/** @type {any[]} */ ...targets) =>
    purger.purge(
      targets.map((target) => ({ mode: 'drop', ...target })),
      '',
    );
  await purge({ tag: 'scene:7' });
  const rest = ['html:scene:77', 'other', 'page:/ab', 'page:/x'];
  await checkKeys([...rest, 'page:/a', 'page:/a?b=1', 'page:/a?b=12', 'page:/x/1', 'page:/x/1?y']);
  await purge({ path: '/a', query: 'b=1' });
  await checkKeys([...rest, 'page:/a', 'page:/a?b=12', 'page:/x/1', 'page:/x/1?y']);
  await purge({ path: '/a' }, { pattern: '/x/*' });
  await checkKeys(rest);
  await purge({ tag: 'scene' });
  await checkKeys(['other', 'page:/ab', 'page:/x']);
  await purge({ path: '/x', query: '' });
  await checkKeys(['other', 'page:/ab']);
  await fill({ 'page:/x?q=1': '', 'page:/y': '', 'page:/y?q=1': '', 'page:/y?q=1?': '' });
  await purge({ pattern: '/*?q=1' });
  await checkKeys(['other', 'page:/ab', 'page:/y', 'page:/y?q=1?']);
  await purge(ALL);
  await checkKeys(['other']);
});

each('P1: what is special in a pattern of Redis is not, in a name', async (client) => {
  const names = ['*', '?', '[ab]', 'a\\', 'a*c', '[^a]', 'a-c', 'é'];
  const keys = ['{k}*:', 'k[1]:'];
  const content = names.flatMap((name) => keys.map((key) => [key + name, '']));
  const safe = ['k1:a', '{k}:a', 'k[1]:abc', '{k}*:b', 'k[1]:bx', '{k}*:b:x'];
  const purger = redisPurger(client, { keys: ['{k}*:{tag}', 'k[1]:{tag}', 'k[1]:{tag}*x'] });
  await fill({
    'k[1]:a\\, x': '',
    ...Object.fromEntries(content),
    ...Object.fromEntries(safe.map((key) => [key, ''])),
  });
  await purger.purge(names.map(tag));
  await checkKeys(safe);
});

each(
  'P1: names have the prefix of the client',
  async (client) => {
    await client.set('page:/a?1', '');
    await client.set('page:/b', '');
    await client.set('page:/c', '');
    await admin.sadd('app[1]*:tag:t', 'page:/b');
    await fill({
      'page:/a?1': '',
      'page:/b': '',
      'page:/c': '',
      'appx:page:/a?1': '',
      'tag:t': ['page:/c'],
    });
    const purger = redisPurger(client, { keys: ['page:{path}'], sets: 'tag:{tag}' });
    await purger.purge([{ path: '/a', mode: 'drop' }, tag('t')]);
    const others = ['appx:page:/a?1', 'page:/a?1', 'page:/b', 'page:/c', 'tag:t'];
    await checkKeys(['app[1]*:page:/c', ...others]);
    await purger.purge([{ path: '/c', mode: 'drop' }]);
    await checkKeys(others);
    await admin.sadd('app[1]*:tag:t', 'page:/d');
    await client.set('page:/d', '');
    await purger.purge([ALL]);
    await checkKeys(others);
  },
  { keyPrefix: 'app[1]*:' },
);

each('P10: more keys than one command names', async (client) => {
  const keys = Array.from({ length: 1_234 }, (_, at) => `page:/x/${at}`);
  await admin.mset(keys.flatMap((key) => [key, '']));
  await redisPurger(client, { keys: ['page:{path}'], batch: 100 }).purge([
    { pattern: '/x/*', mode: 'drop' },
  ]);
  await checkKeys([]);
});

each('P7: an error of Redis is one of the purge', async (client) => {
  await fill({ 'tag:t': 'no set' });
  await assert.rejects(redisPurger(client, { sets: 'tag:{tag}' }).purge([tag('t')]), /WRONGTYPE/);
  // Also where only a part of a transaction fails.
  await admin.sadd('tag:u', 'p1');
  const failing = spoiled(client, () => admin.set('tag:u', 'no set any more'));
  const partly = redisPurger(failing, { sets: 'tag:{tag}' }).purge([tag('u')]);
  await assert.rejects(partly, /WRONGTYPE|1 commands failed/);
});

/** The same client, that does something before each transaction. */
function spoiled(client, before) {
  const execute = (/** @type {any} */ multi) => ({
    addCommand: (/** @type {string[]} */ args) => multi.addCommand(args),
    exec: async () => {
      await before();
      return multi.exec();
    },
  });
  return {
    multi: (/** @type {any[]} */ ...args) => execute(client.multi(...args)),
    ...('call' in client
      ? { call: client.call.bind(client) }
      : { sendCommand: client.sendCommand.bind(client) }),
  };
}

test('what a purger is told wrongly is said', () => {
  const client = { call() {}, multi() {} };
  for (const [options, path] of [
    [{}, 'keys'],
    [{ keys: [] }, 'keys'],
    [{ keys: ['page:{path}', 'page:*'] }, 'keys[1]'],
    [{ keys: ['{tag}{path}'] }, 'keys[0]'],
    [{ sets: 'tags' }, 'sets'],
    [{ sets: '{path}' }, 'sets'],
    [{ sets: 'tag:*:{tag}' }, 'sets'],
    [{ sets: '{tag}', batch: 0 }, 'batch'],
  ]) {
    const wrong = (/** @type {any} */ error) =>
      error instanceof EverfreshError &&
      error.code === 'config-invalid' &&
      error.message.startsWith(`${path}: `);
    assert.throws(() => redisPurger(client, /** @type {any} */ (options)), wrong, `${path}`);
  }
  const cluster = { ...client, isCluster: true };
  assert.throws(() => redisPurger(cluster, { sets: '{tag}' }), { message: /^client: / });
});
