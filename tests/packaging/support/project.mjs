// A fresh project that npm has installed the tarball into: EVERFRESH_TARBALL names it. No network is needed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root = resolve(fileURLToPath(new URL('../../..', import.meta.url)));

/** Folders of the projects that the tests install. */
export const projects = join(root, 'tests/packaging/projects');

/** What is there in a checkout that was worked in, and not in a fresh project. */
const MADE = ['node_modules', 'dist', 'package-lock.json'];

export class Project {
  /**
   * A copy of a template, or a project that has nothing else but what entries of the package want beside them. What a
   * project depends on are development tools of this repository, in the same version, which are linked.
   *
   * @param {string} [template] a folder with a package.json
   */
  static install(template) {
    const tarball = process.env.EVERFRESH_TARBALL;
    const help = '`cargo xtask test --only packaging` sets it';
    assert.ok(tarball, `EVERFRESH_TARBALL names the tarball; ${help}`);
    const project = new Project(mkdtempSync(join(tmpdir(), 'everfresh-packaging-')));
    try {
      if (template) {
        const filter = (/** @type {string} */ path) => !MADE.includes(basename(path));
        cpSync(template, project.folder, { recursive: true, filter });
      }
      const manifest = template ? JSON.parse(project.read('package.json')) : bare();
      link(manifest);
      manifest.dependencies = { ...manifest.dependencies, everfresh: `file:${tarball}` };
      project.write('package.json', JSON.stringify(manifest));
      // The scripts are those that a linked tool has for its own development.
      project.run('npm', ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund']);
    } catch (error) {
      project.remove();
      throw error;
    }
    return project;
  }

  /** @param {string} folder */
  constructor(folder) {
    this.folder = folder;
    /** Where the package is. */
    this.installed = join(folder, 'node_modules/everfresh');
  }

  /** @param {string} name @param {string} text */
  write(name, text) {
    writeFileSync(join(this.folder, name), text);
  }

  /** @param {string} name */
  read(name) {
    return readFileSync(join(this.folder, name), 'utf8');
  }

  /**
   * Runs a program in the project, which has to succeed; what it prints.
   *
   * @param {string} program
   * @param {string[]} args
   */
  run(program, args) {
    const options = { cwd: this.folder, encoding: /** @type {const} */ ('utf8') };
    const { status, stdout, stderr, error } = spawnSync(program, args, options);
    assert.equal(status, 0, `${program} ${args.join(' ')}\n${error ?? ''}${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a module in the project; what it prints. @param {string} code */
  evaluate(code) {
    return this.run(process.execPath, ['--input-type=module', '--eval', code]).trim();
  }

  remove() {
    rmSync(this.folder, { recursive: true });
  }
}

/** An application without anything of its own. */
function bare() {
  const { peerDependencies = {} } = manifestOf('pkg-template');
  const { devDependencies } = manifestOf('.');
  const peers = Object.keys(peerDependencies).map((name) => [name, devDependencies[name]]);
  return { name: 'app', private: true, type: 'module', dependencies: Object.fromEntries(peers) };
}

/**
 * Replaces the versions in a package.json by the places where they are installed.
 *
 * @param {Record<string, Record<string, string>>} manifest
 */
function link({ name, dependencies = {}, devDependencies = {} }) {
  const { devDependencies: tools } = manifestOf('.');
  for (const list of [dependencies, devDependencies]) {
    for (const [tool, version] of Object.entries(list).filter(([tool]) => tool !== 'everfresh')) {
      assert.equal(
        tools[tool],
        version,
        `${name} needs ${tool} as the repository's package.json has it`,
      );
      list[tool] = `file:${join(root, 'node_modules', tool)}`;
    }
  }
}

/** @param {string} folder of the repository */
function manifestOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
