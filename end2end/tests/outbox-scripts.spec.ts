// The form before wasm, without wasm, and without any script.
import { leader } from '../accounts';
import { expect, test } from '../fixtures';
import { FORM, inBook, noDraft, notice, PROVOKED, save, sentence, state, text } from '../outbox';

test.use({ account: leader, tolerated: PROVOKED });
test.beforeEach(async ({ context }, info) => {
  if (!info.tags.includes('@tierB')) await noDraft(context);
});

test('wasm that is late: the form works before it, and typed text outlives hydration', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('脚本还没到');
  let release = () => {};
  const gate = new Promise<void>((done) => { release = done; });
  await page.route(/\/pkg\/.*\.wasm$/, async (route) => { await gate; await route.continue(); });
  await page.clock.install();
  await page.goto(FORM, { waitUntil: 'domcontentloaded' });
  await text(page).fill(words);
  await page.getByLabel('蹲点调研', { exact: true }).check();
  await page.clock.fastForward(10_000);
  // Ten seconds without wasm: the draft has been saved meanwhile.
  await expect(state(page)).toHaveText(/^草稿已保存/);
  expect(await page.evaluate(() => document.documentElement.hasAttribute('data-ready'))).toBe(false);
  release();
  await page.waitForFunction(() => document.documentElement.hasAttribute('data-ready'));
  await expect(text(page)).toHaveValue(words);
  await expect(page.locator('input[name=kind]:checked')).toHaveValue('visit');
  await expect(notice(page)).toHaveCount(0);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});

test('wasm that never comes: the record is saved all the same', { tag: '@phone' }, async ({ page }) => {
  const words = sentence('没有等到脚本');
  await page.route(/\/pkg\/.*\.wasm$/, () => {});
  await page.goto(FORM, { waitUntil: 'domcontentloaded' });
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/saved=1/, { waitUntil: 'domcontentloaded' });
  await page.goto('/records', { waitUntil: 'domcontentloaded' });
  await expect(page.locator('main').getByText(words)).toHaveCount(1);
});

test('without scripts the form is a form', { tag: '@tierB' }, async ({ page }) => {
  const words = sentence('不用脚本');
  await page.goto(FORM);
  await text(page).fill(words);
  await save(page).click();
  await page.waitForURL(/saved=1/);
  expect(await inBook(page, words)).toBe(1);
});
