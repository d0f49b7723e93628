// H10: the old list freezes, both heads sign, and what fell due before the arrival is never the successor's.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { openList, openUnit, printSlip, setPassword } from '../district';
import { expect, test } from '../fixtures';

/** Appoints somebody new to the head post of a unit from today on. */
async function appoint(office: Page, unit: string, name: string): Promise<void> {
  await openUnit(office, unit);
  const post = office.locator('div', { has: office.getByText('主要负责人', { exact: true }) }).locator('details.dialog', {
    has: office.getByText('登记任职…'),
  }).first();
  await post.getByText('登记任职…').click();
  await post.getByLabel('姓名').fill(name);
  await post.getByRole('button', { name: '下一步' }).click();
  await expect(office.getByText('是哪一位')).toBeVisible();
  await office.getByRole('button', { name: '登记任职' }).click();
  await expect(office.getByText('任职已登记。')).toBeVisible();
}

test('a new head: list frozen, 移交单, a home without the past', async ({ as, page: head, shot }) => {
  test.slow();
  const [unit, name] = ['北岸街道', '纪望川'];
  const office = await as(accounts.office);
  // The unit has a gap of the last quarter; it stays with the post, not with whoever comes.
  await office.goto('/board');
  const cell = office.getByRole('row', { name: new RegExp(unit) }).locator('td.lv .state');
  await expect(cell).toContainText('需关注');
  const old = await openList(office, unit);
  await appoint(office, unit, name);

  await office.goto(old);
  await expect(office.getByText('已冻结').first()).toBeVisible();
  await expect(office.getByText('负责人变动，这一版已冻结')).toBeVisible();
  await expect(office.getByText('另制新版…')).toHaveCount(0);
  await office.goto('/board');
  await expect(cell).not.toContainText('需关注');

  const deputy = await as(accounts.deputy);
  const fresh = await openList(deputy, unit);
  expect(fresh).not.toBe(old);
  await deputy.getByRole('button', { name: '审定', exact: true }).click();
  await expect(deputy.getByText('已审定，可以下达')).toBeVisible();
  await office.goto(fresh);
  await office.getByText('下达…').click();
  await office.getByRole('button', { name: '下达', exact: true }).click();
  await expect(office.getByText('已下达，请负责人')).toBeVisible();

  await setPassword(head, await printSlip(office, name), '滟滟随波千万里何处');
  await head.goto('/home');
  await expect(head.getByText(unit).first()).toBeVisible();
  await expect(head.getByText('第一责任人履责清单等您签收')).toBeVisible();
  await head.goto('/todo');
  await head.getByRole('link', { name: /移交单/ }).click();
  await expect(head.getByRole('heading', { name: '党组织主要负责人履责移交单' })).toBeVisible();
  const mine = head.locator('section', { has: head.getByRole('heading', { name: new RegExp(name) }) });
  await mine.getByLabel('不便手写时，输入姓名').fill(name);
  await mine.getByRole('button', { name: '签字' }).click();
  await expect(mine.locator('form')).toHaveCount(0);
  await shot('handover');
  // On paper for the one who has left.
  await office.goto(new URL(head.url()).pathname);
  await office.getByText('纸质已签…').click();
  await office.getByLabel('经办人').fill('苏慧敏');
  await office.getByRole('button', { name: '登记' }).click();
  await expect(office.getByText('纸质已签…')).toHaveCount(0);

  await head.goto('/duties/mine');
  await head.getByRole('link', { name: '阅读并签收' }).click();
  await head.getByLabel('不便手写时，输入姓名').fill(name);
  await head.getByRole('button', { name: '确认签收' }).click();
  await expect(head.getByRole('heading', { name: '已签收' })).toBeVisible();
  await head.goto('/home');
  await expect(head.getByRole('heading', { name: /本月履责提醒/ })).toBeVisible();
  // The folded reasons may name the word (「没有逾期」); nothing shown may.
  await expect(head.getByText(/逾期|已过期/).filter({ visible: true })).toHaveCount(0);
  await shot('new-home');
  await office.goto('/board');
  await expect(cell).not.toContainText(/需关注|逾期/);
});
