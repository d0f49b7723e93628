// What 报告 promises: facts come with their sources, judgements are people's, another hand approves, what is filed stays,
// and a source that was corrected afterwards is said beside it.
import type { Page } from '@playwright/test';
import { deputy, leader, office, office2 } from '../accounts';
import { expect, test } from '../fixtures';

/** A unit that nobody else of this file writes about. */
const UNIT = /区财政局/;

/** Chooses the line of a drop-down whose words fit. */
async function choose(page: Page, field: string, words: RegExp): Promise<void> {
  const select = page.locator(`#new select[name=${field}]`);
  const label = (await select.locator('option').allInnerTexts()).find((text) => words.test(text));
  expect(label, `no line of ${field} fits ${words}`).toBeDefined();
  await select.selectOption({ label: label! });
}

/** Begins a report of the office; answers its path once its facts are there. */
async function begin(page: Page, kind: RegExp, cover: RegExp, period: RegExp): Promise<string> {
  await page.goto('/reports');
  await choose(page, 'kind', kind);
  await choose(page, 'cover', cover);
  await choose(page, 'period', period);
  await page.getByRole('button', { name: '新建并取数' }).click();
  const again = page.getByRole('button', { name: '仍要新建' });
  await page.waitForURL(/\/reports(\/0|\?draft=)/);
  if (await again.isVisible()) {
    await again.click();
    await page.waitForURL(/\/reports\/0/);
  }
  const path = new URL(page.url()).pathname;
  await ready(page, path);
  return path;
}

/** Waits until the facts are computed. */
async function ready(page: Page, path: string): Promise<void> {
  await expect(async () => {
    await page.goto(path);
    await expect(page.locator('#facts-items')).toBeVisible({ timeout: 1_000 });
    await expect(page.locator('#progress')).toHaveCount(0, { timeout: 1_000 });
  }).toPass();
}

/** Writes every part into the one form and presses a button of it. */
async function write(page: Page, path: string, button: RegExp): Promise<void> {
  await page.goto(path);
  const boxes = page.locator('#write textarea');
  expect(await boxes.count()).toBeGreaterThan(2);
  for (let n = 0; n < (await boxes.count()); n += 1) await boxes.nth(n).fill(`由人写的判断（${n}）。`);
  await page.locator('#save').getByRole('button', { name: button }).click();
}

test.describe('the office', () => {
  test.use({ account: office });

  test('takes a report from its facts to its filing', { tag: '@tierB' }, async ({ page, as, shot }) => {
    test.setTimeout(60_000);
    const path = await begin(page, /政治生态分析报告/, UNIT, /\d+年度/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('政治生态分析报告');
    // Every fact leads to its source.
    const source = await page.locator('#facts-items a[href^="/board"]').first().getAttribute('href');
    expect(source).toContain('/board');
    await expect(page.locator('#facts-talks')).toContainText('没有数据');
    await shot('reports-facts');
    // A number lists the rows that it counts.
    await page.locator('#facts-items .tally a').first().click();
    await expect(page).toHaveURL(/rows=items\./);
    await expect(page.locator('#facts-items')).toContainText('列出全部');
    // Sent from the form of the texts: what stands in the boxes goes, saved or not.
    await write(page, path, /送分管副书记审核/);
    await expect(page.getByText('待审核').first()).toBeVisible();
    await expect(page.locator('#part-problems')).toContainText('由人写的判断');
    await expect(page.locator('#decide')).toHaveCount(0);

    const approver = await as(deputy);
    await approver.goto('/todo');
    await approver.locator(`a[href="${path}"]`).click();
    await approver.getByRole('button', { name: '审核通过' }).click();
    await expect(approver.getByText('已审核，待归档').first()).toBeVisible();

    await page.goto(path);
    const numbers = await page.locator('#facts-items .tally').innerText();
    const readers = page.getByRole('group', { name: '阅读人员' }).getByRole('checkbox');
    expect(await readers.count()).toBeGreaterThan(3);
    await page.getByRole('button', { name: '限阅归档' }).click();
    await expect(page.getByText('还没有选阅读人员').first()).toBeVisible();
    for (let n = 0; n < (await readers.count()); n += 1) await readers.nth(n).check({ force: true });
    await shot('reports-file');
    await page.getByRole('button', { name: '限阅归档' }).click();
    await expect(page.getByText('已限阅归档，只有所列阅读人员能打开')).toBeVisible();
    await expect(page.locator('#course')).toContainText('审核通过');
    await expect(page.locator('#holds')).toContainText('内容与归档时一致');
    expect((await page.locator('#facts-items .tally').innerText()).replace(/\s/g, '')).toBe(numbers.replace(/\s/g, ''));
    await shot('reports-filed');

    const file = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载 .docx' }).click();
    expect((await file).suggestedFilename()).toContain('.docx');
  });

  test('is shown the report that holds the same facts first', async ({ page }) => {
    // The demonstration district has a filed 半年梳理 of the whole district.
    await page.goto('/reports');
    const row = page.locator('tbody tr', { hasText: '半年梳理情况报告' }).first();
    const period = (await row.locator('td[data-label="时段"]').innerText()).trim();
    await choose(page, 'kind', /半年梳理/);
    await choose(page, 'cover', /^全区$/);
    await choose(page, 'period', new RegExp(period));
    await page.getByRole('button', { name: '新建并取数' }).click();
    await expect(page.getByRole('heading', { name: '已经有这些事实的报告' })).toBeVisible();
    await expect(page.locator('#again a[href^="/reports/0"]').first()).toBeVisible();
    await page.getByRole('link', { name: '不新建' }).click();
    await expect(page.locator('#new')).toBeVisible();
  });

  test('two editors of one part are told of each other', async ({ page, as }) => {
    const path = await begin(page, /季度督责简报/, /区教育局|区民政局|区水利局|区司法局/, /季度/);
    const other = await as(office2);
    await page.goto(path);
    await other.goto(path);
    await page.locator('#text-traits').fill('第一人写的特点。');
    await page.locator('#save').getByRole('button', { name: /保存/ }).click();
    await expect(page.getByText('已保存。')).toBeVisible();
    await other.locator('#text-traits').fill('第二人写的特点。');
    await other.locator('#text-problems').fill('第二人写的问题。');
    await other.locator('#save').getByRole('button', { name: /保存/ }).click();
    await expect(other.getByText('刚刚被别人改过').first()).toBeVisible();
    await expect(other.getByText('第一人写的特点。').first()).toBeVisible();
    await expect(other.locator('#text-traits')).toHaveValue('第二人写的特点。');
    await expect(other.locator('#text-problems')).toHaveValue('第二人写的问题。');
    // Both texts seen, it is saved knowingly; the empty box of the first writes over nothing of the second.
    await other.locator('#save').getByRole('button', { name: /保存/ }).click();
    await expect(other.getByText('已保存。')).toBeVisible();
    await page.locator('#text-advice').fill('第一人写的建议。');
    await page.locator('#save').getByRole('button', { name: /保存/ }).click();
    await expect(page.getByText('已保存。')).toBeVisible();
    await expect(page.locator('#text-problems')).toHaveValue('第二人写的问题。');
  });

  test('what is typed and not saved is offered again', async ({ page }) => {
    const path = await begin(page, /季度督责简报/, /区卫生健康局|区人力社保局|区审计局|区统计局|区应急/, /季度/);
    await page.goto(path);
    await page.locator('#text-traits').fill('还没有保存的特点。');
    await expect(page.locator('#save [data-save-state]')).toContainText('草稿已保存');
    await page.goto('/reports');
    await page.goto(path);
    await page.getByRole('button', { name: '继续写' }).click();
    await expect(page.locator('#text-traits')).toHaveValue('还没有保存的特点。');
    await page.locator('#save').getByRole('button', { name: /保存/ }).click();
    await expect(page.getByText('已保存。')).toBeVisible();
    await expect(page.locator('#text-traits')).toHaveValue('还没有保存的特点。');
  });

  test('hands out a skeleton and registers number, date and copies only', async ({ page, shot }) => {
    await page.goto('/reports');
    const file = page.waitForEvent('download');
    await page.getByRole('button', { name: '下载事实底稿 .docx' }).click();
    expect((await file).suggestedFilename()).toContain('事实底稿');
    const number = `甬廉〔2026〕${Math.floor(Math.random() * 1e6)}号`;
    await page.locator('#register').getByLabel('文号').fill(number);
    await page.locator('#register').getByLabel('份数').fill('3');
    await page.locator('#register').getByRole('button', { name: '登记' }).click();
    await expect(page.getByText('已登记。')).toBeVisible();
    await expect(page.locator('#register tbody')).toContainText(number);
    await shot('reports-outside');
  });

  test('reads on a phone what it wrote', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/reports');
    await page.locator('tbody a[href^="/reports/0"]').first().click();
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await shot('reports-phone');
  });
});

test.describe('a leader', () => {
  test.use({ account: leader, tolerated: [/status of 404/] });

  test('finds no report of the office', async ({ page }) => {
    const answer = await page.goto('/reports');
    expect(answer!.status()).toBe(404);
  });
});
