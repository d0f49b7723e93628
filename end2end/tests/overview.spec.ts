// 全区总览 and 大屏: every number opens what it counted, on a desk, a phone and without scripts; the wall names nobody and
// changes by itself when something was written elsewhere.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

// The browser itself complains of the line that one of these cuts.
test.use({ account: accounts.office, tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED|NETWORK_CHANGED)/] });

/** The number behind some words, and where it leads. */
const counted = async (page: Page, selector: string) => {
  const link = page.locator(selector).first();
  return { n: Number(await link.locator('b').innerText()), to: (await link.getAttribute('href'))! };
};
/** Units of a type on the wall. */
const onWall = (page: Page, type: string) => page.locator('.w-types tr', { hasText: type }).locator('td.num');

test('each number leads to as many rows', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
  await page.goto('/overview');
  await expect(page.getByRole('heading', { name: '全区总览' })).toBeVisible();
  await expect(page.locator('.o-flow > li')).toHaveCount(5);
  await shot('overview');
  for (const selector of ['.o-flow > li.ming ul a', '.o-flow > li.lv ul a', '.o-parts a']) {
    const { n, to } = await counted(page, selector);
    await page.goto(to);
    expect(await page.locator('table.board tbody tr:not(.spacer)').count()).toBe(n);
    await expect(page.locator('.filter-links')).toContainText('只看');
    await page.goto('/overview');
  }
  // A number of the year's plan opens just its steps, and a total of what is due its lines.
  const steps = await counted(page, '.o-flow > li.du ul a[href*="/oversight/season?state="]');
  await page.goto(steps.to);
  await expect(page.locator('#steps caption')).toHaveText(`共 ${steps.n} 项`);
  await page.goto('/overview');
  const kind = page.locator('section[aria-labelledby="due-head"] .tally a').first();
  await page.goto((await kind.getAttribute('href'))!);
  await expect(page.locator('section[aria-labelledby="due-head"] .tally a[aria-current="true"]')).toHaveCount(1);
  await page.goto('/overview');
  // A line of what is due opens its place.
  const line = page.locator('section[aria-labelledby="due-head"] tbody td.title a').first();
  const to = (await line.getAttribute('href'))!;
  const response = await page.goto(to);
  expect(response!.status()).toBe(200);
});

test('the days ahead are chosen by links', { tag: '@tierB' }, async ({ page }) => {
  await page.goto('/overview');
  await page.getByRole('link', { name: '90 天内' }).click();
  await expect(page).toHaveURL(/within=90/);
  await expect(page.getByRole('link', { name: '90 天内' })).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('section[aria-labelledby="due-head"] tbody tr').first()).toBeVisible();
});

test('the overview on a phone', { tag: '@phone' }, async ({ page, shot }) => {
  await page.goto('/overview');
  await expect(page.locator('html')).toHaveAttribute('data-ready', '');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await expect(page.locator('.o-flow > li')).toHaveCount(5);
  await page.getByText('按五个环节看').click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await shot('overview-phone');
});

test('the file says what the page says', async ({ page }) => {
  await page.goto('/overview');
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: '导出 .xlsx' }).click();
  expect((await download).suggestedFilename()).toBe('全区总览.xlsx');
});

test('a team sees its own units, a unit none', async ({ as }) => {
  const team = await as(accounts.team);
  await team.goto('/overview');
  await expect(team.getByRole('heading', { name: '归口单位总览' })).toBeVisible();
  await expect(team.getByRole('link', { name: '大屏' })).toHaveCount(0);
});

test.describe('the wall', () => {
  test.use({ viewport: { width: 1920, height: 1080 } });

  test('names nobody unless asked, and fits the screen', async ({ page, shot }) => {
    await page.goto('/board');
    const units = await page.locator('table.board tbody th b').allInnerTexts();
    await page.goto('/wall');
    await expect(page.locator('.w-chain > li')).toHaveCount(5);
    const words = await page.locator('body').innerText();
    expect(units.filter((unit) => words.includes(unit))).toEqual([]);
    for (const width of [1920, 3840]) {
      await page.setViewportSize({ width, height: (width * 9) / 16 });
      const over = await page.evaluate(() => {
        const root = document.documentElement;
        return [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight];
      });
      expect(over).toEqual([0, 0]);
    }
    await page.setViewportSize({ width: 1920, height: 1080 });
    await shot('wall');
    const found = await new AxeBuilder({ page }).analyze();
    expect(found.violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(', ')}`)).toEqual([]);
    await page.getByRole('link', { name: '显示单位名称' }).click();
    await expect(page.locator('.w-named')).toBeVisible();
    await shot('wall-names');
  });

  test('changes when something is written in another page', async ({ page, as }) => {
    await page.goto('/wall');
    const before = Number(await onWall(page, '区属国企').innerText());
    const admin = await as(accounts.sysadmin);
    const name = `区属企业${Math.random().toString(36).slice(2, 8)}`;
    await admin.goto('/people');
    await admin.getByText('新增单位…').click();
    await admin.getByLabel('单位名称').fill(name);
    await admin.getByLabel('单位类型').selectOption('enterprise');
    await admin.getByRole('button', { name: '新增', exact: true }).click();
    await admin.goto(`/people?find=${encodeURIComponent(name)}`);
    await admin.getByRole('link', { name }).click();
    await admin.getByLabel('岗位名称').fill('党委书记');
    await admin.getByLabel('主要负责人岗位').check();
    await admin.getByRole('button', { name: '新增岗位' }).click();
    await admin.waitForURL(/done|units/);
    // No reload: the stream brings it.
    await expect(onWall(page, '区属国企')).toHaveText(String(before + 1), { timeout: 25_000 });
    await expect(page.locator('body')).not.toContainText(name);
    await expect(page.locator('#wall-off')).toBeHidden();
  });

  test('says when the line is broken, and comes back', async ({ page, context }) => {
    await page.goto('/wall');
    await expect(page.locator('#wall-at')).toBeVisible();
    await context.setOffline(true);
    await expect(page.locator('#wall-off')).toContainText('连接中断');
    await expect(page.locator('#wall-off')).toBeVisible();
    await context.setOffline(false);
    await expect(page.locator('#wall-at')).toBeVisible({ timeout: 25_000 });
  });
});

test('the wall without scripts asks again by itself', { tag: '@tierB' }, async ({ page }) => {
  await page.goto('/wall');
  await expect(page.locator('.w-chain > li')).toHaveCount(5);
  await expect(page.locator('#wall-at')).toContainText('数据时间');
  await expect(page.locator('#wall-off')).toBeHidden();
  expect(await page.content()).toContain('http-equiv="refresh"');
});
