// Typing as an input method does it: a composition that grows letter by letter, then the words that replace it.
import type { CDPSession, Locator, Page } from '@playwright/test';

/** What the input method shows on the way to 廉政. */
export const LETTERS = ['l', 'li', 'lian', "lian'z", "lian'zheng"];
export const WORDS = '廉政';

export type Composition = {
  /** Replaces what is being composed. */
  show: (letters: string) => Promise<void>;
  /** The Enter that a person presses to choose a character: the input method has taken it (key code 229). */
  enter: () => Promise<void>;
  /** Ends it with the words. */
  end: (words?: string) => Promise<void>;
};

/** Starts a composition in the field that has the focus. */
export async function compose(page: Page): Promise<Composition> {
  const input: CDPSession = await page.context().newCDPSession(page);
  return {
    show: async (letters) => {
      await input.send('Input.imeSetComposition', { text: letters, selectionStart: letters.length, selectionEnd: letters.length });
    },
    enter: async () => {
      await input.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 });
    },
    end: async (words = WORDS) => {
      await input.send('Input.insertText', { text: words });
      await input.detach();
    },
  };
}

/** Composes `words` in a field; `during` runs while the letters stand in it. Answers the field's composition events. */
export async function typeChinese(page: Page, field: Locator, during?: (c: Composition) => Promise<void>, words = WORDS): Promise<string[]> {
  await field.focus();
  await field.evaluate((el: HTMLInputElement) => {
    const seen: string[] = ((window as any).composed = []);
    for (const type of ['compositionstart', 'compositionend']) el.addEventListener(type, () => seen.push(type));
  });
  const composition = await compose(page);
  for (const letters of LETTERS) await composition.show(letters);
  await during?.(composition);
  await composition.end(words);
  return page.evaluate(() => (window as any).composed);
}
