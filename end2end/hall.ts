// A server of its own with meetings in it (`wuze demo meeting`), and what people in a hall do with their hands.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { expect, test as base, type Server } from './fixtures';

/** What `wuze demo meeting --json` prints. */
export type Meeting = { meeting: string; presenters: string[]; cards: { label: string; group: string; code: string }[] };
/** The worker's server with meetings in it, six raters each. */
export type HallServer = Server & { meetings: Meeting[]; running: Running };
/** A server that was started; `stop` waits until it has ended. */
export type Running = { url: string; said: string[]; stop: (signal?: NodeJS.Signals) => Promise<void> };

export const BINARY = resolve(
  __dirname,
  process.env.WUZE_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join('..', 'target'), 'quick', 'wuze'),
);
const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WUZE_')));

/** The flags of a data folder with its own database. */
export const place = (data: string) => ['--data', data, '--database-url', `sqlite:${join(data, 'wuze.db')}`];

/** Runs a command of the program to its end; answers what it printed. */
export const run = (data: string, args: string[]) => execFileSync(BINARY, args, { cwd: data, env: ENV, encoding: 'utf8' });

async function port(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

function listening(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const read = (data: Buffer) => {
      said.push(data.toString());
      const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said.join(''));
      if (address) done(address[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => fail(new Error(`the server ended (${code}):\n${said.join('')}`)));
  });
}

/** Starts a server on a data folder; `host` is an address with a port, else a free one. */
export async function serve(data: string, host?: string): Promise<Running> {
  const address = host ?? `127.0.0.1:${await port()}`;
  const child = spawn(BINARY, ['serve', '--addr', address, ...place(data), '--demo'], {
    cwd: data,
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    const guard = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await ended;
    clearTimeout(guard);
  };
  try {
    return { url: await listening(child, said), said, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const test = base.extend<object, { server: HallServer; halls: number }>({
  /** How many meetings are open for check-in. */
  halls: [2, { option: true, scope: 'worker' }],
  server: [
    async ({ halls }, use) => {
      const data = await mkdtemp(join(tmpdir(), 'wuze-hall-'));
      try {
        const make = () => {
          const said = run(data, ['demo', 'meeting', '--raters', '6', '--json', ...place(data)]);
          return JSON.parse(said.trim().split('\n').pop()!) as Meeting;
        };
        const meetings = Array.from({ length: halls }, make);
        const running = await serve(data);
        const { url, said } = running;
        try {
          const database = `sqlite:${join(data, 'wuze.db')}`;
          await use({ url, data, database, binary: BINARY, log: () => said.join(''), meetings, running });
        } finally {
          await running.stop();
        }
      } finally {
        await rm(data, { recursive: true, force: true });
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

type Signed = Awaited<ReturnType<BrowserContext['storageState']>>;

/** A phone in the hall: a browser of its own, without an account unless it is `signed` in. Says what went wrong in it. */
export async function phone(
  browser: Browser,
  server: Server,
  problems: string[],
  scripts = true,
  signed?: Signed,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: server.url,
    storageState: signed,
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
    javaScriptEnabled: scripts,
  });
  context.on('console', (m) => {
    // A phone that is offline on purpose cannot load and says so; a plain form that is refused is a 422.
    const meant = scripts ? /ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/ : /status of 422/;
    if (m.type() === 'error' && !meant.test(m.text())) problems.push(m.text());
  });
  context.on('weberror', (e) => problems.push(e.error().stack ?? e.error().message));
  return context;
}

/** Checks in with the digits of the screen and a drawn card. */
export async function comeIn(screen: Page, context: BrowserContext, meeting: Meeting, card: number): Promise<Page> {
  const digits = (await screen.locator('#code b').innerText()).replace(/\s/g, '');
  const page = await context.newPage();
  await page.goto(`/m/${digits}`);
  await page.getByLabel('评议卡上的卡号').fill(meeting.cards[card].code.toLowerCase());
  await page.getByRole('button', { name: '签到' }).click();
  await page.waitForURL(`**/room/${meeting.meeting}`);
  return page;
}

/** Chooses one word in every row of a sheet. */
export async function choose(page: Page, word: string): Promise<void> {
  const rows = page.locator('fieldset[data-row]');
  for (let i = 0; i < (await rows.count()); i += 1) await rows.nth(i).getByText(word, { exact: true }).first().click();
}

/** The sheet opens by itself where nobody types. */
export const opened = (page: Page) => expect(page.locator('#ballot')).toBeVisible();

/** The state of a ballot as its phone tells it. */
export const state = (page: Page) => page.locator('#state');

/** Presses the big button of the console; answers what stood on it. */
export async function step(console: Page): Promise<string> {
  const button = console.locator('#live button.big');
  await expect(button).toBeEnabled();
  const words = (await button.innerText()).trim();
  await Promise.all([console.waitForURL(/said=done/), button.click()]);
  return words;
}

/** Presses it until it says `words`. */
export async function until(console: Page, path: string, words: string): Promise<void> {
  for (let i = 0; i < 40; i += 1) {
    await console.goto(path);
    if ((await console.locator('#live button.big').innerText()).trim() === words) return;
    await step(console);
  }
  throw new Error(`the console never said ${words}`);
}
