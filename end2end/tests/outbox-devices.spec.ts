// Two devices with one draft, two accounts on one device, and what signing out wipes.
import type { Page } from '@playwright/test';
import { leader, newleader } from '../accounts';
import { expect, test } from '../fixtures';
import { inBook, noDraft, notice, onDevice, open, PROVOKED, save, sentence, state, text, write } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(({ context }) => noDraft(context));

/** Two devices go on with the same note; the other one writes and saves first. */
async function writeOnBoth(page: Page, other: Page, here: string, there: string): Promise<void> {
  await open(other);
  await write(other, sentence('开头'));
  await expect(state(other)).toHaveText(/^草稿已保存/);
  await open(page);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(state(page)).toHaveText(/^草稿已保存/);
  await text(other).fill(there);
  const saved = other.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/drafts'));
  await other.clock.fastForward(2100);
  expect((await saved).status()).toBe(200);
  await text(page).fill(here);
  await page.clock.fastForward(2100);
  await expect(notice(page)).toContainText('您在两台设备上都写了这一份');
}

for (const [button, keeps] of [['用这台的', '{here}'], ['用另一台的', '{there}'], ['两段都留', '{here}\n{there}']]) {
  test(`the same draft on two devices, shown side by side: ${button}`, { tag: '@phone' }, async ({ page, as, shot }) => {
    const [here, there] = [sentence('在电脑上'), sentence('在手机上')];
    const other = await as(leader);
    await writeOnBoth(page, other, here, there);
    await expect(notice(page).locator('.card')).toContainText([here, there]);
    // Asked, not done: the field is as it was typed.
    await expect(text(page)).toHaveValue(here);
    await shot('outbox-two-devices');
    await notice(page).getByRole('button', { name: button }).click();
    const kept = keeps.replace('{here}', here).replace('{there}', there);
    await expect(text(page)).toHaveValue(kept);
    await expect(notice(page)).toHaveCount(0);
    await page.clock.fastForward(2100);
    await expect(state(page)).toHaveText(/^草稿已保存/);
    // What was chosen is the draft of every device now.
    const third = await as(leader);
    await open(third);
    await notice(third).getByRole('button', { name: '继续写' }).click();
    await expect(text(third)).toHaveValue(kept);
  });
}

test('two devices, the page closed before the question was answered: it is asked again', async ({ page, as }) => {
  const [here, there] = [sentence('没来得及选'), sentence('另一台先存')];
  const other = await as(leader);
  await writeOnBoth(page, other, here, there);
  await page.goto('/records');
  await open(page);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(notice(page).locator('.card')).toContainText([here, there]);
  await notice(page).getByRole('button', { name: '两段都留' }).click();
  await expect(text(page)).toHaveValue(`${here}\n${there}`);
});

for (const how of ['asked while writing', 'asked at the start']) {
  test(`while it is asked which version holds, 保存 waits: ${how}`, { tag: '@phone' }, async ({ page, as, shot }) => {
    const [here, there] = [sentence('先别存'), sentence('另一台写的')];
    const other = await as(leader);
    await writeOnBoth(page, other, here, there);
    if (how === 'asked at the start') {
      await page.goto('/records');
      await open(page);
      await notice(page).getByRole('button', { name: '继续写' }).click();
      await expect(notice(page).locator('.card')).toContainText([here, there]);
      await expect(text(page)).toHaveValue(here);
    }
    const sent: string[] = [];
    page.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(r.postData() ?? ''); });
    await save(page).click();
    await expect(state(page)).toContainText('还没有保存');
    await expect(notice(page).getByRole('button', { name: '用另一台的' })).toBeInViewport();
    await text(page).press('Enter');
    expect(await onDevice(page)).toMatchObject({ queue: 0 });
    expect(sent).toEqual([]);
    await shot(`outbox-held-${how === 'asked at the start' ? 'start' : 'writing'}`);
    await notice(page).getByRole('button', { name: '用另一台的' }).click();
    await expect(text(page)).toHaveValue(new RegExp(there));
    await save(page).click();
    await page.waitForURL(/saved=1/);
    expect(sent).toHaveLength(1);
    expect(await inBook(page, there)).toBe(1);
  });
}

test('another account on the device neither sees nor sends what waits', async ({ page, context, sessionOf }) => {
  const words = sentence('前一位的');
  await open(page);
  await context.setOffline(true);
  await write(page, words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  const mine = await context.cookies();
  await context.clearCookies();
  await context.setOffline(false);
  await context.addCookies((await sessionOf(newleader)).cookies);
  const next = await context.newPage();
  const sent: string[] = [];
  next.on('request', (r) => { if (r.url().endsWith('/records/save')) sent.push(r.url()); });
  await open(next);
  await expect(notice(next)).toHaveCount(0);
  await expect(text(next)).toHaveValue('');
  expect(sent).toEqual([]);
  expect(await onDevice(next)).toMatchObject({ queue: 1 });
  expect(await inBook(next, words)).toBe(0);
  await context.clearCookies();
  await context.addCookies(mine);
  await next.goto('/records');
  await expect(notice(next)).toContainText('已送出 1 条');
  expect(await inBook(next, words)).toBe(1);
});

test('what a page kept of one account is not taken under another', async ({ page, context }) => {
  await open(page);
  const status = await page.evaluate(async () => {
    const body = new URLSearchParams({ form: 'records.new', subject: '', 'f.text': 'x' });
    return (await fetch('/drafts', { method: 'POST', body, headers: { 'x-wuze-account': '0'.repeat(32) } })).status;
  });
  expect(status).toBe(401);
  expect(await context.cookies()).not.toEqual([]);
});

test('signing out names what is only here, then wipes it with its key', { tag: '@phone' }, async ({ page, context, signIn }) => {
  // A session of its own: ending the shared one would end it for the other tests.
  await context.clearCookies();
  await signIn(leader.login, leader.password);
  await page.route('**/drafts', (route) => route.abort());
  await open(page);
  await write(page, sentence('只在本机'));
  await expect(state(page)).toHaveText(/^未联网，已存在本机/);
  await page.goto('/me');
  let asked = '';
  page.once('dialog', (dialog) => { asked = dialog.message(); void dialog.dismiss(); });
  await page.getByRole('button', { name: '退出登录' }).click();
  await expect.poll(() => asked).toContain('1 份草稿没有存到服务器');
  expect(await onDevice(page)).toMatchObject({ drafts: 1, keys: 1 });
  await expect(page).toHaveURL(/\/me$/);

  page.once('dialog', (dialog) => void dialog.accept());
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL(/\/signin/);
  expect(await onDevice(page)).toMatchObject({ drafts: 0, queue: 0, keys: 0 });
});
