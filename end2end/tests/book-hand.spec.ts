// The book under a finger: a swipe turns leaves, months and the month's card, and does not fight what a finger does
// otherwise; the map opens whole on a phone; a desk's screen is used.
import type { CDPSession, Page } from '@playwright/test';
import * as accounts from '../accounts';
import { expect, test } from '../fixtures';

const ready = (page: Page) => expect(page.locator('html')).toHaveAttribute('data-ready', '');

/** A finger from one place to another, in some steps, as a hand does it. */
async function swipe(input: CDPSession, from: [number, number], to: [number, number], steps = 8): Promise<void> {
  const at = (i: number) => ({ x: from[0] + ((to[0] - from[0]) * i) / steps, y: from[1] + ((to[1] - from[1]) * i) / steps });
  // A quick hand on a busy machine, too: each step says when it was, or the whole would be too slow for a turn.
  const start = Date.now() / 1000;
  const send = (type: 'touchStart' | 'touchMove' | 'touchEnd', i: number) =>
    input.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [at(i)], timestamp: start + i * 0.016 });
  await send('touchStart', 0);
  for (let i = 1; i <= steps; i += 1) await send('touchMove', i);
  await send('touchEnd', steps + 1);
}

test.describe('swiping', () => {
  test.use({ account: accounts.leader, hasTouch: true });

  test('turns a leaf at 768, by the browser itself, and goes on beyond the drawn leaves', async ({ page, context }) => {
    await page.setViewportSize({ width: 768, height: 1024 });
    await page.goto('/book');
    await ready(page);
    const input = await context.newCDPSession(page);
    const book = page.locator('.book');
    const at = () => book.evaluate((el) => Math.round((el.scrollLeft / el.clientWidth) * 10) / 10);
    await swipe(input, [600, 500], [200, 510]);
    await expect.poll(at).toBe(1);
    await swipe(input, [200, 500], [600, 510]);
    await expect.poll(at).toBe(0);
    // At the end of what is drawn, the next leaves come.
    const next = page.locator('.book-turn a[rel=next]');
    await expect(next).toBeVisible();
    const to = new URL((await next.getAttribute('href'))!, page.url()).searchParams.get('at')!;
    const leaf = page.locator(`.leaf[id="${to}"]`);
    await expect(async () => {
      // The leaf before may still be coming to rest and take the book back from its end: then the hand tries again.
      if (await leaf.count() === 0) {
        await book.evaluate((el) => el.scrollTo({ left: el.scrollWidth, behavior: 'instant' }));
        expect(await book.evaluate((el) => el.scrollWidth - el.clientWidth - el.scrollLeft)).toBeLessThan(3);
        await swipe(input, [600, 500], [200, 510]);
      }
      await expect(leaf).toBeInViewport({ ratio: 0.5, timeout: 4000 });
    }).toPass();
  });

  test('on a phone goes to the next leaf; not by scrolling, not from the edge', { tag: '@phone' }, async ({ page, context }) => {
    await page.goto('/book');
    await ready(page);
    const input = await context.newCDPSession(page);
    const top = (n: number) => page.locator('.leaf').nth(n).evaluate((leaf) => Math.abs(leaf.getBoundingClientRect().top) < 60);
    const y = () => page.evaluate(() => window.scrollY);
    // From the edge it is the system's way back; up and down it is scrolling.
    await swipe(input, [12, 400], [300, 405]);
    await swipe(input, [380, 400], [100, 405]);
    expect(await y()).toBe(0);
    await swipe(input, [300, 400], [80, 410]);
    await expect.poll(() => top(1)).toBe(true);
    await swipe(input, [300, 400], [80, 410]);
    await expect.poll(() => top(2)).toBe(true);
    await swipe(input, [80, 400], [300, 410]);
    await expect.poll(() => top(1)).toBe(true);
    await expect(page).toHaveURL(/\/book/);
  });

  test('opens the month beside the open one', { tag: '@phone' }, async ({ page, context }) => {
    await page.goto('/book/calendar');
    await ready(page);
    const input = await context.newCDPSession(page);
    const open = page.locator('.book-month[open]');
    const first = Number((await open.getAttribute('id'))!.slice(1));
    await open.locator('summary').evaluate((line) => line.scrollIntoView({ block: 'center' }));
    const box = (await open.locator('summary').boundingBox())!;
    const step = first < 12 ? 1 : -1;
    const [from, to] = step > 0 ? [300, 80] : [80, 300];
    await swipe(input, [from, box.y + 20], [to, box.y + 26]);
    await expect(open).toHaveCount(1);
    await expect(open).toHaveAttribute('id', `m${first + step}`);
    await expect(open.locator('summary')).toBeInViewport();
  });

  test("turns the month's card", { tag: '@phone' }, async ({ page, context }) => {
    await page.goto('/month?month=5');
    await ready(page);
    const input = await context.newCDPSession(page);
    await swipe(input, [300, 400], [80, 405]);
    await expect(page).toHaveURL(/month=6/);
    await expect(page.getByRole('heading', { level: 1 })).toContainText('六月');
    await swipe(input, [80, 400], [300, 405]);
    await expect(page).toHaveURL(/month=5/);
  });

  test('jumps without motion where motion is not wanted', { tag: '@phone' }, async ({ page, context }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto('/book');
    await ready(page);
    const asked = page.evaluate(() => new Promise<string>((ok) => {
      Element.prototype.scrollIntoView = function (how) { ok(typeof how === 'object' ? String(how.behavior) : ''); };
    }));
    await swipe(await context.newCDPSession(page), [300, 400], [80, 405]);
    expect(await asked).toBe('auto');
  });
});

test.describe('the map on a phone', () => {
  test.use({ account: accounts.leader });

  test('opens whole; a tap brings what hangs below near enough to be read', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/book/map');
    await ready(page);
    const tree = page.getByRole('tree');
    const inside = (what: string) => tree.evaluate((svg, what) => {
      const frame = svg.getBoundingClientRect();
      return Array.from(svg.querySelectorAll(what)).every((box) => {
        const at = box.getBoundingClientRect();
        return at.left >= frame.left - 1 && at.right <= frame.right + 1 && at.top >= frame.top - 1 && at.bottom <= frame.bottom + 1;
      });
    }, what);
    await expect(tree.locator('.map-branch').first()).toBeVisible();
    expect(await inside('rect')).toBe(true);
    const letters = () => tree.locator('.map-branch text').first().evaluate((text) => 14 * (text as SVGTextElement).getScreenCTM()!.a);
    expect(await letters()).toBeGreaterThan(8);
    const hint = page.getByText('可拖动、双指缩放');
    await expect(hint).toBeHidden();
    await shot('map-whole');
    const branch = tree.locator('.map-branch', { hasText: '担什么' });
    await branch.click();
    await expect(tree.locator('.map-topic').first()).toBeVisible();
    await expect.poll(() => inside('.map-topic rect')).toBe(true);
    // With the root and the pressed box, which keeps the keyboard; large enough to be read.
    expect(await inside('.map-root rect')).toBe(true);
    await expect(branch).toBeFocused();
    expect(await letters()).toBeGreaterThan(11.9);
    await expect(hint).toBeVisible();
    await shot('map-opened');
    // Closed again, the whole fits.
    await branch.click();
    await expect(tree.locator('.map-topic')).toHaveCount(0);
    await expect.poll(() => inside('rect')).toBe(true);
    await expect(hint).toBeHidden();
    // Everything unfolded is wider than a phone: it begins with the root at the edge, where it can be read.
    await page.getByRole('button', { name: '全部展开' }).click();
    await expect.poll(async () => tree.locator('.map-root text').first().evaluate((text) => 14 * (text as SVGTextElement).getScreenCTM()!.a)).toBeGreaterThan(11.9);
    expect(await inside('.map-root rect')).toBe(true);
    expect(await tree.evaluate((svg) => svg.querySelector('.map-root rect')!.getBoundingClientRect().left - svg.getBoundingClientRect().left)).toBeLessThan(16);
    await expect(hint).toBeVisible();
    await shot('map-unfolded');
    await page.getByRole('button', { name: '全貌' }).click();
    await expect.poll(() => inside('rect')).toBe(true);
    await expect(hint).toBeHidden();
  });

  test('its tools stay on the screen with the largest letters', { tag: '@phone' }, async ({ page, shot }) => {
    await page.goto('/book/map');
    await ready(page);
    // Not kept: other tests of this account have their own size.
    await page.evaluate(() => document.documentElement.setAttribute('data-size', 'huge'));
    const edges = await page.locator('.map-tools .btn').evaluateAll((all) => all.map((b) => [b.getBoundingClientRect().left, b.getBoundingClientRect().right, b.scrollWidth - b.clientWidth]));
    for (const [left, right, cut] of edges) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(390);
      expect(cut).toBeLessThanOrEqual(0);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await shot('map-huge');
  });
});

test.describe('at a desk', () => {
  test.use({ account: accounts.leader });

  for (const [path, name] of [['/records/new', 'desk-new'], ['/home', 'desk-home'], ['/duties/mine', 'desk-list'], ['/month', 'desk-month']]) {
    test(`${path} stands in two columns`, async ({ page, shot }) => {
      await page.goto(path);
      const [left, right] = await page.locator('.two > div').evaluateAll((all) => all.map((column) => column.getBoundingClientRect().toJSON()));
      expect(right.left).toBeGreaterThanOrEqual(left.right);
      expect(Math.abs(right.top - left.top)).toBeLessThan(2);
      expect(left.width).toBeGreaterThan(400);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440);
      await shot(name);
      await page.setViewportSize({ width: 768, height: 1024 });
      const below = await page.locator('.two > div').evaluateAll((all) => all.map((column) => column.getBoundingClientRect().top));
      expect(below[1]).toBeGreaterThan(below[0]);
    });
  }
});
