// The promise of H4: the office plans, the 书记 decides, the head hands in his report, the team seals its questions; nobody
// reads what is not his, and on a phone as well as on a desk.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { YEAR } from '../district';
import { expect, test } from '../fixtures';

// The pack is closed to a stranger: the browser notes the 404 that the test asks for.
test.use({ tolerated: [/status of 404/] });

/** A day far enough ahead for every date before the meeting, ISO. */
const DAY = new Date(Date.now() + 45 * 86_400_000).toLocaleDateString('en-CA', { timeZone: 'Asia/Shanghai' });

const tab = async (page: Page, name: string) => {
  await page.getByRole('navigation', { name: '会议方案' }).getByRole('link', { name }).click();
};
const saved = (page: Page) => expect(page.getByRole('status').filter({ hasText: /已/ }).first()).toBeVisible();

/** The head's own unit, from his home: 「…　·　西桥街道党工委书记」. */
async function ownPost(page: Page): Promise<string> {
  await page.goto('/home');
  return (await page.locator('.phone-head small').textContent())!.split('·').pop()!.trim();
}

/** The name of whoever is signed in, as the frame of an office page says it. */
async function ownName(page: Page): Promise<string> {
  await page.goto('/reviews');
  return (await page.locator('.user').textContent())!.split('·').pop()!.trim();
}

/** A plan on its way: everything filled in, not yet asked for. */
async function planned(office: Page, title: string, post: string, names: string[]): Promise<string> {
  await office.goto('/reviews');
  await office.getByLabel('会议名称').fill(title);
  await office.getByLabel('述责年度').fill(String(YEAR));
  await office.getByLabel('会议日期').fill(DAY);
  await office.getByLabel('地点').fill('区会议中心');
  await office.getByRole('button', { name: '新建会议方案' }).click();
  await expect(office.getByRole('heading', { level: 1, name: title })).toBeVisible();
  const path = new URL(office.url()).pathname;
  await tab(office, '述责对象');
  await office.locator('label.chip').filter({ hasText: post }).getByRole('checkbox').check();
  await office.getByRole('button', { name: '保存述责对象' }).click();
  await saved(office);
  await tab(office, '评议人员');
  await office.getByText('或者把表格粘贴进来').click();
  const groups = ['甲', '乙', '丙'];
  const rows = names.map((name, n) => `${name}\t${groups[n % 3]}\t`).join('\n');
  await office.getByLabel('粘贴的表格').fill(`姓名\t分组\t单位\n${rows}`);
  await office.getByRole('button', { name: '上传并预览' }).click();
  await expect(office.getByText('＋ 新增').first()).toBeVisible();
  await office.getByRole('button', { name: '确认导入' }).click();
  await expect(office.getByText('名册已导入')).toBeVisible();
  await tab(office, '会务人员');
  const choose = async (label: string, at: number) => {
    await office.getByLabel(label, { exact: true }).selectOption({ index: at });
  };
  await choose('主持人', 1);
  await choose('会务操作员', 2);
  await choose('监票人', 3);
  await choose('监票人（第二名）', 4);
  await choose('计票人', 1);
  await choose('计票人（第二名）', 2);
  await office.getByRole('button', { name: '保存会务人员' }).click();
  await saved(office);
  return path;
}

test('from the plan to the sealed question', { tag: '@desktop' }, async ({ as, shot }) => {
  const [office, secretary, leader] = [await as(accounts.office), await as(accounts.secretary), await as(accounts.leader)];
  const post = await ownPost(leader);
  const title = `述责评议会 ${Date.now()}`;
  const path = await planned(office, title, post, ['评议甲', '评议乙', '评议丙', await ownName(secretary)]);
  await office.goto(path);
  await expect(office.getByText('会前时间表')).toBeVisible();
  await shot('plan');
  await office.getByRole('button', { name: '提请审定' }).click();
  await expect(office.getByText('已提请审定')).toBeVisible();

  await secretary.goto('/reviews');
  await secretary.getByRole('row', { name: new RegExp(title) }).getByRole('link', { name: '会议方案' }).click();
  await secretary.getByRole('button', { name: '退回修改' }).first().click();
  await expect(secretary.getByRole('alert')).toContainText('退回的理由');
  await secretary.getByLabel('意见').fill('同意，请按程序办理');
  await secretary.getByRole('button', { name: '同意' }).first().click();
  await expect(secretary.getByText('方案已审定')).toBeVisible();

  // The head: a draft, then the report; the facts as they stand.
  await leader.goto('/todo');
  await leader.getByRole('link', { name: /请提交述责报告/ }).first().click();
  await leader.getByLabel('报告正文').fill('一年来，本人认真履行第一责任人职责。');
  await leader.getByRole('button', { name: '先存草稿' }).click();
  await expect(leader.getByText('已存为草稿')).toBeVisible();
  await leader.getByRole('button', { name: '提交报告' }).click();
  await expect(leader.getByText('述责报告已提交')).toBeVisible();
  await leader.getByRole('button', { name: '核对完毕' }).click();
  await expect(leader.getByText('核对已保存')).toBeVisible();

  await office.goto(`${path}?tab=reports`);
  await expect(office.getByText('本人已核对')).toBeVisible();
  await shot('materials');
  // Too early for raters; a presenter's page of somebody else does not exist.
  const stranger = await as(accounts.unsigned);
  expect((await stranger.goto(`${path}/pack`))!.status()).toBe(404);
});

test.describe('述责报告 on a phone', () => {
  test.use({ account: accounts.leader });

  test('the report page fits and keeps every word of a refused text', { tag: ['@phone', '@tierB'] }, async ({ page, as, shot }) => {
    const office = await as(accounts.office);
    const path = await planned(office, `手机述责 ${Date.now()}`, await ownPost(page), ['评议丁', '评议戊', '评议己']);
    await office.goto(path);
    await office.getByRole('button', { name: '提请审定' }).click();
    const secretary = await as(accounts.secretary);
    await secretary.goto(path);
    await secretary.getByRole('button', { name: '同意' }).first().click();
    await expect(secretary.getByText('方案已审定')).toBeVisible();
    await page.goto('/todo');
    await page.getByRole('link', { name: /请提交述责报告/ }).first().click();
    await page.getByLabel('报告正文').fill('证件11010519491231002X');
    await page.getByRole('button', { name: '提交报告' }).click();
    await expect(page.getByRole('alert')).toContainText('身份证号');
    await expect(page.getByLabel('报告正文')).toHaveValue('证件11010519491231002X');
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
    expect(wide).toBe(true);
    await shot('report');
  });
});
