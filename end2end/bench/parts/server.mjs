// What the browser benches share: a server of its own on an empty folder with the demonstration district, and a way in.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { chromium } from '@playwright/test';

/** The browser of this machine, or whatever CHROMIUM names. */
export const browserPath = () => process.env.CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));

/** Starts Chromium. */
export const launch = () => chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox', '--disable-gpu', '--disable-quic'] });

async function port() {
  const probe = createServer();
  await new Promise((done) => probe.listen(0, '127.0.0.1', done));
  const found = probe.address().port;
  await new Promise((done) => probe.close(done));
  return found;
}

/** Starts the server on `data` and waits until it listens. */
export async function serve(data) {
  const binary = resolve(process.env.WUZE_BIN ?? 'target/quick/wuze');
  const args = ['serve', '--addr', `127.0.0.1:${await port()}`, '--database-url', `sqlite:${join(data, 'wuze.db')}`, '--data', data, '--demo'];
  const child = spawn(binary, args, { cwd: data, stdio: ['ignore', 'pipe', 'ignore'] });
  const url = await new Promise((done, fail) => {
    let said = '';
    child.stdout.on('data', (piece) => {
      said += piece;
      const at = /listening on (http:\S+)/.exec(said);
      if (at) done(at[1]);
    });
    child.once('exit', () => fail(new Error(`the server ended: ${said}`)));
  });
  return { child, url };
}

/** Ends the server and waits for it. */
export async function stop(child) {
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await gone;
}

/** Signs a demonstration account in by the plain form; what the browser keeps of it. */
export async function signedIn(url, login, browser) {
  const own = browser ?? await launch();
  try {
    const context = await own.newContext({ baseURL: url, javaScriptEnabled: false });
    const door = await context.newPage();
    await door.goto('/signin');
    await door.getByLabel('账号').fill(login);
    await door.getByLabel('密码', { exact: true }).fill('binhai-demo');
    await door.getByRole('button', { name: '登录' }).click();
    await door.waitForURL((at) => at.pathname !== '/signin');
    const state = await context.storageState();
    await context.close();
    return state;
  } finally {
    if (!browser) await own.close();
  }
}
