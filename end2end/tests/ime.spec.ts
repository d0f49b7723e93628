// Chinese input methods: while letters are being composed nothing is searched, submitted or rewritten, on every page with a
// field for text. One composition per word: a script that writes into the field starts a second one.
import type { Locator, Page } from '@playwright/test';
import { audit, leader, office } from '../accounts';
import { LETTERS, typeChinese, WORDS } from '../chinese';
import { expect, test } from '../fixtures';

const FIELDS = 'input:not([type]), input[type=text], input[type=search], textarea';
/** What runs by itself beside the page: the year for reading without a network, streams. */
const BESIDE = /\/api\/records\/(new|home|book)$|\/drafts\?|\/stream|\/pkg\/|\/worker\.js$/;

/** Opens a page and waits for its script: a handler that rewrites comes with it. */
async function open(page: Page, path: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
  await page.waitForFunction(() => ['data-ready', 'data-basic'].some((name) => document.documentElement.hasAttribute(name)));
}

/** The fields that can be typed into now; closed <details> are opened first. */
async function fields(page: Page): Promise<Locator[]> {
  await page.evaluate(() => document.querySelectorAll('details').forEach((d) => { d.open = true; }));
  const all = await page.locator(FIELDS).all();
  const out: Locator[] = [];
  for (const field of all) if ((await field.isVisible()) && (await field.isEditable())) out.push(field);
  return out;
}

/** Composes in every field of a page, presses the Enter of the input method, and looks at what happened meanwhile. */
async function composeEverywhere(page: Page, path: string): Promise<number> {
  await open(page, path);
  const found = await fields(page);
  const asked: string[] = [];
  page.on('request', (r) => { if (!BESIDE.test(r.url())) asked.push(`${r.method()} ${r.url()}`); });
  for (const field of found) {
    const before = page.url();
    const had = await field.inputValue();
    await field.fill('');
    asked.length = 0;
    const seen = await typeChinese(page, field, async (composition) => {
      expect(await field.inputValue(), `${path}: rewritten`).toBe(LETTERS[LETTERS.length - 1]);
      await composition.enter();
      // What would be sent, had it been: handlers and timers of this turn have run.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
      expect(asked, `${path}: asked while composing`).toEqual([]);
    });
    expect(seen, `${path}: one composition`).toEqual(['compositionstart', 'compositionend']);
    await expect(field).toHaveValue(WORDS);
    expect(page.url()).toBe(before);
    await field.fill(had);
  }
  page.removeAllListeners('request');
  return found.length;
}

test.describe('of the leader', () => {
  test.use({ account: leader });
  for (const path of ['/records/new', '/records', '/search', '/search?q=谈话']) {
    test(`composing on ${path}`, { tag: '@phone' }, async ({ page }) => {
      expect(await composeEverywhere(page, path)).toBeGreaterThan(0);
    });
  }

  test('a correction of a record', { tag: '@phone' }, async ({ page }) => {
    await page.goto('/records');
    const path = await page.locator('main .rows a').first().getAttribute('href');
    await composeEverywhere(page, path!);
  });

  test('Enter in the search box: the one of the input method stays, the next one searches', { tag: '@phone' }, async ({ page }) => {
    await open(page, '/records');
    const box = page.locator('input[name=q]').first();
    await typeChinese(page, box, (composition) => composition.enter());
    await expect(page).toHaveURL(/\/records$/);
    await box.press('Enter');
    await expect(page).toHaveURL(/\/search\?.*q=/);
    expect(new URL(page.url()).searchParams.get('q')).toBe(WORDS);
  });

  test('before the script arrives the guard stands already', { tag: '@phone' }, async ({ page }) => {
    let release = () => {};
    const gate = new Promise<void>((done) => { release = done; });
    await page.route(/\/pkg\/.*\.wasm$/, async (route) => { await gate; await route.continue(); });
    await page.goto('/records', { waitUntil: 'domcontentloaded' });
    const box = page.locator('input[name=q]').first();
    await typeChinese(page, box, (composition) => composition.enter());
    await expect(box).toHaveValue(WORDS);
    await expect(page).toHaveURL(/\/records$/);
    release();
    await page.waitForFunction(() => document.documentElement.hasAttribute('data-ready'));
    await expect(box).toHaveValue(WORDS);
  });
});

test.describe('of the office', () => {
  test.use({ account: office });
  for (const path of ['/board', '/people', '/duties', '/search', '/accountability', '/reviews']) {
    test(`composing on ${path}`, async ({ page }) => {
      await composeEverywhere(page, path);
    });
  }
});

test.describe('of the audit', () => {
  test.use({ account: audit });
  test('composing on /audit', async ({ page }) => {
    await composeEverywhere(page, '/audit');
  });
});
