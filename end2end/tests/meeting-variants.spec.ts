// What a hall is like besides the usual: a tablet that goes from hand to hand, a break, a round that is void or opened again,
// a rater who recuses himself, a phone that is lost. Each promise as the people in the hall see it.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect } from '../fixtures';
import { choose, comeIn, opened, phone, state, step, test, until } from '../hall';
import { fits, picture, press, seal, withReason } from '../meeting';

/** Ticks the rest of the cards at the desk: who has no phone is there all the same. */
async function tick(desk: Page, meeting: string, labels: string[]): Promise<void> {
  for (const label of labels) {
    await desk.goto(`/hall/${meeting}/check-in`);
    await desk.getByRole('row', { name: label }).getByRole('button', { name: '登记到场' }).click();
    await expect(desk.getByRole('status').filter({ hasText: '已登记到场' })).toBeVisible();
  }
}

test('a tablet of the hall goes from hand to hand and keeps nothing', async ({ as, browser, server }) => {
  test.slow();
  const meeting = server.meetings[0];
  const [mine, next] = meeting.cards;
  const operator = await as(accounts.office);
  await tick(operator, meeting.meeting, meeting.cards.slice(2).map((c) => c.label));

  // The operator signs in on the tablet, makes it one of the hall; from then on it is nobody's.
  const problems: string[] = [];
  const tablet = await browser.newContext({ baseURL: server.url, storageState: undefined, viewport: { width: 820, height: 1180 }, hasTouch: true });
  tablet.on('weberror', (e) => problems.push(e.error().message));
  const page = await tablet.newPage();
  await page.goto('/signin');
  await page.getByLabel('账号').fill(accounts.office.login);
  await page.getByLabel('密码', { exact: true }).fill(accounts.office.password);
  await page.getByRole('button', { name: '登录' }).click();
  await page.waitForURL((url) => url.pathname !== '/signin');
  await page.goto(`/hall/${meeting.meeting}/check-in`);
  await page.getByRole('button', { name: '把这台设备设为会场平板' }).click();
  await expect(page).toHaveURL(new RegExp(`/m/${meeting.meeting}$`));
  await picture(page, 'tablet-check-in');
  await page.goto(`/hall/${meeting.meeting}/check-in`);
  await expect(page).toHaveURL(/\/signin/);

  const sit = async (code: string) => {
    await page.goto(`/m/${meeting.meeting}`);
    await page.getByLabel('评议卡上的卡号').fill(code);
    await page.getByRole('button', { name: '签到' }).click();
  };
  await sit(mine.code);
  await expect(page.getByText('请留在会场')).toBeVisible();
  await operator.goto(`/hall/${meeting.meeting}`);
  expect(await step(operator)).toBe('开始测评');
  await opened(page);
  await expect(page.getByRole('button', { name: '交给下一位' })).toBeVisible();
  await choose(page, '较好');
  const rows = page.locator('fieldset[data-row]');
  await rows.nth(0).getByText('写一句意见').click();
  await rows.nth(0).getByRole('textbox').fill('只给一个人看的话');
  await fits(page);
  await picture(page, 'tablet-sheet');
  await page.getByRole('button', { name: '提交' }).click();
  // Received: back to the check-in by itself.
  await expect(page.getByRole('status').filter({ hasText: '请把平板交给下一位' })).toBeVisible();
  await picture(page, 'tablet-next');

  // The next one: an empty sheet, nothing behind the back button, nothing in the memory of the browser.
  await page.goBack();
  await expect(page.locator('input[type=radio]:checked')).toHaveCount(0);
  await expect(page.getByText('只给一个人看的话')).toHaveCount(0);
  await sit(next.code);
  await expect(rows).toHaveCount(meeting.presenters.length);
  await expect(page.locator('input[type=radio]:checked')).toHaveCount(0);
  for (const box of await page.locator('textarea').all()) await expect(box).toHaveValue('');
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(/只给一个人看的话|better/);
  // He goes away without a ballot; the tablet is free again.
  await page.getByRole('button', { name: '交给下一位' }).click();
  await expect(page).toHaveURL(new RegExp(`/m/${meeting.meeting}`));

  // Whoever wants to change his ballot goes to the desk first: the card alone is not enough.
  await sit(mine.code);
  await expect(page.getByRole('alert')).toBeVisible();
  await picture(page, 'tablet-card-used');
  await operator.goto(`/hall/${meeting.meeting}/check-in`);
  const row = operator.getByRole('row', { name: mine.label });
  await expect(row).toContainText('会场平板');
  await row.getByRole('button', { name: '换机' }).click();
  await expect(operator.getByRole('status').filter({ hasText: '已办理换机' })).toBeVisible();
  await picture(operator, 'desk-tablet-1440', 1440);
  await picture(operator, 'desk-tablet-390', 390);
  await sit(mine.code);
  await expect(page.locator('input[type=radio]:checked')).toHaveCount(0);
  await choose(page, '好');
  await page.locator('button[data-submit]').click();
  await expect(page.getByRole('status').filter({ hasText: '请把平板交给下一位' })).toBeVisible();
  const screen = await operator.context().newPage();
  await screen.goto(`/screen/${meeting.meeting}`);
  await expect(screen.locator('[data-live=returned]')).toHaveText('1');
  expect(problems).toEqual([]);
  await tablet.close();
});

test('a break, a void round, a lost phone, a recusal, opened again', async ({ as, browser, server }) => {
  test.setTimeout(180_000);
  const meeting = server.meetings[1];
  const path = `/hall/${meeting.meeting}`;
  const problems: string[] = [];
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.setViewportSize({ width: 1920, height: 1080 });
  await screen.goto(`/screen/${meeting.meeting}`);
  const contexts = [];
  const phones: Page[] = [];
  for (let i = 0; i < 5; i += 1) {
    contexts.push(await phone(browser, server, problems));
    phones.push(await comeIn(screen, contexts[i], meeting, i));
  }
  const [first, second, third, ...rest] = phones;
  await operator.goto(path);
  expect(await step(operator)).toBe('开始测评');
  for (const page of phones) await opened(page);

  // A break: what is filled in stays, nothing can be sent, and it goes on by itself.
  await choose(first, '较好');
  await press(operator, '暂停测评');
  await expect(first.locator('.now-line')).toHaveText('测评暂停，请稍候');
  await expect(first.locator('button[data-submit]')).toBeDisabled();
  await expect(state(first)).toContainText('已存在本机');
  await expect(screen.getByText('测评暂停，填好的不会丢')).toBeVisible();
  await picture(first, 'paused-390');
  await picture(operator, 'paused-console-1440', 1440);
  expect(await step(operator)).toBe('继续测评');
  await expect(first.locator('button[data-submit]')).toBeEnabled();
  await first.getByRole('button', { name: '提交' }).click();
  await expect(state(first)).toContainText('✓ 已收到');

  // Void: nothing of it counts, the phone says so and keeps what was typed for the next round.
  await operator.goto(path);
  await withReason(operator, '作废本轮', '发出多于到会');
  await expect(operator.getByText('上一轮已作废')).toBeVisible();
  await expect(state(first)).toContainText('本轮作废，不计入');
  await picture(first, 'void-390');
  await picture(screen, 'void-screen', 1920);
  expect(await step(operator)).toBe('开始测评');
  for (const page of phones) await page.getByRole('link', { name: /打开(新的)?测评表/ }).click();
  await expect(first.locator('fieldset[data-row]').nth(0).getByRole('radio', { name: '较好' }).first()).toBeChecked();
  await expect(state(first)).toContainText('还没有提交');
  await first.getByRole('button', { name: '提交' }).click();
  await expect(state(first)).toContainText('✓ 已收到');

  // A recusal is a tap; the hall sees a returned sheet and nothing else.
  await choose(second, '好');
  await second.locator('fieldset[data-row]').nth(0).getByText('回避', { exact: true }).click();
  await picture(second, 'recused-390');
  await second.getByRole('button', { name: '提交' }).click();
  await expect(state(second)).toContainText('✓ 已收到');
  await expect(screen.locator('[data-live=returned]')).toHaveText('2');
  await expect(screen.getByText('回避')).toHaveCount(0);
  await operator.goto(path);
  await expect(operator.locator('#live')).not.toContainText('回避');

  // A lost phone: ended at the desk, it can send nothing any more; its owner goes on with another one.
  await choose(third, '差');
  await operator.goto(`${path}/check-in`);
  const row = operator.getByRole('row', { name: meeting.cards[2].label });
  await row.getByText('停用手机…').click();
  await row.getByRole('button', { name: '确认停用手机' }).click();
  await expect(row).toContainText('已停用');
  await expect(third.locator('#offline')).toContainText('这部手机已停用');
  await expect(third.getByRole('button', { name: '提交' })).toBeHidden();
  await picture(third, 'lost-phone-390');
  await picture(operator, 'lost-desk-390', 390);
  await row.getByRole('button', { name: '恢复' }).click();
  await expect(row.getByRole('button', { name: '恢复' })).toHaveCount(0);
  const other = await phone(browser, server, problems);
  contexts.push(other);
  const found = await comeIn(screen, other, meeting, 2);
  await expect(found.locator('input[type=radio]:checked')).toHaveCount(0);
  await choose(found, '好');
  await found.getByRole('button', { name: '提交' }).click();
  await expect(state(found)).toContainText('✓ 已收到');
  await expect(screen.locator('[data-live=returned]')).toHaveText('3');

  // Collected too early: opened again with a reason, the ones still missing go on.
  await until(operator, path, '收回测评表');
  await step(operator);
  await expect(state(rest[0])).toContainText('没有收到您的测评表', { timeout: 15_000 });
  await withReason(operator, '重新开放', '还有两位没有交');
  for (const page of rest) {
    await expect(page.locator('button[data-submit]')).toBeEnabled({ timeout: 15_000 });
    await choose(page, '较好');
    await page.getByRole('button', { name: '提交' }).click();
    await expect(state(page)).toContainText('✓ 已收到');
  }
  await expect(screen.locator('[data-live=returned]')).toHaveText('5');
  await until(operator, path, '收回测评表');
  await step(operator);
  await expect(state(found)).toContainText('✓ 已计入', { timeout: 15_000 });
  await seal(as, meeting.meeting);
  await expect(screen.getByText('席位与测评表的对应关系已销毁')).toBeVisible();

  // The report: the reasons, and one less to be reckoned with for the one he recused himself from.
  const chair = await as(accounts.secretary);
  await chair.goto(path);
  await chair.getByRole('link', { name: '看计票报告单' }).click();
  const report = chair.locator('main');
  for (const reason of ['还有两位没有交', '发出多于到会']) await expect(report).toContainText(reason);
  await picture(chair, 'report-variants-1440', 1440);
  // The refused ballot of the lost phone is the only noise.
  expect(problems.filter((p) => !/status of 403/.test(p))).toEqual([]);
  for (const context of contexts) await context.close();
});
