// What “一件事”问责预警 promises: three lists before anything is sent, nothing typed is lost, every unit signs for its own notice
// on whatever it has in its hand, and everybody sees where a matter is stuck and between whom. Without scripts, too.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
const day = (ahead = 0) => new Date(Date.now() + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);
/** The page of a matter by its title. */
const open = async (page: Page, title: string, view = '') => {
  await page.goto('/warnings');
  const link = page.locator('tr', { hasText: title }).locator('a').first();
  const href = (await link.getAttribute('href'))!;
  await page.goto(view ? `${href}?view=${view}` : href);
  return href;
};
const done = (page: Page) => expect(page.getByRole('status').getByText('已办好')).toBeVisible();

test.describe('the office', () => {
  test.use({ account: accounts.office });

  test('reads a matter list by list, opens a cell and sees who is asked for what', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await open(page, '专业市场文明创建', 'problems');
    await expect(page.locator('ol.five-steps [aria-current]')).toContainText('实施响应');
    await expect(page.getByRole('heading', { name: '问题清单（27 个）' })).toBeVisible();
    await page.getByRole('link', { name: '责任清单', exact: true }).click();
    await expect(page.locator('table.warn-matrix tbody tr')).toHaveCount(27);
    await shot('warnings-matrix');
    await page.locator('table.warn-matrix td a', { hasText: '牵头' }).first().click();
    await expect(page.locator('#edit')).toContainText('分管领导');
    await shot('warnings-cell');
    await page.getByRole('link', { name: '问责清单', exact: true }).click();
    await expect(page.getByText('不是处理决定')).toBeVisible();
    await page.getByRole('link', { name: '提示单与响应' }).click();
    await expect(page.locator('#notices tbody tr')).toHaveCount(8);
    await shot('warnings-notices');
    await page.locator('#notices a[href^="/warnings/notices/"]').first().click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('号');
    await page.getByRole('link', { name: '提示单（打印、.docx）' }).click();
    await expect(page.getByRole('heading', { name: '问责预警提示单' })).toBeVisible();
    await shot('warnings-paper');
  });

  test('sees where the subsidies are stuck and between whom', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await open(page, '助企政策兑现', 'flow');
    await expect(page.getByRole('heading', { name: '堵在哪里、堵在谁和谁之间' })).toBeVisible();
    await expect(page.locator('.warn-lines')).toContainText('等待区财政局');
    await expect(page.locator('svg.warn-flow')).toBeVisible();
    await shot('warnings-flow');
  });

  test('refuses a decision in the 问责清单 and keeps what was typed', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await open(page, '新建学校项目开工', 'situations');
    await page.getByLabel('情形', { exact: true }).fill('推诿卸责，影响开工');
    await page.getByLabel('直接责任人').fill('党内警告');
    await page.getByLabel('分管领导责任人').fill('提醒谈话');
    await page.getByLabel('主要领导责任人').fill('约谈');
    await page.getByLabel('依据').fill('本区办法（示范）');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText('不写处理决定').first()).toBeVisible();
    await expect(page.getByLabel('情形', { exact: true })).toHaveValue('推诿卸责，影响开工');
    await shot('warnings-refused');
    await page.getByLabel('直接责任人').fill('提醒谈话或批评教育');
    await page.getByRole('button', { name: '保存' }).click();
    await done(page);
    await expect(page.locator('tbody')).toContainText('提醒谈话或批评教育');
  });
});

test('a matter goes from 点题 to measures, each step in another hand', { tag: '@desktop' }, async ({ as }) => {
  test.setTimeout(120_000);
  const title = '夜间施工扰民';
  const office2 = await as(accounts.office2);
  await office2.goto('/warnings');
  await office2.locator('#new > summary').click();
  await office2.getByLabel('事项名称').fill(title);
  await office2.getByLabel('事项说明').fill('夜间施工投诉在街道和部门之间来回转。');
  await office2.getByRole('button', { name: '提交研判' }).click();
  await done(office2);
  const matter = new URL(office2.url()).pathname;

  const office = await as(accounts.office);
  await office.goto(matter);
  await office.getByText('采纳…', { exact: true }).click();
  await office.getByLabel('分析研判').first().fill('边界不清，适合厘清责任。');
  await office.getByLabel('牵头部门').first().selectOption({ label: '西桥街道' });
  await office.locator('label.chip', { hasText: '第二纪检监察室' }).first().click();
  await office.getByLabel('完成时限').first().fill(day(120));
  await office.getByRole('button', { name: '采纳', exact: true }).click();
  await done(office);

  const liaison = await as(accounts.liaison);
  await liaison.goto(`${matter}?view=duties`);
  await liaison.locator('#paste > summary').click();
  const rows = ['问题\t任务\t单位\t分工\t科室\t责任人\t分管领导\t措施\t时限', `夜间施工无人管\t夜查\t西桥街道\t牵头\t城管办\t主任\t分管领导\t每晚巡查\t${day(60)}`];
  await liaison.getByLabel('连表头一起粘贴').fill(rows.join('\n'));
  await liaison.getByRole('button', { name: '读入' }).click();
  await done(liaison);
  await liaison.getByRole('button', { name: '送会签' }).click();
  await done(liaison);

  const leader = await as(accounts.leader);
  await leader.goto(`${matter}?view=signs`);
  await leader.getByRole('button', { name: '同意会签' }).click();
  await done(leader);
  await liaison.goto(matter);
  await liaison.getByRole('button', { name: '结束会签' }).click();
  await done(liaison);

  await office.goto(`${matter}?view=situations`);
  await office.getByLabel('情形', { exact: true }).fill('推诿卸责');
  for (const level of ['直接责任人', '分管领导责任人', '主要领导责任人']) await office.getByLabel(level).fill('提醒谈话');
  await office.getByLabel('依据').fill('本区办法（示范）');
  await office.getByRole('button', { name: '保存', exact: true }).last().click();
  await done(office);
  await office.getByRole('button', { name: '三张清单送审' }).click();
  await done(office);
  for (const [who, label, button] of [
    [accounts.deputy, '审定…', '审定'],
    [accounts.secretary, '签发…', '签发'],
    [accounts.general, '编号用印…', '编号用印'],
  ] as const) {
    const hand = await as(who);
    await hand.goto(matter);
    await hand.getByText(label, { exact: true }).click();
    await hand.getByRole('button', { name: button, exact: true }).click();
    await done(hand);
  }

  const body = await as(accounts.supervisor);
  await expect(async () => {
    await body.goto(`${matter}?view=notices`);
    await expect(body.locator('#notices')).toContainText('待送达', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await body.locator('[name=pick]').check();
  await body.getByRole('button', { name: '勾选的已送达' }).click();
  await done(body);

  await leader.goto('/todo');
  await leader.getByRole('link', { name: /签收提示单/ }).first().click();
  await leader.getByRole('button', { name: /^签收/ }).click();
  await done(leader);
  const notice = new URL(leader.url()).pathname;
  await liaison.goto(notice);
  await liaison.getByLabel('总体措施').fill('党工委专题研究，逐项落实。');
  await liaison.getByRole('button', { name: '报送', exact: true }).click();
  await expect(liaison.getByText('还没有填党组会日期').first()).toBeVisible();
  await expect(liaison.getByLabel('总体措施')).toHaveValue('党工委专题研究，逐项落实。');
  await liaison.getByLabel('党组会日期').fill(day());
  await liaison.getByRole('button', { name: '报送', exact: true }).click();
  await done(liaison);
  await liaison.locator('a[href^="/accountability/0"]').first().click();
  await expect(liaison.getByRole('heading', { level: 1 })).toContainText('夜间施工无人管');
});

test.describe('on a phone', () => {
  test.use({ account: accounts.team });

  test('the matrix is a card for each duty, and nothing is wider than the screen', { tag: '@phone' }, async ({ as, shot, page }) => {
    await page.goto('/warnings');
    const office = await as(accounts.office);
    await office.setViewportSize({ width: 390, height: 844 });
    await open(office, '专业市场文明创建', 'duties');
    await expect(office.locator('table.warn-matrix tbody tr').first()).toBeVisible();
    expect(await fits(office)).toBe(true);
    await office.locator('table.warn-matrix td a', { hasText: '牵头' }).first().click();
    expect(await fits(office)).toBe(true);
    await open(office, '助企政策兑现', 'flow');
    expect(await fits(office)).toBe(true);
    await shot('warnings-phone');
  });
});
