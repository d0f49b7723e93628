// Without a network: the worker opens a page of ours, which shows the own year and takes records. What it keeps names
// nobody; what can be read is encrypted, belongs to one account and goes with an explicit sign-out.
import type { BrowserContext, Page } from '@playwright/test';
import { acting, districtleader, leader, liaison, newleader, twoposts, unsigned } from '../accounts';
import { expect, test } from '../fixtures';

test.use({
  serviceWorkers: 'allow',
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|404|409)|Failed to (fetch|load resource)/],
});

const notice = (page: Page) => page.locator('html > .banner');
const text = (page: Page) => page.locator('textarea[name=text]');
const records = (page: Page) => page.locator('#year-records li');
const sentence = (what: string) => `${what}·${Math.random().toString(36).slice(2, 8)}`;

/** How many years lie on the device, and whether a word can be read there. */
async function years(page: Page, word = ''): Promise<{ rows: number; plain: boolean }> {
  return page.evaluate(async (word) => {
    const open = indexedDB.open('wuze');
    const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
    const rows = await new Promise<any[]>((ok) => { const r = db.transaction('year').objectStore('year').getAll(); r.onsuccess = () => ok(r.result); });
    db.close();
    const plain = rows.map((row) => JSON.stringify(row) + new TextDecoder().decode(row.data)).join();
    return { rows: rows.length, plain: word !== '' && plain.includes(word) };
  }, word);
}

/** Groups and lines of the reminders, in the order of the page, the folded ones too. */
const lines = (card: Element) =>
  Array.from(card.querySelectorAll('h3, summary, li b')).filter((el) => !el.closest('.reasons')).map((el) => el.textContent);

/** Opens a page as somebody who has been here before: worker in charge, year kept. */
async function settle(page: Page, count = 1): Promise<void> {
  await expect(async () => {
    // A page on its way while the worker took over is not the worker's; the next one is.
    await page.goto('/home');
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
  await expect.poll(async () => (await years(page)).rows).toBe(count);
}

async function inBook(page: Page, words: string): Promise<number> {
  await page.goto('/records');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page.locator('main').getByText(words).count();
}

/** Signs somebody in within a context that may hold another's session. */
async function enter(context: BrowserContext, page: Page, account: typeof leader): Promise<void> {
  await context.clearCookies();
  await page.goto('/signin');
  await page.getByLabel('账号').fill(account.login);
  await page.getByLabel('密码', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
}

test.describe('of the leader', () => {
  test.use({ account: leader });

  test('the worker keeps the shell and nothing of anybody', async ({ page, context }) => {
    // Before any page of ours could start the worker, which clears it away.
    await page.goto('/healthz');
    await page.evaluate(() => caches.open('wuze-0123'));
    await page.goto('/signin?next=/home');
    await settle(page);
    await page.goto('/records');
    await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
    const kept = await page.evaluate(async () => {
      const out: { name: string; paths: string[]; html: string[] }[] = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        const paths = (await cache.keys()).map((r) => new URL(r.url).pathname);
        const html = await Promise.all(paths.filter((p) => !p.startsWith('/pkg/')).map(async (p) => (await cache.match(p))!.text()));
        out.push({ name, paths, html });
      }
      return out;
    });
    // One build, the one before it is gone.
    expect(kept).toHaveLength(1);
    expect(kept[0].paths.filter((path) => !/^\/pkg\/[a-z-]+\.[0-9a-f]{12}\.(css|js|svg)$/.test(path))).toEqual(['/offline']);
    expect(kept[0].html.join()).not.toContain('name="viewer"');
    expect(await context.serviceWorkers()).toHaveLength(1);
    const script = await page.request.get('/worker.js');
    expect(script.headers()['cache-control']).toBe('no-cache');
    expect(await script.text()).toContain(kept[0].name.replace('wuze-', ''));
  });

  test('reads the year and takes a record, which is sent once', { tag: '@phone' }, async ({ page, context, shot }) => {
    const words = sentence('在堤上没有信号');
    await settle(page);
    await page.goto('/records');
    const newest = (await page.locator('main .rows li b').first().innerText()).trim();
    expect(await years(page, newest)).toEqual({ rows: 1, plain: false });
    await page.goto('/home');
    await expect(page.locator('#reminders .hint').first()).toBeVisible();
    const online = await page.locator('#reminders').evaluate(lines);
    await context.setOffline(true);

    await page.goto('/records');
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    await expect(records(page).first()).toContainText(newest);
    await expect(page.locator('#year-records a')).toHaveCount(0);
    await shot('offline-records');
    // The bar does what it does with a network: 随手记 on the book and the home, 保存 only below the form.
    const bar = page.locator('.primary-bar:visible .btn'), tabs = page.getByRole('navigation', { name: '主菜单' });
    await expect(bar).toHaveText('随手记');
    await expect(tabs.getByRole('link', { name: '记录本' })).toHaveAttribute('aria-current', 'page');
    await tabs.getByRole('link', { name: '首页' }).click();
    await expect(page.locator('#year-month')).toBeVisible();
    await expect(page.locator('#year-records')).toBeHidden();
    expect(await page.locator('#year-month').evaluate(lines)).toEqual(online);
    await expect(bar).toHaveText('随手记');
    await shot('offline-home');
    await bar.click();
    await expect(page).toHaveURL(/\/records\/new$/);
    await expect(text(page)).toBeVisible();
    await expect(bar).toHaveText('保存');
    await expect(tabs).toBeHidden();
    await text(page).fill(words);
    await page.getByLabel('蹲点调研', { exact: true }).check();
    await expect(page.locator('[data-save-state]')).toHaveText(/^未联网，已存在本机 \d\d:\d\d$/);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(notice(page)).toContainText('待上传 1 条');
    await shot('offline-queue');

    // Where the thumb just was: over 保存, as wide as it.
    const again = notice(page).getByRole('button', { name: '再写一条' });
    const thumb = (await again.boundingBox())!;
    expect(thumb.y).toBeGreaterThan(844 - 120);
    expect(thumb.width).toBeGreaterThan(300);
    expect(thumb.height).toBeGreaterThanOrEqual(44);
    await again.click();
    await expect(text(page)).toHaveValue('');
    await text(page).fill(`${words}又一条`);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await expect(notice(page)).toContainText('待上传 2 条');
    // Opened again before the network is back: the queue is still there.
    await page.goto('/records/new');
    await expect(notice(page)).toContainText('待上传 2 条');
    await context.setOffline(false);
    await expect(notice(page)).toContainText('已送出 2 条');
    expect(await inBook(page, words)).toBe(2);
    const texts = await page.locator('main .rows li b').allInnerTexts();
    expect(texts.findIndex((t) => t.includes('又一条'))).toBeLessThan(texts.findIndex((t) => t.trim() === words));
  });

  test('a page that has no answer in time gives way to the one on the device', async ({ page, context }) => {
    await settle(page);
    await context.setOffline(true);
    await page.goto('/duties/mine');
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    await context.setOffline(false);
    await page.getByRole('link', { name: '再试一次' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toHaveCount(0);
    await expect(page).toHaveURL(/\/duties\/mine$/);
  });

  test('a draft begun without a network goes on with one', async ({ page, context }) => {
    const words = sentence('先在车上写');
    await settle(page);
    await context.setOffline(true);
    await page.goto('/records/new');
    await text(page).fill(words);
    await expect(page.locator('[data-save-state]')).toHaveText(/已存在本机/);
    await context.setOffline(false);
    await page.goto('/records/new');
    await notice(page).getByRole('button', { name: '继续写' }).click();
    await expect(text(page)).toHaveValue(words);
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.waitForURL(/saved=1/);
    expect(await inBook(page, words)).toBe(1);
  });
});

test('signing out takes the year away', { tag: '@phone' }, async ({ page, context, signIn }) => {
  await signIn(leader.login, leader.password);
  await settle(page);
  await page.goto('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/signin/);
  expect((await years(page)).rows).toBe(0);
  await context.setOffline(true);
  await page.goto('/home');
  await expect(page.locator('#year-note')).toContainText('没有存下您的记录本');
  await expect(page.locator('#year-form')).toBeHidden();
});

test('another account on the device sees its own year and sends its own records', async ({ page, context, signIn }) => {
  const words = sentence('前一位写的');
  await signIn(leader.login, leader.password);
  await settle(page);
  await page.goto('/records');
  const newest = (await page.locator('main .rows li b').first().innerText()).trim();
  await context.setOffline(true);
  await page.goto('/records/new');
  await text(page).fill(words);
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  // The session ends without a sign-out; somebody else takes the device.
  const sent: string[] = [];
  context.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(r.postData() ?? ''); });
  await page.goto('about:blank');
  await context.clearCookies();
  await context.setOffline(false);
  await enter(context, page, newleader);
  await settle(page, 2);
  await expect(notice(page)).toHaveCount(0);
  await context.setOffline(true);
  await page.goto('/records');
  await expect(page.locator('#year-note')).toContainText('可以照常记');
  await expect(page.getByText(newest, { exact: true })).toHaveCount(0);
  await expect(notice(page)).toHaveCount(0);
  expect(sent).toEqual([]);
  // The writer comes back: his record is still there, and goes.
  await context.setOffline(false);
  await enter(context, page, leader);
  await expect(notice(page)).toContainText('已送出 1 条');
  expect(await inBook(page, words)).toBe(1);
});

// Outside this file a refused request is an error of the console, and so of every test of that person.
for (const account of [leader, liaison, newleader, unsigned, twoposts, acting, districtleader]) {
  test(`keeping the year of ${account.login} asks for nothing that is refused`, async ({ as }) => {
    const page = await as(account);
    const answers: string[] = [];
    page.on('response', (r) => { if (r.url().includes('/api/records/')) answers.push(`${r.status()} ${new URL(r.url()).pathname}`); });
    await page.goto('/home');
    const roles: string[] = await page.evaluate(() => JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=viewer]')!.content).roles);
    if (!roles.includes('principal') && !roles.includes('liaison')) return;
    await expect.poll(async () => (await years(page)).rows).toBe(1);
    expect(answers.filter((a) => !a.startsWith('200 '))).toEqual([]);
  });
}
