// The outbox sends `form[data-outbox]` exactly once, also when the network is away or the page is killed on the way.
// Owns: what is kept on the device (AES-GCM, a key per account, not extractable), the queue, the wipe.
// Refuses: forms without a command id or with files; to judge dates.
// A form has data-outbox="NAME" (`.new`: each a note), data-outbox-subject="ID" of its thing, a hidden `command`, a
// `[data-save-state]` inside, and a handler that answers 303 (back to `?draft=` means refused). Drafts: drafts.js.
// ES2017, at most 15 KB: the body is not indented.
(function () {
'use strict';
const PATIENCE = 30000; // ms for one request; then it counts as not sent
const FIRST_WAIT = 2000, LONGEST_WAIT = 300000; // ms between tries, doubling
const KEEP = 14 * 864e5, READ = 7 * 864e5; // drafts; the year for reading; the queue does not expire: nobody has seen it yet
let viewer = null;
try { viewer = JSON.parse(document.querySelector('meta[name=viewer]').content); } catch (e) { /* not a page of ours */ }
if (!viewer || !viewer.account || !window.AbortController) return;
const account = viewer.account, subtle = window.crypto && crypto.subtle;

// ---- The store: IndexedDB, or this page's memory: no secure context, or the disk is full.
const memory = { draft: new Map(), queue: new Map(), year: new Map() };
let db = null, key = null, dead = false, count = 0;
function run(name, mode, work) {
  return new Promise((ok, no) => {
    const t = db.transaction(name, mode), r = work(t.objectStore(name));
    t.oncomplete = () => ok(r.result);
    t.onabort = () => no(t.error);
  });
}
const everything = (store) => run(store, 'readonly', (s) => s.getAll());
const erase = (store, id) => run(store, 'readwrite', (s) => s.delete(id));
const remove = (store, which) => everything(store).then((rows) => Promise.all(rows.filter(which).map((row) => erase(store, row.id))));
const ready = (async () => {
  if (!subtle || !window.indexedDB) return;
  try {
    db = await new Promise((ok, no) => {
      const r = indexedDB.open('wuze', 2);
      r.onupgradeneeded = () => {
        const there = r.result.objectStoreNames;
        ['key', 'draft', 'queue', 'year'].forEach((name) => there.contains(name) ||
          r.result.createObjectStore(name, name === 'key' ? {} : { keyPath: 'id', autoIncrement: true }));
      };
      r.onsuccess = () => ok(r.result);
      r.onerror = r.onblocked = no;
    });
    const mine = () => run('key', 'readonly', (s) => s.get(account));
    key = await mine();
    if (!key) {
      const made = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      // Another tab's key counts if quicker.
      await run('key', 'readwrite', (s) => s.add(made, account)).catch(() => 0);
      key = await mine();
    }
    if (!key) throw new Error('no key');
    db.onversionchange = () => db.close();
    await remove('draft', (row) => row.at < Date.now() - KEEP);
    await remove('year', (row) => row.at < Date.now() - READ);
  } catch (e) { db = null; }
})();
const sealed = (iv) => ({ name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(account) });

/** Keeps `value`; true when it is on the device and will outlive the page. */
async function put(store, row, value) {
  await ready;
  row.account = account;
  if (db) {
    try {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const data = await subtle.encrypt(sealed(iv), key, new TextEncoder().encode(JSON.stringify(value)));
      if (dead) return false;
      await run(store, 'readwrite', (s) => s.put(Object.assign({}, row, { iv, data })));
      memory[store].delete(row.id);
      return true;
    } catch (e) { /* full, or taken away by the browser */ }
  }
  row.id = row.id || 'm' + ++count;
  memory[store].set(row.id, Object.assign({ value }, row));
  return false;
}
/** Rows of this account with their `value`, in order. */
async function all(store) {
  await ready;
  const out = [], rows = db ? await everything(store).catch(() => []) : [];
  for (const row of rows.filter((r) => r.account === account && !memory[store].has(r.id))) {
    try {
      row.value = JSON.parse(new TextDecoder().decode(await subtle.decrypt(sealed(row.iv), key, row.data)));
      out.push(row);
    } catch (e) { await del(store, row.id); /* its key was wiped */ }
  }
  return out.concat(Array.from(memory[store].values()));
}
async function del(store, id) {
  memory[store].delete(id);
  if (db) await erase(store, id).catch(() => 0);
}

// ---- Words. Notes stand before <body>, out of hydration's way.
function say(form, tone, words) {
  const p = form.querySelector('[data-save-state]');
  if (!p) return;
  p.className = 'save-state ' + tone;
  p.textContent = words;
}
const notes = {};
/** A line above the page with buttons `[label, action]`; none without words. `calm`: no worry. */
function note(id, words, actions, calm) {
  if (notes[id]) notes[id].remove();
  delete notes[id];
  if (!words) return;
  const box = notes[id] = document.createElement('div');
  box.className = calm ? 'banner' : 'banner warn';
  box.setAttribute('role', calm ? 'status' : 'alert');
  box.style.fontFamily = getComputedStyle(document.body).fontFamily;
  box.append(words);
  actions.forEach((a) => box.append(' ', Object.assign(document.createElement('button'),
    { type: 'button', className: 'btn small', textContent: a[0], onclick: a[1] })));
  document.documentElement.insertBefore(box, document.body);
}
function askSignIn(words) {
  const url = '/signin?next=' + encodeURIComponent(location.pathname + location.search);
  // Not left: what only this page has.
  note('queue', words + ' ', [['重新登录', () => (memory.queue.size || !db ? window.open(url) : location.assign(url))]]);
}

/** Why an answer is none. */
const why = (res) => (res.status === 507 ? '服务器存储空间已满' : '服务器暂时没有收下');
/** One request with a time limit; 401 when another account has signed in meanwhile. */
function call(url, data, leaving, patience) {
  const stop = new AbortController(), late = setTimeout(() => stop.abort(), patience || PATIENCE);
  const ask = { credentials: 'same-origin', headers: { 'x-wuze-account': account }, signal: stop.signal };
  if (data) {
    data.set('_token', viewer.form_token);
    ask.method = 'POST';
    ask.body = data;
    // Browsers refuse more than 64 KB that outlive their page.
    ask.keepalive = !!leaving && String(data).length < 6e4;
  }
  return fetch(url, ask).then((res) => { clearTimeout(late); return res; }, (e) => { clearTimeout(late); throw e; });
}

// ---- Sending: in order, each under its command id: a repeated try changes nothing.
const states = new WeakMap(), waiting = new Map(); // forms of this page by command id
// kept.js runs first.
let passes = new Promise((ok) => document.addEventListener('DOMContentLoaded', ok)), tries = 0, again = 0;
const flush = () => (passes = passes.then(pass).catch(() => 0));
function stateOf(form) {
  if (!states.has(form)) {
    const name = form.getAttribute('data-outbox'), several = /\.new$/.test(name), all = account + '|' + name + '|';
    const subject = several ? form.elements.command.value : form.getAttribute('data-outbox-subject') || '';
    states.set(form, { id: all + subject, all, name, subject, several, seen: '' });
  }
  return states.get(form);
}
/** The refused draft that a form corrects, or an empty text. */
const mends = (st) => new URLSearchParams(location.search).get('draft') || st.mends || '';
function freeze(form, on) {
  Array.from(form.elements).forEach((el) => {
    if (el.type === 'submit') el.setAttribute('aria-disabled', String(on));
    else if ('readOnly' in el) el.readOnly = on;
  });
}
async function submit(form, button) {
  const st = stateOf(form), data = new URLSearchParams(), action = form.getAttribute('action');
  new FormData(form).forEach((value, name) => data.append(name, value));
  if (button && button.name) data.append(button.name, button.value);
  st.busy = true;
  freeze(form, true);
  say(form, 'saving', '正在保存');
  const item = { command: data.get('command'), action, body: String(data), form: st.name, subject: st.subject, seen: st.seen, mends: mends(st) };
  if (api.drafts) item.fields = api.drafts.fields(form);
  waiting.set(item.command, form);
  // Kept first: a page killed on the way sends it again.
  st.held = await put('queue', { at: Date.now() }, item);
  await flush();
}
/** Only a redirect to a page of ours means saved: a Wi-Fi's own sign-in page is no answer. */
async function post(item) {
  try {
    const res = await call(item.action, new URLSearchParams(item.body)), url = new URL(res.url, location.href);
    if (res.status === 401 || (res.redirected && /^\/(signin|pin)$/.test(url.pathname))) return { later: '登录已过期' };
    if (res.redirected && url.origin === location.origin) return { to: url.pathname + url.search, refused: url.searchParams.has('draft') };
    if (res.status < 400 || res.status > 499 || res.status === 429) return { later: why(res) };
    const p = new DOMParser().parseFromString(await res.text(), 'text/html').querySelector('.result p');
    return { refused: true, words: p ? p.textContent : '没有保存，请稍后再试。' };
  } catch (e) { return { later: '未联网' }; }
}
async function pass() {
  clearTimeout(again);
  waiting.forEach((f, command) => { if (!document.contains(f)) waiting.delete(command); });
  let sent = 0, to = '', later = '', left = 0;
  for (const row of await all('queue')) {
    const item = row.value, form = waiting.get(item.command);
    if (dead) return;
    if (item.refused) { api.refusal(row); continue; }
    const answer = later ? { later } : await post(item);
    if (answer.later) {
      later = answer.later;
      left++;
      if (form) lock(form, later);
      continue;
    }
    tries = 0;
    if (answer.refused && !form) {
      item.refused = answer;
      await put('queue', { id: row.id, at: row.at }, item);
      await api.mended(item);
      api.refusal(row);
      continue;
    }
    if (!answer.refused || answer.to) await api.mended(item, answer.refused && answer);
    await del('queue', row.id);
    waiting.delete(item.command);
    if (form) {
      note('queue');
      return answered(form, answer);
    }
    // Its draft is done with, unless written on since.
    if (item.seen) await call('/drafts/drop', new URLSearchParams({ form: item.form, subject: item.subject, seen: item.seen })).catch(() => 0);
    sent++;
    to = answer.to;
  }
  if (later) return tell(later, left);
  note('queue', sent && `已送出 ${sent} 条。 `, [['查看', () => location.assign(to)]], 1);
}
/** The form on the page has its answer; the rest goes with the next page. */
async function answered(form, answer) {
  const st = stateOf(form), drafts = api.drafts;
  if (answer.refused) {
    st.busy = st.locked = false;
    freeze(form, false);
    if (drafts) await drafts.refused(form, answer.to);
  } else if (drafts) await drafts.done(form);
  if (answer.to) {
    st.busy = st.gone = true;
    location.assign(answer.to);
  } else say(form, 'failed', answer.words);
}
const then = (why) => (why === '未联网' ? '联网后' : why === '登录已过期' ? '重新登录后' : '稍后');
function tell(why, left) {
  const kept = `待上传 ${left} 条，` + (memory.queue.size ? '请不要关闭本页' : '已存在本机');
  if (why === '登录已过期') return askSignIn(`登录已过期，${kept}。重新登录后自动送出。`);
  again = setTimeout(flush, Math.min(LONGEST_WAIT, FIRST_WAIT * Math.pow(2, tries++)) * (0.5 + Math.random() / 2));
  const form = Array.from(waiting.values()).filter((f) => stateOf(f).several).pop();
  const more = form && api.drafts;
  note('queue', `${why}，${kept}，${then(why)}自动送出。 `, more ? [['再写一条', () => api.drafts.fresh(form)]] : []);
  if (more) notes.queue.classList.add('thumb'); // over 保存
}
/** The text is in the queue; under the same command id another would be refused. */
function lock(form, why) {
  const st = stateOf(form);
  st.busy = false;
  st.locked = true;
  if (st.held) del('draft', st.id);
  const kept = st.held ? '，已存在本机，' : '，没有送出，请不要关闭本页，';
  say(form, st.held ? 'offline' : 'failed', why + kept + then(why) + '自动送出');
}
/** The form starts again; what it sent stays in the queue. */
function release(form) {
  waiting.forEach((f, command) => { if (f === form) waiting.delete(command); });
  states.delete(form);
  freeze(form, false);
  say(form, '', '');
  flush();
}

const mine = (row) => row.account === account;
/** Everything of this account on this device, with its key. Takes 3 s at most. */
async function wipe() {
  dead = api.dead = true;
  Object.keys(memory).forEach((name) => memory[name].clear());
  try {
    localStorage.setItem('wuze-out', account + Date.now());
    localStorage.removeItem('wuze-last');
  } catch (e) { /* other tabs learn it from the server */ }
  const slow = new Promise((ok) => setTimeout(ok, 3000));
  if (db) await Promise.race([slow, Promise.all(['draft', 'queue', 'year'].map((name) => remove(name, mine)).concat(erase('key', account), api.wipeMore())).catch(() => 0)]);
}

// ---- Listening on the document: forms may come later.
let composing = null, pressed = null;
const typing = () => composing && composing === document.activeElement;
const on = (type, act, target) => (target || document).addEventListener(type, act, true);
on('compositionstart', (e) => { composing = e.target; });
on('compositionend', () => { composing = null; });
// Enter ends a composition, and submits nothing.
on('keydown', (e) => {
  if (e.key === 'Enter' && (e.isComposing || e.keyCode === 229) && e.target.form) e.preventDefault();
});
on('click', (e) => { pressed = e.target.closest && e.target.closest('button,input[type=submit]'); });
// Last: whoever handles the form himself has said so.
window.addEventListener('submit', (e) => {
  const form = e.target;
  if (typing()) e.preventDefault();
  if (e.defaultPrevented || !form.hasAttribute('data-outbox') || !form.elements.command || form.enctype === 'multipart/form-data') return;
  e.preventDefault();
  const st = stateOf(form), button = e.submitter || (pressed && pressed.form === form ? pressed : null);
  if (!st.busy && !st.locked) submit(form, button);
});
const back = () => { tries = 0; flush(); };
on('visibilitychange', () => { if (document.visibilityState === 'visible') back(); });
on('online', back, window);
on('pageshow', (e) => {
  if (!e.persisted) return;
  // Brought back from memory: its command id is used up.
  if (Array.from(document.querySelectorAll('form[data-outbox]')).some((f) => stateOf(f).gone)) location.reload(); else back();
}, window);
on('storage', (e) => { if (e.key === 'wuze-out' && String(e.newValue).startsWith(account)) dead = api.dead = true; }, window);
on('beforeunload', (e) => { if (memory.queue.size && !dead) { e.preventDefault(); e.returnValue = ''; } }, window);

/** `drafts` is what drafts.js gives in return. */
const api = { account, ready, put, all, del, say, note, askSignIn, call, stateOf, mends, release, wipe, flush, refusal: () => 0, mended: () => 0, wipeMore: () => 0, typing, on, why, dead: false, drafts: null, sent: () => passes, onDevice: () => !!db };
window.outbox = api;
flush();
})();
