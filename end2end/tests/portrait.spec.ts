// What the 履责画像 promises: the head sees his own on his phone, every number is the facts behind it, he asks for a check
// where he reads and the answer comes back there; supervision sees those it oversees, and nobody of the unit sees anything.
import type { Page } from '@playwright/test';
import { leader, liaison, member, office, team } from '../accounts';
import { expect, test } from '../fixtures';

/** Numbers that open facts: what they say, and where they lead. */
const numbers = async (page: Page): Promise<{ n: number; href: string }[]> => {
  const all = await page.locator('main a.fact-link').evaluateAll((links) =>
    links.map((a) => ({ words: a.textContent!.trim(), href: a.getAttribute('href')! })));
  // A 等次 is a word.
  return all.filter(({ words }) => /^\d+$/.test(words)).map(({ words, href }) => ({ n: Number(words), href }));
};

const narrow = async (page: Page): Promise<void> => {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  expect(wide, 'wider than the screen').toBeLessThanOrEqual(room);
};

test.describe('the head', () => {
  test.use({ account: leader });

  test('opens his portrait from 我的 and every number opens its facts', { tag: ['@phone', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/me');
    await page.getByRole('link', { name: '我的履责画像' }).click();
    await expect(page).toHaveURL(/\/portrait/);
    await expect(page.getByRole('heading', { name: '五责按季度' })).toBeVisible();
    await expect(page.getByText('不是政治画像', { exact: false }).first()).toBeVisible();
    await narrow(page);
    const drawn = page.locator('figure.chart svg[role=img]');
    expect(await drawn.count()).toBeGreaterThan(1);
    // Each says what it is and what it shows.
    for (const chart of await drawn.all()) {
      const ids = (await chart.getAttribute('aria-labelledby'))!.split(' ');
      for (const id of ids) await expect(page.locator(`#${id}`)).not.toBeEmpty();
    }
    await shot('portrait-own');
    const all = await numbers(page);
    expect(all.length).toBeGreaterThan(10);
    // Every third: they are many, and made alike.
    for (const { n, href } of all.filter((_, at) => at % 3 === 0)) {
      await page.goto(href);
      await expect(page.locator('#fact-rows > li')).toHaveCount(n);
    }
    await narrow(page);
    await shot('portrait-facts');
    // The facts stand where the number was tapped, and 收起 leads back to it.
    await page.goto('/portrait');
    const last = page.locator('#dimensions a.fact-link').last();
    const id = (await last.getAttribute('id'))!;
    await last.click();
    await expect(page).toHaveURL(/#fact$/);
    await expect(page.locator('#fact')).toBeInViewport();
    const below = (await page.locator('#fact').boundingBox())!.y - (await page.locator(`[id="${id}"]`).boundingBox())!.y;
    expect(below, 'below its own table').toBeGreaterThan(0);
    await page.getByRole('link', { name: '收起' }).click();
    await expect(page.locator(`[id="${id}"]`)).toBeInViewport();
    // A finger meets each of them.
    if (page.viewportSize()!.width < 700) {
      const sizes = await page.locator('main a.fact-link').evaluateAll((links) =>
        links.map((a) => a.getBoundingClientRect()).map(({ width, height }) => Math.min(width, height)));
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(44);
    }
  });

  test('asks for a check of one fact and reads the answer in the same place', { tag: ['@phone', '@tierB'] }, async ({ page, as, shot }) => {
    await page.goto('/portrait');
    const links = (await numbers(page)).map((number) => number.href).filter((href) => href.includes('.in_time'));
    const place = links[0];
    await page.goto(place);
    const words = `请核对·${Math.random().toString(36).slice(2, 8)}`;
    const panel = page.locator('#fact');
    const free = panel.locator('#fact-rows > li', { has: page.locator('summary', { hasText: '申请核对' }) }).first();
    await free.locator('summary', { hasText: '申请核对' }).click();
    await free.getByRole('textbox').fill(words);
    await free.getByRole('button', { name: '提交核对申请' }).click();
    await expect(page.getByRole('status').getByText('已提交核对申请')).toBeVisible();
    // Below the one fact that he means; the others can still be asked about.
    const asked = panel.locator('#fact-rows > li', { hasText: words });
    await expect(asked).toContainText('待答复');
    await expect(asked.locator('summary', { hasText: '申请核对' })).toHaveCount(0);
    await shot('portrait-asked');

    const desk = await as(office);
    await desk.goto('/oversight/checks');
    const row = desk.locator('ul.checks > li', { hasText: words });
    await expect(row).toContainText('履责画像');
    await row.locator('summary', { hasText: '答复' }).click();
    await row.getByRole('textbox').fill(`已核对原始材料，${words}`);
    await row.getByRole('button', { name: '维持原判' }).click();

    await expect(async () => {
      await page.goto(place);
      await expect(page.locator('#fact')).toContainText(`已核对原始材料，${words}`);
    }).toPass();
  });
});

test.describe('supervision', () => {
  test.use({ account: team });

  test('chooses by unit, reads the facts and asks nothing', { tag: ['@desktop', '@tierB'] }, async ({ page, shot }) => {
    await page.goto('/portraits');
    await expect(page.getByRole('heading', { level: 1, name: '履责画像' })).toBeVisible();
    await expect(page.getByText('不按结果排序')).toBeVisible();
    await expect(page.locator('main tbody td.num')).toHaveCount(0);
    await shot('portraits');
    await page.locator('main a[href^="/portraits/"]').first().click();
    await expect(page.getByRole('heading', { name: '五责按季度' })).toBeVisible();
    const [first] = await numbers(page);
    await page.goto(first.href);
    await expect(page.locator('#fact-rows > li')).toHaveCount(first.n);
    await expect(page.locator('#fact summary', { hasText: '申请核对' })).toHaveCount(0);
    await shot('portrait-overseen');
  });
});

for (const [who, account] of [['the 联络员', liaison], ['a member of the 班子', member]] as const) {
  test.describe(who, () => {
    test.use({ account, tolerated: [/status of (403|404)/] });

    test('sees no portrait of the head', { tag: '@tierB' }, async ({ page, as }) => {
      const desk = await as(office);
      await desk.goto('/portraits');
      const line = desk.locator('main tbody tr', { hasText: '西桥街道' });
      const portrait = (await line.locator('a[href^="/portraits/"]').first().getAttribute('href'))!;
      for (const path of ['/portrait', portrait]) {
        const reply = await page.goto(path);
        expect(reply!.status()).toBe(404);
        await expect(page.locator('main figure.chart')).toHaveCount(0);
      }
    });
  });
}
