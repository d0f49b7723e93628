// What the outbox promises: typed text is never lost, and what was saved is saved once. Timers are moved, never waited for.
import { mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from '@playwright/test';
import { leader, newleader } from '../accounts';
import { typeChinese } from '../chinese';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  // Offline and refused requests are what these tests are about; Chromium reports each of them.
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|409|507)/],
});

const FORM = '/records/new';
const state = (page: Page) => page.locator('[data-save-state]');
const text = (page: Page) => page.locator('textarea[name=text]');
const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true });
const notice = (page: Page) => page.locator('html > .banner');
/** A text no other test of this worker writes. */
const sentence = (what: string) => `${what}·${Math.random().toString(36).slice(2, 8)}`;

/** Opens the form with movable timers, after its script asked the server for a draft. */
async function open(page: Page, path = FORM): Promise<void> {
  await page.clock.install();
  const looked = page.waitForResponse((r) => r.url().includes('/drafts?'));
  await page.goto(path);
  await looked;
}

/** Types as a person does, then lets the pause pass that starts a save. */
async function write(page: Page, words: string): Promise<void> {
  await text(page).focus();
  await page.keyboard.insertText(words);
  await page.clock.fastForward(2100);
}

/** How often the book holds a text. */
async function inBook(page: Page, words: string): Promise<number> {
  await page.goto('/records');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page.locator('main').getByText(words).count();
}

/** No draft of an earlier test may be offered to the next one. */
async function noDraft(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(FORM);
  await page.evaluate(async () => {
    const body = new URLSearchParams({ form: 'records.new', subject: '' });
    await fetch('/drafts/drop', { method: 'POST', body });
  });
  await page.close();
}

/** What lies on the device: rows as text, and whether the key could be taken away. */
async function onDevice(page: Page): Promise<{ drafts: number; queue: number; keys: number; plain: string; extractable: boolean }> {
  return page.evaluate(async () => {
    const open = indexedDB.open('wuze');
    const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
    const read = (name: string) => new Promise<any[]>((ok) => { const r = db.transaction(name).objectStore(name).getAll(); r.onsuccess = () => ok(r.result); });
    const [drafts, queue, keys] = [await read('draft'), await read('queue'), await read('key')];
    const plain = drafts.concat(queue).map((row) => JSON.stringify(row) + new TextDecoder().decode(row.data)).join();
    db.close();
    return { drafts: drafts.length, queue: queue.length, keys: keys.length, plain, extractable: keys.some((k) => k.extractable) };
  });
}

test.beforeEach(async ({ context }, info) => {
  if (!info.tags.includes('@tierB')) await noDraft(context);
});

test('saves by itself: on the device first, then on the server, encrypted', { tag: '@phone' }, async ({ page, shot }) => {
  const words = sentence('到码头看了防台准备');
  await open(page);
  await page.evaluate(() => {
    const p = document.querySelector('[data-save-state]')!;
    const seen: string[] = ((window as any).seen = []);
    new MutationObserver(() => seen.push(p.textContent!.trim())).observe(p, { childList: true, characterData: true, subtree: true });
  });
  await write(page, words);
  await expect(state(page)).toHaveText(/^已保存 \d\d:\d\d$/);
  const seen: string[] = await page.evaluate(() => (window as any).seen);
  expect(seen[0]).toMatch(/^已存在本机 \d\d:\d\d$/);
  const kept = await onDevice(page);
  expect(kept).toMatchObject({ drafts: 1, queue: 0, keys: 1, extractable: false });
  expect(kept.plain).not.toContain(words);
  await shot('outbox-saved');
});

test('offline: kept, said, sent once when the network is back', { tag: '@phone' }, async ({ page, context, shot }) => {
  const words = sentence('走访企业两家');
  await open(page);
  await context.setOffline(true);
  await write(page, words);
  await expect(state(page)).toHaveText(/^未联网，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，已存在本机，联网后自动送出');
  await expect(notice(page)).toContainText('待上传 1 条，已存在本机');
  const kept = await onDevice(page);
  expect(kept).toMatchObject({ drafts: 0, queue: 1 });
  expect(kept.plain).not.toContain(words);
  await shot('outbox-offline');
  // Impatience changes nothing; the button says that it is not to be pressed now.
  await save(page).click({ force: true });
  await context.setOffline(false);
  await page.waitForURL(/\/records\/[^/]+\?saved=1/);
  expect(await inBook(page, words)).toBe(1);
  expect(await onDevice(page)).toMatchObject({ drafts: 0, queue: 0 });
});

test('offline: two records in a row, sent in order', async ({ page, context }) => {
  const [first, second] = [sentence('第一条'), sentence('第二条')];
  await open(page);
  await context.setOffline(true);
  await write(page, first);
  await save(page).click();
  await notice(page).getByRole('button', { name: '再写一条' }).click();
  await expect(text(page)).toHaveValue('');
  await write(page, second);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 2 条，已存在本机');
  const sent: string[] = [];
  page.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(new URLSearchParams(r.postData()!).get('text')!); });
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(sent).toEqual([first, second]);
  expect(await inBook(page, first)).toBe(1);
  expect(await inBook(page, second)).toBe(1);
});

test('an answer lost on the way does not make a second record', async ({ page }) => {
  const words = sentence('断在半路');
  let tries = 0;
  await open(page);
  await page.route('**/records/save', async (route) => {
    tries += 1;
    if (tries > 1) return route.continue();
    await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  await text(page).fill(words);
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，已存在本机，联网后自动送出');
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForURL(/saved=1/);
  expect(tries).toBe(2);
  expect(await inBook(page, words)).toBe(1);
});

test('a page killed before it was sent: the next page sends it', async ({ page, context }) => {
  const words = sentence('页面被系统关掉');
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(state(page)).toHaveText(/联网后自动送出/);
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await expect(notice(next)).toContainText('已送出 1 条');
  expect(await inBook(next, words)).toBe(1);
});

test('leaving in the middle: the draft is offered, and never written over typed text', { tag: '@phone' }, async ({ page, shot }) => {
  const [words, later] = [sentence('写到一半'), sentence('又写了一句')];
  await open(page);
  await text(page).fill(words);
  await page.getByLabel('蹲点调研', { exact: true }).check();
  await page.goto('/records');
  await open(page);
  await expect(notice(page)).toContainText(/您有一份 \d\d:\d\d 的草稿/);
  await expect(text(page)).toHaveValue('');
  await shot('outbox-offer');
  await text(page).fill(later);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^已保存/);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(text(page)).toHaveValue(`${words}\n${later}`);
  await expect(page.locator('input[name=kind]:checked')).toHaveCount(1);
  await expect(notice(page)).toHaveCount(0);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^已保存/);

  await page.goto('/records');
  await open(page);
  const dropped = page.waitForResponse('**/drafts/drop');
  await notice(page).getByRole('button', { name: '不要了' }).click();
  await dropped;
  await open(page);
  await expect(notice(page)).toHaveCount(0);
  await expect(text(page)).toHaveValue('');
});

test('going to another app saves at once, without the pause', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('来电话了');
  await open(page);
  await text(page).fill(words);
  const saved = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/drafts'));
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  expect((await saved).status()).toBe(200);
  await expect.poll(async () => (await onDevice(page)).drafts).toBe(1);
  await expect(text(page)).toHaveValue(words);
});

test('reload in the middle keeps the text', async ({ page }) => {
  const words = sentence('刷新之前');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^已保存/);
  const looked = page.waitForResponse((r) => r.url().includes('/drafts?'));
  await page.reload();
  await looked;
  // Some browsers bring the text back by themselves; then there is nothing to ask.
  const offered = notice(page).getByRole('button', { name: '继续写' });
  if ((await text(page).inputValue()) === '') await offered.click();
  await expect(text(page)).toHaveValue(words);
  await expect(notice(page)).toHaveCount(0);
});

test('a draft expires on the device after 14 days', async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await write(page, sentence('旧稿'));
  await expect(state(page)).toHaveText(/已存在本机/);
  expect((await onDevice(page)).drafts).toBe(1);
  // Left open, it would keep the draft young as soon as it is online again.
  await page.close();
  await context.setOffline(false);
  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 15 * 864e5 });
  await later.goto('/records');
  await expect.poll(async () => (await onDevice(later)).drafts).toBe(0);
});

test('a session that ended keeps the text and sends it after signing in', { tag: '@phone' }, async ({ page, context, shot }) => {
  const words = sentence('登录过期也不丢');
  await open(page);
  await context.clearCookies();
  await write(page, words);
  await expect(state(page)).toHaveText(/^登录已过期，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('登录已过期，已存在本机，重新登录后自动送出');
  await shot('outbox-expired');
  await notice(page).getByRole('button', { name: '重新登录' }).click();
  await page.waitForURL(/\/signin/);
  await page.getByLabel('账号').fill(leader.login);
  await page.getByLabel('密码', { exact: true }).fill(leader.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(notice(page)).toContainText('已送出 1 条');
  expect(await inBook(page, words)).toBe(1);
});

test('a double click saves one record', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('双击一次');
  let posts = 0;
  page.on('request', (r) => { if (r.url().endsWith('/records/save')) posts += 1; });
  await open(page);
  await text(page).fill(words);
  await save(page).dblclick();
  await page.waitForURL(/saved=1/);
  expect(posts).toBe(1);
  expect(await inBook(page, words)).toBe(1);
  await open(page);
  await expect(notice(page)).toHaveCount(0);
});

test('a refused record comes back with its text', async ({ page }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/[?&]draft=/);
  await expect(page.getByRole('alert').filter({ hasText: '还没有保存' })).toBeVisible();
  await expect(text(page)).toHaveValue(words);
  // Left without correcting it: the text is still offered.
  await page.goto('/records');
  await open(page);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(text(page)).toHaveValue(words);
});

test('composing Chinese: no save, no submit, one composition', async ({ page }) => {
  const posts: string[] = [];
  page.on('request', (r) => { if (r.method() === 'POST' && !r.url().includes('/api/')) posts.push(new URL(r.url()).pathname); });
  await open(page);
  const seen = await typeChinese(page, text(page), async (composition) => {
    for (const letters of ["lian'zheng", "lian'zheng'de"]) {
      await composition.show(letters);
      await page.clock.fastForward(3000);
    }
    await composition.enter();
    await page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-outbox]')!.requestSubmit());
    expect(posts).toEqual([]);
  });
  await expect(text(page)).toHaveValue('廉政');
  expect(seen).toEqual(['compositionstart', 'compositionend']);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^已保存/);
  expect(posts).toEqual(['/drafts']);
});

test('signing out names what is only here, then wipes it with its key', { tag: '@phone' }, async ({ page, context, signIn }) => {
  // A session of its own: ending the shared one would end it for the other tests.
  await context.clearCookies();
  await signIn(leader.login, leader.password);
  await page.route('**/drafts', (route) => route.abort());
  await open(page);
  await write(page, sentence('只在本机'));
  await expect(state(page)).toHaveText(/^未联网，已存在本机/);
  await page.goto('/me');
  let asked = '';
  page.once('dialog', (dialog) => { asked = dialog.message(); void dialog.dismiss(); });
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect.poll(() => asked).toContain('1 份草稿没有存到服务器');
  expect(await onDevice(page)).toMatchObject({ drafts: 1, keys: 1 });
  await expect(page).toHaveURL(/\/me$/);

  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/signin/);
  expect(await onDevice(page)).toMatchObject({ drafts: 0, queue: 0, keys: 0 });
});

test('without a secure context: on the server only, and said', async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  const words = sentence('内网明文');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^已保存 \d\d:\d\d（本机不留草稿）$/);
  await context.setOffline(true);
  await save(page).click();
  await expect(state(page)).toHaveText(/^未联网，没有送出，请不要关闭本页/);
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});

for (const [button, keeps] of [['用这台的', '{here}'], ['用另一台的', '{there}'], ['两段都留', '{here}\n{there}']]) {
  test(`the same draft on two devices, shown side by side: ${button}`, { tag: '@phone' }, async ({ page, as, shot }) => {
    const [here, there] = [sentence('在电脑上'), sentence('在手机上')];
    const other = await as(leader);
    await open(page);
    await open(other);
    await write(other, there);
    await expect(state(other)).toHaveText(/^已保存/);
    await write(page, here);
    await expect(notice(page)).toContainText('您在两台设备上都写了这一份');
    await expect(notice(page).locator('.card')).toContainText([here, there]);
    // Asked, not done: the field is as it was typed.
    await expect(text(page)).toHaveValue(here);
    await shot('outbox-two-devices');
    await notice(page).getByRole('button', { name: button }).click();
    const kept = keeps.replace('{here}', here).replace('{there}', there);
    await expect(text(page)).toHaveValue(kept);
    await expect(notice(page)).toHaveCount(0);
    await page.clock.fastForward(2100);
    await expect(state(page)).toHaveText(/^已保存/);
    // What was chosen is the draft of every device now.
    const third = await as(leader);
    await open(third);
    await notice(third).getByRole('button', { name: '继续写' }).click();
    await expect(text(third)).toHaveValue(kept);
  });
}

test('a draft found late on the server is not overwritten before it was asked about', async ({ page, as }) => {
  const [here, there] = [sentence('先打了字'), sentence('早就在服务器上')];
  const other = await as(leader);
  await open(other);
  await write(other, there);
  await expect(state(other)).toHaveText(/^已保存/);
  // The look for drafts is slow; the pause after typing passes meanwhile.
  let release = () => {};
  const gate = new Promise<void>((done) => { release = done; });
  await page.route('**/drafts?*', async (route) => { await gate; await route.continue(); });
  await page.clock.install();
  await page.goto(FORM);
  await write(page, here);
  await expect(state(page)).toHaveText(/^已存在本机/);
  const saved = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/drafts'));
  release();
  expect(new URLSearchParams((await saved).postData()!).get('f.text')).toBe(`${there}\n${here}`);
  await expect(notice(page)).toContainText('的草稿');
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(text(page)).toHaveValue(`${there}\n${here}`);
});

test('two devices, the page closed before the question was answered: it is asked again', async ({ page, as }) => {
  const [here, there] = [sentence('没来得及选'), sentence('另一台先存')];
  const other = await as(leader);
  await open(page);
  await open(other);
  await write(other, there);
  await expect(state(other)).toHaveText(/^已保存/);
  await write(page, here);
  await expect(notice(page)).toContainText('您在两台设备上都写了这一份');
  await page.goto('/records');
  await open(page);
  await expect(notice(page).locator('.card')).toContainText([here, there]);
  await notice(page).getByRole('button', { name: '两段都留' }).click();
  await expect(text(page)).toHaveValue(`${here}\n${there}`);
});

test('a record refused in the background comes back as a draft with its reason', { tag: '@phone' }, async ({ page, context }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
  await notice(next).getByRole('button', { name: '去修改' }).click();
  await next.waitForURL(/[?&]draft=/);
  await expect(next.getByRole('alert').filter({ hasText: '还没有保存' })).toContainText('身份证号');
  await expect(text(next)).toHaveValue(words);
  expect(await inBook(next, words)).toBe(0);
  await expect(notice(next)).toHaveCount(0);
});

test('the server has no room: said, kept, sent when there is room again', async ({ page }) => {
  const words = sentence('服务器满了');
  let full = true;
  await open(page);
  await page.route(/\/(records\/save|drafts)$/, (route) => (full ? route.fulfill({ status: 507, body: '' }) : route.continue()));
  await write(page, words);
  await expect(state(page)).toHaveText(/^服务器存储空间已满，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('服务器存储空间已满，已存在本机，稍后自动送出');
  await expect(notice(page)).toContainText('服务器存储空间已满，待上传 1 条，已存在本机');
  expect(await onDevice(page)).toMatchObject({ queue: 1 });
  full = false;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});

test('the device has no room: said, kept on the server, the page holds what is not sent', async ({ page, context }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  const words = sentence('手机满了');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^已保存 \d\d:\d\d（本机存储已满）$/);
  await context.setOffline(true);
  await write(page, '，再写');
  await expect(state(page)).toHaveText('未联网，本机也存不下草稿，请不要关闭本页');
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，没有送出，请不要关闭本页，联网后自动送出');
  await expect(notice(page)).toContainText('待上传 1 条，请不要关闭本页');
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, `${words}，再写`)).toBe(1);
});

test('the browser killed while saving: the next one sends it, once', async ({ server, sessionOf }, info) => {
  const words = sentence('浏览器被杀掉');
  const profile = await mkdtemp(join(tmpdir(), 'wuze-profile-'));
  const { launchOptions, locale, timezoneId } = info.project.use;
  const launch = async () => {
    const context = await chromium.launchPersistentContext(profile, {
      ...launchOptions, locale, timezoneId, baseURL: server.url, serviceWorkers: 'block',
    });
    await context.addCookies((await sessionOf(leader)).cookies);
    return context;
  };
  try {
    const first = await launch();
    const page = await first.newPage();
    await page.route('**/records/save', () => {}); // on its way for ever
    await page.goto(FORM);
    await text(page).fill(words);
    await save(page).click();
    await expect(state(page)).toHaveText('正在保存');
    await expect.poll(async () => (await onDevice(page)).queue).toBe(1);
    const gone = new Promise((done) => first.once('close', done));
    // The lock names the process that holds the profile: HOST-PID.
    process.kill(Number((await readlink(join(profile, 'SingletonLock'))).split('-').pop()), 'SIGKILL');
    await gone;
    const second = await launch();
    const next = await second.newPage();
    await next.goto('/records');
    await expect(notice(next)).toContainText('已送出 1 条');
    expect(await inBook(next, words)).toBe(1);
    expect(await onDevice(next)).toMatchObject({ queue: 0 });
    await second.close();
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
});

test('another account on the device neither sees nor sends what waits', async ({ page, context, sessionOf }) => {
  const words = sentence('前一位的');
  await open(page);
  await context.setOffline(true);
  await write(page, words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  const mine = await context.cookies();
  await context.clearCookies();
  await context.setOffline(false);
  await context.addCookies((await sessionOf(newleader)).cookies);
  const next = await context.newPage();
  const sent: string[] = [];
  next.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(r.url()); });
  await open(next);
  await expect(notice(next)).toHaveCount(0);
  await expect(text(next)).toHaveValue('');
  expect(sent).toEqual([]);
  expect(await onDevice(next)).toMatchObject({ queue: 1 });
  expect(await inBook(next, words)).toBe(0);
  await context.clearCookies();
  await context.addCookies(mine);
  await next.goto('/records');
  await expect(notice(next)).toContainText('已送出 1 条');
  expect(await inBook(next, words)).toBe(1);
});

test('wasm that is late: the form works before it, and typed text outlives hydration', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('脚本还没到');
  let release = () => {};
  const gate = new Promise<void>((done) => { release = done; });
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => { await gate; await route.continue(); });
  await page.clock.install();
  await page.goto(FORM, { waitUntil: 'domcontentloaded' });
  await text(page).fill(words);
  await page.getByLabel('蹲点调研', { exact: true }).check();
  await page.clock.fastForward(10_000);
  // Ten seconds without wasm: the draft has been saved meanwhile.
  await expect(state(page)).toHaveText(/^已保存/);
  expect(await page.evaluate(() => document.documentElement.hasAttribute('data-ready'))).toBe(false);
  release();
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-ready'));
  await expect(text(page)).toHaveValue(words);
  await expect(page.locator('input[name=kind]:checked')).toHaveValue('visit');
  await expect(notice(page)).toHaveCount(0);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});

test('wasm that never comes: the record is saved all the same', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('没有等到脚本');
  await page.route(/\/pkg\/.*\.wasm$/, () => {});
  await page.goto(FORM, { waitUntil: 'domcontentloaded' });
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/saved=1/, { waitUntil: 'domcontentloaded' });
  await page.goto('/records', { waitUntil: 'domcontentloaded' });
  await expect(page.locator('main').getByText(words)).toHaveCount(1);
});

test('what a page kept of one account is not taken under another', async ({ page, context }) => {
  await open(page);
  const status = await page.evaluate(async () => {
    const body = new URLSearchParams({ form: 'records.new', subject: '', 'f.text': 'x' });
    return (await fetch('/drafts', { method: 'POST', body, headers: { 'x-wuze-account': '0'.repeat(32) } })).status;
  });
  expect(status).toBe(401);
  expect(await context.cookies()).not.toEqual([]);
});

test('without scripts the form is a form', { tag: '@tierB' }, async ({ page }) => {
  const words = sentence('不用脚本');
  await page.goto(FORM);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});
