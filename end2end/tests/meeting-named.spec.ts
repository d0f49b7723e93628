// Meetings that are planned otherwise: 记名 in 百分制 with the raters' own accounts; 逐人测评 with drawn cards, each result
// announced by the chair. From the plan to the report, as the people in the hall see it.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect } from '../fixtures';
import { choose, opened, phone, state, step, test, until } from '../hall';
import { fits, ownName, picture, planned, seal } from '../meeting';

test.use({ halls: 0 });

const digits = async (screen: Page) => (await screen.locator('#code b').innerText()).replace(/\s/g, '');

test('记名, 百分制, with accounts', async ({ as, browser, server, sessionOf }) => {
  test.setTimeout(180_000);
  const people = [accounts.team, accounts.committee, accounts.member, accounts.supervisor, accounts.office2];
  const names: string[] = [];
  for (const account of people) {
    const page = await as(account);
    names.push(await ownName(page));
    await page.context().close();
  }
  const meeting = await planned(as, { title: '记名测评会', ways: ['本人账号'], named: true, points: true, presenters: 2, raters: names });
  const path = `/hall/${meeting}`;
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.setViewportSize({ width: 1920, height: 1080 });
  await screen.goto(`/screen/${meeting}`);
  await picture(screen, 'named-screen-check-in', 1920);

  const problems: string[] = [];
  const contexts = [];
  const phones: Page[] = [];
  for (const [n, account] of people.entries()) {
    // The first phone is not signed in yet: scan, sign in, and on with the same ticket.
    const context = await phone(browser, server, problems, true, n === 0 ? undefined : await sessionOf(account));
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`/m/${await digits(screen)}`);
    if (n === 0) {
      await picture(page, 'account-sign-in-390');
      await page.getByRole('link', { name: '登录' }).click();
      await page.getByLabel('账号').fill(account.login);
      await page.getByLabel('密码', { exact: true }).fill(account.password);
      await page.getByRole('button', { name: '登录' }).click();
      await page.waitForURL(`**/m/${meeting}*`);
    }
    await expect(page.locator('.who')).toContainText(names[n]);
    if (n === 0) await picture(page, 'account-check-in-390');
    await page.getByRole('button', { name: '签到' }).click();
    await page.waitForURL(`**/room/${meeting}`);
    phones.push(page);
  }
  await expect(screen.locator('[data-live=present]')).toHaveText('5');
  // Somebody who is not on the roll does not come in.
  const stranger = await (await phone(browser, server, [], true, await sessionOf(accounts.newleader))).newPage();
  await stranger.goto(`/m/${await digits(screen)}`);
  await stranger.getByRole('button', { name: '签到' }).click();
  await expect(stranger.getByRole('alert')).toContainText('不在这次会议的评议人员名册上');
  await stranger.context().close();

  await operator.goto(`${path}/check-in`);
  await expect(operator.getByRole('row', { name: names[0] })).toContainText('手机签到');
  await picture(operator, 'named-desk-1440', 1440);
  await operator.goto(path);
  expect(await step(operator)).toBe('开始测评');
  const [first] = phones;
  for (const page of phones) await opened(page);
  // What is named is said to be named, and nothing of the anonymous promise stands there.
  await expect(first.locator('header')).toContainText('记名测评');
  await expect(first.locator('main')).toContainText('您的席位和您的测评表留在一起');
  await expect(first.locator('main')).not.toContainText('没有谁投了什么');
  const rows = first.locator('fieldset[data-row]');
  const points = (page: Page, row: number) => page.locator('fieldset[data-row]').nth(row).getByLabel('总体评价，0 到 100 分');
  await points(first, 0).fill('120');
  await points(first, 1).fill('88');
  await first.getByRole('button', { name: '提交' }).click();
  await expect(rows.nth(0).locator('[data-error]')).toContainText('0 到 100');
  await expect(points(first, 0)).toHaveValue('120');
  await picture(first, 'points-wrong-390');
  // 弃权 and a number exclude each other, both ways.
  await rows.nth(0).getByText('弃权', { exact: true }).click();
  await expect(points(first, 0)).toHaveValue('');
  await points(first, 0).fill('92');
  await expect(rows.nth(0).getByRole('radio', { name: '弃权' })).not.toBeChecked();
  await fits(first);
  await picture(first, 'points-filled-390');
  for (const [n, page] of phones.entries()) {
    if (n > 0) for (const row of [0, 1]) await points(page, row).fill(String(80 + 3 * n + row));
    await page.getByRole('button', { name: '提交' }).click();
    await expect(state(page)).toContainText('✓ 已收到');
  }
  await until(operator, path, '收回测评表');
  await step(operator);
  await expect(state(first)).toContainText('✓ 已计入', { timeout: 15_000 });
  await seal(as, meeting);
  // Nobody is told that a link was destroyed which is kept.
  await expect(screen.getByText('席位和测评表一并封存保管')).toBeVisible();
  await expect(screen.getByText('对应关系')).toHaveCount(0);
  await picture(screen, 'named-screen-sealed', 1920);
  const chair = await as(accounts.secretary);
  await chair.goto(path);
  await chair.getByRole('link', { name: '看计票报告单' }).click();
  await expect(chair.locator('main')).toContainText('记名');
  await expect(chair.locator('main')).toContainText('百分制');
  await picture(chair, 'named-report-1440', 1440);
  expect(problems).toEqual([]);
  for (const context of contexts) await context.close();
});

test('逐人测评, each result announced by the chair', async ({ as, browser, server }) => {
  test.setTimeout(240_000);
  const names = ['评议甲', '评议乙', '评议丙', '评议丁', '评议戊', '评议己'];
  const meeting = await planned(as, { title: '逐人测评会', ways: ['逐人测评', '主持人控制'], presenters: 2, raters: names });
  const path = `/hall/${meeting}`;
  const operator = await as(accounts.office);
  // The cards are printed once; what is drawn is typed off the paper.
  await operator.goto(`${path}/papers`);
  await operator.getByRole('button', { name: '打印评议卡' }).click();
  await expect(operator.locator('.slip-card')).toHaveCount(names.length);
  const codes = await operator.locator('.slip-card .card-code').allInnerTexts();
  await operator.emulateMedia({ media: 'print' });
  await picture(operator, 'cards-print', 794);
  await operator.emulateMedia({ media: null });
  const screen = await operator.context().newPage();
  await screen.setViewportSize({ width: 1920, height: 1080 });
  await screen.goto(`/screen/${meeting}`);
  const problems: string[] = [];
  const contexts = [];
  const phones: Page[] = [];
  for (const code of codes.slice(0, 5)) {
    const context = await phone(browser, server, problems);
    contexts.push(context);
    const page = await context.newPage();
    await page.goto(`/m/${await digits(screen)}`);
    await page.getByLabel('评议卡上的卡号').fill(code.replace(/\n/g, '-'));
    await page.getByRole('button', { name: '签到' }).click();
    await page.waitForURL(`**/room/${meeting}`);
    phones.push(page);
  }
  for (const turn of [0, 1]) {
    await operator.goto(path);
    const called = await step(operator);
    expect(called).toMatch(/^请.+述责$/);
    const name = /^请(.+)述责$/.exec(called)![1];
    await expect(screen.getByRole('heading', { level: 1 })).toHaveText(name);
    await until(operator, path, '开始测评');
    if (turn === 0) await picture(operator, 'single-console-1440', 1440);
    await step(operator);
    for (const page of phones) {
      // The sheet of this one alone; the one before is not on it any more.
      if (turn === 0) await opened(page);
      else await page.getByRole('link', { name: '打开新的测评表' }).click();
      await expect(page.locator('fieldset[data-row]')).toHaveCount(1);
      await expect(page.locator('fieldset[data-row] legend').first()).toContainText(name);
      await expect(page.locator('input[type=radio]:checked')).toHaveCount(0);
      await choose(page, turn === 0 ? '好' : '一般');
      await page.getByRole('button', { name: '提交' }).click();
      await expect(state(page)).toContainText('✓ 已收到');
    }
    if (turn === 0) await picture(phones[0], 'single-sheet-390');
    await until(operator, path, '收回测评表');
    await step(operator);
    // A phone asks what counts before the seal; afterwards nobody knows it any more.
    await expect(state(phones[0])).toContainText('✓ 已计入', { timeout: 15_000 });
    await seal(as, meeting);
    await expect(screen.getByText('席位与测评表的对应关系已销毁')).toBeVisible();
    // Sealed is not announced: nothing of him on the screen until the chair says so.
    await expect(screen.getByRole('row', { name })).toHaveCount(0);
    await operator.goto(path);
    expect(await step(operator)).toBe(`宣布${name}的结果`);
    await expect(screen.getByRole('heading', { name: '评议结果' })).toBeVisible();
    await expect(screen.getByRole('row', { name })).toContainText(turn === 0 ? '好' : '一般');
    await picture(screen, `single-announced-${turn + 1}`, 1920);
  }
  await operator.goto(path);
  expect(await step(operator)).toBe('结束会议');
  await picture(operator, 'single-end-390', 390);
  expect(problems).toEqual([]);
  for (const context of contexts) await context.close();
});
