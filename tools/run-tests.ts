/**
 * `npm test`: types, lint and all tests, as one count. The last line is exactly `N passed, N failed`.
 * Arguments narrow the run to files whose path contains one of them: `npm test -- test/gpu`.
 * Exit code 1 when anything failed, when a test was skipped for want of an adapter, or when no test ran.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import { startVitest } from 'vitest/node';

const root = fileURLToPath(new URL('../', import.meta.url));
process.chdir(root);

const counts = { passed: 0, failed: 0 };
let ran = 0;
const skipped: string[] = [];
/** Skips that are failures: conventions.md, GPU tests fail when there is no adapter. */
const NEEDS_ADAPTER = /\badapter\b|\bno gpu\b|\bwebgpu\b/i;

const tally: Reporter = {
  onTestCaseResult(test: TestCase) {
    const result = test.result();
    if (result.state !== 'skipped') ran++;
    if (result.state === 'passed') counts.passed++;
    else if (result.state === 'failed') counts.failed++;
    else skipped.push(`${test.module.relativeModuleId} > ${test.fullName}${'note' in result && result.note ? ` (${result.note})` : ''}`);
  },
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]) {
    // A file that cannot be loaded, and a hook that fails, are failures though no test says so.
    for (const module of modules) {
      const suites = [module, ...module.children.allSuites()];
      counts.failed += suites.filter((suite) => suite.errors().length > 0).length;
    }
    counts.failed += unhandled.length;
  },
};

check('types (tsc --noEmit)', 'node_modules/typescript/bin/tsc', ['--noEmit']);
check('format and lint (biome check)', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']);

const vitest = await startVitest('test', process.argv.slice(2), { watch: false, reporters: ['default', tally] });
await vitest.close();

const missingAdapter = skipped.filter((name) => NEEDS_ADAPTER.test(name));
counts.failed += missingAdapter.length;
if (skipped.length > 0) console.log(`\nSkipped (${skipped.length}):\n${skipped.map((name) => `  ${name}`).join('\n')}`);
if (missingAdapter.length > 0) console.log('\nA skip for want of an adapter counts as a failure.');
if (ran === 0) {
  console.log('\nNo test ran.');
  counts.failed++;
}
process.exitCode = counts.failed === 0 ? 0 : 1;
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
// A worker or socket that a test left open must not hold the run, nor print after the counts.
process.exit();

function check(title: string, script: string, args: readonly string[]): void {
  console.log(`\n▶ ${title}`);
  const { status, error } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' });
  if (error) console.log(error.message);
  if (status === 0) counts.passed++;
  else counts.failed++;
  console.log(status === 0 ? '  passed' : '  FAILED');
}
