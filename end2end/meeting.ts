// A meeting as the office and its people handle it: the plan typed in and approved, 封存 by two, pictures of the pages.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import * as accounts from './accounts';
import { YEAR } from './district';
import { expect, type Account } from './fixtures';

type As = (account: Account) => Promise<Page>;
const SHOTS = join(__dirname, 'shots');

/** Writes shots/meeting-NAME.png: the whole page at a width, or the big screen as it is. */
export async function picture(page: Page, name: string, width?: number): Promise<void> {
  const before = page.viewportSize();
  if (width) await page.setViewportSize({ width, height: width === 1920 ? 1080 : 844 });
  await page.screenshot({ path: join(SHOTS, `meeting-${name}.png`), fullPage: width !== 1920, animations: 'disabled' });
  if (width && before) await page.setViewportSize(before);
}

/** Nothing of the page is cut off at the side or has to be pushed. */
export async function fits(page: Page): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(wide, `${page.url()} is wider than its window`).toBeLessThanOrEqual(0);
}

/** The day in the district, so many days on. */
export const day = (more = 0) => new Date(Date.now() + (8 + 24 * more) * 3_600_000).toISOString().slice(0, 10);

/** The name of whoever is signed in, as the frame of an office page says it. */
export async function ownName(page: Page): Promise<string> {
  await page.goto('/reviews');
  return (await page.locator('.user').textContent())!.split('·').pop()!.trim();
}

/** What a meeting is planned with. */
export type Wanted = {
  title: string;
  /** Words of 会议安排 that are not the usual ones, such as 逐人测评, 本人账号, 主持人控制. */
  ways: string[];
  named?: boolean;
  points?: boolean;
  /** How many of the posts that the plan offers. */
  presenters: number;
  /** Names of the roll. */
  raters: string[];
};

/** Plans a meeting of today through the pages, has it approved, opens its check-in. Answers its id. */
export async function planned(as: As, wanted: Wanted): Promise<string> {
  const office = await as(accounts.office);
  const tab = async (name: string) => {
    await office.getByRole('navigation', { name: '会议方案' }).getByRole('link', { name }).click();
  };
  const save = async (button: string) => {
    await office.getByRole('button', { name: button }).click();
    await expect(office.getByRole('status').filter({ hasText: /已/ }).first()).toBeVisible();
  };
  const staff = [accounts.secretary, accounts.office, accounts.deputy, accounts.general, accounts.office2, accounts.supervisor];
  const names: string[] = [];
  for (const account of staff) names.push(await ownName(await as(account)));
  await office.goto('/reviews');
  await office.getByLabel('会议名称').fill(wanted.title);
  await office.getByLabel('述责年度').fill(String(YEAR));
  await office.getByLabel('会议日期').fill(day());
  await office.getByLabel('地点').fill('区会议中心');
  await office.getByRole('button', { name: '新建会议方案' }).click();
  await expect(office.getByRole('heading', { level: 1, name: wanted.title })).toBeVisible();
  const path = new URL(office.url()).pathname;
  await tab('会议安排');
  for (const word of wanted.ways) await office.locator('label.chip').filter({ hasText: word }).click();
  if (wanted.named) await office.locator('label.chip').filter({ has: office.locator('input[name=secrecy][value=named]') }).click();
  await save('保存会议安排');
  if (wanted.points) {
    await tab('评议规则');
    await office.locator('label.chip').filter({ hasText: '百分制' }).click();
    await save('保存评议规则');
  }
  await tab('述责对象');
  const posts = office.locator('label.chip').filter({ has: office.locator('input[name=add]') });
  for (let i = 0; i < wanted.presenters; i += 1) await posts.nth(i).getByRole('checkbox').check();
  await save('保存述责对象');
  await tab('评议人员');
  await office.getByText('或者把表格粘贴进来').click();
  const rows = wanted.raters.map((name, n) => `${name}\t${['甲', '乙', '丙'][n % 3]}\t`);
  await office.getByLabel('粘贴的表格').fill(`姓名\t分组\t单位\n${rows.join('\n')}`);
  await office.getByRole('button', { name: '上传并预览' }).click();
  await expect(office.getByText('＋ 新增').first()).toBeVisible();
  await office.getByRole('button', { name: '确认导入' }).click();
  await expect(office.getByText('名册已导入')).toBeVisible();
  await tab('会务人员');
  const parts = ['主持人', '会务操作员', '监票人', '监票人（第二名）', '计票人', '计票人（第二名）'];
  for (const [n, part] of parts.entries()) {
    const select = office.getByLabel(part, { exact: true });
    const option = select.locator('option').filter({ hasText: names[n] }).first();
    await select.selectOption((await option.getAttribute('value'))!);
  }
  await save('保存会务人员');
  await office.goto(path);
  await office.getByRole('button', { name: '提请审定' }).click();
  await expect(office.getByText('已提请审定')).toBeVisible();
  const secretary = await as(accounts.secretary);
  await secretary.goto(path);
  await secretary.getByRole('button', { name: '同意' }).first().click();
  await expect(secretary.getByText('方案已审定')).toBeVisible();
  await office.goto(path);
  await office.getByRole('link', { name: '会场控制台' }).click();
  await office.locator('#live button.big').filter({ hasText: '开始签到' }).click();
  await expect(office.getByRole('status').filter({ hasText: '已办' })).toBeVisible();
  return path.split('/').pop()!;
}

/** Both 监票人 confirm the seal. */
export async function seal(as: As, meeting: string): Promise<void> {
  for (const [n, account] of [accounts.deputy, accounts.general].entries()) {
    const teller = await as(account);
    await teller.goto(`/hall/${meeting}/teller`);
    await teller.getByRole('button', { name: '确认封存' }).click();
    await expect(teller.getByText(n === 0 ? '等另一名监票人' : '校验码').first()).toBeVisible();
    await teller.context().close();
  }
}

/** Opens a 「作废本轮…」 or 「重新开放…」 on the console, gives the reason, presses it. */
export async function withReason(console: Page, words: string, reason: string): Promise<void> {
  await console.locator('summary').filter({ hasText: `${words}…` }).click();
  const form = console.locator('details[open] form').filter({ has: console.getByRole('button', { name: words, exact: true }) });
  await form.locator('[name=reason]').fill(reason);
  await Promise.all([console.waitForEvent('load'), form.getByRole('button').click()]);
  await expect(console.getByRole('status').filter({ hasText: '已办' })).toBeVisible();
}

/** Presses a small button of the console. */
export async function press(console: Page, words: string): Promise<void> {
  await Promise.all([console.waitForEvent('load'), console.getByRole('button', { name: words, exact: true }).click()]);
  await expect(console.getByRole('status').filter({ hasText: '已办' })).toBeVisible();
}
