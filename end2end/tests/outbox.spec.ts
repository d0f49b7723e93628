// What the outbox promises: typed text is never lost, and what was saved is saved once. Timers are moved, never waited for.
import type { BrowserContext, Page } from '@playwright/test';
import { leader } from '../accounts';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  // Offline and refused requests are what these tests are about; Chromium reports each of them.
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|409)/],
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
  await expect(notice(page)).toContainText('1 条已存在本机');
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
  await expect(notice(page)).toContainText('2 条已存在本机');
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

test('composing Chinese: no save, no submit, one composition', async ({ page, context }) => {
  const posts: string[] = [];
  page.on('request', (r) => { if (r.method() === 'POST') posts.push(r.url()); });
  await open(page);
  await page.evaluate(() => {
    const seen: string[] = ((window as any).seen = []);
    for (const type of ['compositionstart', 'compositionend']) document.addEventListener(type, () => seen.push(type));
  });
  const input = await context.newCDPSession(page);
  await text(page).focus();
  for (const letters of ['l', 'li', 'lian', "lian'zheng"]) {
    await input.send('Input.imeSetComposition', { text: letters, selectionStart: letters.length, selectionEnd: letters.length });
    await page.clock.fastForward(3000);
  }
  await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
  await page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-outbox]')!.requestSubmit());
  expect(posts).toEqual([]);
  await input.send('Input.insertText', { text: '廉政' });
  await expect(text(page)).toHaveValue('廉政');
  expect(await page.evaluate(() => (window as any).seen)).toEqual(['compositionstart', 'compositionend']);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^已保存/);
  expect(posts.map((url) => new URL(url).pathname)).toEqual(['/drafts']);
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

test('the same draft on two devices: both are shown, neither is lost', async ({ page, as }) => {
  const [here, there] = [sentence('在电脑上'), sentence('在手机上')];
  const other = await as(leader);
  await open(page);
  await open(other);
  await write(other, there);
  await expect(state(other)).toHaveText(/^已保存/);
  await write(page, here);
  await expect(notice(page)).toContainText('您在别处也写了这一份');
  await expect(text(page)).toHaveValue(here);
  await notice(page).getByRole('button', { name: '用那一份' }).click();
  await expect(text(page)).toHaveValue(there);
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
