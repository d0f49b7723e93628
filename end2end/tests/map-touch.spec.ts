// The map under fingers, as the browser itself sends them: one finger moves it, two zoom around where they are, and a move is
// no tap.
import type { CDPSession, Page } from '@playwright/test';
import { leader } from '../accounts';
import { expect, test } from '../fixtures';

test.use({ account: leader });

type Point = { x: number; y: number };
const touch = (cdp: CDPSession, type: 'touchStart' | 'touchMove' | 'touchEnd', points: Point[]) =>
  cdp.send('Input.dispatchTouchEvent', { type, touchPoints: points.map((p, id) => ({ ...p, id })) });

/** Where the picture stands: moved right, moved down, scale. */
async function look(page: Page): Promise<{ x: number; y: number; k: number }> {
  const transform = (await page.locator('.map-live svg > g').getAttribute('transform'))!;
  const [, x, y, k] = /translate\((\S+) (\S+)\) scale\((\S+)\)/.exec(transform)!.map(Number);
  return { x, y, k };
}

test('pinch zooms, one finger moves, neither opens anything', { tag: '@phone' }, async ({ page, context, shot }) => {
  await page.goto('/book/map');
  await expect(page.locator('html')).toHaveAttribute('data-ready', '');
  const picture = page.locator('.map-live svg');
  await picture.scrollIntoViewIfNeeded();
  const box = (await picture.boundingBox())!;
  const nodes = await page.getByRole('treeitem').count();
  const cdp = await context.newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + Math.min(box.height, 500) / 2 };
  const first = await look(page);
  const spread = (by: number) => [{ x: at.x - by, y: at.y }, { x: at.x + by, y: at.y }];

  await touch(cdp, 'touchStart', spread(30));
  for (let by = 35; by <= 90; by += 5) await touch(cdp, 'touchMove', spread(by));
  await touch(cdp, 'touchEnd', []);
  const near = await look(page);
  expect(near.k).toBeGreaterThan(first.k * 2);
  await shot('map-pinched');

  await touch(cdp, 'touchStart', [at]);
  for (let by = 5; by <= 60; by += 5) await touch(cdp, 'touchMove', [{ x: at.x + by, y: at.y + by / 2 }]);
  await touch(cdp, 'touchEnd', []);
  const moved = await look(page);
  expect(moved.k).toBe(near.k);
  expect(moved.x).toBeGreaterThan(near.x);
  expect(moved.y).toBeGreaterThan(near.y);

  await touch(cdp, 'touchStart', spread(90));
  for (let by = 85; by >= 30; by -= 5) await touch(cdp, 'touchMove', spread(by));
  await touch(cdp, 'touchEnd', []);
  expect((await look(page)).k).toBeLessThan(near.k / 2);
  // Fingers that moved were no tap: nothing was folded, nothing opened, the page did not scroll away or zoom.
  await expect(page).toHaveURL(/\/book\/map$/);
  expect(await page.getByRole('treeitem').count()).toBe(nodes);
  expect(await page.evaluate(() => window.visualViewport!.scale)).toBe(1);
});
