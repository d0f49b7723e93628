// The leader's home as Lighthouse sees it: performance, accessibility and best practices of the first visit on the phone of
// pages.mjs (CPU four times slower, 1.6 Mbit/s down, 0.75 up, 150 ms a round trip), the slowdown made by the browser itself
// and not computed. Prints the scores and the measured values; exits 1 above a limit of the record book.
//
//     WUZE_BIN=target/release/wuze node end2end/bench/lighthouse.mjs
//
// Lighthouse comes from the npm registry for this one run: it is four times the size of all other browser tools together.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserPath, serve, signedIn, stop } from './parts/server.mjs';

const LIMITS = { 'largest-contentful-paint': 1500, 'cumulative-layout-shift': 0.02, 'total-byte-weight': 400 * 1024 };
const SCORES = ['performance', 'accessibility', 'best-practices'];

/** Runs a program to its end. */
const run = (program, args, env) => new Promise((done, fail) => {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${program} ended with ${code}`))));
});

const data = await mkdtemp(join(tmpdir(), 'wuze-lighthouse-'));
const { child, url } = await serve(data);
try {
  const { cookies } = await signedIn(url, 'leader');
  const cookie = cookies.map((one) => `${one.name}=${one.value}`).join('; ');
  const report = join(data, 'report.json');
  await run('npx', [
    '--yes', 'lighthouse@12', `${url}/home`, '--quiet', '--output=json', `--output-path=${report}`, `--only-categories=${SCORES}`,
    '--throttling-method=devtools', '--throttling.cpuSlowdownMultiplier=4', '--throttling.requestLatencyMs=150',
    '--throttling.downloadThroughputKbps=1600', '--throttling.uploadThroughputKbps=750',
    `--extra-headers=${JSON.stringify({ Cookie: cookie })}`, '--chrome-flags=--headless=new --no-sandbox --disable-gpu',
  ], { CHROME_PATH: browserPath() });
  const { categories, audits, finalDisplayedUrl } = JSON.parse(await readFile(report, 'utf8'));
  if (!finalDisplayedUrl.endsWith('/home')) throw new Error(`Lighthouse was shown ${finalDisplayedUrl}`);
  for (const name of SCORES) console.log(`${name.padEnd(26)} ${Math.round(categories[name].score * 100)} of 100`);
  let over = 0;
  for (const name of ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'interactive', 'cumulative-layout-shift', 'total-byte-weight']) {
    const { numericValue, displayValue } = audits[name];
    const bad = numericValue > (LIMITS[name] ?? Infinity);
    over += bad;
    console.log(`${name.padEnd(26)} ${displayValue ?? numericValue}${bad ? `   OVER ${LIMITS[name]}` : ''}`);
  }
  const failed = Object.values(audits).filter((a) => a.scoreDisplayMode === 'binary' && a.score === 0).map((a) => a.id);
  console.log(`failed: ${failed.join(', ') || 'none'}`);
  process.exitCode = over ? 1 : 0;
} finally {
  await stop(child);
  await rm(data, { recursive: true, force: true });
}
