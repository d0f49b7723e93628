// What 督责安排 promises: everybody sees what is due by whom, nothing typed is lost, a body's words wait for the office, and a
// month and a file show the same plan. Without scripts, too.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

/** Lines of the list that still can change, whatever day it is: the reminder that the quarter has before it. */
const OPEN = '/oversight/season?kind=quarter_reminder&state=open';

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

test.describe('the office', () => {
  test.use({ account: accounts.office });

  test('moves nothing into the past, keeps what was typed, and gives a step to somebody else', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/oversight/season');
    await expect(page.getByRole('heading', { name: '督责安排', level: 1 })).toBeVisible();
    await expect(page.getByRole('heading', { name: /各监督单位承办情况/ })).toBeVisible();
    await shot('season-board');
    await page.goto(OPEN);
    await page.locator('tbody a[href^="/oversight/season/0"]').first().click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('季度提醒');
    await page.locator('#move > summary').click();
    await page.getByLabel('新的期限').fill('2020-01-02');
    await page.getByLabel('改期原因').fill('与巡察错开');
    await page.locator('#move').getByRole('button', { name: '改期' }).click();
    await expect(page.getByText('新的期限早于今天')).toBeVisible();
    await expect(page.getByLabel('改期原因')).toHaveValue('与巡察错开');
    await expect(page.getByLabel('新的期限')).toHaveValue('2020-01-02');
    await shot('season-refused');
    await page.locator('#assign > summary').click();
    await page.getByLabel('承办单位或人员').selectOption({ label: '党风政风监督室' });
    await page.getByLabel('改派原因').fill('派驻组人手不足');
    await page.locator('#assign').getByRole('button', { name: '改派' }).click();
    await expect(page.getByRole('status').getByText('已办好')).toBeVisible();
    await expect(page.locator('dl.kv')).toContainText('改派原因：派驻组人手不足');
    await expect(page.locator('dl.kv')).toContainText('党风政风监督室');
    await shot('season-step');
  });

  test('reads the plan as a month and takes it along as a file', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/oversight/season');
    await page.getByRole('link', { name: '月历' }).click();
    const month = page.locator('table.season-month');
    await expect(month).toBeVisible();
    await page.getByLabel('月份').selectOption({ label: '12月' });
    await page.getByRole('button', { name: '筛选' }).click();
    await expect(month.locator('caption')).toContainText('12月');
    await expect(month.getByRole('link').first()).toContainText('项');
    await shot('season-month');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: '导出' }).click();
    expect((await waiting).suggestedFilename()).toMatch(/督责安排.*\.xlsx$/);
    await month.getByRole('link').first().click();
    await expect(page.locator('#steps tbody tr').first()).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('button', { name: '筛选' })).toBeHidden();
    await expect(page.locator('#steps table')).toBeVisible();
  });
});

test.describe('the body', () => {
  test.use({ account: accounts.team });

  test('drafts on a phone what the office approves', { tag: '@phone' }, async ({ page, as, shot }) => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(OPEN);
    expect(await fits(page)).toBe(true);
    // Its own line and no other body's.
    await expect(page.getByText('督责期限（示范）')).toHaveCount(0);
    const row = page.locator('tbody tr').filter({ has: page.locator('input[name=pick]') }).first();
    const unit = (await row.locator('td.title').innerText()).trim();
    await page.getByRole('button', { name: '报审所选' }).click();
    await expect(page.getByText('还没有勾选')).toBeVisible();
    await row.locator('input[name=pick]').check();
    await page.getByLabel('给所选单位的提示').fill('请把本季度的谈话记录补齐。');
    await page.getByRole('button', { name: '报审所选' }).click();
    await expect(page.getByRole('status').getByText('已办好')).toBeVisible();
    await expect(page.locator('tbody tr', { hasText: unit }).first()).toContainText('待审定');
    await shot('season-drafted');

    const office = await as(accounts.office);
    await office.goto('/oversight/season?kind=quarter_reminder&state=drafted');
    await office.locator('tbody tr', { hasText: unit }).locator('input[name=pick]').first().check();
    await office.getByRole('button', { name: '审定所选' }).click();
    await expect(office.getByRole('status').getByText('已办好')).toBeVisible();
    await page.goto('/oversight/season?kind=quarter_reminder&state=approved');
    await expect(page.locator('tbody tr', { hasText: unit }).first()).toContainText('请把本季度的谈话记录补齐。');
  });
});
