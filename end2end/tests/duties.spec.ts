// 明责 from the district's own file to the signature of the head: nothing is half imported, nothing leaves without approval.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { YEAR, openList } from '../district';
import { expect, test } from '../fixtures';

const file = (name: string) => join(__dirname, '..', 'data', name);

/** Opens the import of 第一责任人 lists for the next year and one kind of unit: nobody has a draft there. */
async function openImport(page: Page, kind: string): Promise<void> {
  await page.goto(`/duties/import?year=${YEAR + 1}`);
  await page.getByLabel('适用单位').selectOption({ label: kind });
  await page.getByRole('button', { name: '更换' }).click();
  await expect(page.getByText(new RegExp(`${YEAR + 1}年.*（${kind}）`))).toBeVisible();
}

async function upload(page: Page, name: string): Promise<void> {
  await page.getByLabel('选择文件').setInputFiles(file(name));
  await page.getByRole('button', { name: '预览' }).click();
  await page.waitForURL(/\/imports\//);
}

test.describe('import', () => {
  test.use({ account: accounts.office });

  test('errors are named by cell, the file comes back marked, and nothing is written', async ({ page, shot }) => {
    await openImport(page, '区属国企');
    await upload(page, 'two-errors.xlsx');
    await expect(page.getByRole('alert')).toContainText('有错误，还不能导入');
    await expect(page.getByRole('row', { name: /第 5 行 D 列/ })).toContainText('每旬');
    await expect(page.getByRole('row', { name: /第 9 行 C 列/ })).toBeVisible();
    await expect(page.getByRole('button', { name: '确认导入' })).toHaveCount(0);
    await shot('import-errors');
    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: '下载错误文件' }).click();
    const download = await waiting;
    expect(download.suggestedFilename()).toMatch(/\.xlsx$/);
    const bytes = await readFile(await download.path());
    expect(bytes.subarray(0, 2).toString()).toBe('PK');
    await page.goto(`/duties?year=${YEAR + 1}`);
    await expect(page.getByRole('row', { name: /区属国企.*草稿/ })).toHaveCount(0);
  });

  test('the sheet as an office lays it out becomes a template of 60 items', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }, info) => {
    const kind = info.project.name === 'tierB' ? '街道（镇）' : '区直部门';
    await openImport(page, kind);
    await upload(page, 'office-layout.xlsx');
    await expect(page.locator('.tally')).toContainText('60 新增');
    await expect(page.locator('.tally')).toContainText('0 处错误');
    await shot('import-preview');
    await page.getByRole('button', { name: '确认导入' }).click();
    await page.waitForURL(/\/duties/);
    await expect(page.getByText(/60 条/).first()).toBeVisible();
    await page.goto(`/duties?year=${YEAR + 1}`);
    await page.getByRole('row', { name: new RegExp(`第1版.*${kind}`) }).getByRole('link').click();
    await expect(page.getByText(/60 条$/)).toBeVisible();
    await expect(page.getByText('把上级重大决策和重要批示列为“第一议题”学习')).toBeVisible();
    await shot('template');
    // The same file again changes nothing.
    await openImport(page, kind);
    await upload(page, 'office-layout.xlsx');
    await expect(page.getByText('和系统里的一样，不用导入')).toBeVisible();
  });

  test('a pasted table asks what its wordings mean', { tag: '@tierB' }, async ({ page, shot }) => {
    await openImport(page, '区级领导机关');
    const table = [
      ['序号', '责任大项', '任务内容', '完成频次'],
      ['1.1', '政治建设', '组织专题学习研讨', '每年不少于2次'],
      ['1.2', '政治建设', '抓好日常提醒', '常态化'],
      ['1.3', '政治建设', '完成半年自查报告', '6月底前'],
    ];
    await page.getByLabel('或粘贴表格').fill(table.map((row) => row.join('\t')).join('\n'));
    await page.getByRole('button', { name: '预览' }).click();
    await page.waitForURL(/\/imports\//);
    await expect(page.getByRole('heading', { name: '请确认几种写法' })).toBeVisible();
    await expect(page.getByRole('group', { name: /每年不少于2次/ }).getByRole('radio', { name: '每半年' })).toBeChecked();
    await expect(page.getByRole('group', { name: /常态化/ }).getByRole('radio', { name: '随时' })).toBeChecked();
    await shot('import-questions');
    await page.getByRole('group', { name: /常态化/ }).getByRole('radio', { name: '每季度' }).check();
    await page.getByRole('button', { name: '按所选重新预览' }).click();
    await expect(page.getByRole('row', { name: /抓好日常提醒/ })).toContainText('每季度');
    await page.getByRole('button', { name: '确认导入' }).click();
    await page.waitForURL(/\/duties/);
    await page.goto(`/duties?year=${YEAR + 1}`);
    await page.getByRole('row', { name: /区级领导机关.*3 条/ }).getByRole('link').click();
    await expect(page.getByRole('row', { name: /抓好日常提醒/ })).toContainText('每季度');
    await expect(page.getByRole('row', { name: /完成半年自查报告/ })).toContainText('6月30日前');
  });
});

/** A new edition of a unit's list with one item whose source is internal, sent for comment; answers its path. */
async function sentEdition(office: Page, unit: string, item: string): Promise<string> {
  await openList(office, unit);
  await office.getByText('另制新版…').click();
  await office.getByRole('button', { name: '另制新版' }).click();
  await expect(office.getByText('已另制新版')).toBeVisible();
  await office.getByRole('link', { name: '添加自选动作' }).click();
  const form = office.locator('#item form');
  await form.getByLabel('编号').fill('14.9');
  await form.getByLabel('大项', { exact: true }).fill('自选动作');
  await form.getByLabel('履责条目').fill(item);
  await form.getByLabel(/^内部来源/).selectOption({ label: '信访举报' });
  await form.getByRole('button', { name: '保存' }).click();
  await expect(office.getByText('已保存')).toBeVisible();
  const path = new URL(office.url()).pathname;
  await office.getByRole('button', { name: '送单位征求意见' }).click();
  await expect(office.getByText('已送单位征求意见')).toBeVisible();
  return path;
}

async function commented(head: Page, words: string): Promise<void> {
  await head.getByLabel('意见').fill(words);
  await head.getByRole('button', { name: '提交意见' }).click();
  await expect(head.getByText('意见已交给党风政风监督室')).toBeVisible();
}

/** 提交审定 → 审定 → 下达. */
async function issued(office: Page, deputy: Page, path: string): Promise<void> {
  await office.goto(path);
  await office.getByRole('button', { name: '提交审定' }).click();
  await expect(office.getByText('已提交审定')).toBeVisible();
  await deputy.goto(path);
  await deputy.getByRole('button', { name: '审定', exact: true }).click();
  await expect(deputy.getByText('已审定，可以下达')).toBeVisible();
  await office.goto(path);
  await office.getByText('下达…').click();
  await office.getByRole('button', { name: '下达', exact: true }).click();
  await expect(office.getByText('已下达，请负责人')).toBeVisible();
}

test('approve, issue, sign by hand on a phone', { tag: '@phone' }, async ({ page, as, signIn, shot }) => {
  test.slow();
  const [office, deputy] = [await as(accounts.office), await as(accounts.deputy)];
  const item = '对渣土运输企业开展一次廉政回访';
  const path = await sentEdition(office, '区综合执法局', item);

  await signIn(accounts.acting.login, accounts.acting.password);
  await page.goto('/duties/mine');
  await commented(page, '建议把回访放在第四季度。');
  // Where an item comes from stays with the office.
  await office.goto(path);
  await expect(office.getByRole('row', { name: new RegExp(item) })).toContainText('信访举报');
  await page.goto(path);
  await expect(page.getByText(item)).toBeVisible();
  await expect(page.getByText('监督中发现').first()).toBeVisible();
  expect(await page.content()).not.toContain('信访举报');

  // The deputy returns it once, with a reason.
  await office.getByRole('button', { name: '提交审定' }).click();
  await expect(office.getByText('已提交审定')).toBeVisible();
  await deputy.goto(path);
  await deputy.getByText('退回…').click();
  await deputy.getByLabel('退回理由').fill('请写明回访的家数。');
  await deputy.getByRole('button', { name: '退回起草' }).click();
  await expect(deputy.getByText('已退回起草')).toBeVisible();
  await office.goto(path);
  await expect(office.getByText('请写明回访的家数。').first()).toBeVisible();
  await office.getByRole('button', { name: '送单位征求意见' }).click();
  await page.goto('/duties/mine');
  await commented(page, '没有意见。');
  await issued(office, deputy, path);

  await page.goto('/home');
  await page.getByRole('link', { name: '打开清单，看一遍再签收' }).click();
  await expect(page.getByText(item)).toBeVisible();
  const pad = page.locator('canvas');
  await expect(pad).toBeVisible();
  await page.getByRole('button', { name: '确认签收' }).scrollIntoViewIfNeeded();
  await shot('sign');
  await pad.scrollIntoViewIfNeeded();
  const box = (await pad.boundingBox())!;
  for (const [from, to] of [[0.15, 0.4], [0.45, 0.6], [0.65, 0.9]]) {
    await page.mouse.move(box.x + box.width * from, box.y + box.height * 0.3);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + box.height * 0.75, { steps: 8 });
    await page.mouse.up();
  }
  await expect(page.locator('input[name=drawing]')).toHaveValue(/^M\d+ \d+L.*M.*M/);
  await page.getByRole('button', { name: '确认签收' }).click();
  await expect(page.getByRole('heading', { name: '已签收' })).toBeVisible();
  await expect(page.locator('svg[aria-label=手写签名] path')).toHaveAttribute('d', /^M\d+/);
  await shot('signed');
  await office.goto(path);
  await expect(office.getByText('已签收').first()).toBeVisible();
});

test('approve, issue, sign by typing the name without scripts', { tag: '@tierB' }, async ({ page, as, signIn, shot }) => {
  const [office, deputy] = [await as(accounts.office), await as(accounts.deputy)];
  const path = await sentEdition(office, '区水利局', '到乡镇供水站看一次水价公示');
  await signIn(accounts.twoposts.login, accounts.twoposts.password);
  await page.goto('/home');
  await page.getByText('切换岗位').click();
  await page.locator('.post-switch button', { hasText: '区水利局' }).click();
  await page.goto('/duties/mine');
  await commented(page, '');
  await issued(office, deputy, path);
  await page.goto('/todo');
  await shot('todo');
  await page.goto('/duties/mine');
  await page.getByRole('link', { name: '阅读并签收' }).click();
  await expect(page.locator('canvas')).toHaveCount(0);
  await page.getByLabel('不便手写时，输入姓名').fill('汪明');
  await page.getByRole('button', { name: '确认签收' }).click();
  await expect(page.getByRole('alert').first()).toBeVisible();
  await expect(page.getByLabel('不便手写时，输入姓名')).toHaveValue('汪明');
  await page.getByLabel('不便手写时，输入姓名').fill('汪明辉');
  await page.getByRole('button', { name: '确认签收' }).click();
  await expect(page.getByRole('heading', { name: '已签收' })).toBeVisible();
});

test('a signature on paper is as good', async ({ as }) => {
  const [office, deputy, head] = [await as(accounts.office), await as(accounts.deputy), await as(accounts.commenting)];
  const path = await openList(office, '东湖街道');
  await head.goto('/duties/mine');
  await commented(head, '');
  await issued(office, deputy, path);
  await office.getByText('纸质已签…').click();
  await office.getByLabel('经办人').fill('苏慧敏');
  await office.getByRole('button', { name: '登记纸质签收' }).click();
  await expect(office.getByText('已签收。')).toBeVisible();
  await expect(office.getByText(/纸质.*经办人 苏慧敏/)).toBeVisible();
});

test('editions compare item by item', async ({ as }) => {
  const office = await as(accounts.office);
  await openList(office, '区文化旅游局');
  await office.getByRole('link', { name: '版本对比' }).click();
  await expect(office.getByText(/第1版.* → .*第2版/)).toBeVisible();
  await expect(office.getByText('＋ 新增').first()).toBeVisible();
  await expect(office.getByText(/其余 \d+ 条没有变化/)).toBeVisible();
});
