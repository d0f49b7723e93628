// The year on the device ends with the session: whoever holds the phone later may write, and reads nothing. While it lasts,
// what is shown is as new as the time beside it says.
import type { Page } from '@playwright/test';
import { leader } from '../accounts';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  serviceWorkers: 'allow',
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|404|409)|Failed to (fetch|load resource)/],
});

const HOUR = 3600_000;
const note = (page: Page) => page.locator('#year-note');
const records = (page: Page) => page.locator('#year-records li');

/** Times at which years were kept on the device. */
const kept = (page: Page) => page.evaluate(async () => {
  const open = indexedDB.open('wuze');
  const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
  const all = await new Promise<{ at: number }[]>((ok) => { const r = db.transaction('year').objectStore('year').getAll(); r.onsuccess = () => ok(r.result); });
  db.close();
  return all.map((row) => row.at);
});

/** Opens a page as somebody who has been here before: worker in charge, year kept. */
async function settle(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/home');
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
  await expect.poll(async () => (await kept(page)).length).toBe(1);
}

test('after the session nothing is read, and everything can be written', { tag: '@phone' }, async ({ page, context, shot }) => {
  const words = `会话结束以后写的·${Math.random().toString(36).slice(2, 8)}`;
  await settle(page);
  await context.setOffline(true);
  await page.goto('/records');
  await expect(records(page).first()).toBeVisible();
  const text = await records(page).first().innerText();
  // A password session ends eight hours after its last page.
  await page.clock.setFixedTime(Date.now() + 7 * HOUR);
  await page.goto('/records');
  await expect(records(page).first()).toBeVisible();
  await page.clock.setFixedTime(Date.now() + 9 * HOUR);
  for (const path of ['/records', '/home', '/records/new']) {
    await page.goto(path);
    await expect(note(page)).toContainText('登录已过期');
    await expect(page.locator('#year-records')).toBeHidden();
    await expect(page.locator('#year-month')).toBeHidden();
    await expect(page.getByText(text.split('\n')[0], { exact: true })).toHaveCount(0);
  }
  await shot('offline-ended');
  await page.locator('textarea[name=text]').fill(words);
  // In the evening nine hours later are tomorrow, and what is done tomorrow is refused.
  await page.locator('input[name=event_on]').fill(new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(Date.now())));
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.locator('html > .banner')).toContainText('待上传 1 条');
  await page.clock.setFixedTime(Date.now());
  await context.setOffline(false);
  // What waited goes from the page that is open or from the next one, whichever is first.
  await expect(async () => {
    await page.goto('/records');
    await expect(page.locator('main').getByText(words)).toHaveCount(1, { timeout: 1000 });
  }).toPass();
});

test('an older record that was corrected stands corrected under the newer time', async ({ page, context }) => {
  await settle(page);
  // One that no longer stands on the first page of the book.
  const old = await page.evaluate(async () => {
    const ask = async (form: object) => (await fetch('/api/records/book', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ form }) })).json();
    let at = await ask({});
    for (let n = 0; n < 2 && at.older; n += 1) at = await ask({ post: at.post, year: at.year, before: at.older });
    const row = at.rows.filter((r: any) => r.text && r.page).pop();
    return row && { id: row.id as string, text: row.text as string };
  });
  const words = `后来改成这样·${Math.random().toString(36).slice(2, 8)}`;
  // On another device: this one does not know of it.
  const other = await context.browser()!.newContext({ baseURL: new URL(page.url()).origin, storageState: await context.storageState(), javaScriptEnabled: false });
  const desk = await other.newPage();
  await desk.goto(`/records/${old.id}`);
  await desk.getByText('更正…').click();
  await desk.getByLabel('更正后的内容').fill(words);
  await desk.locator('#reason').fill('当时写错了');
  await desk.getByRole('button', { name: '保存更正' }).click();
  await expect(desk.locator('ins')).toContainText(words);
  await other.close();
  const [before] = await kept(page);
  await page.clock.setFixedTime(before + 31 * 60_000);
  await page.goto('/home');
  await expect.poll(async () => (await kept(page))[0]).toBeGreaterThan(before);
  await context.setOffline(true);
  await page.goto('/records');
  await expect(page.locator('#year-records').getByText(words)).toHaveCount(1);
});
