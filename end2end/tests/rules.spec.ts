// What 三色预警 promises: rules are edited in plain fields, tried out before anybody adopts them, adopted by a second person,
// and every colour names its version; a head asks with one tap whether a colour is right and is answered where he asked.
// Without scripts, too.
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test, type Account } from '../fixtures';

type As = (account: Account) => Promise<Page>;

const fits = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

/** The office drafts a rule that makes quarterly items yellow for (nearly) the whole quarter, and tries it out. */
async function drafted(page: Page): Promise<void> {
  await page.goto('/oversight/rules');
  await page.getByRole('link', { name: '起草修改' }).click();
  const names = page.locator('input[name^="rule"][name$="_name"]');
  let at = 0;
  while (!['', '整季提醒'].includes(await names.nth(at).inputValue())) at += 1;
  const row = page.locator(`#rule${at}`);
  if (!(await row.evaluate((details) => (details as HTMLDetailsElement).open))) await row.locator('> summary').click();
  await page.locator(`#rule${at}_name`).fill('整季提醒');
  await page.locator(`#rule${at}_to_due`).fill((await page.locator(`#rule${at}_to_due`).inputValue()) === '89' ? '88' : '89');
  await row.locator('input[value=quarterly]').check({ force: true });
  await page.locator(`#rule${at}_because`).fill('本季度没有办的，一直提醒到办好为止。');
  await page.getByRole('button', { name: '保存并试算' }).click();
  await expect(page.getByRole('heading', { name: '试算', exact: true })).toBeVisible();
}

/** The 分管副书记 adopts what the office sent up; the number of the version. */
async function adopted(as: As, office: Page): Promise<string> {
  await office.getByRole('button', { name: '报分管副书记审定' }).click();
  await expect(office.getByRole('status').getByText('已办理')).toBeVisible();
  const deputy = await as(accounts.deputy);
  await deputy.goto('/oversight/rules');
  await deputy.locator('li', { hasText: '待审定' }).first().getByRole('link').first().click();
  await expect(deputy.getByRole('heading', { name: '试算', exact: true })).toBeVisible();
  await deputy.getByRole('button', { name: '同意，采用为新版本' }).click();
  const said = deputy.getByRole('status').getByText(/现行规则是第\d+版/);
  await expect(said).toBeVisible();
  return /第(\d+)版/.exec((await said.textContent())!)![1];
}

test.describe('the office', () => {
  test.use({ account: accounts.office });

  test('a rule is edited, tried out, adopted by a second person, and the history names its version', { tag: ['@desktop', '@tierB'] }, async ({ page, as, shot }) => {
    test.setTimeout(60_000);
    await drafted(page);
    await expect(page.locator('#dry')).toContainText('只是试算，没有改动任何颜色');
    await expect(page.locator('#dry')).toContainText(/整季提醒|没有事项变色/);
    await shot('rules-dry-run');
    const waiting = page.waitForEvent('download');
    await page.locator('#dry').getByRole('link', { name: '导出' }).click();
    expect((await waiting).suggestedFilename()).toMatch(/试算.*\.xlsx$/);
    const version = await adopted(as, page);
    await page.goto('/oversight/rules');
    await expect(page.getByRole('heading', { name: `现行：规则第${version}版` })).toBeVisible();
    await expect(page.locator('ol.versions > li').first()).toContainText('整季提醒');
    await shot('rules-versions');
  });

  test('a rule that is wrong comes back with everything typed', { tag: ['@desktop', '@tierB'] }, async ({ page }) => {
    await page.goto('/oversight/rules?id=new');
    await page.locator('#monthly_days').fill('28');
    await page.locator('#note').fill('试一试');
    await page.getByRole('button', { name: '保存草稿' }).click();
    await expect(page.getByRole('alert').first()).toContainText('应在 0 到 20 之间');
    await expect(page.locator('#monthly_days')).toHaveValue('28');
    await expect(page.locator('#note')).toHaveValue('试一试');
  });
});

test.describe('the head', () => {
  test.use({ account: accounts.leader });

  test('asks with one tap whether a colour is right and is answered where he asked', { tag: ['@phone', '@tierB'] }, async ({ page, as, shot }) => {
    test.setTimeout(60_000);
    const office = await as(accounts.office);
    await drafted(office);
    const version = await adopted(as, office);

    await page.goto('/duties/mine');
    await page.getByRole('link', { name: '颜色和经过' }).click();
    await expect(page.getByRole('heading', { name: '颜色和经过', level: 1 })).toBeVisible();
    expect(await fits(page)).toBe(true);
    const item = page.locator('.colours > li', { has: page.locator('.ask-check') }).first();
    const id = (await item.getAttribute('id'))!;
    await expect(item).toContainText(`规则第${version}版`);
    // A button for a thumb, not a line of text.
    const opens = item.locator('.ask-check > summary');
    if (page.viewportSize()!.width < 700) expect((await opens.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await opens.click();
    await shot('colours-ask');
    await item.locator('textarea[name=words]').fill('材料已交派驻组，请核对。');
    await item.getByRole('button', { name: '提交核对申请' }).click();
    await expect(page.getByRole('status').getByText('已提交核对申请')).toBeVisible();
    const mine = page.locator(`[id="${id}"]`);
    await expect(mine).toContainText('待答复');
    await expect(mine.locator('.ask-check')).toHaveCount(0);

    await office.goto('/oversight/checks');
    const asked = office.locator('#open .checks > li', { hasText: '孔一帆' }).filter({ hasText: '材料已交派驻组，请核对。' }).first();
    await asked.locator('details > summary').click();
    await asked.locator('textarea[name=words]').fill('已核对，材料齐全，请补记。');
    await asked.getByRole('button', { name: '维持原判' }).click();
    await expect(office.getByRole('status').getByText('已答复')).toBeVisible();
    expect(await fits(office)).toBe(true);

    await page.goto('/todo');
    await page.getByRole('link', { name: /核对答复/ }).first().click();
    const answered = page.locator(`[id="${id}"]`);
    await expect(answered).toContainText('维持原判：已核对，材料齐全，请补记。');
    await answered.getByRole('button', { name: '知道了' }).first().click();
    await expect(page.getByRole('status').getByText('已办理')).toBeVisible();
    await answered.locator('details', { hasText: '颜色经过' }).last().locator('> summary').click();
    await expect(answered.locator('.changes')).toContainText('→');
    await shot('colours-history');
  });
});
