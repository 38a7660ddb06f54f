import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

/** The program as the build leaves it, without a terminal, on a machine that speaks Korean. */
const run = (args: readonly string[], nodeOptions: readonly string[] = []) => {
  const env = { ...process.env, LC_ALL: 'ko_KR.UTF-8', LANG: 'ko_KR.UTF-8' };
  const command = [...nodeOptions, 'dist/cli.js', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8', env });
  return { status, stdout, stderr };
};

/** Modules that a file of the build imports before it runs, and those that they import. */
const importedBy = (file: string): readonly string[] => {
  const found = readFileSync(file, 'utf8').matchAll(/\bfrom\s*["'`](\.[^"'`]+)["'`]/g);
  return [...found].flatMap(([, path = '']) => [join(file, '..', path), ...importedBy(join(file, '..', path))]);
};

describe('the command line of the built program', () => {
  it('prints the version alone', () => {
    expect(run(['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' });
  });

  it('prints help in English, whatever the language of the machine', () => {
    const { status, stdout, stderr } = run(['--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n[\s\S]*\nOptions:\n/);
  });

  it('ends with status 0 when its reader leaves early', async () => {
    const child = spawn(process.execPath, ['dist/cli.js', '--help']);
    child.stdout.destroy();
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('reports a mistake in one line that names --help, with status 2', () => {
    const stderr = 'echoscope: --bakclog is not an option; did you mean --backlog? (see echoscope --help)\n';
    expect(run(['--bakclog', '3'])).toEqual({ status: 2, stdout: '', stderr });
  });

  it('names the Node that it needs on an older one, with status 2', () => {
    const pretend = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "22.11.0" } })';
    const { status, stdout, stderr } = run([], ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`]);
    const needed = manifest.engines.node.replace('>=', '');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^echoscope needs Node ${needed} or newer; this is Node 22\\.11\\.0\\. .+\n$`));
  });
});

describe('the build', () => {
  it('imports nothing before the version of Node is known', () => {
    expect(readFileSync('dist/cli.js', 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(importedBy('dist/cli.js')).toEqual([]);
  });

  it('does not load the screen to read a command line', () => {
    const drawing = (file: string) => readFileSync(file, 'utf8').includes('react.transitional.element');
    expect(readdirSync('dist/chunks').some((file) => drawing(join('dist/chunks', file)))).toBe(true);
    expect(['dist/chunks/main.js', ...importedBy('dist/chunks/main.js')].filter(drawing)).toEqual([]);
  });

  it.each(['wire', 'load'])(
    'gives the threads of %s a file of their own, one folder deep as its chunks are',
    (name) => {
      expect(readdirSync(`dist/${name}`)).toEqual(['worker.js']);
      expect(importedBy(`dist/${name}/worker.js`)).toEqual([]);
    },
  );

  it('is a program that a shell can start', () => {
    expect(statSync('dist/cli.js').mode & 0o777).toBe(0o755);
  });

  it.each(['ink', 'react', 'react-reconciler', 'yargs', 'yoga-layout'])('carries the licence of %s', (name) => {
    const texts = readFileSync('dist/THIRD_PARTY_LICENSES.txt', 'utf8').split(`\n${'-'.repeat(80)}\n\n`);
    const found = texts.find((candidate) => candidate.startsWith(`${name} `));
    expect(found).toMatch(/^\S+ \S+ \(MIT\)\n/);
    expect(found).toContain('Permission is hereby granted');
  });

  it('needs no package at run time, and runs nothing when it is installed', () => {
    expect(Object.keys(manifest)).not.toContain('dependencies');
    expect(Object.keys(manifest.scripts).filter((name) => /install$|^prepare$/u.test(name))).toEqual([]);
  });
});
