// The sheet of a registered reading (/oversight/{id}) on site: one tap a mark, delivered once and in order by outbox.js,
// also without a network, after a reload or from another start of the browser.
// Owns: `form[data-onsite]` (a row's taps, its `[data-onsite-state]`), the copy of the opened sheet on the device, kept
// encrypted by outbox.js in `year` as `ACCOUNT|sheet|ID` until the reading's last day, and what the page shows of it:
// progress and remarks follow every mark. Gone with an explicit sign-out, an ended session, a closed or erased text
// (year.js). For sheets.js, which draws the kept sheet on the offline page: `window.onsite`.
// Refuses: to keep what its viewer does not read now; to judge what a mark comes to. ES2017, at most 15 KB.
(function () {
'use strict';
const root = document.documentElement, apart = root.hasAttribute('data-offline'), box = window.outbox;
const found = /^\/oversight\/([0-9a-f-]{36})\/?$/.exec(location.pathname);
if (!found) return;
const id = found[1], by = (name) => document.getElementById(name);
const WATCH = 2000, PAUSE = 800; // ms between looks at the queue; ms after the last key
const KEPT = 'kept', SENT = 'sent', NOT = 'refused'; // of a tap
const NEEDS = { wanting: '请先写一句要补充什么，再点“需补充”', mismatch: '请先写一句哪里不符，再点“与实际不符”', unsettled: '请先写一句看到的情况，再点“仍未整改”' };
const BARE = '这一条还没有对应的记录：请先写一句用什么材料印证的，再点“印证充分”，或改选“需补充”';
const rowId = box && box.account + '|sheet|' + id;
let kept = null; // { sheet, mark, until, at, log, typed }
let timer = 0, writes = Promise.resolve();

const clock = (at) => {
  const d = new Date(at + 8 * 3600000);
  return `${d.getUTCMonth() + 1}月${d.getUTCDate()}日 ${d.toISOString().slice(11, 16)}`;
};
function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = Array.from(b, (n) => (n + 256).toString(16).slice(1)).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

// ---- What is on the device
/** The kept copy, or an empty one that only remembers this page's taps. */
async function load() {
  await box.ready;
  const row = (await box.all('year')).find((one) => one.id === rowId);
  kept = row ? row.value : { sheet: null, log: [], typed: {} };
}
/** One write after the other: the later one holds. */
function save() {
  const value = kept;
  if (!value.sheet || box.dead) return writes;
  writes = writes.then(() => box.put('year', { id: rowId, at: value.at }, value)).catch(() => 0);
  return writes;
}
/** Nor does a later tap bring it back. */
const drop = () => { kept.sheet = null; writes = writes.then(() => box.del('year', rowId)); return writes; };
/** The same data as the page, through the same door. */
async function ask(form) {
  const headers = { 'content-type': 'application/json', 'x-wuze-account': box.account };
  const res = await fetch('/api/oversight/one', { method: 'POST', credentials: 'same-origin', headers, body: JSON.stringify({ form }) });
  if (res.status === 401 || res.status === 403 || res.status === 404) await drop();
  if (!res.ok) throw new Error('status ' + res.status);
  return res.json();
}
/** Keeps the sheet as it stands on the server, with the taps that have not got there. */
async function renew(viewer) {
  const told = document.querySelector('[data-onsite-kept]');
  const sheet = await ask({ id });
  if (!sheet.may_remark || !sheet.reads) return drop();
  Object.assign(kept, { sheet, mark: viewer.kept, until: sheet.until, at: Date.now() });
  await save();
  const on = box.onDevice();
  if (told) told.textContent = on ? `这张表 ${clock(kept.at)} 已存在本机，没有网络也能看、能标。` : '这台设备不能保存，没有网络时请用纸质记录。';
  return sheet;
}

// ---- Taps
/** An open item, an item of the sheet, or `RECORD-ITEM`. */
const rowOf = (form) => (form.elements.namedItem('row') || form.elements.namedItem('item') || {}).value || '';
const forms = () => Array.from(document.querySelectorAll('form[data-onsite]'));
function say(form, tone, words) {
  const p = form.querySelector('[data-onsite-state]');
  if (!p) return;
  p.className = 'save-state ' + tone;
  p.textContent = words;
}
/** What two readers said apart, as the server tells it: beside the own mark. */
function against(row) {
  const all = [];
  (kept.sheet ? kept.sheet.sample : []).forEach((item) => {
    if (item.duty === row) all.push.apply(all, item.marks);
    item.records.forEach((record) => { if (`${record.id}-${item.duty}` === row) all.push.apply(all, record.marks); });
  });
  return all.filter((mark) => mark.own && mark.against).map((mark) => mark.against)[0] || '';
}
/** How far one has come, marks that have not got there among them, and the first item without one. */
function progress() {
  const p = document.querySelector('[data-onsite-progress]');
  if (!p || !kept.sheet) return;
  const all = kept.sheet.sample, mine = kept.log.filter((one) => one.state !== NOT).map((one) => one.row);
  const done = (item) => item.marks.length || item.records.some((r) => r.marks.length) || mine.some((row) => row.endsWith(item.duty));
  const next = all.find((item) => !done(item));
  p.textContent = `抽查 ${all.length} 条，已标 ${all.filter(done).length} 条`;
  document.querySelectorAll('[data-onsite-next] a, [data-onsite-jump]').forEach((a) => {
    a.setAttribute('href', next ? '#row-' + next.duty : apart ? '#onsite' : '#closing');
    a.textContent = next ? `接着查 ${next.code}` : apart ? '抽查条目都已标，联网后写综合意见' : '去写综合意见';
  });
}
/** What follows from the marks, as the server draws it now; what is typed or open there stays. */
async function redraw() {
  const res = await fetch(location.pathname, { credentials: 'same-origin', headers: { 'x-wuze-account': box.account } });
  if (!res.ok || res.redirected) return;
  const page = new DOMParser().parseFromString(await res.text(), 'text/html');
  ['remarks', 'closing'].forEach((name) => {
    const old = by(name), now = page.getElementById(name);
    if (!old || !now || old.contains(document.activeElement) || old.querySelector('details[open]')) return;
    const typed = Array.from(old.querySelectorAll('input:not([type=hidden]), textarea')).some((el) => el.value !== el.defaultValue);
    if (!typed) old.innerHTML = now.innerHTML;
  });
}
function paint() {
  progress();
  states();
}
function states() {
  forms().forEach((form) => {
    const row = rowOf(form), last = kept.log.filter((one) => one.row === row).pop();
    if (!last) return;
    const what = last.label + (last.text ? `（${last.text}）` : '');
    if (last.state === SENT) say(form, 'saved', `已送达：${what}` + (against(row) ? `。${against(row)}` : ''));
    else if (last.state === NOT) say(form, 'failed', `没有通过：${what}。${last.words || '内容还在，见页面上方'}`);
    else if (last.held) say(form, 'offline', `已存在本机：${what}，联网后自动送达`);
    else say(form, 'failed', `还没有送达：${what}，请不要关闭本页`);
    Array.from(form.querySelectorAll('button[name=kind]')).forEach((b) => b.setAttribute('aria-pressed', String(b.value === last.kind && last.state !== NOT)));
  });
}
async function tapped(form, button) {
  const text = form.elements.text, said = text.value.trim(), kind = button.value;
  // As the server asks for it, and at once: what it would refuse is not stored.
  const needs = kind === 'sound' && form.hasAttribute('data-onsite-bare') ? BARE : NEEDS[kind];
  if (needs && !said) {
    say(form, 'failed', needs);
    return text.focus();
  }
  const data = new URLSearchParams();
  new FormData(form).forEach((value, name) => { if (!/^_/.test(name)) data.append(name, value); });
  const command = uuid(), row = rowOf(form);
  data.set('command', command);
  data.set('kind', kind);
  const entry = { command, row, kind, label: button.textContent.replace(/（.*$/, ''), text: said, state: KEPT, held: true };
  kept.log.push(entry);
  delete kept.typed[row];
  say(form, 'saving', '正在保存');
  // Kept first: a page killed on the way sends it again, in the order of the taps.
  entry.held = await box.put('queue', { at: Date.now() }, {
    command, action: form.getAttribute('action'), body: String(data), form: 'oversight.tap', subject: row, seen: '', mends: '',
  });
  await save();
  paint();
  box.flush();
  look(200);
}
const look = (ms) => { clearTimeout(timer); timer = setTimeout(() => settle().catch(() => 0), ms); };
/** What became of the taps: gone from the queue is delivered. */
async function settle() {
  const waiting = () => kept.log.some((one) => one.state === KEPT);
  if (!waiting()) return;
  const before = JSON.stringify(kept.log), queue = await box.all('queue');
  for (const one of kept.log.filter((tap) => tap.state === KEPT)) {
    const row = queue.find((r) => r.value.command === one.command);
    if (!row) one.state = SENT;
    else if (row.value.refused) {
      one.state = NOT;
      one.words = row.value.refused.words || await reason(row.value.refused.to);
    }
  }
  if (JSON.stringify(kept.log) !== before) {
    await save();
    // All there: the copy is as old as the last of them.
    if (!waiting() && !apart) await Promise.all([renew(viewerOf()), redraw()]).catch(() => 0);
    paint();
  }
  if (waiting()) look(WATCH);
}
/** Why it was refused, as the draft of it says. */
async function reason(to) {
  const draft = new URLSearchParams(String(to).split('?')[1]).get('draft');
  if (!draft) return '';
  return ask({ id, draft }).then((page) => page.draft.problem, () => '');
}
const viewerOf = () => { try { return JSON.parse(document.querySelector('meta[name=viewer]').content); } catch (e) { return {}; } };

let pressed = null;
document.addEventListener('click', (e) => { pressed = e.target.closest && e.target.closest('button'); }, true);
function listen() {
  window.addEventListener('submit', (e) => {
    const form = e.target, button = e.submitter || (pressed && pressed.form === form ? pressed : null);
    if (e.defaultPrevented || !form.hasAttribute('data-onsite')) return;
    e.preventDefault();
    // Enter in the field presses the first button, which says nothing: nothing is marked without a tap.
    if (!button || !button.value) say(form, 'failed', '请点下面的一个按钮');
    else if (!box.typing()) tapped(form, button).catch(() => say(form, 'failed', '没有存下，请再点一次'));
  });
  document.addEventListener('input', (e) => {
    const form = e.target.closest && e.target.closest('form[data-onsite]');
    if (!form) return;
    kept.typed[rowOf(form)] = e.target.value;
    clearTimeout(form.later);
    form.later = setTimeout(save, PAUSE);
  }, true);
  window.addEventListener('online', () => look(500));
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'visible') look(500); });
}
/** What was typed and not tapped, into fields that are still empty. */
function retype() {
  forms().forEach((form) => {
    const words = kept.typed[rowOf(form)];
    if (words && !form.elements.text.value) form.elements.text.value = words;
  });
}

// ---- The page of the server
/** When the page is drawn: hydrated, or below wasm after a while. */
const drawn = () => new Promise((ok) => {
  const done = () => root.hasAttribute('data-ready') || root.hasAttribute('data-basic');
  if (done() || !('noModule' in document.createElement('script'))) return ok();
  const watch = new MutationObserver(() => { if (done()) { watch.disconnect(); ok(); } });
  watch.observe(root, { attributes: true });
  return setTimeout(ok, 6000);
});
async function online() {
  await load();
  const queue = await box.all('queue'), here = document.querySelector('[data-onsite-sheet]');
  // What got there while this page was away stands on it now, or on its way here.
  const queued = (one) => queue.some((row) => row.value.command === one.command);
  const behind = kept.log.some((one) => one.state === KEPT && !queued(one));
  kept.log = kept.log.filter((one) => one.state !== SENT && queued(one));
  listen();
  await drawn();
  retype();
  // The copy is older than this page: how far one has come is said from a new one only.
  states();
  if (here && here.getAttribute('data-onsite-sheet') === id) await Promise.all([renew(viewerOf()).then(paint), behind && redraw()]).catch(() => 0);
  else if (!kept.log.length) await drop();
  look(200);
}

window.onsite = { id, load, listen, retype, paint, clock, kept: () => kept, look: () => look(200) };
const go = () => { if (!apart && box) online().catch(() => 0); };
if (document.readyState === 'complete') go(); else document.addEventListener('DOMContentLoaded', go);
})();
