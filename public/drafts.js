// Drafts of `form[data-outbox]`: saved 2 s after typing stops, on the device first, then on the server; offered when the
// form is opened again. Each page of a `.new` form is a note with a draft of its own. Needs outbox.js, kept.js.
// Refuses: writing into a field without a click, saving while an input method composes, passwords and hidden fields,
// joining two notes, sending a form while it is asked which of two drafts holds. ES2017, at most 15 KB: not indented.
(function () {
'use strict';
const PAUSE = 2000, LONGEST = 10000; // ms after the last key; ms of typing without a pause
const LOOK = 5000; // ms that a look for a draft on the server may take
const box = window.outbox;
if (!box) return;
const known = new Set(); // forms on the page
const loaded = new Promise((ok) => document.addEventListener('DOMContentLoaded', ok)); // kept.js is there

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
const since = (form, draft) => box.merged(form, draft, fields(form), fields(form, true));
/** Writes a draft into the form, in place of all or of what it has. Only ever by a click, which ends any composition. */
function fill(form, list, whole) {
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
      const v = values[at] ? values[at][1] : whole ? '' : before;
      if (v !== before) el.value = v;
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
    Object.assign(st, { timer: 0, since: 0, offers: [], others: [], dirty: false, fields: null, chain: Promise.resolve() });
    st.met = meet(form, st).catch(() => 0);
    st.looked = st.met.then(() => look(form, st)).catch(() => box.alone(form, st));
  }
  return st;
}
async function meet(form, st) {
  await loaded;
  const rows = await box.all('draft');
  // A refused record's draft on the server may have ended: then the one that waits here is offered.
  if (st.several) {
    const wait = await waiting(st);
    rows.sort((a, b) => b.at - a.at).concat(wait || []).forEach((r) => {
      const subject = r.id.slice(st.all.length);
      if (!r.id.startsWith(st.all) || (st.taken && r.id === st.id)) return;
      st.others.push({ id: r.id, name: st.name, subject, seen: r.seen, mends: r.mends, synced: r.synced, fields: r.value, when: clock(r.at), here: r === wait });
    });
    return box.notes(form, st);
  }
  const row = rows.filter((r) => r.id === st.id).pop() || (await waiting(st));
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
  const row = (await box.all('queue')).find(({ value: v }) => v.fields && v.refused && v.refused.to === here && v.form === st.name && (st.several || v.subject === st.subject));
  return row && { id: st.all + row.value.subject, seen: row.value.seen, at: row.at, value: row.value.fields };
}
async function look(form, st) {
  await box.sent();
  const res = await box.call('/drafts?' + about(st) + (st.several ? '&all=1' : ''), null, false, LOOK);
  if (res.status !== 200) return box.alone(form, st);
  const theirs = await res.json(), queue = await box.all('queue');
  // What waits in the queue is no draft any more.
  const queued = (one) => queue.some((row) => !row.value.refused && row.value.seen === one.version);
  if (st.several) {
    st.refused = theirs.refused;
    theirs.notes.filter((t) => !queued(t)).forEach((t) => {
      const { subject, version: seen } = t, o = st.others.find((one) => one.subject === subject);
      const note = { id: st.all + subject, name: st.name, subject, seen, synced: true, draft: t.id, mends: t.mends || (o || {}).mends, fields: t.fields, when: t.saved_at };
      if (subject === st.subject) { if (same(t.fields, fields(form))) st.seen = seen; }
      else if (!o) st.others.push(note);
      // Written on here since: saving it asks which one holds.
      else if (o.synced || same(o.fields, t.fields)) Object.assign(o, note);
      else o.draft = t.id;
    });
    return box.notes(form, st);
  }
  if (queued(theirs) || theirs.version === st.seen) return;
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
  if (b) box.choose(form, st, a, b, take, none);
  else if (a) box.note(st.id, box.begun(a), [['继续写', take(a)], ['不要了', none]], true);
  else box.note(st.id);
}
function drop(o) {
  const data = about(o);
  data.set('seen', o.seen);
  return Promise.all([box.del('draft', o.id), o.seen && box.call('/drafts/drop', data).catch(() => 0)]);
}
/** The draft is done with, here and on the server; a version that this page never saw stays. */
function forget(st) {
  const gone = drop(st);
  Object.assign(st, { fields: null, dirty: false, offers: [], seen: '', mends: '' });
  clearTimeout(st.timer);
  box.note(st.id);
  return gone;
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
// A refusal is told before its page is open.
const mends = (st) => st.refusal || box.mends(st);
const store = (st, synced, now) => box.put('draft', { id: st.id, at: st.at, seen: st.seen, synced, mends: mends(st) }, now);
/** Saves on the device, then on the server; both at once when the page is being left. */
async function keep(form, leaving) {
  const st = open(form);
  clearTimeout(st.timer);
  st.since = 0;
  if (!leaving) await st.met;
  if (box.dead || st.busy || st.locked || !st.dirty) return;
  // On the page of a refused form, the text is the draft although nobody touched it. An empty note is none.
  if (st.several && box.blank(form) || idle(form) && !/[?&]draft=/.test(location.search)) {
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
  data.set('mends', mends(st));
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
  // A form that goes on with another note says nothing of this one.
  if (box.stateOf(form) === st) box.say(form, 'saved', `草稿已保存 ${told.saved_at}${only} · 还没有${st.several ? '记入' : '提交'}`);
}
/** Somebody, mostly the same person elsewhere, saved this draft since this page last saw it. */
function conflict(form, st, theirs) {
  const mine = { when: clock(st.at) }, there = { fields: theirs.fields, when: theirs.saved_at };
  // Asked at the click: what was typed under the question counts.
  Object.defineProperty(mine, 'fields', { get: () => fields(form) });
  const use = (o) => () => {
    const now = o === mine ? null : o === there ? there.fields : box.merged(form, mine.fields, there.fields, []);
    st.asked = false;
    st.seen = theirs.version;
    st.fields = null;
    box.note(st.id);
    if (now) fill(form, now);
    touch(form);
    keep(form);
  };
  st.asked = true;
  box.choose(form, st, mine, there, use);
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
  known.forEach((form) => { if (!document.contains(form)) { const st = open(form); box.note(st.id); box.note(st.name); known.delete(form); } });
  document.querySelectorAll('form[data-outbox]').forEach((form) => { if (!known.has(form)) open(form); });
};
box.drafts = {
  open,
  fresh,
  fields,
  controls,
  texts,
  ticks,
  same,
  idle,
  fill,
  touch,
  keep,
  drop,
  settle,
  /** The form was saved. A save of its draft that is still on the way must not come after the end of it. */
  done: async (form) => { const st = open(form); await st.chain; await forget(st); },
  /** The form was refused: its text stays a draft. */
  refused: async (form, to) => {
    const st = open(form);
    st.dirty = true;
    st.fields = null;
    st.mends = st.refusal = new URLSearchParams((to || '').split('?')[1]).get('draft');
    await keep(form);
    await st.chain;
  },
};
scan();
new MutationObserver(scan).observe(document, { childList: true, subtree: true });
})();
