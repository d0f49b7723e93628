// Several notes begun one after the other: each keeps a draft of its own, and saving one takes nothing of the others away.
import { leader } from '../accounts';
import { expect, test } from '../fixtures';
import { inBook, noDraft, notice, onDevice, onServer, open, PROVOKED, save, sentence, state, text, write } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(({ context }) => noDraft(context));

test('saving a third note leaves the two that were not finished', { tag: '@phone' }, async ({ page, shot }) => {
  const [first, second, third] = [sentence('甲句'), sentence('乙句'), sentence('丙句')];
  for (const words of [first, second]) {
    await open(page);
    await write(page, words);
    await expect(state(page)).toHaveText(/^草稿已保存 \d\d:\d\d · 还没有记入$/);
    await page.goto('/records');
  }
  await open(page);
  await expect(notice(page)).toContainText('您有 2 份草稿');
  await write(page, third);
  await expect(state(page)).toHaveText(/^草稿已保存/);
  expect(await onServer(page)).toEqual([third, second, first]);
  await shot('outbox-notes');
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await onServer(page)).toEqual([second, first]);
  expect(await onDevice(page)).toMatchObject({ drafts: 2, queue: 0 });
  // Both can be gone on with, one after the other, as they were written.
  await open(page);
  await expect(notice(page)).toContainText(`「${second}」`);
  await notice(page).getByRole('button', { name: '下一份' }).click();
  await expect(notice(page)).toContainText(`「${first}」`);
  await notice(page).getByRole('button', { name: '继续写' }).click();
  await expect(text(page)).toHaveValue(first);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await onServer(page)).toEqual([second]);
  expect(await inBook(page, first)).toBe(1);
  await open(page);
  const dropped = page.waitForResponse('**/drafts/drop');
  await notice(page).getByRole('button', { name: '不要了' }).click();
  await dropped;
  expect(await onServer(page)).toEqual([]);
});

test('texts refused in several visits are not joined, and the other device shows each by itself', async ({ page, as }) => {
  const texts = [`${sentence('谈话')} 11010519491231002X`, `${sentence('会上传阅')}（机密★3年）`];
  for (const words of texts) {
    await open(page);
    await text(page).fill(words);
    await save(page).click();
    await page.waitForURL(/[?&]draft=/);
    await expect(page.locator('main')).toContainText('写的内容留作草稿');
    await expect(text(page)).toHaveValue(words);
  }
  expect((await onServer(page)).sort()).toEqual([...texts].sort());
  // They were refused, not left unfinished: no form offers them, the list of what was refused has both.
  const other = await as(leader);
  for (const device of [page, other]) {
    await device.goto('/home');
    await expect(device.getByText('没写完的随手记')).toHaveCount(0);
    await open(device);
    await expect(notice(device)).toHaveCount(0);
  }
  await other.goto('/drafts');
  for (const words of texts) await expect(other.locator('.card').filter({ hasText: words.slice(0, 8) })).toHaveCount(1);
  await other.locator('.card').filter({ hasText: texts[0].slice(0, 8) }).getByRole('link', { name: '接着改' }).click();
  await expect(text(other)).toHaveValue(texts[0]);
});

test('an empty form that was sent is no draft', async ({ page }) => {
  await open(page);
  for (let n = 0; n < 2; n += 1) {
    const before = page.url();
    await save(page).click();
    await page.waitForURL((url) => url.href !== before && url.searchParams.has('draft'));
    await expect(page.getByRole('alert').filter({ hasText: '还没有保存' })).toBeVisible();
    await expect(page.locator('main')).not.toContainText('写的内容留作草稿');
  }
  expect(await onServer(page)).toEqual([]);
  expect(await onDevice(page)).toMatchObject({ drafts: 0 });
});

test('a refused note that was gone on with from its draft is not listed any more once it is saved', async ({ page }) => {
  const words = `${sentence('谈话')} 11010519491231002X`, mended = sentence('去掉了证件号');
  await open(page);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/[?&]draft=/);
  await page.goto('/drafts');
  await page.locator('.card').filter({ hasText: words.slice(0, 8) }).getByRole('link', { name: '接着改' }).click();
  await expect(text(page)).toHaveValue(words);
  await text(page).fill(mended);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  await page.goto('/drafts');
  await expect(page.locator('main')).not.toContainText(words.slice(0, 8));
  expect(await onServer(page)).toEqual([]);
  expect(await inBook(page, mended)).toBe(1);
});

test('a refused note that is thrown away is offered no more, on this device and on the server', async ({ page }) => {
  const words = `${sentence('谈话')} 11010519491231002X`;
  await open(page);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/[?&]draft=/);
  await page.getByRole('link', { name: '没有通过的内容' }).click();
  await page.locator('.card').filter({ hasText: words.slice(0, 8) }).getByRole('button', { name: '不要了' }).click();
  await expect(page.locator('main')).not.toContainText(words.slice(0, 8));
  expect(await onServer(page)).toEqual([]);
  expect(await onDevice(page)).toMatchObject({ drafts: 0 });
  await open(page);
  await expect(notice(page)).toHaveCount(0);
});

test('home says that a note is not finished', { tag: '@phone' }, async ({ page, shot }) => {
  const words = sentence('还没写完');
  await page.goto('/home');
  await expect(page.getByText('没写完的随手记')).toHaveCount(0);
  await open(page);
  await write(page, words);
  await expect(state(page)).toHaveText(/^草稿已保存/);
  await page.goto('/home');
  await shot('home-unfinished');
  await expect(page.getByText('有一份没写完的随手记')).toBeVisible();
  await page.getByRole('link', { name: '继续写' }).click();
  // One tap: the words stand in the form, and nothing asks for them once more.
  await expect(text(page)).toHaveValue(words);
  await expect(notice(page)).toHaveCount(0);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await onServer(page)).toEqual([]);
  expect(await onDevice(page)).toMatchObject({ drafts: 0 });
  await page.goto('/home');
  await expect(page.getByText('没写完的随手记')).toHaveCount(0);
});
