// What the server or the device will not take: said, kept, and sent or corrected later.
import { leader } from '../accounts';
import { expect, test } from '../fixtures';
import { inBook, noDraft, notice, onDevice, open, PROVOKED, save, sentence, state, text, write } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(({ context }) => noDraft(context));

test('a refused record comes back with its text', async ({ page }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/[?&]draft=/);
  await expect(page.getByRole('alert').filter({ hasText: '还没有保存' })).toBeVisible();
  await expect(text(page)).toHaveValue(words);
  // Left without correcting it: the text is still there, in the list of what was refused.
  await page.goto('/drafts');
  await page.locator('.card').filter({ hasText: words.slice(0, 8) }).getByRole('link', { name: '接着改' }).click();
  await expect(text(page)).toHaveValue(words);
});

test('a record refused in the background comes back as a draft with its reason', { tag: '@phone' }, async ({ page, context }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
  await notice(next).getByRole('button', { name: '去修改' }).click();
  await next.waitForURL(/[?&]draft=/);
  await expect(next.getByRole('alert').filter({ hasText: '还没有保存' })).toContainText('身份证号');
  await expect(text(next)).toHaveValue(words);
  await expect(notice(next)).toHaveCount(0);
  expect(await inBook(next, words)).toBe(0);
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
});

test('a refused record waits on the device until its correction is saved', async ({ page, context }) => {
  const words = `${sentence('谈话')} 11010519491231002X`, mended = sentence('去掉了证件号');
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await notice(next).getByRole('button', { name: '去修改' }).click();
  await next.waitForURL(/[?&]draft=/);
  await expect(text(next)).toHaveValue(words);
  // Left without touching anything; two days later the server's draft has ended.
  await next.goto('/records');
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
  await next.close();
  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 2 * 864e5 });
  await later.route(/[?&]draft=/, async (route) => {
    const url = route.request().url().replace(/draft=[^&]+/, 'draft=00000000-0000-7000-8000-000000000000');
    await route.fulfill({ response: await route.fetch({ url }) });
  });
  await later.goto('/records');
  await notice(later).getByRole('button', { name: '去修改' }).click();
  await later.waitForURL(/[?&]draft=/);
  await expect(text(later)).toHaveValue('');
  await notice(later).getByRole('button', { name: '继续写' }).click();
  await expect(text(later)).toHaveValue(words);
  expect(await onDevice(later)).toMatchObject({ queue: 1 });
  // Refused once more: the newer text is the one that waits.
  await text(later).fill(`${words} 改到一半`);
  const first = later.url();
  await save(later).click();
  await later.waitForURL((url) => url.href !== first && url.searchParams.has('draft'));
  expect(await onDevice(later)).toMatchObject({ queue: 1 });
  await later.unroute(/[?&]draft=/);
  await later.goto('/records');
  await notice(later).getByRole('button', { name: '去修改' }).click();
  await later.waitForURL(/[?&]draft=/);
  await expect(text(later)).toHaveValue(`${words} 改到一半`);
  await text(later).fill(mended);
  await save(later).click();
  await later.waitForURL(/saved=1/);
  expect(await onDevice(later)).toMatchObject({ queue: 0 });
  expect(await inBook(later, mended)).toBe(1);
  await expect(notice(later)).toHaveCount(0);
});

test('a refused record that is not wanted any more is deleted by hand, and asked about first', { tag: '@phone' }, async ({ page, context }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await context.setOffline(true);
  await text(page).fill(words);
  await save(page).click();
  await expect(notice(page)).toContainText('待上传 1 条');
  await page.close({ runBeforeUnload: false });
  await context.setOffline(false);
  const next = await context.newPage();
  await next.goto('/records');
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
  await expect(notice(next)).not.toContainText('谈话·');
  await notice(next).getByRole('button', { name: '删除' }).click();
  await expect(notice(next)).toContainText(`「${words.slice(0, 24)}…」`);
  await notice(next).getByRole('button', { name: '留着' }).click();
  await expect(notice(next)).toContainText('有 1 条没有通过，内容还在');
  expect(await onDevice(next)).toMatchObject({ queue: 1 });
  // Half a year later it is still there: nothing takes it off the device by itself.
  await next.close();
  const later = await context.newPage();
  await later.clock.install({ time: Date.now() + 180 * 864e5 });
  await later.goto('/records');
  await notice(later).getByRole('button', { name: '删除' }).click();
  // Coming back to the page does not answer the question.
  await later.evaluate(() => window.dispatchEvent(new Event('online')));
  await notice(later).getByRole('button', { name: '确定删除' }).click();
  await expect(notice(later)).toHaveCount(0);
  await expect.poll(async () => (await onDevice(later)).queue).toBe(0);
  await later.reload();
  await expect(notice(later)).toHaveCount(0);
});

test('a session that ended keeps the text and sends it after signing in', { tag: '@phone' }, async ({ page, context, shot }) => {
  const words = sentence('登录过期也不丢');
  await open(page);
  await context.clearCookies();
  await write(page, words);
  await expect(state(page)).toHaveText(/^登录已过期，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('登录已过期，已存在本机，重新登录后自动送出');
  await shot('outbox-expired');
  await notice(page).getByRole('button', { name: '重新登录' }).click();
  await page.waitForURL(/\/signin/);
  await page.getByLabel('账号').fill(leader.login);
  await page.getByLabel('密码', { exact: true }).fill(leader.password);
  await page.getByRole('button', { name: '登录' }).click();
  await expect(notice(page)).toContainText('已送出 1 条');
  expect(await inBook(page, words)).toBe(1);
});

test('the server has no room: said, kept, sent when there is room again', async ({ page }) => {
  const words = sentence('服务器满了');
  let full = true;
  await open(page);
  await page.route(/\/(records\/save|drafts)$/, (route) => (full ? route.fulfill({ status: 507, body: '' }) : route.continue()));
  await write(page, words);
  await expect(state(page)).toHaveText(/^服务器存储空间已满，已存在本机 \d\d:\d\d$/);
  await save(page).click();
  await expect(state(page)).toHaveText('服务器存储空间已满，已存在本机，稍后自动送出');
  await expect(notice(page)).toContainText('服务器存储空间已满，待上传 1 条，已存在本机');
  expect(await onDevice(page)).toMatchObject({ queue: 1 });
  full = false;
  await page.evaluate(() => window.dispatchEvent(new Event('online')));
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});

test('the device has no room: said, kept on the server, the page holds what is not sent', async ({ page, context }) => {
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => { throw new DOMException('full', 'QuotaExceededError'); };
  });
  const words = sentence('手机满了');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^草稿已保存 \d\d:\d\d（本机存储已满） · 还没有记入$/);
  await context.setOffline(true);
  await write(page, '，再写');
  await expect(state(page)).toHaveText('未联网，本机也存不下草稿，请不要关闭本页');
  await save(page).click();
  await expect(state(page)).toHaveText('未联网，没有送出，请不要关闭本页，联网后自动送出');
  await expect(notice(page)).toContainText('待上传 1 条，请不要关闭本页');
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, `${words}，再写`)).toBe(1);
});

test('without a secure context: on the server only, and said', async ({ page, context }) => {
  await page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined }));
  const words = sentence('内网明文');
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^草稿已保存 \d\d:\d\d（本机不留草稿） · 还没有记入$/);
  await context.setOffline(true);
  await save(page).click();
  await expect(state(page)).toHaveText(/^未联网，没有送出，请不要关闭本页/);
  await context.setOffline(false);
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});
