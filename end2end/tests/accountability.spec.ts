// What the closed loop promises: what was found outside is put on the account, put right at once, checked and struck off by
// different hands; a unit never reads which channel found it; 工作建议 and published measures take two persons; an outside
// ledger comes in with a preview; every number of the year opens its rows.
import type { Page } from '@playwright/test';
import { deputy, leader, liaison, office, office2, supervisor } from '../accounts';
import { expect, test } from '../fixtures';

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
/** A day from now as a date field takes it; the server's clock is the machine's. */
const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);

/** Puts a problem of 西桥街道 on the account; its address. */
async function opened(page: Page, source: RegExp, problem: string): Promise<string> {
  await page.goto('/accountability/new');
  await page.getByText(source).click();
  await page.getByLabel('单位和岗位').selectOption({ label: '西桥街道 · 党工委书记' });
  await page.getByLabel('问题', { exact: true }).fill(problem);
  await page.getByLabel('整改要求').fill('查明原因，限期改到位');
  await page.getByRole('button', { name: '挂账' }).click();
  await expect(page.getByRole('status')).toContainText('已保存');
  return new URL(page.url()).pathname;
}

test.describe('the office', () => {
  test.use({ account: office });

  test('takes a problem from 立行立改 to its striking-off', { tag: '@desktop' }, async ({ page, as, shot }) => {
    test.setTimeout(120_000);
    // A day in the past: refused, and nothing typed is lost.
    await page.goto('/accountability/new');
    await page.getByText(/巡察反馈/).click();
    await page.getByLabel('单位和岗位').selectOption({ label: '西桥街道 · 党工委书记' });
    await page.getByLabel('问题', { exact: true }).fill('加装电梯公示不完整');
    await page.getByLabel('整改要求').fill('补齐公示');
    await page.getByLabel('整改期限').fill(day(-3));
    await page.getByRole('button', { name: '挂账' }).click();
    await expect(page.getByRole('alert')).toContainText('晚于今天');
    await expect(page.getByLabel('问题', { exact: true })).toHaveValue('加装电梯公示不完整');
    await page.getByLabel('整改期限').fill(day(30));
    await page.getByRole('button', { name: '挂账' }).click();
    await expect(page.getByRole('status')).toContainText('已保存');
    const place = new URL(page.url()).pathname;
    await shot('accountability-opened');

    const helper = await as(liaison);
    await helper.goto(place);
    await expect(helper.locator('dl.kv')).toContainText('监督中发现');
    await expect(helper.getByText('巡察')).toHaveCount(0);
    await helper.locator('summary', { hasText: '立行立改' }).click();
    const settle = helper.locator('form:has(input[value="settle"])');
    await settle.getByLabel('责任部门').fill('城建办');
    await settle.getByLabel('整改情况').fill('当天补齐公示牌，照片存档');
    await settle.getByRole('button', { name: '填报并报主要负责人' }).click();
    await expect(helper.getByRole('status')).toContainText('已保存');

    const head = await as(leader);
    await head.setViewportSize({ width: 390, height: 844 });
    await head.goto(place);
    expect(await fits(head)).toBe(true);
    await head.getByRole('button', { name: '申请销号', exact: true }).click();
    await expect(head.getByRole('status')).toContainText('已保存');

    // The office cannot strike off what nobody checked.
    await page.goto(place);
    await expect(page.getByRole('button', { name: '销号', exact: true })).toHaveCount(0);
    const checker = await as(supervisor);
    await checker.goto(place);
    await checker.getByLabel('复核意见').fill('现场看过，公示完整');
    await checker.getByRole('button', { name: '复核通过' }).click();
    await expect(checker.getByRole('button', { name: '销号', exact: true })).toHaveCount(0);
    const other = await as(office2);
    await other.goto(place);
    await other.getByRole('button', { name: '销号', exact: true }).click();
    await expect(other.locator('.page-head')).toContainText('已销号');
    await shot('accountability-closed');
  });

  test('finds, leafs and opens every number of the year', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/accountability');
    await page.getByLabel('查找').fill('资产出租');
    await page.getByRole('button', { name: '查询' }).click();
    await expect(page.locator('tbody')).toContainText('部分资产出租没有公开招租');
    await shot('accountability-ledger');
    await page.goto('/accountability/figures');
    await expect(page.getByRole('heading', { level: 1 })).toContainText('问责统计');
    await shot('accountability-figures');
    const figure = page.locator('.figures li', { hasText: '发现问题' }).locator('a');
    const count = Number((await figure.innerText()).replace(/\D/g, ''));
    await figure.click();
    await expect(page.locator('.page-head .lead')).toContainText(`查到 ${count} 项`);
  });

  test('sends a 工作建议 after another approved it', { tag: '@desktop' }, async ({ page, as, shot }) => {
    await page.goto('/accountability/advices');
    await page.getByText('起草工作建议、建议书…').click();
    const form = page.locator('#draft form');
    await form.getByText('工作建议', { exact: true }).click();
    await form.getByLabel('受文单位').selectOption({ label: '西桥街道 · 党工委书记' });
    await form.getByLabel('标题').fill('关于规范停车收费的建议');
    await form.getByLabel('发现的问题').fill('停车收费公示不完整');
    await form.getByLabel('建议', { exact: true }).fill('统一公示标准');
    await form.getByRole('button', { name: '保存并报审定' }).click();
    await expect(page.getByRole('status')).toContainText('已保存');
    const place = new URL(page.url()).pathname;
    await expect(page.getByRole('button', { name: '同意，编号发出' })).toHaveCount(0);
    const signer = await as(deputy);
    await signer.goto(place);
    await signer.getByRole('button', { name: '同意，编号发出' }).click();
    await expect(signer.locator('.page-head')).toContainText(/滨纪建〔\d{4}〕\d+号/);
    const head = await as(leader);
    await head.goto(place);
    await expect(head.locator('dl.kv')).toContainText('统一公示标准');
    await head.getByRole('link', { name: '在问题整改里办理' }).click();
    await expect(head.getByRole('button', { name: '签收' })).toBeVisible();
    await page.goto(place);
    await page.getByRole('link', { name: '看文书、打印、下载' }).click();
    await expect(page.getByText('关于规范停车收费的工作建议')).toBeVisible();
    await shot('accountability-advice');
  });

  test('notes a published measure with a second person', { tag: '@desktop' }, async ({ page, as, shot }) => {
    await page.goto('/accountability/measures');
    await page.getByText('登记公布的问责处理…').click();
    const form = page.locator('#enter form');
    await form.getByLabel('单位', { exact: true }).selectOption({ label: '西桥街道 · 党工委书记' });
    await form.getByLabel('处理方式').selectOption('circular');
    await form.getByLabel('文号', { exact: true }).fill('给予某某通报');
    await form.getByLabel('决定日期').fill(day(-5));
    await form.getByLabel('公布日期').fill(day(-2));
    await form.getByRole('button', { name: '填写，交第二人核对' }).click();
    await expect(page.getByRole('alert')).toContainText('不是文号');
    await form.getByLabel('文号', { exact: true }).fill('滨纪通〔2026〕21号');
    await form.getByRole('button', { name: '填写，交第二人核对' }).click();
    await expect(page.getByRole('status')).toContainText('已保存');
    const card = page.locator('li.card', { hasText: '〔2026〕21号' });
    await expect(card.getByRole('button', { name: '与公布的文件一致' })).toHaveCount(0);
    const other = await as(office2);
    await other.goto('/accountability/measures');
    await other.locator('li.card', { hasText: '〔2026〕21号' }).getByRole('button', { name: '与公布的文件一致' }).click();
    await expect(other.locator('li.card', { hasText: '〔2026〕21号' })).toContainText('已核对');
    await shot('accountability-measures');
    const head = await as(leader);
    await head.goto('/accountability');
    await expect(head.getByRole('link', { name: '问责处理' })).toHaveCount(0);
  });

  test('brings an outside ledger with a preview', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/accountability/bring');
    await page.getByText('或者把表格粘贴进来').click();
    const table = `单位\t问题\t来源\t整改期限\t状态\n南塘街道\t河道保洁台账缺项\t审计反馈\t${day(60)}\t整改中\n南塘街道\t出租房登记不全\t审计反馈\t${day(-40)}\t未完成`;
    await page.getByLabel('粘贴的表格').fill(table);
    await page.getByRole('button', { name: '上传并预览' }).click();
    await page.waitForURL(/\/imports\/[0-9a-f-]+$/);
    await expect(page.locator('main')).toContainText('河道保洁台账缺项');
    await expect(page.locator('main')).toContainText('期限怎么定');
    await shot('accountability-preview');
    await page.getByRole('button', { name: /导入/ }).last().click();
    await expect(page.getByRole('status').first()).toContainText('已导入');
    await page.goto(`/accountability?q=${encodeURIComponent('河道保洁台账')}`);
    await expect(page.locator('tbody')).toContainText('南塘街道');
  });

  test('asks the 联络员 once and links what came back', { tag: '@desktop' }, async ({ page }) => {
    const first = await opened(page, /日常监督/, '停车秩序巡查记录不全');
    const number = (await page.locator('.page-head .lead').innerText()).match(/\d{4}-\d+/)![0];
    const second = await opened(page, /审计反馈/, '停车秩序巡查的记录不全');
    expect(second).not.toBe(first);
    await expect(page.getByText('说法相近的问题')).toBeVisible();
    await page.locator('summary', { hasText: '关联重复问题' }).click();
    const relate = page.locator('form:has(input[value="relate"])');
    await expect(relate.getByLabel('原问题编号')).toHaveValue(number);
    await relate.getByRole('button', { name: '关联', exact: true }).click();
    await expect(page.getByText('上一次是')).toBeVisible();
  });
});

test.describe('a unit', () => {
  test.use({ account: liaison });

  test('registers a 制度 that links back to its problem', { tag: ['@desktop', '@phone'] }, async ({ page, as }) => {
    const desk = await as(office);
    const place = await opened(desk, /日常监督/, '社区食堂采购没有制度');
    await page.goto(place);
    expect(await fits(page)).toBe(true);
    await page.getByRole('link', { name: '登记建立的制度' }).click();
    const form = page.locator('#add form');
    await form.getByLabel('类别').selectOption('procurement');
    await form.getByLabel('制度名称').fill('社区食堂采购管理办法');
    await form.getByRole('button', { name: '登记' }).click();
    await expect(page.locator('#list')).toContainText('《社区食堂采购管理办法》');
    expect(await fits(page)).toBe(true);
    await page.goto(place);
    await expect(page.locator('main')).toContainText('《社区食堂采购管理办法》');
  });
});
