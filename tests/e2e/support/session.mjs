// A browser under WebDriver: its driver's program, one session, one tab at a time.
import { Builder, Capabilities } from 'selenium-webdriver';
import { capabilities, driverArguments, driverProgram, WINDOW } from './engines.mjs';
import { freePort, Program } from './processes.mjs';
import { PATIENCE, until } from './until.mjs';

/** A driver that finds its port taken gets another one, this often. */
const TRIES = 3;

/** A browser with a fresh profile. */
export class Session {
  /**
   * @param {import('./engines.mjs').EngineName} engine
   * @param {Program} program
   * @param {string} address
   * @param {import('selenium-webdriver').WebDriver} driver
   */
  constructor(engine, program, address, driver) {
    this.engine = engine;
    this.program = program;
    this.address = address;
    this.driver = driver;
  }

  /**
   * @param {import('./engines.mjs').EngineName} engine
   * @param {Record<string, unknown>} [preferences] of the profile; not in WebKit
   * @param {NodeJS.ProcessEnv} [env] beside what there is
   */
  static async start(engine, preferences, env) {
    const { program, address } = await startDriver(engine, env && { ...process.env, ...env });
    try {
      const driver = await new Builder()
        .usingServer(address)
        .withCapabilities(new Capabilities(capabilities(engine, preferences)))
        .build();
      const session = new Session(engine, program, address, driver);
      await driver.manage().setTimeouts({ script: 2 * PATIENCE, pageLoad: 2 * PATIENCE });
      if (engine === 'webkit') {
        await driver
          .manage()
          .window()
          .setRect({ x: 0, y: 0, ...WINDOW });
      }
      return session;
    } catch (error) {
      await program.stop();
      throw error;
    }
  }

  /** Whether there is a browser yet. */
  async isAlive() {
    try {
      await this.driver.getAllWindowHandles();
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the browser and its driver. */
  async stop() {
    try {
      await Promise.race([this.driver.quit(), this.program.end]);
    } finally {
      await this.program.stop();
    }
  }

  /**
   * Opens a new tab in place of all others, and empties this origin's storage in it.
   *
   * @param {string} origin
   */
  async clean(origin) {
    const { driver } = this;
    const old = await driver.getAllWindowHandles();
    // What the last page writes when it is left must come before the emptying.
    await driver.switchTo().window(old[0]);
    await driver.get('about:blank');
    await driver.switchTo().newWindow('tab');
    const tab = await driver.getWindowHandle();
    for (const handle of old) {
      await driver.switchTo().window(handle);
      await driver.close();
    }
    await driver.switchTo().window(tab);
    // A document of this origin that runs no script.
    await driver.get(`${origin}/shared/icon.svg`);
    await driver.executeScript('localStorage.clear()');
    await this.complaints();
  }

  /**
   * What the page and the browser complained of since the last call; only Chromium tells.
   *
   * @returns {Promise<string[]>}
   */
  async complaints() {
    if (this.engine !== 'chromium') {
      return [];
    }
    const entries = await this.driver.manage().logs().get('browser');
    return entries.filter(({ level }) => level.value >= 900).map(({ message }) => message);
  }

  /**
   * A command of the DevTools protocol; only in Chromium.
   *
   * @param {string} cmd
   * @param {object} [params]
   */
  async devtools(cmd, params = {}) {
    const { id_: id } = /** @type {any} */ (await this.driver.getSession());
    const response = await fetch(`${this.address}/session/${id}/goog/cdp/execute`, {
      method: 'POST',
      body: JSON.stringify({ cmd, params }),
    });
    const { value } = await response.json();
    if (!response.ok) {
      throw new Error(`${cmd}: ${value.message}`);
    }
    return value;
  }
}

/** @param {import('./engines.mjs').EngineName} engine @param {NodeJS.ProcessEnv} [env] */
async function startDriver(engine, env) {
  const path = driverProgram(engine);
  for (let left = TRIES; ; left -= 1) {
    const port = await freePort();
    const program = new Program(path, driverArguments(engine, port), { env });
    const address = `http://127.0.0.1:${port}`;
    try {
      await until(() => program.ended || isUp(address), `${path} answers`);
      program.check();
      return { program, address };
    } catch (error) {
      await program.stop();
      if (left === 1) {
        throw error;
      }
    }
  }
}

/** @param {string} address */
async function isUp(address) {
  try {
    return (await fetch(`${address}/status`)).ok;
  } catch {
    return false;
  }
}
