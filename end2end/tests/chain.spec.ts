// The chain closed: from the board one sees of an item what all five duties did about it and its place in the next year's
// list; the cell of 问责 leads to just what it counts; the flow of the five duties is one picture with a table behind it,
// and every number of it opens its rows; last year's problems are offered for the next list and hold nothing up.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

test.use({ account: accounts.office });

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

/** The thread of the first problem of the ledger. */
async function firstThread(page: Page): Promise<string> {
  await page.goto('/accountability');
  const to = await page.locator('a[href^="/accountability/0"]').first().getAttribute('href');
  return to!.replace('/accountability/', '/chain/item?problem=');
}

test('a thread from the board downwards', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
  await page.goto('/board');
  await page.locator('table.board tbody tr:not(.spacer) td.lv a').first().click();
  await page.locator('.drawer .rows a').first().click();
  await page.getByRole('link', { name: '全程一条线' }).click();
  await expect(page.locator('.chain-line > li')).toHaveCount(6);
  await expect(page.locator('.chain-line > li h2').first()).toContainText('明责');
  await expect(page.locator('.chain-line > li h2').last()).toContainText('下一年清单');
  await expect(page.locator('.chain-line > li[aria-current="step"]')).toHaveCount(1);
  await shot('chain-thread');
  // Back to the board, at the same item.
  await page.getByRole('link', { name: '在看板上看' }).click();
  await expect(page).toHaveURL(/\/board\?post=.*item=/);
});

test('the cell of 问责 opens the ledger of just that unit', { tag: '@desktop' }, async ({ page, shot }) => {
  await page.goto('/board');
  const cell = page.locator('table.board td.wen a', { hasText: '整改在办' }).first();
  await cell.click();
  const drawer = page.locator('.drawer');
  const link = drawer.getByRole('link', { name: /^整改在办 \d+ 项$/ });
  const n = Number((await link.innerText()).replace(/\D/g, ''));
  await shot('chain-cell');
  await link.click();
  await expect(page.locator('html')).toHaveAttribute('data-ready', '');
  await expect(page.locator('main')).toContainText(String(n));
  expect(await page.locator('a[href^="/accountability/0"]').count()).toBeGreaterThan(0);
  await page.goBack();
  await page.locator('.drawer .rows a[href^="/chain/item"]').first().click();
  await expect(page.locator('.chain-line > li.wen .course li').first()).toBeVisible();
});

test('a problem leads to its thread, for a unit without its source', { tag: ['@phone', '@tierB'] }, async ({ page, as, shot }) => {
  const to = await firstThread(page);
  await page.goto(to.replace('/chain/item?problem=', '/accountability/'));
  await page.getByRole('link', { name: /全程一条线/ }).click();
  await expect(page).toHaveURL(/\/chain\/item\?problem=/);
  await expect(page.locator('.chain-line')).toBeVisible();
  expect(await fits(page)).toBe(true);
  await shot('chain-thread-phone');
  const head = await as(accounts.leader);
  await head.goto('/accountability');
  const own = head.locator('a[href^="/accountability/0"]').first();
  if ((await own.count()) > 0) {
    await head.goto((await own.getAttribute('href'))!.replace('/accountability/', '/chain/item?problem='));
    for (const inside of ['日常监督', '巡察反馈', '审计反馈', '民主评议']) {
      await expect(head.locator('main')).not.toContainText(inside);
    }
  }
});

test('the flow is one picture, and every number opens its rows', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
  await page.goto('/chain');
  await expect(page.getByRole('heading', { name: '五责流转图' })).toBeVisible();
  await expect(page.locator('svg.chain-flow circle')).toHaveCount(5);
  await shot('chain-flow');
  const links = await page.locator('section[aria-labelledby="flow-head"] td.num a').evaluateAll((all) =>
    all.map((a) => ({ to: a.getAttribute('href')!, n: Number(a.textContent!.replace(/\D/g, '')) })),
  );
  expect(links.length).toBeGreaterThan(4);
  // The picture and the table say the same.
  expect(await page.locator('svg.chain-flow a').count()).toBe(links.length);
  for (const { to, n } of links) {
    const response = await page.goto(to);
    expect(response!.status(), to).toBe(200);
    if (to.startsWith('/board')) expect(await page.locator('table.board tbody tr:not(.spacer)').count(), to).toBe(n);
  }
  await page.goto('/chain');
  const saved = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出 .xlsx' }).click();
  expect((await saved).suggestedFilename()).toContain('五责流转图');
});

test('the flow on a phone, on paper and to a screen reader', { tag: '@phone' }, async ({ page, shot }) => {
  await page.goto('/chain');
  expect(await fits(page)).toBe(true);
  await expect(page.locator('section[aria-labelledby="seats-head"]')).toContainText('党风政风监督室');
  const found = await new AxeBuilder({ page }).include('main').analyze();
  expect(found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')).toEqual([]);
  await page.emulateMedia({ media: 'print' });
  await shot('chain-flow-print');
});

test('no one outside the office finds the flow', { tag: '@desktop' }, async ({ as }) => {
  const head = await as(accounts.leader);
  await head.goto('/chain');
  await expect(head.locator('svg.chain-flow')).toHaveCount(0);
});
