// The part of a record's page that holds its 佐证材料, and a record to try it on.
import type { Page } from '@playwright/test';
import { expect } from './fixtures';

/** Files that stand beside the record. */
export const rows = (page: Page) => page.locator('#evidence .rows').first().locator('li a');
/** Files on their way. */
export const queue = (page: Page) => page.locator('[data-evidence-queue] li');
/** Where files are chosen. */
export const input = (page: Page) => page.locator('form[data-evidence] input[type=file]');

/** A fresh record, open. */
export async function saved(page: Page, words: string): Promise<void> {
  await page.goto('/records/new');
  await page.getByLabel('内容', { exact: true }).fill(words);
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await expect(page.getByText(/记在第 \d+ 页/)).toBeVisible();
  await expect(page.getByRole('heading', { name: /佐证材料/ })).toBeVisible();
}
