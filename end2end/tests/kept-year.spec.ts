// The own year on a phone that changes hands: gone after a sign-out without scripts, never shown to the next account, and
// dropped before it is asked for again once texts were closed on the server.
import type { BrowserContext, Page } from '@playwright/test';
import { leader, newleader, office } from '../accounts';
import { expect, test, type Account } from '../fixtures';

test.use({ tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|404|409)|Failed to (fetch|load resource)/] });

/** Whose years lie on the device, by the account's hash. */
async function years(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const open = indexedDB.open('wuze');
    const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
    const rows = await new Promise<any[]>((ok) => { const r = db.transaction('year').objectStore('year').getAll(); r.onsuccess = () => ok(r.result); });
    db.close();
    return rows.map((row) => row.id).sort();
  });
}
const whose = (page: Page) => page.evaluate(() => JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=viewer]')!.content).account as string);

async function enter(context: BrowserContext, page: Page, account: Account): Promise<void> {
  await page.goto('/signin');
  await page.getByLabel('账号').fill(account.login);
  await page.getByLabel('密码', { exact: true }).fill(account.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
}
/** A page with the worker in charge. */
async function worked(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/home');
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
}
/** The newest line of the own book. */
async function newest(page: Page): Promise<string> {
  await page.goto('/records');
  return (await page.locator('main .rows li b').first().innerText()).trim();
}
/** As a browser without scripts does it: the form is sent, nothing is wiped. */
async function leaveWithoutScripts(context: BrowserContext, page: Page): Promise<void> {
  const token = await page.evaluate(() => JSON.parse(document.querySelector<HTMLMetaElement>('meta[name=viewer]')!.content).form_token as string);
  const origin = new URL(page.url()).origin;
  await context.request.post('/signout', { form: { _token: token }, headers: { origin }, maxRedirects: 0 });
}
const left = async (context: BrowserContext) => (await context.cookies()).filter((cookie) => cookie.name.endsWith('wuze-left')).map((cookie) => cookie.value);

test.describe('with the worker', () => {
  test.use({ serviceWorkers: 'allow' });

  test('a sign-out without scripts: nothing is shown any more, and the next account takes it away', { tag: '@phone' }, async ({ page, context }) => {
    await enter(context, page, leader);
    await worked(page);
    const own = await whose(page);
    await expect.poll(() => years(page)).toEqual([own]);
    const words = await newest(page);
    await leaveWithoutScripts(context, page);
    expect(await left(context)).toEqual([own]);
    // Still there, for no script has run since; not to be seen.
    await context.setOffline(true);
    for (const path of ['/home', '/records']) {
      await page.goto(path);
      await expect(page.locator('#year-note')).toContainText('没有存下您的记录本');
      await expect(page.locator('#year-records, #year-month, #year-form').first()).toBeHidden();
      await expect(page.getByText(words, { exact: true })).toHaveCount(0);
    }
    await context.setOffline(false);
    await enter(context, page, newleader);
    await worked(page);
    const next = await whose(page);
    await expect.poll(() => years(page)).toEqual([next]);
    await expect.poll(() => left(context)).toEqual([]);
    await context.setOffline(true);
    await page.goto('/records');
    await expect(page.locator('#year-note')).toContainText('可以照常记');
    await expect(page.getByText(words, { exact: true })).toHaveCount(0);
  });

  test('somebody without a book takes the phone: the book of the one before is not shown', { tag: '@phone' }, async ({ page, context }) => {
    await enter(context, page, leader);
    await worked(page);
    await expect.poll(async () => (await years(page)).length).toBe(1);
    const words = await newest(page);
    // The session ends by itself.
    await context.clearCookies();
    await enter(context, page, office);
    await page.goto('/board');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    await context.setOffline(true);
    for (const path of ['/home', '/records']) {
      await page.goto(path);
      await expect(page.locator('#year-note')).toContainText('这一页要联网才能打开');
      await expect(page.getByText(words, { exact: true })).toHaveCount(0);
      await expect(page.locator('#year-unit')).toBeEmpty();
    }
  });
});

test.describe('closed on the server', () => {
  test.use({ account: leader });

  test('another mark of the kept years drops what is here, even if nothing new comes', { tag: '@phone' }, async ({ page }) => {
    await page.goto('/home');
    const own = await whose(page);
    await expect.poll(() => years(page)).toEqual([own]);
    // The same mark: what is here stays, and nothing is asked for.
    let asked = 0;
    await page.route('**/api/records/**', (route) => { asked += 1; return route.abort(); });
    await page.goto('/todo');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    // The page asks when it is idle: whoever is called twice after it comes later.
    await page.evaluate(() => new Promise<void>((done) => requestIdleCallback(() => requestIdleCallback(() => done()))));
    expect(await years(page)).toEqual([own]);
    expect(asked).toBe(0);
    // What the server says after 转线下, a closed sharing or a correction that hides.
    await page.route('**/me', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.text()).replace(/(kept(?:&quot;|"):(?:&quot;|"))\d+/, '$11');
      await route.fulfill({ response: answer, body });
    });
    await page.goto('/me');
    await expect.poll(() => years(page)).toEqual([]);
    // It goes first, then it is asked for: the question may leave a moment later.
    await expect.poll(() => asked).toBeGreaterThan(0);
  });
});
