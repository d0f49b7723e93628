// What every browser test stands on: a server of the worker's own, a page that fails on anything wrong, sign-in, pictures.
//
//     import { test, expect } from '../fixtures';
//     test('…', { tag: '@phone' }, async ({ page, signIn, shot }) => { await signIn('login', 'password'); … });
//     test.use({ account: { login, password } });   // starts signed in; one sign-in per worker and account
//     const checker = await as({ login, password }); // another person's page, in a context of its own
//     test.use({ tolerated: [/status of 422/] });   // console messages this file provokes on purpose
//
// Tests of one worker share its server and its demo district: a test makes what it changes.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';

export { expect };

/** A name and a password of the demo district. */
export type Account = { login: string; password: string };

/** What a file or a describe block may set through `test.use`. */
export type Options = {
  /** Who is signed in when the test begins; nobody by default. */
  account: Account | null;
  /** Console errors and failed assets that the test provokes on purpose. */
  tolerated: RegExp[];
};

/** The worker's server. `data` is its data folder, `binary` the program, for commands such as `import`. */
export type Server = { url: string; data: string; database: string; binary: string; log: () => string };

type TestFixtures = Options & {
  signIn: (login: string, password: string) => Promise<void>;
  as: (account: Account) => Promise<Page>;
  shot: (name: string) => Promise<void>;
  problems: string[];
  serverLog: void;
};
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;
type WorkerFixtures = { server: Server; sessionOf: (account: Account) => Promise<Session> };

const BINARY = resolve(
  __dirname,
  process.env.WUZE_BIN ?? join(process.env.CARGO_TARGET_DIR ?? join('..', 'target'), 'quick', 'wuze'),
);

/** A port nobody listens on. The server gets a fixed one, because its own address is part of its Origin check. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((done) => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as AddressInfo;
  await new Promise((done) => probe.close(done));
  return port;
}

/** Settles at the line the server prints once it answers; fails with all it said when it ends before that. */
function listening(child: ChildProcess, said: string[]): Promise<string> {
  return new Promise((done, fail) => {
    const read = (data: Buffer) => {
      said.push(data.toString());
      const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(said.join(''));
      if (address) done(address[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(new Error(`${BINARY}: ${error.message}`)));
    child.once('exit', (code, signal) => fail(new Error(`the server ended (${code ?? signal}):\n${said.join('')}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  // A stop that hangs is a fault of the server, but must not leave a process behind.
  const guard = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(guard);
}

/** Fills in the sign-in page and waits until it is left. */
async function fillSignIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('账号').fill(login);
  await page.getByLabel('密码', { exact: true }).fill(password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
}

/** Collects whatever a user would never see and we must: script errors, broken assets, calls to other hosts. */
function watch(context: BrowserContext, url: string, problems: string[]): void {
  const own = (address: string) => address.startsWith(`${url}/`);
  context.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => problems.push(`script: ${error.error().stack ?? error.error().message}`));
  context.on('request', (request) => {
    const address = request.url();
    if (!own(address) && !/^(data|blob|about):/.test(address)) problems.push(`a call to another host: ${address}`);
  });
  context.on('response', (response) => {
    if (own(response.url()) && response.url().includes('/pkg/') && response.status() >= 400) {
      problems.push(`asset: ${response.status()} ${response.url()}`);
    }
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  account: [null, { option: true }],
  tolerated: [[], { option: true }],

  server: [
    async ({}, use) => {
      const data = await mkdtemp(join(tmpdir(), 'wuze-e2e-'));
      const database = `sqlite:${join(data, 'wuze.db')}`;
      const port = await freePort();
      const args = ['serve', '--addr', `127.0.0.1:${port}`, '--database-url', database, '--data', data, '--demo'];
      // A developer's own settings must not reach the server under test.
      const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('WUZE_')));
      const child = spawn(BINARY, args, { cwd: data, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said: string[] = [];
      try {
        const url = await listening(child, said);
        const ready = await fetch(`${url}/readyz`);
        if (ready.status !== 200) throw new Error(`/readyz says ${ready.status}: ${await ready.text()}`);
        await use({ url, data, database, binary: BINARY, log: () => said.join('') });
      } finally {
        await stop(child);
        await rm(data, { recursive: true, force: true });
      }
    },
    // The demo district is written once per worker, by a binary that is not fully optimised.
    { scope: 'worker', timeout: 120_000 },
  ],
  sessionOf: [
    async ({ browser, server }, use) => {
      const known = new Map<string, Session>();
      await use(async ({ login, password }) => {
        let session = known.get(login);
        if (!session) {
          // Without scripts: sign-in is a plain form, and no page has to start for it.
          const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: false, storageState: undefined });
          await fillSignIn(await context.newPage(), login, password);
          session = await context.storageState();
          known.set(login, session);
          await context.close();
        }
        return session;
      });
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ server }, use) => use(server.url),

  storageState: async ({ account, sessionOf }, use) => use(account ? await sessionOf(account) : undefined),

  problems: async ({ tolerated }, use) => {
    const problems: string[] = [];
    await use(problems);
    const serious = problems.filter((problem) => !tolerated.some((pattern) => pattern.test(problem)));
    expect(serious, 'the browser reported problems').toEqual([]);
  },

  context: async ({ context, server, problems }, use) => {
    watch(context, server.url, problems);
    await use(context);
  },

  as: async ({ browser, server, sessionOf, problems }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (account) => {
      const context = await browser.newContext({ baseURL: server.url, storageState: await sessionOf(account) });
      watch(context, server.url, problems);
      opened.push(context);
      return context.newPage();
    });
    for (const context of opened) await context.close();
  },

  signIn: async ({ page }, use) => use((login, password) => fillSignIn(page, login, password)),

  /** Writes shots/PROJECT-NAME.png, the whole page. */
  shot: async ({ page }, use, info) => {
    await use(async (name) => {
      const dir = join(__dirname, 'shots');
      await mkdir(dir, { recursive: true });
      await page.screenshot({ path: join(dir, `${info.project.name}-${name}.png`), fullPage: true, animations: 'disabled' });
    });
  },

  /** A failed test carries what its server said. */
  serverLog: [
    async ({ server }, use, info) => {
      const before = server.log().length;
      await use();
      if (info.status !== info.expectedStatus) {
        await info.attach('server.log', { body: server.log().slice(before), contentType: 'text/plain' });
      }
    },
    { auto: true },
  ],
});
