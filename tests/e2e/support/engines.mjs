// The three browser engines: how each is driven.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { root } from './paths.mjs';

/** @typedef {'chromium' | 'firefox' | 'webkit'} EngineName */

/** @type {EngineName[]} */
const ALL = ['chromium', 'firefox', 'webkit'];

const SIZE = { width: 1280, height: 900 };

/** The size of a page's window. */
export const WINDOW = SIZE;

/** The engines that `EVERFRESH_ENGINE` names; all three where it is not set. */
export function chosenEngines() {
  const chosen = process.env.EVERFRESH_ENGINE;
  if (!chosen) {
    return ALL;
  }
  const engine = ALL.find((name) => name === chosen);
  if (!engine) {
    throw new Error(`EVERFRESH_ENGINE is ${chosen}, which is none of ${ALL.join(', ')}`);
  }
  return [engine];
}

/**
 * The program that drives an engine.
 *
 * @param {EngineName} engine
 * @returns {string}
 */
export function driverProgram(engine) {
  const { EVERFRESH_DRIVER, EVERFRESH_ENGINE, GECKODRIVER } = process.env;
  const { program } = DRIVERS[engine];
  const found =
    (EVERFRESH_ENGINE === engine && EVERFRESH_DRIVER) ||
    (engine === 'firefox' && GECKODRIVER) ||
    inPath(program) ||
    (engine === 'firefox' && compiled(program));
  if (!found) {
    throw new Error(`${program} is missing; \`cargo xtask test\` installs it`);
  }
  return found;
}

/**
 * The command line of a driver.
 *
 * @param {EngineName} engine
 * @param {number} port
 */
export function driverArguments(engine, port) {
  return DRIVERS[engine].args(`${port}`);
}

/**
 * What a session asks for.
 *
 * @param {EngineName} engine
 * @param {Record<string, unknown>} [preferences] of the browser's profile; not in WebKit
 * @returns {Record<string, unknown>}
 */
export function capabilities(engine, preferences = {}) {
  return { ...DRIVERS[engine].capabilities(preferences), unhandledPromptBehavior: 'accept' };
}

const DRIVERS = {
  chromium: {
    program: 'chromedriver',
    /** @param {string} port */
    args: (port) => [`--port=${port}`],
    /** @param {object} prefs */
    capabilities: (prefs) => ({
      browserName: 'chrome',
      'goog:loggingPrefs': { browser: 'ALL' },
      'goog:chromeOptions': {
        args: [
          '--headless=new',
          '--no-sandbox',
          `--window-size=${SIZE.width},${SIZE.height}`,
          ...quiet(),
        ],
        prefs,
      },
    }),
  },
  firefox: {
    program: 'geckodriver',
    /** @param {string} port */
    args: (port) => ['--host', '127.0.0.1', '--port', port, '--websocket-port', '0'],
    /** @param {object} prefs */
    capabilities: (prefs) => ({
      browserName: 'firefox',
      'moz:firefoxOptions': {
        args: ['-headless', `--width=${SIZE.width}`, `--height=${SIZE.height}`],
        prefs,
      },
    }),
  },
  webkit: {
    program: 'WebKitWebDriver',
    /** @param {string} port */
    args: (port) => ['--host=127.0.0.1', `--port=${port}`],
    capabilities: () => ({ browserName: 'MiniBrowser' }),
  },
};

/** What keeps Chromium from talking to anybody but us; the same as for the tests of the bindings. */
function quiet() {
  const shared = JSON.parse(readFileSync(join(root, 'webdriver.json'), 'utf8'));
  return shared['goog:chromeOptions'].args;
}

/** @param {string} program */
function inPath(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(existsSync);
}

/**
 * Where `cargo xtask` keeps what it compiled.
 *
 * @param {string} program
 */
function compiled(program) {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'everfresh');
  const folders = existsSync(cache) ? readdirSync(cache).sort().reverse() : [];
  return folders.map((folder) => join(cache, folder, 'bin', program)).find(existsSync);
}
