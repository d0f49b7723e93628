// A draft that is being written: offered, kept, never put over typed text, left alone by an input method.
import { leader } from '../accounts';
import { typeChinese } from '../chinese';
import { expect, test } from '../fixtures';
import { FORM, noDraft, notice, onDevice, open, PROVOKED, sentence, state, text, write } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(({ context }) => noDraft(context));

test('leaving in the middle: the draft is offered, and never written over typed text', { tag: '@phone' }, async ({ page, shot }) => {
  const [words, later] = [sentence('写到一半'), sentence('又写了一句')];
  await open(page);
  await text(page).fill(words);
  await page.getByLabel('蹲点调研', { exact: true }).check();
  await page.goto('/records');
  await open(page);
  await expect(notice(page)).toContainText(/您有一份 \d\d:\d\d 的草稿/);
  await expect(notice(page)).toContainText(`「${words}」`);
  await expect(text(page)).toHaveValue('');
  await shot('outbox-offer');
  await text(page).fill(later);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^草稿已保存/);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  // What was typed beside it is a note of its own, and waits in its turn.
  await expect(text(page)).toHaveValue(words);
  await expect(page.locator('input[name=kind]:checked')).toHaveCount(1);
  await expect(notice(page)).toContainText(/您有一份 \d\d:\d\d 的草稿/);
  await notice(page).getByRole('button', { name: '不要了' }).click();
  await expect(notice(page)).toHaveCount(0);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText('刚才写的已存为草稿');

  await page.goto('/records');
  await open(page);
  const dropped = page.waitForResponse('**/drafts/drop');
  await notice(page).getByRole('button', { name: '不要了' }).click();
  await dropped;
  await open(page);
  await expect(notice(page)).toHaveCount(0);
  await expect(text(page)).toHaveValue('');
});

test('going to another app saves at once, without the pause', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('来电话了');
  await open(page);
  await text(page).fill(words);
  const saved = page.waitForResponse((r) => r.request().method() === 'POST' && r.url().endsWith('/drafts'));
  await page.evaluate(() => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  expect((await saved).status()).toBe(200);
  await expect.poll(async () => (await onDevice(page)).drafts).toBe(1);
  await expect(text(page)).toHaveValue(words);
});

test('reload in the middle keeps the text', async ({ page }) => {
  const words = sentence('刷新之前');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^草稿已保存/);
  const looked = page.waitForResponse((r) => r.url().includes('/drafts?'));
  await page.reload();
  await looked;
  // Some browsers bring the text back by themselves; then there is nothing to ask.
  const offered = notice(page).getByRole('button', { name: '继续写' });
  if ((await text(page).inputValue()) === '') await offered.click();
  await expect(text(page)).toHaveValue(words);
  await expect(notice(page)).toHaveCount(0);
});

test('a draft expires on the device after 14 days', async ({ page, context }) => {
  await open(page);
  await context.setOffline(true);
  await write(page, sentence('旧稿'));
  await expect(state(page)).toHaveText(/已存在本机/);
  expect((await onDevice(page)).drafts).toBe(1);
  // Left open, it would keep the draft young as soon as it is online again.
  await page.close();
  await context.setOffline(false);
  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 15 * 864e5 });
  await later.goto('/records');
  await expect.poll(async () => (await onDevice(later)).drafts).toBe(0);
});

test('a draft found late on the server is neither overwritten nor joined to what is typed', async ({ page, as }) => {
  const [here, there] = [sentence('先打了字'), sentence('早就在服务器上')];
  const other = await as(leader);
  await open(other);
  await write(other, there);
  await expect(state(other)).toHaveText(/^草稿已保存/);
  // The look for drafts is slow; the pause after typing passes meanwhile.
  let release = () => {};
  const gate = new Promise<void>((done) => { release = done; });
  await page.route('**/drafts?*', async (route) => { await gate; await route.continue(); });
  await page.clock.install();
  await page.goto(FORM);
  await write(page, here);
  await expect(state(page)).toHaveText(/^已存在本机/);
  const saved = page.waitForRequest((r) => r.method() === 'POST' && r.url().endsWith('/drafts'));
  release();
  expect(new URLSearchParams((await saved).postData()!).get('f.text')).toBe(here);
  await expect(notice(page)).toContainText('的草稿');
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(text(page)).toHaveValue(there);
});

test('composing Chinese: no save, no submit, one composition', async ({ page }) => {
  const posts: string[] = [];
  page.on('request', (r) => { if (r.method() === 'POST' && !r.url().includes('/api/')) posts.push(new URL(r.url()).pathname); });
  await open(page);
  const seen = await typeChinese(page, text(page), async (composition) => {
    for (const letters of ["lian'zheng", "lian'zheng'de"]) {
      await composition.show(letters);
      await page.clock.fastForward(3000);
    }
    await composition.enter();
    await page.evaluate(() => document.querySelector<HTMLFormElement>('form[data-outbox]')!.requestSubmit());
    expect(posts).toEqual([]);
  });
  await expect(text(page)).toHaveValue('廉政');
  expect(seen).toEqual(['compositionstart', 'compositionend']);
  await page.clock.fastForward(2100);
  await expect(state(page)).toHaveText(/^草稿已保存/);
  expect(posts).toEqual(['/drafts']);
});
