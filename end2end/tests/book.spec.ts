// The book: it turns on a tablet and a desk, scrolls on a phone, opens without scripts; map and calendar by finger and keyboard.
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

const ready = (page: import('@playwright/test').Page) => expect(page.locator('html')).toHaveAttribute('data-ready', '');

test.describe('翻开记录本', () => {
  test.use({ account: accounts.leader });

  test('turns by button and arrow key, and keeps its place in the address', async ({ page, shot }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/book');
    await ready(page);
    const book = page.locator('.book');
    await expect(book.locator('.leaf').first()).toContainText('履责记录本');
    await shot('cover');
    const at = () => book.evaluate((el) => Math.round(el.scrollLeft / el.clientWidth));
    await page.getByRole('button', { name: '下一页 ›' }).click();
    await expect.poll(at).toBe(1);
    await expect(page).toHaveURL(/at=map/);
    await book.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(at).toBe(2);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(at).toBe(1);
    // Two facing pages.
    const shown = () => book.locator('.leaf').evaluateAll((leaves) => {
      const frame = leaves[0].parentElement!.getBoundingClientRect();
      return leaves.filter((leaf) => {
        const box = leaf.getBoundingClientRect();
        return box.left >= frame.left - 2 && box.right <= frame.right + 2;
      }).length;
    });
    await expect.poll(shown).toBe(2);
    await shot('open');
    // Nothing in it can be edited or removed.
    await expect(book.locator('input, textarea, select, [contenteditable]')).toHaveCount(0);
  });

  test('one page at 768, and a reload opens where it was', async ({ page, shot }) => {
    await page.setViewportSize({ width: 768, height: 1024 });
    await page.goto('/book?at=p1');
    await ready(page);
    const first = page.locator('#p1');
    await expect(first).toBeInViewport({ ratio: 0.5 });
    await page.getByRole('button', { name: '下一页 ›' }).click();
    await expect(page).toHaveURL(/at=(p2|remarks|waiting|signatures)/);
    await page.reload();
    await ready(page);
    await expect(first).not.toBeInViewport({ ratio: 0.5 });
    await shot('page');
  });

  test('scrolls on a phone', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/book');
    await ready(page);
    const leaves = await page.locator('.leaf').evaluateAll((all) => all.slice(0, 3).map((leaf) => leaf.getBoundingClientRect().top));
    expect(leaves[1]).toBeGreaterThan(leaves[0]);
    await expect(page.getByRole('button', { name: '下一页 ›' })).toBeHidden();
    await page.getByRole('link', { name: '签名', exact: true }).click();
    await expect(page.locator('#signatures')).toBeInViewport();
    await shot('signatures');
  });

  test.describe('the next part that does not come', () => {
    test.use({ tolerated: [/net::ERR_FAILED/] });

    test('is asked for once, and again with the network', { tag: '@phone' }, async ({ page }) => {
      await page.goto('/book');
      await ready(page);
      const next = page.locator('.book-turn a[rel=next]');
      await expect(next, 'the book goes on').toHaveCount(1);
      let asked = 0;
      await page.route('**/api/book/turn', (route) => { asked += 1; return route.abort(); });
      const scrolled = async () => {
        for (const by of [0, 40, 0, 40]) {
          // Two pictures later the scroll event was heard.
          await page.evaluate((up) => new Promise<void>((done) => {
            window.scrollTo({ top: document.body.scrollHeight - up, behavior: 'instant' });
            requestAnimationFrame(() => requestAnimationFrame(() => done()));
          }), by);
        }
      };
      await scrolled();
      expect(asked).toBe(1);
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await expect.poll(() => asked).toBe(2);
      await scrolled();
      expect(asked).toBe(2);
      await page.unroute('**/api/book/turn');
      const leaves = await page.locator('.leaf').count();
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await expect.poll(() => page.locator('.leaf').count()).toBeGreaterThan(leaves);
    });
  });

  test('opens without scripts, from the contents to a leaf', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/book?at=contents');
    await page.locator('.leaf-contents').getByRole('link', { name: '谈心谈话要素梳理' }).click();
    await expect(page.locator('#talks')).toBeInViewport();
    await expect(page.locator('#talks')).toContainText('不入系统');
    await shot('contents');
  });

  test('the list of records leads to it and back', async ({ page }) => {
    await page.goto('/records');
    await page.getByRole('link', { name: '翻开记录本' }).click();
    await expect(page.locator('.leaf').first()).toBeVisible();
    await page.getByRole('link', { name: '月历', exact: true }).first().click();
    await expect(page.locator('.book-month[open]')).toHaveCount(1);
    await expect(page.locator('.book-month[open]')).toContainText('本月');
  });
});

test.describe('思维导图', () => {
  test.use({ account: accounts.leader });

  test('folds, walks and opens by keyboard', async ({ page, shot }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/book/map');
    await ready(page);
    const tree = page.getByRole('tree');
    await expect(tree).toBeVisible();
    const nodes = tree.getByRole('treeitem');
    const before = await nodes.count();
    await shot('map');
    const group = tree.locator('.map-group').first();
    await expect(group).toHaveAttribute('aria-expanded', 'false');
    await group.click();
    await expect(tree.locator('.map-group').first()).toHaveAttribute('aria-expanded', 'true');
    expect(await nodes.count()).toBeGreaterThan(before);
    await expect(tree.locator('.map-group').first()).toBeFocused();
    await page.keyboard.press('ArrowRight');
    await expect(tree.locator('.map-item').first()).toBeFocused();
    // Icon and word, not colour alone.
    await expect(tree.locator('.map-item').first()).toContainText(/[✓▲◆◇—]/);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/records\?.*duty=/);
  });

  test('zooms by button, wheel and key, and shows all again', async ({ page }) => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto('/book/map');
    await ready(page);
    const picture = page.locator('.map-live svg > g');
    await expect(picture).toHaveAttribute('transform', /scale\(1\.000\)/);
    await page.getByRole('button', { name: '放大' }).click();
    await expect(picture).toHaveAttribute('transform', /scale\(1\.250\)/);
    await page.locator('.map-live svg').hover();
    await page.mouse.wheel(0, -100);
    await expect(picture).toHaveAttribute('transform', /scale\(1\.56/);
    await page.getByRole('button', { name: '全貌' }).click();
    await expect(picture).toHaveAttribute('transform', /scale\(1\.000\)/);
  });

  test('an outline without scripts', { tag: '@tierB' }, async ({ page, shot }) => {
    await page.goto('/book/map');
    const outline = page.locator('.map-outline');
    await expect(outline).toContainText('谁来担');
    const group = outline.locator('details:not([open]) > summary').first();
    await group.click();
    await expect(outline.locator('details[open] a[href*="duty="]').first()).toBeVisible();
    await shot('outline');
  });

  test('prints on one landscape page', async ({ page }) => {
    await page.goto('/book/map');
    await ready(page);
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
  });
});

test('the office reads the book in outline', async ({ as, shot }) => {
  const office = await as(accounts.office);
  await office.goto('/board');
  await ready(office);
  await office.locator('td.lv a').first().click();
  await office.getByRole('link', { name: '翻开', exact: true }).click();
  await expect(office.locator('.leaf').first()).toContainText('履责记录本');
  await expect(office.getByText('正文在登记翻阅检查后查看')).toBeVisible();
  await shot('outline');
});
