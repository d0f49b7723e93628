// The promise of 搜索: two characters are enough, an input method is left alone, and it works without scripts.
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

test.describe('搜索', () => {
  test.use({ account: accounts.leader });

  test('from the book to a record by two characters', { tag: ['@phone', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/records/new');
    await page.getByLabel('内容', { exact: true }).fill('到𠮷䶮镇看候鸟便道，讲廉政要求。');
    await page.getByRole('button', { name: '保存' }).click();
    await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
    await page.goto('/records');
    await page.getByLabel('在记录本里搜索').fill('候鸟');
    await page.getByLabel('在记录本里搜索').press('Enter');
    await expect(page).toHaveURL(/\/search\?q=/);
    await expect(page.locator('main mark').first()).toHaveText('候鸟');
    await shot('found');
    await page.locator('main .rows a').first().click();
    await expect(page.locator('p.read')).toContainText('到𠮷䶮镇看候鸟便道');
  });

  test('composing Chinese: no search in between, Enter chooses a character', { tag: '@phone' }, async ({ page, context }) => {
    await page.goto('/search');
    await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    const asked: string[] = [];
    // The page also fetches the own year for later without a network; only a search or a leaving counts here.
    page.on('request', (r) => { if (r.isNavigationRequest() || r.url().includes('/search')) asked.push(r.url()); });
    const box = page.locator('main input[name=q]');
    const input = await context.newCDPSession(page);
    await box.focus();
    for (const letters of ['l', 'li', 'lian', "lian'zheng"]) {
      await input.send('Input.imeSetComposition', { text: letters, selectionStart: letters.length, selectionEnd: letters.length });
    }
    await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    await input.send('Input.insertText', { text: '廉政' });
    await expect(box).toHaveValue('廉政');
    expect(asked).toEqual([]);
    await box.press('Enter');
    await expect(page).toHaveURL(/\/search\?q=%E5%BB%89%E6%94%BF/);
  });
});

test('the office finds units by initials from its menu', { tag: '@desktop' }, async ({ as }) => {
  const page = await as(accounts.office);
  await page.goto('/board');
  await page.getByLabel('搜索记录、单位和人员').fill('czj');
  await page.getByLabel('搜索记录、单位和人员').press('Enter');
  await expect(page).toHaveURL(/\/search\?q=czj/);
  await expect(page.getByRole('link', { name: /^区财政局/ }).first()).toBeVisible();
});
