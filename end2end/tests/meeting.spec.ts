// One meeting held with real browsers: an operator, two 监票人, five phones (one without scripts, one that loses the network),
// the big screen, and 一人一单 to the ledger; and one on paper only. Nothing is on any screen before it is sealed, nothing is
// lost on the way.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect } from '../fixtures';
import { choose, comeIn, opened, phone, state, step, test, until } from '../hall';
import { day, picture } from '../meeting';

/** 阅定 by two, 拟稿, 签发, 纸质交接; the problem is on the account. `who` is a presenter with one comment. */
async function feedback(office: Page, deputy: Page, meeting: string, who: string, comment: string): Promise<void> {
  for (const reader of [office, deputy]) {
    await reader.goto(`/reviews/comments?meeting=${meeting}`);
    const form = reader.locator('form').filter({ hasText: comment });
    await form.locator('input[value=kept]').check({ force: true });
    await Promise.all([reader.waitForEvent('load'), form.getByRole('button', { name: '保存' }).click()]);
  }
  await expect(deputy.locator('section').filter({ hasText: comment })).toContainText('保留');
  await office.goto(`/reviews/feedback?meeting=${meeting}`);
  await office.getByRole('link', { name: who }).click();
  await expect(office.getByRole('heading', { level: 1, name: `${who} 评议反馈单` })).toBeVisible();
  const sheet = new URL(office.url()).pathname;
  await office.locator('[name=opinion]').fill('落实到末端还不够。');
  await office.locator('[name=problem_0]').fill('到一线研究问题少');
  await office.locator('[name=requirement_0]').fill('每月到一线一次，现场办结');
  await office.locator('[name=due_0]').fill(day(60));
  await office.getByRole('button', { name: '送分管副书记签发' }).click();
  await expect(office.getByRole('button', { name: '送分管副书记签发' })).toHaveCount(0);
  await deputy.goto(sheet);
  await deputy.getByRole('button', { name: '签发', exact: true }).click();
  await expect(deputy.getByRole('button', { name: '签发', exact: true })).toHaveCount(0);
  await office.goto(sheet);
  await office.locator('[name=paper_on]').fill(day());
  await office.locator('[name=handler]').fill('会务经办');
  await office.getByRole('button', { name: '登记纸质交接' }).click();
  await expect(office.getByRole('button', { name: '登记纸质交接' })).toHaveCount(0);
  await picture(office, 'sheet-handed-1440', 1440);
  await office.goto(`/accountability?q=${encodeURIComponent('到一线研究问题少')}`);
  await expect(office.locator('tr').filter({ hasText: '到一线研究问题少' })).toContainText('每月到一线一次');
}

test('from check-in to 封存 and 一人一单', async ({ as, browser, server }) => {
  // Nine browsers on one machine, each drawn for a picture; no wait in it is a fixed time.
  test.setTimeout(240_000);
  const meeting = server.meetings[0];
  const console = `/hall/${meeting.meeting}`;
  const room = `/room/${meeting.meeting}`;
  const problems: string[] = [];
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.setViewportSize({ width: 1920, height: 1080 });
  await screen.goto(`/screen/${meeting.meeting}`);
  await picture(screen, 'screen-check-in', 1920);

  // Five phones; the fourth has no scripts, the fifth will lose the network.
  const contexts = [];
  const phones: Page[] = [];
  for (let i = 0; i < 5; i += 1) {
    contexts.push(await phone(browser, server, problems, i !== 3));
    phones.push(await comeIn(screen, contexts[i], meeting, i));
  }
  const [first, second, third, plain, offline] = phones;
  await expect(screen.locator('[data-live=present]')).toHaveText('5');
  await picture(first, 'room-waiting');

  // 开会前检查: every phone with scripts answers.
  await operator.goto(`${console}/ready`);
  await operator.getByRole('button', { name: '试一次' }).click();
  await expect(operator.getByText(/已应答 4 部/)).toBeVisible();
  await picture(operator, 'ready-1440', 1440);

  await operator.goto(console);
  expect(await step(operator)).toBe('开始测评');
  for (const page of [first, second, third, offline]) await opened(page);

  // Half filled, while others vote and the operator goes on: nothing in it moves.
  const rows = first.locator('fieldset[data-row]');
  await rows.nth(0).getByText('较好', { exact: true }).first().click();
  const commented = await rows.nth(1).locator('legend').first().evaluate((e) => e.firstChild!.textContent!.trim());
  await rows.nth(1).getByText('写一句意见').click();
  await rows.nth(1).getByRole('textbox').fill('多到一线');
  await expect(state(first)).toContainText('已存在本机');
  await choose(second, '好');
  await second.getByRole('button', { name: '提交' }).click();
  await expect(state(second)).toContainText('✓ 已收到');
  await expect(screen.locator('[data-live=returned]')).toHaveText('1');
  expect(await step(operator)).toMatch(/^请.+述责$/);
  expect(await step(operator)).toBe('开始计时');
  await expect(first.locator('.now-line')).toContainText('述责');
  await expect(rows.nth(0).getByRole('radio', { name: '较好' }).first()).toBeChecked();
  await expect(rows.nth(1).getByRole('textbox')).toHaveValue('多到一线');
  await picture(screen, 'screen-report', 1920);

  // What is missing is said beside the row, and nothing is sent.
  await first.getByRole('button', { name: '提交' }).click();
  await expect(rows.nth(1).locator('[data-error]')).toBeVisible();
  await expect(rows.nth(0).locator('[data-error]')).toBeHidden();
  await expect(screen.locator('[data-live=returned]')).toHaveText('1');
  // A reload (the phone was killed) keeps the draft.
  await first.reload();
  await expect(rows.nth(1).getByRole('textbox')).toHaveValue('多到一线');
  await choose(first, '较好');
  await picture(first, 'ballot-filled');
  await first.getByRole('button', { name: '提交' }).click();
  await expect(state(first)).toContainText('✓ 已收到');

  // Without scripts: a refused form keeps its values, a whole one is received.
  await plain.goto(room);
  await plain.locator('fieldset[data-row]').nth(0).getByText('一般', { exact: true }).first().click();
  await plain.getByRole('button', { name: '提交' }).click();
  await expect(plain.getByRole('alert').first()).toContainText('还没有填好');
  await expect(plain.locator('fieldset[data-row]').nth(0).getByRole('radio', { name: '一般' }).first()).toBeChecked();
  await picture(plain, 'ballot-plain-refused');
  await choose(plain, '一般');
  await plain.getByRole('button', { name: '提交' }).click();
  await expect(state(plain)).toContainText('✓ 已收到');

  // Away from the network: filled, submitted, kept, said; back: sent by itself.
  await contexts[4].setOffline(true);
  await choose(offline, '好');
  await offline.getByRole('button', { name: '提交' }).click();
  await expect(state(offline)).toContainText('已存在本机');
  await expect(offline.locator('#offline')).toBeVisible({ timeout: 6_000 });
  await expect(offline.locator('#offline')).toContainText('会自动再送');
  await picture(offline, 'ballot-offline');
  await contexts[4].setOffline(false);
  await expect(state(offline)).toContainText('✓ 已收到', { timeout: 15_000 });
  await expect(offline.locator('#offline')).toBeHidden();
  await expect(screen.locator('[data-live=returned]')).toHaveText('4');

  // The last one votes 弃权 on one of them, and the second changes his mind: still five in all.
  await choose(third, '好');
  await third.locator('fieldset[data-row]').nth(0).getByText('弃权', { exact: true }).click();
  await third.getByRole('button', { name: '提交' }).click();
  await expect(state(third)).toContainText('✓ 已收到');
  // Another tab of the same phone used the number: what was chosen here stays, and the next press takes it.
  const tab = await contexts[1].newPage();
  await tab.goto(room);
  await choose(tab, '一般');
  await tab.getByRole('button', { name: '提交修改' }).click();
  await expect(state(tab)).toContainText('✓ 已收到');
  await tab.close();
  await choose(second, '差');
  await second.getByRole('button', { name: '提交修改' }).click();
  await expect(state(second)).toContainText('有修改还没有提交');
  await expect.poll(() => problems.splice(0).join()).toContain('status of 409');
  await second.getByRole('button', { name: '提交修改' }).click();
  await expect(state(second)).toContainText('✓ 已收到');
  await choose(second, '较好');
  await expect(state(second)).toContainText('有修改还没有提交');
  await second.getByRole('button', { name: '提交修改' }).click();
  await expect(state(second)).toContainText('✓ 已收到');
  await expect(screen.locator('[data-live=returned]')).toHaveText('5');

  await until(operator, console, '收回测评表');
  await picture(operator, 'console-1440', 1440);
  await picture(operator, 'console-390', 390);
  await picture(screen, 'screen-appraisal', 1920);
  // A change that is only typed when the sheets are collected: the one sent before counts, and that is said.
  await rows.nth(0).getByText('差', { exact: true }).first().click();
  await expect(state(first)).toContainText('有修改还没有提交');
  await step(operator);
  // The phones ask what counts within some seconds, not all at once.
  await expect(state(second)).toContainText('✓ 已计入', { timeout: 15_000 });
  await expect(state(first)).toContainText('计入的是上一次交的', { timeout: 15_000 });
  const kept = await first.evaluate(() => JSON.stringify(localStorage));
  expect(kept).not.toContain('better');
  expect(kept).not.toContain('多到一线');
  await expect(screen.getByText('监票人　已确认 0 / 2')).toBeVisible();

  const tellers = [await as(accounts.deputy), await as(accounts.general)];
  for (const [teller, name] of [[tellers[0], 'first'], [tellers[1], 'second']] as const) {
    await teller.goto(`${console}/teller`);
    await picture(teller, `teller-${name}-1440`, 1440);
    await teller.getByRole('button', { name: '确认封存' }).click();
    await expect(teller.getByText(name === 'first' ? '等另一名监票人' : '校验码').first()).toBeVisible();
  }
  await expect(screen.getByText('已封存　校验码')).toBeVisible();
  await expect(screen.getByText('评议结果')).toHaveCount(0);
  await picture(screen, 'screen-sealed', 1920);
  await expect(screen.getByText('席位与测评表的对应关系已销毁')).toBeVisible();
  await expect(state(second)).toContainText('已封存');
  await plain.reload();
  await expect(plain.getByText('✓ 已计入')).toBeVisible();

  await operator.goto(console);
  expect(await step(operator)).toBe('结束会议');
  expect(await step(operator)).toBe('转入一人一单');
  await expect(screen.getByRole('heading', { name: '会议结束' })).toBeVisible();
  // Opened once too often: the oldest page stops, and says so instead of claiming to come back.
  for (let i = 0; i < 4; i += 1) await (await contexts[2].newPage()).goto(room);
  await expect(third.locator('#offline')).toContainText('已在别处打开多次', { timeout: 10_000 });
  await expect(third.locator('#offline')).not.toContainText('正在重连');
  await operator.setViewportSize({ width: 1440, height: 900 });
  await feedback(operator, tellers[0], meeting.meeting, commented, '多到一线');
  expect(problems).toEqual([]);
  for (const context of contexts) await context.close();
});

test('a meeting on paper only', async ({ as, server }) => {
  // Twelve sheets read by two, seven people signing in: more than the half minute of a single page.
  test.slow();
  const meeting = server.meetings[1];
  const console = `/hall/${meeting.meeting}`;
  const operator = await as(accounts.office);
  await operator.goto(`${console}/papers`);
  await operator.getByRole('link', { name: '打开测评表' }).click();
  await expect(operator.getByRole('heading', { name: '测评表' }).first()).toBeVisible();
  await operator.emulateMedia({ media: 'print' });
  await picture(operator, 'paper-ballots', 794);
  await operator.emulateMedia({ media: null });
  await operator.setViewportSize({ width: 1440, height: 900 });
  const desk = async (button: string, group: string, count: number) => {
    await operator.goto(`${console}/check-in`);
    const form = operator.locator('form').filter({ has: operator.getByRole('button', { name: button }) });
    await form.getByLabel('分组').selectOption(group);
    await form.getByLabel('人数').fill(String(count));
    // Paper cannot be taken back: that it was counted is ticked.
    for (const box of await form.getByRole('checkbox').all()) await box.check();
    await form.getByRole('button').click();
    await expect(operator.getByRole('status').first()).toContainText('已登记');
  };
  const groups = new Map<string, number>();
  for (const card of meeting.cards) groups.set(card.group, (groups.get(card.group) ?? 0) + 1);
  for (const [group, count] of groups) await desk('按组登记到场', group, count);
  await operator.goto(console);
  expect(await step(operator)).toBe('开始测评');
  for (const [group, count] of groups) await desk('按组发纸质表', group, count);
  await picture(operator, 'desk-1440', 1440);
  await until(operator, console, '收回测评表');
  await step(operator);

  const counters = [await as(accounts.office2), await as(accounts.supervisor)];
  // The answer to one sheet is the form of the next: no address is opened in between.
  const enter = async (page: Page, word: string) => {
    await choose(page, word);
    const number = Number(await page.getByLabel('这叠里的第几张').inputValue());
    await page.getByRole('button', { name: '录入这一张' }).click();
    await page.waitForURL(new RegExp(`said=entered&.*number=${number + 1}$`));
  };
  const [[odd]] = groups;
  const pile = async (page: Page, differs: boolean) => {
    for (const [group, count] of groups) {
      await page.goto(`${console}/counter?group=${group}&number=1`);
      for (let n = 1; n <= count; n += 1) await enter(page, differs && group === odd && n === 1 ? '好' : '较好');
    }
  };
  // Both read at the same time, as in a hall: each page changes under the other's hands.
  await Promise.all([pile(counters[0], false), pile(counters[1], true)]);
  await counters[0].goto(`${console}/counter`);
  await expect(counters[0].getByText(/第1张两人录入不一致/)).toBeVisible();
  await picture(counters[0], 'counter-1440', 1440);
  await picture(counters[0], 'counter-390', 390);
  const tellers = [await as(accounts.deputy), await as(accounts.general)];
  await tellers[0].goto(`${console}/teller`);
  await expect(tellers[0].getByText('现在还不能封存')).toBeVisible();
  await picture(tellers[0], 'teller-paper-390', 390);
  await counters[1].goto(`${console}/counter?group=${odd}&number=1`);
  await enter(counters[1], '较好');
  for (const teller of tellers) {
    await teller.goto(`${console}/teller`);
    await teller.getByRole('button', { name: '确认封存' }).click();
    await expect(teller.getByText(/等另一名监票人|校验码/).first()).toBeVisible();
  }
  await operator.goto(console);
  expect(await step(operator)).toBe('结束会议');
});
