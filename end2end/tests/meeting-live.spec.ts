// Pages of the hall change under people's hands, and never what the hand is on: a form that is half filled stays the very
// same form, a press is never lost, and everything around them is right again at once.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect } from '../fixtures';
import { comeIn, phone, step, test } from '../hall';

// A press that the state does not permit any more is answered with a 409, which the browser notes.
test.use({ halls: 3, tolerated: [/status of 409/] });

/** Marks an element, to know later whether it is still the same one. */
const mark = (page: Page, selector: string) => page.locator(selector).first().evaluate((e) => e.setAttribute('data-mine', ''));

test('the desk is renewed around a form that is half filled', async ({ as, browser, server }) => {
  const meeting = server.meetings[0];
  const problems: string[] = [];
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.goto(`/screen/${meeting.meeting}`);
  const desk = await operator.context().newPage();
  await desk.goto(`/hall/${meeting.meeting}/check-in`);
  const form = desk.locator('form').filter({ has: desk.getByRole('button', { name: '按组登记到场' }) });
  const count = form.getByLabel('人数');
  const row = desk.getByRole('row', { name: meeting.cards[0].label });
  await expect(row).toContainText('未到');
  await form.getByLabel('分组').selectOption({ index: 1 });
  await count.pressSequentially('2');
  await mark(desk, 'input[name=count]');
  const where = await count.boundingBox();

  const first = await phone(browser, server, problems);
  await comeIn(screen, first, meeting, 0);
  // The roll beside it is renewed; the form is the same, with what was typed, where it was, with the caret in it.
  await expect(row).toContainText('手机签到');
  await expect(desk.locator('[data-mine]')).toHaveValue('2');
  await expect(count).toBeFocused();
  await expect(form.getByLabel('分组').locator('option:checked')).toHaveJSProperty('index', 1);
  expect(await count.boundingBox()).toEqual(where);
  await expect(desk.locator('#stale')).toBeHidden();

  // A box that is opened to hand out paper stays open while the console goes on, and what it says is done.
  await desk.getByRole('searchbox').fill('半个名字');
  await operator.goto(`/hall/${meeting.meeting}`);
  const second = await phone(browser, server, problems);
  await comeIn(screen, second, meeting, 1);
  await expect(desk.getByRole('row', { name: meeting.cards[1].label })).toContainText('手机签到');
  await expect(desk.getByRole('searchbox')).toHaveValue('半个名字');
  await expect(desk.locator('[data-mine]')).toHaveValue('2');
  await form.getByRole('button').click();
  await expect(desk.getByRole('status').filter({ hasText: '已登记到场' })).toBeVisible();
  expect(problems).toEqual([]);
  for (const context of [first, second]) await context.close();
});

test('a press that is under way is never lost', async ({ as, browser, server }) => {
  const meeting = server.meetings[1];
  const problems: string[] = [];
  const operator = await as(accounts.office);
  const screen = await operator.context().newPage();
  await screen.goto(`/screen/${meeting.meeting}`);
  const desk = await operator.context().newPage();
  const path = `/hall/${meeting.meeting}/check-in`;
  // The page asks for its new self; somebody comes in; the answer arrives while the finger is down.
  let asked = () => {};
  let answered = () => {};
  const asks = new Promise<void>((done) => { asked = done; });
  const answer = new Promise<void>((done) => { answered = done; });
  await desk.route(`**${path}`, async (route) => {
    if (route.request().resourceType() !== 'fetch') return route.fallback();
    asked();
    await answer;
    await route.fallback();
  });
  await desk.goto(path);
  const last = meeting.cards.length - 1;
  const button = desk.getByRole('row', { name: meeting.cards[last].label }).getByRole('button', { name: '登记到场' });
  await asks;
  await button.evaluate((e) => e.setAttribute('data-mine', ''));
  await button.scrollIntoViewIfNeeded();
  const context = await phone(browser, server, problems);
  await comeIn(screen, context, meeting, 0);
  const box = (await button.boundingBox())!;
  await desk.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await desk.mouse.down();
  const drawn = desk.waitForResponse((r) => r.url().endsWith(path) && r.request().resourceType() === 'fetch');
  answered();
  await (await drawn).finished();
  await expect(desk.locator('[data-mine]')).toHaveCount(1);
  await desk.mouse.up();
  await expect(desk.getByRole('status').filter({ hasText: '已登记到场' })).toBeVisible();
  await expect(desk.getByRole('row', { name: meeting.cards[last].label })).toContainText('签到处登记');
  expect(problems).toEqual([]);
  await context.close();
});

test('a reason that is being written survives the other operator', async ({ as, server }) => {
  const meeting = server.meetings[2];
  const path = `/hall/${meeting.meeting}`;
  const chair = await as(accounts.secretary);
  const operator = await as(accounts.office);
  await operator.goto(`${path}/check-in`);
  for (const card of meeting.cards) {
    await operator.getByRole('row', { name: card.label }).getByRole('button', { name: '登记到场' }).click();
    await expect(operator.getByRole('row', { name: card.label })).toContainText('签到处登记');
  }
  await operator.goto(path);
  expect(await step(operator)).toBe('开始测评');
  await operator.locator('summary').filter({ hasText: '作废本轮…' }).click();
  const reason = operator.locator('details[open] [name=reason]');
  await reason.fill('写到一半');

  await chair.goto(path);
  expect(await step(chair)).toMatch(/^请.+述责$/);
  // The big button of the other page is the next one; the words are still there.
  await expect(operator.locator('#live button.big')).toHaveText('开始计时');
  await expect(reason).toHaveValue('写到一半');
  await expect(reason).toBeFocused();
  // What he decided on has changed: that is said once, his words stay, and the second press means it.
  const again = operator.getByRole('button', { name: '作废本轮', exact: true });
  await again.click();
  await expect(operator.getByRole('alert').filter({ hasText: '没有办成' })).toBeVisible();
  await expect(reason).toHaveValue('写到一半');
  await again.click();
  await expect(operator.getByText('上一轮已作废')).toBeVisible();
});
