// The network goes while a page is open: what exists on the device is opened from there, at once.
import type { Page } from '@playwright/test';
import { leader } from '../accounts';
import { expect, test } from '../fixtures';

test.use({
  account: leader,
  serviceWorkers: 'allow',
  tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|Failed to (fetch|load resource)/],
});

const text = (page: Page) => page.locator('textarea[name=text]');
const offline = (page: Page) => page.getByRole('heading', { level: 1, name: '未联网' });

/** Home as somebody sees it who has been here before: hydrated, the worker in charge, the year kept. */
async function settle(page: Page): Promise<void> {
  await expect(async () => {
    await page.goto('/home');
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-ready'));
  await expect.poll(() => page.evaluate(async () => {
    const open = indexedDB.open('wuze');
    const db = await new Promise<IDBDatabase>((ok) => { open.onsuccess = () => ok(open.result); });
    const rows = await new Promise<number>((ok) => { const r = db.transaction('year').objectStore('year').count(); r.onsuccess = () => ok(r.result); });
    db.close();
    return rows;
  })).toBe(1);
}

const note = (page: Page) => page.getByRole('link', { name: '随手记', exact: true }).first();

test('随手记 on the open home leads to the form on the device', { tag: '@phone' }, async ({ page, context, shot }) => {
  await settle(page);
  await context.setOffline(true);
  await note(page).click();
  await expect(offline(page)).toBeVisible();
  await expect(text(page)).toBeVisible();
  await expect(page.getByText('没有打开')).toHaveCount(0);
  await shot('offline-from-home');
  await expect(page).toHaveURL(/\/records\/new$/);
});

test('the own book too', { tag: '@phone' }, async ({ page, context }) => {
  await settle(page);
  await context.setOffline(true);
  await page.locator('a[href="/records"]').first().click();
  await expect(offline(page)).toBeVisible();
  await expect(page.locator('#year-records')).toBeVisible();
});

test('a device that believes in its network gets there as well', { tag: '@phone' }, async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'onLine', { get: () => true }));
  await settle(page);
  await context.setOffline(true);
  await note(page).click();
  await expect(offline(page)).toBeVisible();
  await expect(text(page)).toBeVisible();
});

test('a page that is not on the device says what is', { tag: '@phone' }, async ({ page, context }) => {
  await settle(page);
  await context.setOffline(true);
  await page.locator('a[href="/todo"]').first().click();
  const dead = page.getByRole('alert').filter({ hasText: '没有打开' });
  await expect(dead).toContainText('没有网络也能记');
  await dead.getByRole('link', { name: '随手记' }).click();
  await expect(text(page)).toBeVisible();
});
