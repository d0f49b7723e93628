// Drafts of `form[data-outbox]`: saved 2 s after typing stops, on the device first, then on the server; offered when the
// form is opened again. Needs outbox.js; kept.js names them before signing out. Refuses: writing into a field
// without a click, saving while an input method composes, passwords and hidden fields, sending a form while it is asked
// which of two drafts holds. ES2017, at most 15 KB: the body is not indented.
(function () {
'use strict';
const PAUSE = 2000, LONGEST = 10000; // ms after the last key; ms of typing without a pause
const LOOK = 5000; // ms that a look for a draft on the server may take
const box = window.outbox;
if (!box) return;
const known = new Set(); // forms on the page

// ---- Fields as pairs of name and value
const QUIET = /^(hidden|password|file|submit|button|reset|image|fieldset|output)$/;
const ticks = (el) => el.type === 'checkbox' || el.type === 'radio';
const controls = (form) => Array.from(form.elements).filter((el) => el.name && !QUIET.test(el.type));
/** What the form holds now, or what the page gave it at first. */
function fields(form, first) {
  const out = [];
  controls(form).forEach((el) => {
    if (el.options) {
      const options = Array.from(el.options), on = options.filter((o) => (first ? o.defaultSelected : o.selected));
      // A list without a choice shows its first line.
      if (!on.length && !el.multiple) on.push.apply(on, options.slice(0, 1));
      on.forEach((o) => out.push([el.name, o.value]));
    } else if (!ticks(el)) out.push([el.name, first ? el.defaultValue : el.value]);
    else if (first ? el.defaultChecked : el.checked) out.push([el.name, el.value]);
  });
  return out;
}
// `seen.*`, what the form was given, is no text.
const texts = (list) => list.filter((f) => !/^seen/.test(f[0]));
const key = (list) => texts(list).map(String).sort().join('\n');
const same = (a, b) => !!a && !!b && key(a) === key(b);
const idle = (form) => same(fields(form), fields(form, true));
/** A draft together with what was written beside it: no text is lost. */
function merged(form, draft, now, first) {
  const out = [];
  new Set(draft.concat(now).map((f) => f[0])).forEach((name) => {
    const of = (list) => list.filter((f) => f[0] === name).map((f) => f[1]);
    const d = of(draft), n = of(now), el = controls(form).find((one) => one.name === name) || {};
    let v = d;
    if (n.length && String(n) !== String(of(first))) {
      if (el.type === 'checkbox' || el.multiple) v = Array.from(new Set(d.concat(n)));
      else if (!/^(text|search|textarea)$/.test(el.type) || n[0].includes(d[0] || '')) v = n;
      else if (!d[0].includes(n[0])) v = [d[0] + '\n' + n[0]];
    }
    v.forEach((one) => out.push([name, one]));
  });
  return out;
}
const since = (form, draft) => merged(form, draft, fields(form), fields(form, true));
/** A draft in words: texts as typed, ticks by their labels. */
const words = (form, list) => texts(list).map((f) => {
  const el = controls(form).find((one) => one.name === f[0] && (!ticks(one) || one.value === f[1]));
  return el && ticks(el) && el.labels[0] ? el.labels[0].textContent.trim() : f[1];
}).filter(Boolean).join('\n');
/** Two drafts side by side, and what to do about them. Until that is said, the form does not send. */
function choose(form, st, a, b, use, none) {
  const cols = document.createElement('div');
  cols.className = 'cols';
  [['这台', a], ['另一台', b]].forEach(([who, o]) => {
    const card = cols.appendChild(document.createElement('pre'));
    card.className = 'card';
    card.style.cssText = 'font:inherit;white-space:pre-wrap;text-align:left';
    card.textContent = `${who}（${o.when}）\n${words(form, o.fields)}`;
  });
  const head = document.createElement('div');
  head.append('您在两台设备上都写了这一份', cols);
  box.note(st.id, head, [
    ['用这台的', use(a)],
    ['用另一台的', use(b)],
    ['两段都留', use({ fields: merged(form, a.fields, b.fields, []) })],
  ].concat(none ? [['都不要', none]] : []), true);
}
/** Writes a draft into the form. Only ever by a click, which ends any composition. */
function fill(form, list) {
  const used = {};
  controls(form).forEach((el) => {
    const has = (v) => list.some((f) => f[0] === el.name && f[1] === v), before = el.value, on = el.checked;
    if (el.options) Array.from(el.options).forEach((o) => { o.selected = has(o.value); });
    else if (ticks(el)) {
      el.checked = has(el.value);
      const group = el.checked && el.closest('details');
      if (group) group.open = true;
    } else {
      const values = list.filter((f) => f[0] === el.name), at = used[el.name] || 0;
      used[el.name] = at + 1;
      if (values[at] && values[at][1] !== before) el.value = values[at][1];
    }
    // So that a hydrated page learns of it as if it had been typed.
    if (el.value !== before || el.checked !== on) ['input', 'change'].forEach((t) => el.dispatchEvent(new Event(t, { bubbles: true })));
  });
}
const clock = (ms) => {
  const d = new Date(ms), t = ('0' + d.getHours()).slice(-2) + ':' + ('0' + d.getMinutes()).slice(-2);
  return d.toDateString() === new Date().toDateString() ? t : `${d.getMonth() + 1}月${d.getDate()}日 ${t}`;
};
const about = (st) => new URLSearchParams({ form: st.name, subject: st.subject });

// ---- A form comes onto the page: is there a draft of it?
function open(form) {
  const st = box.stateOf(form);
  known.add(form);
  if (!st.met) {
    Object.assign(st, { timer: 0, since: 0, offers: [], dirty: false, fields: null, chain: Promise.resolve() });
    st.met = meet(form, st).catch(() => 0);
    st.looked = st.met.then(() => look(form, st)).catch(() => 0);
  }
  return st;
}
async function meet(form, st) {
  // A refused record's draft on the server may have ended: then the one that waits here is offered.
  const row = (await box.all('draft')).filter((r) => r.id === st.id).pop() || (await waiting(st));
  if (!row) return;
  st.seen = row.seen;
  st.mends = row.mends;
  st.synced = row.synced;
  st.offers = [{ fields: row.value, when: clock(row.at) }];
  offer(form, st);
}
/** What the address of this page says that it corrects, as it was sent. */
async function waiting(st) {
  const here = location.pathname + location.search;
  const row = (await box.all('queue')).find(({ value: v }) => v.fields && v.refused && v.refused.to === here && v.form === st.name && v.subject === st.subject);
  return row && { seen: row.value.seen, at: row.at, value: row.value.fields };
}
async function look(form, st) {
  await box.sent();
  const res = await box.call('/drafts?' + about(st), null, false, LOOK);
  if (res.status !== 200) return;
  const theirs = await res.json();
  // What waits in the queue is no draft any more.
  const queued = (await box.all('queue')).some((row) => !row.value.refused && row.value.seen === theirs.version);
  if (queued || theirs.version === st.seen) return;
  // The copy here had reached the server, and somebody wrote on from there.
  if (st.synced) st.offers = [];
  st.seen = theirs.version;
  st.offers.push({ fields: theirs.fields, when: theirs.saved_at });
  offer(form, st);
}
/** Asks; never writes over typed text by itself. */
function offer(form, st) {
  const now = fields(form), first = fields(form, true);
  if (st.offers.some((o) => same(o.fields, now))) {
    st.fields = now;
    st.offers = [];
  }
  st.offers = st.offers.filter((o, i) => !same(o.fields, first) && !(i && same(o.fields, st.offers[0].fields)));
  const take = (o) => () => {
    const next = since(form, o.fields);
    st.offers = [];
    box.note(st.id);
    fill(form, next);
    touch(form);
    keep(form);
  };
  const none = () => { box.say(form, '', ''); return forget(st).then(() => { if (!idle(form)) touch(form); }); };
  const a = st.offers[0], b = st.offers[1];
  if (b) choose(form, st, a, b, take, none);
  else if (a) box.note(st.id, `您有一份 ${a.when} 的草稿 `, [['继续写', take(a)], ['不要了', none]], true);
  else box.note(st.id);
}
/** The draft is done with, here and on the server; a version that this page never saw stays. */
function forget(st) {
  const data = about(st), seen = st.seen;
  data.set('seen', seen);
  Object.assign(st, { fields: null, dirty: false, offers: [], seen: '', mends: '' });
  clearTimeout(st.timer);
  box.note(st.id);
  return Promise.all([box.del('draft', st.id), seen && box.call('/drafts/drop', data).catch(() => 0)]);
}

/** An empty form under a new command id, while the last one waits to be sent. */
function fresh(form) {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = Array.from(b, (n) => (n + 256).toString(16).slice(1)).join('');
  form.reset();
  // A page that shows a refused form resets to the refused text.
  form.querySelectorAll('textarea').forEach((el) => { el.value = ''; });
  form.elements.command.value = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  box.release(form);
  open(form);
}

// ---- Saving
function touch(form) {
  const st = open(form), now = Date.now();
  if (st.locked || st.busy) return;
  st.dirty = true;
  st.since = st.since || now;
  clearTimeout(st.timer);
  st.timer = setTimeout(() => { if (!box.typing()) keep(form); }, Math.max(0, Math.min(PAUSE, st.since + LONGEST - now)));
}
const store = (st, synced, now) => box.put('draft', { id: st.id, at: st.at, seen: st.seen, synced, mends: box.mends(st) }, now);
/** Saves on the device, then on the server; both at once when the page is being left. */
async function keep(form, leaving) {
  const st = open(form);
  clearTimeout(st.timer);
  st.since = 0;
  if (!leaving) await st.met;
  if (box.dead || st.busy || st.locked || !st.dirty) return;
  // On the page of a refused form, the text is the draft although nobody touched it.
  if (idle(form) && !/[?&]draft=/.test(location.search)) {
    if (st.offers.length) return;
    box.say(form, '', '');
    await forget(st);
    return;
  }
  // While a question is open, the text must survive without its answer.
  const now = st.offers.length ? since(form, st.offers[0].fields) : fields(form);
  if (!same(now, st.fields) || !st.at) {
    st.fields = now;
    st.at = Date.now();
    const kept = store(st, false, now);
    if (leaving) sync(form, st, true).catch(() => 0);
    st.here = await kept;
    if (st.here) box.say(form, 'saved', '已存在本机 ' + clock(st.at));
  }
  if (!leaving) st.chain = st.chain.then(() => sync(form, st)).catch(() => 0);
}
async function sync(form, st, leaving) {
  if (!leaving) await st.looked;
  // An offer may have come while this waited: not overwritten there before it is answered.
  const now = st.fields && st.offers.length ? since(form, st.offers[0].fields) : st.fields, at = st.at;
  if (box.dead || st.busy || st.locked || st.asked || st.offers.length > 1 || !now) return;
  st.fields = now;
  const not = (why) => {
    const kept = st.here ? '，已存在本机 ' + clock(at) : '，本机也存不下草稿，请不要关闭本页';
    box.say(form, st.here ? 'offline' : 'failed', why + kept);
  };
  const data = about(st);
  data.set('seen', st.seen);
  now.forEach((f) => data.append('f.' + f[0], f[1]));
  let res, told;
  try {
    res = await box.call('/drafts', data, leaving);
    told = res.status === 200 || res.status === 409 ? await res.json() : null;
  } catch (e) { return not('未联网'); }
  if (st.busy || st.locked) return;
  if (res.status === 401) {
    not('登录已过期');
    return box.askSignIn('登录已过期，请重新登录，写的内容会保留。');
  }
  if (!told) return not(box.why(res));
  if (res.status === 409) return conflict(form, st, told);
  st.seen = told.version;
  if (st.fields !== now) return;
  if (st.offers.length || same(fields(form), now)) st.dirty = false;
  if (st.here) await store(st, true, now);
  const only = st.here ? '' : box.onDevice() ? '（本机存储已满）' : '（本机不留草稿）';
  box.say(form, 'saved', '已保存 ' + told.saved_at + only);
}
/** Somebody, mostly the same person elsewhere, saved this draft since this page last saw it. */
function conflict(form, st, theirs) {
  const mine = { when: clock(st.at) }, there = { fields: theirs.fields, when: theirs.saved_at };
  // Asked at the click: what was typed under the question counts.
  Object.defineProperty(mine, 'fields', { get: () => fields(form) });
  const use = (o) => () => {
    const now = o === mine ? null : o === there ? there.fields : merged(form, mine.fields, there.fields, []);
    st.asked = false;
    st.seen = theirs.version;
    st.fields = null;
    box.note(st.id);
    if (now) fill(form, now);
    touch(form);
    keep(form);
  };
  st.asked = true;
  choose(form, st, mine, there, use);
}

/** Saves now, everywhere it can. */
const settle = () => Promise.all(Array.from(known, (form) => keep(form).then(() => open(form).chain)));
// ---- Listening on the document: forms may come later (hydration, navigation in the browser).
const edited = (e) => {
  const form = e.target.closest && e.target.closest('form[data-outbox]');
  if (form) touch(form);
};
const leave = () => known.forEach((form) => { keep(form, true); });
const back = () => known.forEach((form) => { if (open(form).dirty) keep(form); });
// Before outbox.js and the browser send it.
box.on('submit', (e) => {
  const form = e.target, st = known.has(form) && open(form);
  if (!st || !(st.asked || st.offers.length > 1)) return;
  e.preventDefault();
  box.say(form, 'failed', '两台设备上都写了，还没有保存。请先在页面最上面选好用哪一份');
  window.scrollTo(0, 0);
});
box.on('input', edited);
box.on('change', edited);
box.on('compositionend', edited);
box.on('visibilitychange', () => (document.visibilityState === 'hidden' ? leave() : back()));
box.on('pagehide', leave, window);
box.on('online', back, window);
box.on('beforeunload', (e) => {
  const lost = Array.from(known).some((form) => { const st = open(form); return st.dirty && !st.here && !st.gone && !idle(form); });
  // With a copy on the device leaving loses nothing; without one the browser asks.
  if (lost && !box.onDevice() && !box.dead) { e.preventDefault(); e.returnValue = ''; }
}, window);
const scan = () => {
  known.forEach((form) => { if (!document.contains(form)) { box.note(open(form).id); known.delete(form); } });
  document.querySelectorAll('form[data-outbox]').forEach((form) => { if (!known.has(form)) open(form); });
};
box.drafts = {
  open,
  fresh,
  fields,
  settle,
  /** The form was saved. A save of its draft that is still on the way must not come after the end of it. */
  done: async (form) => { const st = open(form); await st.chain; await forget(st); },
  /** The form was refused: its text stays a draft. */
  refused: async (form) => { const st = open(form); st.dirty = true; await keep(form); await st.chain; },
};
scan();
new MutationObserver(scan).observe(document, { childList: true, subtree: true });
})();
