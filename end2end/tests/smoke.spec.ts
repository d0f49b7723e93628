// The server answers and the first page a person meets stands, with scripts, on a phone, and without scripts.
import { expect, test } from '../fixtures';

test('sign-in page opens', { tag: ['@desktop', '@phone', '@tierB'] }, async ({ page, shot }) => {
  const answer = await page.goto('/signin');
  expect(answer?.status()).toBe(200);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByLabel('账号')).toBeVisible();
  await expect(page.getByLabel('密码', { exact: true })).toBeVisible();
  await shot('sign-in');
});

test('says that it is alive and ready', async ({ request }) => {
  for (const path of ['/healthz', '/readyz']) {
    expect((await request.get(path)).status(), path).toBe(200);
  }
});
