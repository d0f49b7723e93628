// The hand of a person at a form with an outbox: opens it, types, lets pauses pass, looks at what lies on the device.
import type { BrowserContext, Page } from '@playwright/test';
import { expect } from './fixtures';

/** Chromium reports each offline and each refused request; these are what the tests of the outbox are about. */
export const PROVOKED = [/net::ERR_(INTERNET_DISCONNECTED|FAILED|ABORTED)|status of (401|409|507)/];

export const FORM = '/records/new';
export const state = (page: Page) => page.locator('[data-save-state]');
export const text = (page: Page) => page.locator('textarea[name=text]');
export const save = (page: Page) => page.getByRole('button', { name: '保存', exact: true });
export const notice = (page: Page) => page.locator('html > .banner');
/** A text no other test of this worker writes. */
export const sentence = (what: string) => `${what}·${Math.random().toString(36).slice(2, 8)}`;

/** Opens the form with movable timers, after its script asked the server for a draft. */
export async function open(page: Page, path = FORM): Promise<void> {
  await page.clock.install();
  const looked = page.waitForResponse((r) => r.url().includes('/drafts?'));
  await page.goto(path);
  await looked;
}

/** Types as a person does, then lets the pause pass that starts a save. */
export async function write(page: Page, words: string): Promise<void> {
  await text(page).focus();
  await page.keyboard.insertText(words);
  await page.clock.fastForward(2100);
}

/** How often the book holds a text. */
export async function inBook(page: Page, words: string): Promise<number> {
  await page.goto('/records');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  return page.locator('main').getByText(words).count();
}

/** No draft of an earlier test may be offered to the next one. */
export async function noDraft(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(FORM);
  await page.evaluate(async () => {
    const { notes } = await (await fetch('/drafts?form=records.new&all=1')).json();
    for (const { subject } of notes) {
      await fetch('/drafts/drop', { method: 'POST', body: new URLSearchParams({ form: 'records.new', subject }) });
    }
  });
  await page.close();
}

/** The texts of the unfinished notes that the server keeps, the newest first. */
export async function onServer(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const { notes } = await (await fetch('/drafts?form=records.new&all=1')).json();
    return notes.map((note: { fields: [string, string][] }) => note.fields.find((f) => f[0] === 'text')![1]);
  });
}

/** What lies on the device: rows as text, and whether the key could be taken away. */
export async function onDevice(page: Page): Promise<{ drafts: number; queue: number; keys: number; plain: string; extractable: boolean }> {
  return page.evaluate(async () => {
    const open = indexedDB.open('wuze');
    const db = await new Promise<IDBDatabase>((ok, no) => { open.onsuccess = () => ok(open.result); open.onerror = () => no(open.error); });
    const read = (name: string) => new Promise<any[]>((ok) => { const r = db.transaction(name).objectStore(name).getAll(); r.onsuccess = () => ok(r.result); });
    const [drafts, queue, keys] = [await read('draft'), await read('queue'), await read('key')];
    const plain = drafts.concat(queue).map((row) => JSON.stringify(row) + new TextDecoder().decode(row.data)).join();
    db.close();
    return { drafts: drafts.length, queue: queue.length, keys: keys.length, plain, extractable: keys.some((k) => k.extractable) };
  });
}
