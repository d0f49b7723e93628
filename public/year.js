// The own year for reading without a network: the book's records, the items of the list and the month's reminders, kept
// encrypted by outbox.js, renewed as a whole while online, gone with an explicit sign-out, an ended session or after a week;
// shown no longer than the session lasts whose page was last here.
// Owns: registering the worker, what is kept, the offline page (server/src/http/offline.html), the way to it from a page that
// was open when the network went. Refuses: other people's books, writing on anybody's behalf: the form of the offline page
// goes through outbox.js like every other.
// ES2017, at most 15 KB. On the offline page it stands before outbox.js, which needs to know whose page it is.
(function () {
'use strict';
const EVERY = 30 * 60000; // ms between two renewals, unless something was just saved
const PAGES = 40; // pages of the book that are kept at most
const LAST = 'wuze-last'; // localStorage: who used this device last, by the account's hash
const root = document.documentElement, apart = root.hasAttribute('data-offline');
const tell = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); } catch (e) { /* full or forbidden */ } };
const told = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch (e) { return null; } };
const by = (id) => document.getElementById(id);
// Who signed out where no script could wipe (a cookie of the server's, session.rs): nothing of his is shown from here on.
const [, crumb, left] = /(?:^|; )((?:__Host-)?wuze-left)=(\w+)/.exec(document.cookie) || [];
if (left && (told(LAST) || {}).account === left) try { localStorage.removeItem(LAST); } catch (e) { /* forbidden */ }
/** His year, and the sheets that he keeps as a reader (onsite.js). */
const every = (account) => IDBKeyRange.bound(account, account + '|~');
const own = async (box) => (await box.all('year')).filter((row) => row.id === box.account).pop();
/** Sheets go when a text of their books was closed or erased, and after their last day. */
async function sweep(box) {
  for (const row of await box.all('year')) {
    if (row.value.sheet && (row.value.mark !== box.kept || row.value.until < today())) await box.del('year', row.id);
  }
}
/** Takes his year away, with scripts of whoever comes next. */
async function forget(box) {
  await box.ready;
  if (!left || !box.onDevice()) return;
  await box.del('year', every(left));
  document.cookie = crumb + '=; Path=/; Max-Age=0' + (location.protocol === 'https:' ? '; Secure' : '');
}

// ---- Keeping, on pages that came from the server.
// Ends what is being asked for: whoever signs out is not asked who he is once more on his way.
const asking = new AbortController();
/** The same data that the pages show, through the same doors. */
async function ask(box, path, form) {
  const headers = { 'content-type': 'application/json', 'x-wuze-account': box.account };
  const res = await fetch('/api/' + path, { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify({ form }), signal: asking.signal });
  if (res.status === 401) {
    // The session is over: drafts wait for their writer, what can be read goes.
    await box.del('year', every(box.account));
    try { localStorage.removeItem(LAST); } catch (e) { /* forbidden */ }
  }
  if (!res.ok) throw new Error('status ' + res.status);
  return res.json();
}
/** The rows of the book, newest first. All of them each time: an older one may have been corrected or confirmed since. */
async function book(box, post) {
  let page = await ask(box, 'records/book', { post });
  const { title, year, rows } = page;
  for (let n = 1; n < PAGES && page.older; n += 1) {
    page = await ask(box, 'records/book', { post, year, before: page.older });
    rows.push.apply(rows, page.rows);
  }
  return { title, year, rows };
}
async function renew(box) {
  await box.ready;
  if (!box.onDevice() || box.dead) return;
  const row = await own(box), now = Date.now(), saved = /[?&]saved=/.test(location.search);
  const mark = box.kept, stale = row && row.value.mark !== mark;
  // Texts were closed or erased since: what is kept goes first, whatever becomes of asking again.
  if (stale) await box.del('year', box.account);
  else if (row && now - row.at < EVERY && !saved) return;
  const form = await ask(box, 'records/new', {}), home = await ask(box, 'records/home', {});
  const leaves = await book(box, form.post);
  await box.put('year', { id: box.account, at: now }, {
    mark, post: form.post, unit: form.unit, earliest: form.earliest, choices: form.choices, suggested: form.suggested,
    proxy: form.proxy, month: home.month, day: home.day, reminders: home.reminders, progress: home.progress,
    title: leaves.title, year: leaves.year, rows: leaves.rows,
  });
}
const OPENS = /^\/(home|records|records\/new)?\/?$/; // pages that the worker opens without a network
const worked = () => !!(navigator.serviceWorker && navigator.serviceWorker.controller);
/** Within an open page a link asks for data only, which never passes the worker: without a network the whole page is loaded. */
function stranded() {
  document.addEventListener('click', (e) => {
    const a = e.target.closest && e.target.closest('a[href]');
    if (!a || navigator.onLine !== false || !worked() || e.button || e.ctrlKey || e.metaKey || e.shiftKey || a.target) return;
    if (a.origin !== location.origin || !OPENS.test(a.pathname) || (a.hash && a.pathname === location.pathname)) return;
    e.preventDefault();
    e.stopPropagation();
    location.assign(a.href);
  }, true);
  // Asked in vain, although the device believes in its network.
  new MutationObserver(() => {
    const box = document.querySelector('[data-unreached]:not([data-met])');
    if (!box || !worked()) return;
    box.setAttribute('data-met', '');
    if (OPENS.test(location.pathname)) return location.reload();
    const p = make('p', '没有网络也能记、也能看本年记录：'), a = make('a', '随手记'), b = make('a', '本年记录本');
    a.href = '/records/new';
    b.href = '/records';
    a.rel = b.rel = 'external';
    p.append(a, '　', b);
    box.append(p);
  }).observe(document, { childList: true, subtree: true });
}
function online() {
  const box = window.outbox;
  let viewer = null;
  try { viewer = JSON.parse(document.querySelector('meta[name=viewer]').content); } catch (e) { /* nobody */ }
  if (!box || !viewer || !viewer.account) return;
  box.kept = viewer.kept;
  const gone = forget(box).then(() => sweep(box)).catch(() => 0);
  // Whoever signed in last is whom the device shows without a network; nobody else's year or drafts.
  const roles = viewer.roles || [], book = roles.includes('principal') || roles.includes('liaison');
  tell(LAST, { account: viewer.account, size: viewer.size, until: Date.now() + viewer.left, book });
  if ('serviceWorker' in navigator && window.isSecureContext) {
    // `updateViaCache: none`: a new build is found at once, however the script was kept.
    navigator.serviceWorker.register('/worker.js', { updateViaCache: 'none' }).catch(() => 0);
  }
  document.addEventListener('submit', (e) => { if (e.target.getAttribute('action') === '/signout' && !e.defaultPrevented) asking.abort(); });
  if (!book) return;
  stranded();
  // After the page's own work: nobody waits for this.
  const later = window.requestIdleCallback || ((act) => setTimeout(act, 1500));
  const start = () => later(() => { if (navigator.onLine !== false) gone.then(() => renew(box)).catch(() => 0); });
  if (document.readyState === 'complete') start(); else window.addEventListener('load', start);
}

// ---- The offline page.
const make = (tag, text, name) => {
  const el = document.createElement(tag);
  if (text) el.textContent = text;
  if (name) el.className = name;
  return el;
};
/** Which page this one stands in for: `home`, `records`, `records/new`, or one that is not on the device. */
const place = location.pathname.replace(/^\/|\/$/g, '');
/** The day in Shanghai, as the server has it, whatever the device's zone. */
const today = () => new Date(Date.now() + 8 * 3600000).toISOString().slice(0, 10);
function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = Array.from(b, (n) => (n + 256).toString(16).slice(1)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
/** 大项 as groups that open, each item a box; never ticked by itself. */
function items(year) {
  const groups = new Map();
  year.choices.forEach((c) => {
    if (!groups.has(c.group)) groups.set(c.group, []);
    groups.get(c.group).push(c);
  });
  groups.forEach((list, name) => {
    const group = make('details', '', 'choice-group'), chips = make('div', '', 'chips');
    group.append(make('summary', name), chips);
    list.forEach((c) => {
      const label = make('label', '', 'chip'), input = make('input');
      Object.assign(input, { type: 'checkbox', name: 'duty', value: c.duty });
      label.append(input, make('span', `${c.code} ${c.short}`));
      chips.append(label);
    });
    by('year-items').append(group);
  });
}
/** The items that fit the kind come first and are explained, as on the page with a network. */
function suggest(form, year) {
  const kind = form.querySelector('input[name=kind]:checked');
  const fit = kind && year.suggested.find((s) => s.kind === kind.value);
  by('year-why').textContent = fit ? fit.why : '';
  if (!fit) return;
  form.querySelectorAll('input[name=duty]').forEach((el) => {
    if (fit.duties.includes(el.value)) el.closest('details').open = true;
  });
}
function write(year) {
  const form = by('year-form'), day = today();
  form.elements.command.value = uuid();
  form.elements.post.value = year.post;
  // As its first value: an untouched day is no draft.
  form.elements.event_on.defaultValue = day;
  form.elements.event_on.max = day;
  form.elements.event_on.min = year.earliest;
  form.setAttribute('data-outbox', 'records.new');
  form.hidden = false;
  items(year);
  form.addEventListener('change', (e) => { if (e.target.name === 'kind') suggest(form, year); });
}
/** The reminders in the groups and the order of the home, the rest folded as there. */
function remind(all) {
  const lines = (rows) => {
    const ul = make('ul', '', 'todo');
    rows.forEach((r) => {
      const li = make('li', '', r.done ? 'done' : ''), line = make('div');
      line.append(make('b', r.short), make('small', `${r.code} · ${r.note}`));
      li.append(line);
      ul.append(li);
    });
    return ul;
  };
  const box = by('year-reminders'), first = { refuted: '核查不符', near: '临近到期', month: '本月建议' };
  Object.keys(first).forEach((group) => {
    const rows = all.filter((r) => r.group === group);
    if (rows.length) box.append(make('h3', first[group], 'section-label'), lines(rows));
  });
  const rest = all.filter((r) => !first[r.group]);
  if (!rest.length) return;
  const fold = make('details');
  fold.append(make('summary', '其余提醒和已落实的', 'btn plain'), lines(rest));
  box.append(fold);
}
function read(year) {
  const month = by('year-month'), records = by('year-records'), kinds = {};
  by('year-form').querySelectorAll('input[name=kind]').forEach((el) => { kinds[el.value] = el.parentNode.textContent; });
  month.querySelector('h2').textContent = `${year.month} · 履责提醒`;
  remind(year.reminders);
  month.querySelector('.hint').textContent = year.progress;
  month.hidden = place === 'records';
  records.querySelector('h2').textContent = `${year.year}年记录本`;
  records.querySelector('.hint').textContent = year.rows.length ? '只能看，不能改；联网后可以打开每一条。' : '还没有记录。';
  year.rows.forEach((r) => {
    const li = make('li'), line = make('div'), kind = kinds[r.kind] || '';
    const when = r.event_on === r.recorded_on ? r.event_on : `${r.event_on}发生，${r.recorded_on}记录`;
    const codes = r.codes.length ? `对应 ${r.codes.join('、')}` : '';
    const marks = [r.unconfirmed && '待确认', r.refused && '未采用', r.late && '补记', r.corrected && '有更正'];
    const page = r.page ? `第 ${r.page} 页` : '未编页';
    line.append(make('b', r.text || kind), make('small', [kind, when, page, codes].concat(marks).filter(Boolean).join(' · ')));
    li.append(line);
    records.querySelector('ul').append(li);
  });
  records.hidden = place === 'home';
}
async function offline() {
  const box = window.outbox;
  if (/^oversight\//.test(place)) return; // onsite.js
  const row = box && (await box.ready, await own(box));
  if (!row || row.at < Date.now() - 7 * 864e5) {
    // Whoever has no book of his own is not told of one; the sheets that he keeps are listed by sheets.js.
    by('year-note').textContent = (told(LAST) || {}).book === false ? '这一页要联网才能打开。'
      : '这台设备上没有存下您的记录本。联网后打开一次首页，以后没有网络也能看、也能记。';
    return;
  }
  const year = row.value, when = new Date(row.at + 8 * 3600000);
  const clock = `${when.getUTCMonth() + 1}月${when.getUTCDate()}日 ${when.toISOString().slice(11, 16)}`;
  const last = told(LAST), over = !last || !(Date.now() < last.until), writes = place === 'records/new';
  by('year-unit').textContent = year.title || year.unit;
  // What was written is his who reads it; whoever holds the phone later may write, and reads nothing.
  by('year-note').textContent = (over ? '登录已过期，存下的记录不再显示，联网重新登录后再看。可以照常记：写好先存在本机，重新登录后自动送出。'
    : `可以照常记：写好先存在本机，联网后自动送出。${writes ? '' : `下面的内容是 ${clock} 存下的。`}`) + (year.proxy ? '您写的是代录，送出后请负责人确认。' : '');
  // As with a network: the form has its page, and is one tap away from the others.
  if (writes) write(year);
  else if (year.proxy) by('year-bar').firstChild.textContent = '代录一条';
  if (!over && !writes) read(year);
  by('year-back').hidden = !writes;
  by('year-bar').hidden = by('year-tabs').hidden = writes;
  by('year-tabs').querySelectorAll('a').forEach((a) => { if (a.pathname === '/' + place) a.setAttribute('aria-current', 'page'); });
}
/** The network is back: say so, and leave the page alone, there may be text in it. */
function back() {
  by('year-note').textContent = '网络已恢复。写好的会自动送出；点“再试一次”打开原来的页面。';
}

if (apart) {
  const last = told(LAST);
  if (last && last.account) {
    const meta = make('meta');
    meta.name = 'viewer';
    meta.content = JSON.stringify({ account: last.account, form_token: '' });
    document.head.append(meta);
    root.setAttribute('data-size', last.size || 'standard');
  }
  by('year-again').addEventListener('click', (e) => { e.preventDefault(); location.reload(); });
  window.addEventListener('online', back);
}
const start = () => (apart ? offline().catch(() => 0) : online());
// After every deferred script.
if (document.readyState === 'complete') start(); else document.addEventListener('DOMContentLoaded', start);
})();
