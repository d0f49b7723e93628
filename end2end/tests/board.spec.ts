// The board: filters in the URL, every colour names its reason, readable on paper, phone and without scripts.
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

test.use({ account: accounts.office });

test('a cell opens its reason and the filters stay in the address', { tag: ['@desktop'] }, async ({ page, shot }) => {
  await page.goto('/board');
  await expect(page.locator('html')).toHaveAttribute('data-ready', '');
  await expect(page.getByRole('heading', { name: '五责链看板' })).toBeVisible();
  await shot('board');
  await page.getByRole('link', { name: /^需关注/ }).click();
  // The address changes first; the table is the filtered one when the filter says so.
  await expect(page.getByRole('link', { name: /^需关注/ })).toHaveAttribute('aria-current', 'true');
  await expect(page).toHaveURL(/state=attention/);
  const first = page.locator('table.board tbody tr').first();
  await first.locator('td.lv a').click();
  const drawer = page.getByRole('complementary', { name: '详情' });
  await expect(drawer.locator('.why')).toContainText(/规则第\d+版/);
  await expect(page).toHaveURL(/state=attention.*duty=lv/);
  await shot('drawer');
  await drawer.locator('.rows a').first().click();
  await expect(drawer.locator('table')).toBeVisible();
  await shot('item');
  await page.reload();
  await expect(drawer.locator('table')).toBeVisible();
});

test('the board is complete without scripts', { tag: '@tierB' }, async ({ page, shot }) => {
  await page.goto('/board');
  expect(await page.locator('table.board tbody tr').count()).toBeGreaterThan(20);
  await page.locator('table.board tbody tr').first().locator('td.ming a').click();
  await expect(page.locator('.drawer .why')).toBeVisible();
  await shot('board');
});

test('the board on a phone', { tag: '@phone' }, async ({ page, shot }) => {
  await page.goto('/board');
  await expect(page.locator('html')).toHaveAttribute('data-ready', '');
  await shot('board');
});

test('no ranking and no counts side by side', async ({ page }) => {
  await page.goto('/board');
  await expect(page.locator('table.board thead th')).toHaveText(['单位', /明责/, /履责/, /督责/, /评责/, /问责/]);
  await expect(page.getByText(/排名|第\s*\d+\s*名|登录次数/)).toHaveCount(0);
});

test('the export is a workbook', async ({ page }) => {
  await page.goto('/board');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出' }).click();
  expect((await download).suggestedFilename()).toBe('五责链看板.xlsx');
});
