// 20,000 characters in a record, as somebody pastes them: through the form, the draft and the outbox. Said clearly, nothing lost.
import { leader } from '../accounts';
import { expect, test } from '../fixtures';
import { noDraft, notice, onDevice, open, save, state, text } from '../outbox';

test.use({ account: leader, tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|409|413|422|507)/] });
test.beforeEach(async ({ context }) => noDraft(context));

const LONG = `长篇·${Math.random().toString(36).slice(2, 8)}`.padEnd(19_990, '走访听取意见') + '到此为止。';
const SAID = /超过了 5000 个字|不超过 5000 个字/;

test('the form says how much is too much and keeps every character', { tag: '@phone' }, async ({ page, shot }) => {
  await open(page);
  await text(page).fill(LONG);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^草稿已保存 \d\d:\d\d|已存在本机/);
  // The draft is as long, after the page is gone too.
  await page.reload();
  await expect(async () => {
    if ((await text(page).inputValue()) !== LONG) await notice(page).getByRole('button', { name: '继续写' }).click({ timeout: 1000 });
    expect(await text(page).inputValue()).toBe(LONG);
  }).toPass();
  await save(page).click();
  await page.waitForURL(/draft=/);
  await expect(page.getByText(SAID).first()).toBeVisible();
  await expect(text(page)).toHaveValue(LONG);
  await shot('too-long');
  expect((await onDevice(page)).queue).toBe(0);
});

test('written without a network, it comes back to be corrected', { tag: '@phone' }, async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await text(page).fill(LONG);
  await page.clock.fastForward(2100);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  // Nobody looks at the form when it is refused.
  await context.setOffline(false);
  await page.goto('/home');
  await expect(notice(page)).toContainText('有 1 条没有通过，内容还在');
  await notice(page).getByRole('button', { name: '去修改' }).click();
  await page.waitForURL(/draft=/);
  await expect(page.getByText(SAID).first()).toBeVisible();
  await expect(text(page)).toHaveValue(LONG);
});
