// The kept sheet of a 翻阅检查 and the server's agree: what was delivered while the sheet was away is counted as soon as it is
// opened again, and what the server would refuse is not stored without a network either.
import type { Locator, Page } from '@playwright/test';
import { team } from '../accounts';
import { expect, test } from '../fixtures';

const TOLERATED = [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|Failed to (fetch|load resource)/];

/** The book that is being read when the district is first loaded, with its sheet kept on the device. */
async function opened(page: Page): Promise<string> {
  await page.goto('/oversight');
  const row = page.locator('tbody tr', { hasText: '翻阅中' }).first();
  const sheet = (await row.locator('a[href^="/oversight/0"]').getAttribute('href'))!;
  await expect(async () => {
    await page.goto(sheet);
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
  await expect(page.locator('[data-onsite-kept]')).toContainText('已存在本机');
  return sheet;
}
const progress = (page: Page): Locator => page.locator('[data-onsite-progress]');
const state = (form: Locator): Locator => form.locator('[data-onsite-state]');

test.describe('of a reader', () => {
  test.use({ account: team, serviceWorkers: 'allow', tolerated: TOLERATED });

  test('what was delivered is counted at the first opening', { tag: '@phone' }, async ({ page, context }) => {
    const sheet = await opened(page);
    const [, all, done] = (await progress(page).textContent())!.match(/抽查 (\d+) 条，已标 (\d+) 条/)!;
    const words = `抽查 ${all} 条，已标 ${Number(done) + 1} 条`;
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    // The first item that nobody marked: what others said of it is not contradicted.
    const next = (await page.locator('[data-onsite-next] a').getAttribute('href'))!;
    const form = page.locator(`${next} > div:first-child form`);
    await form.locator('input[name=text]').fill('现场看过台账');
    await form.getByRole('button', { name: '印证充分', exact: true }).click();
    await expect(state(form)).toContainText('已存在本机');
    await expect(progress(page)).toHaveText(words);
    await context.setOffline(false);
    await expect(state(form)).toContainText('已送达');
    // Whatever the page draws of it, first and last, it never counts back.
    await page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(window, { seen });
      document.addEventListener('DOMContentLoaded', () => {
        const look = () => { const p = document.querySelector('[data-onsite-progress]'); if (p) seen.push(p.textContent || ''); };
        new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
        look();
      });
    });
    await page.goto(sheet);
    await expect(page.locator('[data-onsite-kept]')).toContainText('已存在本机');
    await expect(progress(page)).toHaveText(words);
    const seen = await page.evaluate(() => (window as unknown as { seen: string[] }).seen);
    expect(seen.filter((one) => one !== words)).toEqual([]);
    await expect(page.locator(`[data-onsite-next] a[href="${next}"]`)).toHaveCount(0);
  });

  test('without a record 印证充分 asks for words at once, also without a network', { tag: '@phone' }, async ({ page, context }) => {
    await opened(page);
    await context.setOffline(true);
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    const form = page.locator('form[data-onsite-bare]').first();
    await form.locator('input[name=text]').fill('');
    await form.getByRole('button', { name: '印证充分', exact: true }).click();
    await expect(state(form)).toContainText('还没有对应的记录');
    await expect(state(form)).not.toContainText('已存在本机');
    await form.getByRole('button', { name: '需补充', exact: true }).click();
    await expect(state(form)).toContainText('请先写一句要补充什么');
    await context.setOffline(false);
  });
});
