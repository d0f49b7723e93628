// What every page promises: it opens for whoever may see it, on a phone and on a desk, with scripts and without, and for
// people who do not see, hear or point well. The pages are read from the router: a new one without a line below fails.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import * as accounts from '../accounts';
import { openList, openPerson, openUnit } from '../district';
import { expect, test, type Account } from '../fixtures';

const router = readFileSync(join(__dirname, '..', '..', 'app', 'src', 'routes.rs'), 'utf8');
const table = /pub const PAGES[^=]*=\s*&\[([\s\S]*?)\n\];/.exec(router);
if (!table) throw new Error('app/src/routes.rs has no table PAGES');
const PAGES = [...table[1].matchAll(/\("([^"]+)",\s*Bundle::(\w+)\)/g)].map((line) => line[1]);

/** Who opens a page, and how they come to the address of one with an id. */
type Way = { who: Account; find?: (page: Page) => Promise<string> };

const href = async (page: Page, from: string, selector: string) => {
  await page.goto(from);
  return (await page.locator(selector).first().getAttribute('href'))!;
};
const here = (page: Page) => new URL(page.url()).pathname;
/** A meeting whose plan was approved. */
const meeting = async (page: Page) => (await href(page, '/reviews', 'a[href$="/pack"]')).replace(/\/pack$/, '');
/** The sheets of a meeting that is over. */
const sheets = (page: Page) => href(page, '/reviews', 'a[href^="/reviews/feedback?"]');
const template = (page: Page) => href(page, '/duties', 'a[href^="/duties/templates/"]');

const WAYS: Record<string, Way> = {
  '/home': { who: accounts.leader },
  '/records': { who: accounts.leader },
  '/records/new': { who: accounts.leader },
  '/records/{id}': { who: accounts.leader, find: (page) => href(page, '/records', 'a[href^="/records/0"]') },
  '/book': { who: accounts.leader },
  '/book/map': { who: accounts.leader },
  '/book/calendar': { who: accounts.leader },
  '/book/closing': { who: accounts.leader },
  '/todo': { who: accounts.liaison },
  '/search': { who: accounts.leader },
  '/duties/mine': { who: accounts.leader },
  '/duties/sign/{id}': { who: accounts.unsigned, find: (page) => href(page, '/duties/mine', 'a[href^="/duties/sign/"]') },
  '/duties': { who: accounts.office },
  '/duties/templates/{id}': { who: accounts.office, find: template },
  '/duties/templates/{id}/compare': { who: accounts.office, find: async (page) => `${await template(page)}/compare` },
  '/duties/import': { who: accounts.office },
  '/duties/lists/{id}': { who: accounts.office, find: (page) => openList(page, '区卫生健康局') },
  '/duties/lists/{id}/compare': { who: accounts.office, find: async (page) => `${await openList(page, '区文化旅游局')}/compare` },
  '/duties/calendar': { who: accounts.office },
  '/duties/tasks': { who: accounts.office },
  '/duties/handovers/{id}': { who: accounts.newleader, find: (page) => href(page, '/todo', 'a[href^="/duties/handovers/"]') },
  '/me': { who: accounts.leader },
  '/month': { who: accounts.leader },
  '/reminders/ways': { who: accounts.leader },
  '/reminders': { who: accounts.office },
  '/reminders/urges': { who: accounts.office },
  '/people': { who: accounts.sysadmin },
  '/people/roles': { who: accounts.security },
  '/people/map': { who: accounts.office },
  '/people/slips': { who: accounts.office },
  '/people/import': { who: accounts.sysadmin },
  '/people/units/{id}': { who: accounts.office, find: async (page) => (await openUnit(page, '区财政局'), here(page)) },
  '/people/{id}': { who: accounts.sysadmin, find: async (page) => (await openPerson(page, '卢明辉'), here(page)) },
  '/imports/{id}': {
    who: accounts.sysadmin,
    find: async (page) => {
      await page.goto('/people/import?kind=people');
      await page.getByText('或者把表格粘贴进来').click();
      await page.getByLabel('粘贴的表格').fill('单位\t姓名\t职务\t系统角色\n区民政局\t纪云舒\t干部\t联络员');
      await page.getByRole('button', { name: '上传并预览' }).click();
      await page.waitForURL(/\/imports\/[0-9a-f-]+$/);
      return here(page);
    },
  },
  '/reviews': { who: accounts.office },
  '/reviews/{id}': { who: accounts.office, find: meeting },
  '/reviews/{id}/questions': { who: accounts.team, find: (page) => href(page, '/reviews', 'a[href$="/questions"]') },
  '/reviews/{id}/report/{presenter}': { who: accounts.leader, find: (page) => href(page, '/reviews', 'a[href*="/report/"]') },
  '/reviews/{id}/pack': { who: accounts.office, find: async (page) => `${await meeting(page)}/pack` },
  '/reviews/{id}/pack/{presenter}': {
    who: accounts.office,
    find: async (page) => href(page, `${await meeting(page)}/pack`, 'main a[href*="/pack/"]'),
  },
  '/reviews/feedback': { who: accounts.office, find: sheets },
  '/reviews/feedback/{id}': { who: accounts.office, find: async (page) => href(page, await sheets(page), 'a[href^="/reviews/feedback/0"]') },
  '/reviews/comments': { who: accounts.office, find: async (page) => href(page, await sheets(page), 'a[href^="/reviews/comments"]') },
  '/reviews/mine/{id}': { who: accounts.leader, find: (page) => href(page, '/reviews', 'a[href^="/reviews/mine/"]') },
  '/oversight': { who: accounts.team },
  '/oversight/takings': { who: accounts.office },
  '/oversight/rules': { who: accounts.office },
  '/oversight/checks': { who: accounts.office },
  '/oversight/colours/{post}': { who: accounts.leader, find: (page) => href(page, '/duties/mine', 'a[href^="/oversight/colours/"]') },
  '/oversight/season': { who: accounts.office },
  '/oversight/season/{id}': { who: accounts.office, find: (page) => href(page, '/oversight/season', 'a[href^="/oversight/season/0"]') },
  '/oversight/{id}': { who: accounts.team, find: (page) => href(page, '/oversight', 'a[href^="/oversight/0"]') },
  '/portrait': { who: accounts.leader },
  '/portraits': { who: accounts.office },
  '/portraits/{post}': { who: accounts.team, find: (page) => href(page, '/portraits', 'main a[href^="/portraits/"]') },
  '/accountability': { who: accounts.office },
  '/accountability/new': { who: accounts.office },
  '/accountability/bring': { who: accounts.office },
  '/accountability/figures': { who: accounts.office },
  '/accountability/measures': { who: accounts.office },
  '/accountability/advices': { who: accounts.office },
  '/accountability/advices/{id}': {
    who: accounts.office,
    find: (page) => href(page, '/accountability/advices', 'a[href^="/accountability/advices/0"]'),
  },
  '/accountability/regulations': { who: accounts.office },
  '/accountability/{id}': { who: accounts.office, find: (page) => href(page, '/accountability', 'a[href^="/accountability/0"]') },
  '/talks': { who: accounts.office },
  '/talks/settings': { who: accounts.office },
  '/talks/risks': { who: accounts.office },
  '/talks/passed': { who: accounts.leader },
  '/talks/{id}': { who: accounts.office, find: (page) => href(page, '/talks', 'a[href^="/talks/0"]') },
  '/talks/{id}/prepare': {
    who: accounts.office,
    find: async (page) => `${await href(page, '/talks', 'a[href^="/talks/0"]')}/prepare`,
  },
  '/warnings': { who: accounts.office },
  '/warnings/{id}': { who: accounts.office, find: (page) => href(page, '/warnings', 'main a[href^="/warnings/0"]') },
  '/warnings/notices/{id}': {
    who: accounts.office,
    find: async (page) => {
      await page.goto('/warnings');
      const matter = await page.locator('tr', { hasText: '专业市场文明创建' }).locator('a').first().getAttribute('href');
      return href(page, `${matter}?view=notices`, 'main a[href^="/warnings/notices/"]');
    },
  },
  '/relief': { who: accounts.leader },
  '/numbers': { who: accounts.general },
  '/letters': { who: accounts.office },
  '/letters/{id}': { who: accounts.office, find: (page) => href(page, '/letters', 'a[href^="/letters/0"]') },
  '/tolerance': { who: accounts.office },
  '/tolerance/{id}': { who: accounts.office, find: (page) => href(page, '/tolerance', 'a[href^="/tolerance/0"]') },
  '/clearances/{id}': { who: accounts.office, find: (page) => href(page, '/tolerance', 'a[href^="/clearances/0"]') },
  '/reports': { who: accounts.office },
  '/reports/{id}': { who: accounts.office, find: (page) => href(page, '/reports', 'a[href^="/reports/0"]') },
  '/reports/{id}/compare': {
    who: accounts.office,
    find: async (page) => `${await href(page, '/reports', 'a[href^="/reports/0"]')}/compare`,
  },
  '/settings': { who: accounts.office },
  '/chain': { who: accounts.office },
  '/chain/item': {
    who: accounts.office,
    find: async (page) => (await href(page, '/accountability', 'a[href^="/accountability/0"]')).replace('/accountability/', '/chain/item?problem='),
  },
  '/overview': { who: accounts.office },
  '/board': { who: accounts.office },
  '/audit': { who: accounts.audit },
};

/** Fails where the page is wider than the screen. */
async function fits(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((e) => e.getBoundingClientRect().right > root.clientWidth + 1)
      .slice(0, 5)
      .map((e) => `${e.tagName}.${e.className}`);
  });
  expect(wide, `${page.url()} is wider than ${page.viewportSize()!.width} px`).toEqual([]);
}

for (const pattern of PAGES) {
  test(`${pattern} opens`, { tag: ['@desktop', '@tierB'] }, async ({ as }, info) => {
    const way = WAYS[pattern];
    expect(way, `no line for ${pattern} in this file`).toBeDefined();
    const page = await as(way.who);
    const scripts = info.project.name !== 'tierB';
    const path = way.find ? await way.find(page) : pattern;
    for (const width of scripts ? [390, 768, 1440] : [1440]) {
      await page.setViewportSize({ width, height: width === 768 ? 1024 : 844 });
      const response = await page.goto(path);
      expect(response!.status()).toBe(200);
      if (scripts) await expect(page.locator('html')).toHaveAttribute('data-ready', '');
      await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
      await expect(page.getByText('没有打开')).toHaveCount(0);
      await fits(page);
      // Between the two the layout is one of theirs: nothing to look at, and no console error (fixtures).
      if (width === 768) continue;
      const name = `${info.project.name}-page${pattern.replace(/[/{}]+/g, '-')}${width}.png`;
      await page.screenshot({ path: join(__dirname, '..', 'shots', name), fullPage: true, animations: 'disabled' });
    }
  });
}

/** Pages of 履责, which are read by people who need large letters: their lines above, in the largest. */
const LARGE = [
  '/home', '/records/new', '/records', '/records/{id}', '/book', '/book/map', '/book/calendar', '/month', '/todo', '/search',
  '/oversight', '/oversight/{id}', '/portrait',
];
/** Bare pages of it, which no bundle starts and PAGES does not name. */
const BARE: Record<string, (page: Page) => Promise<string>> = {
  'evidence chosen again': async (page) => `${await href(page, '/records', 'a[href^="/records/0"]')}/evidence`,
  papers: () => Promise.resolve('/papers'),
  'the annual report': (page) => href(page, '/papers', 'a[href^="/papers/annual/"]'),
};

for (const pattern of LARGE) {
  test(`${pattern} in huge letters fits`, async ({ as, baseURL }) => {
    const way = WAYS[pattern];
    const page = await as(way.who);
    const path = way.find ? await way.find(page) : pattern;
    await inHuge(page, baseURL!, path, true);
  });
}
for (const [name, find] of Object.entries(BARE)) {
  test(`${name} in huge letters fits`, async ({ as, baseURL }) => {
    const page = await as(accounts.leader);
    await inHuge(page, baseURL!, await find(page), false);
  });
}

async function inHuge(page: Page, url: string, path: string, scripts: boolean): Promise<void> {
  await page.context().addCookies([{ name: 'wuze-size', value: 'huge', url }]);
  for (const width of [390, 768, 1440]) {
    await page.setViewportSize({ width, height: 844 });
    const response = await page.goto(path);
    expect(response!.status()).toBe(200);
    if (scripts) await expect(page.locator('html')).toHaveAttribute('data-ready', '');
    await expect(page.locator('html')).toHaveAttribute('data-size', 'huge');
    await expect(page.getByRole('heading', { level: 1 }).first()).toBeVisible();
    await fits(page);
  }
}

for (const [path, who] of [
  ['/signin', null],
  ['/home', accounts.leader],
  ['/records/new', accounts.leader],
  ['/board', accounts.office],
  ['/duties', accounts.office],
] as const) {
  for (const size of ['standard', 'huge']) {
    test.describe(`${path} in ${size} letters`, () => {
      test.use({ account: who });

      test('is usable by everybody', async ({ page, context, baseURL }) => {
        await context.addCookies([{ name: 'wuze-size', value: size, url: baseURL! }]);
        for (const width of [390, 1440]) {
          await page.setViewportSize({ width, height: 844 });
          await page.goto(path);
          if (who) await expect(page.locator('html')).toHaveAttribute('data-ready', '');
          await expect(page.locator('html')).toHaveAttribute('data-size', size);
          await fits(page);
          const found = await new AxeBuilder({ page }).analyze();
          const serious = found.violations
            .filter((v) => v.impact === 'serious' || v.impact === 'critical')
            .map((v) => `${v.id} at ${width}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | ')}`);
          expect(serious).toEqual([]);
        }
      });
    });
  }
}
