// What 翻阅检查 promises: announced before it happens, remarks written where there is no network arrive once, and the head
// sees who will read and what was found.
import type { Page } from '@playwright/test';
import { leader, team } from '../accounts';
import { expect, test } from '../fixtures';

/** The book that is being read when the district is first loaded. */
const running = async (page: Page): Promise<string> => {
  await page.goto('/oversight');
  const row = page.locator('tbody tr', { hasText: '翻阅中' }).first();
  return (await row.locator('a[href^="/oversight/0"]').getAttribute('href'))!;
};

test.describe('the body', () => {
  test.use({ account: team, tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)/] });

  test('registers only after everything was shown once more, then chooses the sample by hand', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/oversight');
    await expect(page.getByText('可改为人工选定')).toBeVisible();
    const free = page.locator('tbody input[name=post]:not([disabled])').first();
    await free.check();
    await page.getByRole('group', { name: '翻阅人员' }).getByRole('checkbox').first().check({ force: true });
    await page.getByRole('radio', { name: '日常翻阅检查' }).check({ force: true });
    await page.getByRole('button', { name: '下一步：核对' }).click();
    await expect(page.getByRole('heading', { name: '核对后登记' })).toBeVisible();
    await shot('oversight-confirm');
    await page.getByRole('button', { name: '确认登记并告知' }).click();
    await expect(page.getByRole('status').getByText('已登记')).toBeVisible();

    // The sample is drawn; on the sheet it may be chosen by hand instead, as the form said.
    await page.goto('/oversight');
    const told = page.locator('tbody a[href^="/oversight/0"]');
    const links = await told.evaluateAll((all) => all.map((a) => a.getAttribute('href')!));
    let sheet = '';
    for (const link of links.sort().reverse()) {
      await page.goto(link);
      if (await page.locator('#choose').count()) { sheet = link; break; }
    }
    expect(sheet).not.toBe('');
    await page.locator('#choose > summary').click();
    // As many as were drawn at least: a choice makes nothing smaller.
    const chips = page.locator('#choose label.chip');
    const words = (await chips.first().innerText()).trim();
    for (const chip of (await chips.all()).slice(0, 10)) await chip.locator('input').check({ force: true });
    await page.getByLabel('人工选定的原因').fill('按年初计划抽查');
    await shot('oversight-choose');
    await page.getByRole('button', { name: '按所选条目抽查' }).click();
    await page.goto(sheet);
    await expect(page.locator('main')).toContainText('人工选定');
    await expect(page.locator('main .section-label', { hasText: words.split(' ')[0] }).first()).toBeVisible();
  });
});

test.describe('the head', () => {
  test.use({ account: leader });

  test('is told on his home and may open the sheet', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/home');
    const told = page.locator('a[href^="/oversight/0"]').first();
    await expect(told).toBeVisible();
    await told.click();
    await expect(page.getByRole('heading', { name: '检查意见' })).toBeVisible();
    await expect(page.getByText('抽查条目')).toBeVisible();
    await shot('oversight-head');
  });
});

test.describe('on site', () => {
  test.use({ account: team, tolerated: [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)/] });

  test('a remark written without a network is sent once', { tag: '@phone' }, async ({ page, context }) => {
    const sheet = await running(page);
    await page.goto(sheet);
    const words = `补充会议记录·${Math.random().toString(36).slice(2, 8)}`;
    await expect(page.locator('form[data-outbox="oversight.remark"]')).toBeVisible();
    await page.locator('#remark').getByRole('radio', { name: '需补充', exact: true }).check();
    await page.locator('#remark textarea[name=text]').fill(words);
    await context.setOffline(true);
    await page.getByRole('button', { name: '保存意见' }).click();
    await expect(page.getByText(/未联网|等待发送|联网后/).first()).toBeVisible();
    const sent = page.waitForResponse((r) => r.url().endsWith('/oversight/remark'));
    await context.setOffline(false);
    await sent;
    // The page goes where the answer says, at its own time; what was kept is read in another.
    const again = await context.newPage();
    await again.goto(sheet);
    await expect(again.locator('#remarks').getByText(words)).toHaveCount(1);
  });
});
