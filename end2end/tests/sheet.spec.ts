// The sheet of a 翻阅检查 on site: marks made without a network outlive a reload and arrive once, the head signs on the
// reader's screen, and below wasm and without scripts the same forms work.
import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { leader, office, supervisor, team } from '../accounts';
import { expect, test } from '../fixtures';

const TOLERATED = [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|Failed to (fetch|load resource)/];
const sentence = (what: string) => `${what}·${Math.random().toString(36).slice(2, 8)}`;

/** The book that is being read when the district is first loaded. */
async function running(page: Page): Promise<string> {
  await page.goto('/oversight');
  const row = page.locator('tbody tr', { hasText: '翻阅中' }).first();
  return (await row.locator('a[href^="/oversight/0"]').getAttribute('href'))!;
}
/** The taps of the sampled items themselves. */
const taps = (page: Page): Locator => page.locator('.sheet-row > div:first-child form[data-onsite]');
const state = (form: Locator): Locator => form.locator('[data-onsite-state]');
/** Rows with every mark are folded; the tests tap on them all the same. */
const unfold = (page: Page) => page.locator('details.sheet-fold').evaluateAll((all) => all.forEach((fold) => { (fold as HTMLDetailsElement).open = true; }));
const mark = async (form: Locator, words: string, kind: string) => {
  await form.locator('input[name=text]').fill(words);
  await form.getByRole('button', { name: kind, exact: true }).click();
};
/** What lies on the device under a store, and whether a word can be read there. */
const kept = (page: Page, store: string, word: string) => page.evaluate(async ([store, word]) => {
  const open = indexedDB.open('wuze');
  const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
  const rows = await new Promise<any[]>((ok) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => ok(r.result); });
  db.close();
  const plain = rows.map((row) => JSON.stringify(row) + new TextDecoder().decode(row.data)).join();
  return { rows: rows.filter((row) => store !== 'year' || String(row.id).includes('|sheet|')).length, plain: plain.includes(word) };
}, [store, word]);

/** The sheet as somebody sees it who has been here before: the worker in charge, the sheet on the device. */
async function settle(page: Page, sheet: string): Promise<void> {
  await expect(async () => {
    await page.goto(sheet);
    expect(await page.evaluate(() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null))).toBe(true);
  }).toPass();
  await expect(page.locator('[data-onsite-kept]')).toContainText('已存在本机');
  await unfold(page);
}

test.describe('of a reader', () => {
  test.use({ account: team, serviceWorkers: 'allow', tolerated: TOLERATED });

  test('three marks without a network outlive a reload and arrive once', { tag: '@phone' }, async ({ page, context, shot }) => {
    const sheet = await running(page);
    await settle(page, sheet);
    const words = [1, 2, 3].map((n) => sentence(`现场核对${n}`));
    await context.setOffline(true);
    for (const [n, said] of words.entries()) {
      await mark(taps(page).nth(n), said, '印证充分');
      await expect(state(taps(page).nth(n))).toContainText('已存在本机');
    }
    expect(await kept(page, 'queue', words[0])).toEqual({ rows: 3, plain: false });

    // The page is closed and opened again, still without a network.
    await page.reload();
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    for (const n of words.keys()) await expect(state(taps(page).nth(n))).toContainText(words[n]);
    await expect(state(taps(page).first())).toContainText('已存在本机');
    await expect(page.locator('[data-onsite-progress]')).toContainText(/已标 [3-9]/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await shot('sheet-offline');
    expect((await new AxeBuilder({ page }).include('#onsite').analyze()).violations).toEqual([]);

    // Whatever page he meant to open, the sheet is at hand.
    await page.goto('/board');
    await page.locator('#sheets').getByRole('link').first().click();
    await expect(state(taps(page).first())).toContainText('已存在本机');

    await context.setOffline(false);
    for (const n of words.keys()) await expect(state(taps(page).nth(n))).toContainText('已送达');
    await expect.poll(async () => (await kept(page, 'queue', '')).rows).toBe(0);
    await page.goto(sheet);
    for (const said of words) await expect(page.locator('#remarks').getByText(said)).toHaveCount(1);
    await shot('sheet-phone');
  });

  test('a mark is one tap, changed by another one, and says what is missing', { tag: '@phone' }, async ({ page }) => {
    const sheet = await running(page);
    await settle(page, sheet);
    const form = taps(page).nth(3), said = sentence('补充签到表');
    await form.getByRole('button', { name: '需补充', exact: true }).click();
    await expect(state(form)).toContainText('请先写一句要补充什么');
    await mark(form, said, '需补充');
    await expect(state(form)).toContainText('已送达：需补充');
    // The page follows without being loaded again.
    await expect(page.locator('#remarks').getByText(said)).toHaveCount(1);
    await mark(form, sentence('台账齐全'), '印证充分');
    await expect(state(form)).toContainText('已送达：印证充分');
    await page.goto(sheet);
    await expect(page.locator('#remarks .why', { hasText: said })).toContainText('本人改为“印证充分”');
    await unfold(page);
    // Typed and not tapped: still there, and still nothing marked.
    const other = taps(page).nth(4), typed = sentence('还没有点');
    await other.locator('input[name=text]').fill(typed);
    await other.locator('input[name=text]').press('Enter');
    await expect(state(other)).toContainText('请点下面的一个按钮');
    await expect(page.locator('#remarks').getByText(typed)).toHaveCount(0);
  });

  test('an explicit sign-out takes the sheet and the marks with it', { tag: '@phone' }, async ({ page, context, signIn }) => {
    // A session of its own: the one of the worker must outlive this test.
    await context.clearCookies();
    await signIn(team.login, team.password);
    const sheet = await running(page);
    await settle(page, sheet);
    expect((await kept(page, 'year', '')).rows).toBe(1);
    await page.goto('/me');
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.waitForURL(/signin/);
    expect((await kept(page, 'year', '')).rows).toBe(0);
    await context.setOffline(true);
    await page.goto(sheet);
    await expect(page.getByRole('heading', { level: 1, name: '未联网' })).toBeVisible();
    await expect(page.locator('.sheet-row')).toHaveCount(0);
    await context.setOffline(false);
  });
});

test.describe('face to face', () => {
  test.use({ account: supervisor });

  test('the head signs on the reader’s screen with his own password', { tag: '@phone' }, async ({ page, as, shot }) => {
    const sheet = await running(page);
    await page.goto(sheet);
    await page.locator('#feedback textarea').fill('总体扎实，请补齐抽查中提出的材料。');
    await page.getByRole('button', { name: '形成反馈意见' }).click();
    const sure = page.getByRole('button', { name: '提前结束，形成反馈意见' });
    await sure.click();
    const here = page.locator('#here');
    await expect(here).toBeVisible();
    const name = (await here.locator('option').first().textContent())!;
    await here.getByLabel('不便手写时，输入姓名').fill(name);
    await here.getByLabel('本人的密码或数字密码').fill('bu-dui-de-mi-ma');
    await here.getByRole('button', { name: '负责人签字' }).click();
    await expect(page.getByText('负责人的密码或数字密码不对').first()).toBeVisible();
    await here.getByLabel('不便手写时，输入姓名').fill(name);
    await here.getByLabel('本人的密码或数字密码').fill(leader.password);
    await shot('sheet-sign');
    await here.getByRole('button', { name: '负责人签字' }).click();
    await expect(page.locator('main')).toContainText(`${name}　`);
    await expect(page.locator('#here')).toHaveCount(0);
    // The head sees it at home on his own device; then it goes back, so that the district is as it was.
    const own = await as(leader);
    await own.goto(sheet);
    await expect(own.getByRole('heading', { name: '签字', exact: true })).toBeVisible();
    await page.getByRole('button', { name: '退回修改' }).click();
    await expect(page.locator('#feedback')).toBeVisible();
  });
});

test.describe('without scripts', () => {
  test.use({ account: office });

  test('a sheet is marked, rechecked, fed back and signed by plain forms', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/oversight');
    await page.locator('tbody input[name=post]:not([disabled])').last().check();
    const readers = page.getByRole('group', { name: '翻阅人员' }).getByRole('checkbox');
    for (const reader of await readers.all()) await reader.check({ force: true });
    await page.getByRole('radio', { name: '日常翻阅检查' }).check({ force: true });
    await page.getByLabel('不少于几条').fill('3');
    await page.getByRole('button', { name: '下一步：核对' }).click();
    const unit = (await page.locator('#confirm ul.rows b').first().textContent())!;
    await page.getByRole('button', { name: '确认登记并告知' }).click();
    await page.goto('/oversight');
    const row = page.locator('tbody tr', { hasText: unit });
    const sheet = (await row.locator('a[href^="/oversight/0"]').getAttribute('href'))!;
    await page.goto(sheet);

    await page.getByRole('link', { name: '复核抽取' }).click();
    await expect(page.getByText('重新计算的结果与本表一致')).toBeVisible();
    await shot('sheet-recheck');
    await page.goto(sheet);

    // Enter says nothing and loses nothing; a tap marks, and comes back to its row.
    const said = sentence('台账在办公室'), field = taps(page).first().locator('input[name=text]');
    await field.fill(said);
    await field.press('Enter');
    await expect(page.getByText('还没有选意见').first()).toBeVisible();
    await expect(taps(page).first().locator('input[name=text]')).toHaveValue(said);
    await taps(page).first().getByRole('button', { name: '需补充', exact: true }).click();
    await expect(page).toHaveURL(/#row-/);
    await expect(page.locator('.sheet-marks').getByText(said)).toBeVisible();
    await expect(page.locator('#resume')).toContainText('已标 1 条');

    await page.locator('#feedback textarea').fill('请补充台账。');
    await page.getByRole('button', { name: '形成反馈意见' }).click();
    const sign = page.locator('#sign'), name = (await sign.getByRole('heading').textContent())!.split('：')[1];
    await sign.locator('input[name=typed]').fill(name);
    await sign.getByRole('button', { name: '确认签字' }).click();
    await page.locator('#paper > summary').click();
    await page.locator('#paper').getByRole('button', { name: '登记纸质签字' }).click();
    await expect(page.getByText('已签字办结').first()).toBeVisible();
  });
});
