// Keeps a page of the hall right: reads the room's stream, writes numbers and words where they belong, counts clocks.
// Owns: the connection (cursor in the address, back-off, wake-up), the offline note, the QR code; says when a press is under way.
// Refuses: to touch a form, and to move anything under a press. `#live` of working pages is drawn again by work.js.
//
//   <body data-stream="/api/v1/rooms/ID/stream?role=chair" data-watch="seq present" data-now="MS">
//   data-live="KEY"          text; data-live-list="missing" a <ul>; data-live-width="KEY" an svg <rect>, share of data-of
//   data-show="KEY:a,b"      shown while the value is one of these
//   #offline [data-since]    said after three seconds without a connection
//   body[data-pressed]       a press is under way
//   document gets `wuze:state` (detail: view and values), `wuze:line` (true | false), `wuze:free` (a press is over), `wuze:revoked`. ES2017.
(function () {
'use strict';
const body = document.body, base = body.getAttribute('data-stream');
const FIRST = 400, LONGEST = 8000; // ms between tries, doubling, each with jitter
const SILENT = 40000; // the server says something every 15 s; after this the line is dead
const BLINK = 3000; // a shorter break is nobody's business
const skew = Number(body.getAttribute('data-now') || Date.now()) - Date.now();
const STEPS = { report: '述责', questions: '询问', comments: '点评', appraisal: '综合评议' };
const all = (selector, root) => Array.prototype.slice.call((root || document).querySelectorAll(selector));
let cursor = '', tries = 0, timer = 0, line = null, heard = 0, lost = Date.now(), values = null, seen = 0, gone = false;

// ---- Words: the same sentences that the server writes into the page (status.rs).
function sentence(room) {
  const round = room.round, who = room.who, state = round && round.state;
  if (room.phase === 'preparing') return '会议还没有开始';
  if (state === 'paused') return '测评暂停，请稍候';
  if (state === 'closed') return '测评表已收回，等监票人封存';
  if (room.phase === 'check_in' && !who) return '正在签到';
  if (room.phase === 'running' && who) return who[2] ? who[0] + '　' + STEPS[room.step] + '　' + who[2] : who[0] + '（' + who[1] + '）';
  if (room.phase === 'running') return state === 'open' ? '测评进行中' : '会议进行中';
  return '会议已结束';
}
function flat(view) {
  const chair = view.chair || view, screen = chair.screen || chair, room = screen.room || screen, clock = view.clock || screen.clock;
  const who = room.who || ['', '', ''], round = room.round || {}, present = screen.presence || {};
  return {
    name: who[0], title: who[1], place: who[2], phase: room.phase, at: room.at || '', step: room.step, line: sentence(room),
    round: round.id || '', state: round.state || 'none', words: round.words || '', certificate: round.certificate || '', destroyed: !!round.destroyed, notice: chair.notice || '',
    presenters: (round.presenters || []).length, returned: screen.returned || 0, entitled: present.entitled || 0,
    present: present.present || 0, confirmed: screen.confirmed || 0, announced: (screen.announced || []).join(),
    seq: chair.seq || 0, on_the_way: chair.on_the_way || 0, phones: chair.phones || 0, missing: chair.missing || [], echoed: chair.echoed || 0,
    all_in: !!chair.all_in && !chair.paper_left, paper_left: chair.paper_left || 0, paper_in: !chair.paper_left, few: (chair.few || []).join(),
    left: (chair.missing || []).length, paper: JSON.stringify(view.paper || ''), clock: clock || null, runs: clock ? clock.runs : false,
  };
}
function write(root) {
  if (!values) return;
  all('[data-live]', root).forEach((e) => {
    const text = String(values[e.getAttribute('data-live')]);
    if (e.textContent !== text) e.textContent = text;
  });
  all('[data-live-width]', root).forEach((e) => {
    const of = values[e.getAttribute('data-of')];
    e.setAttribute('width', (of ? Math.min(100, 100 * values[e.getAttribute('data-live-width')] / of) : 0) + '%');
  });
  all('[data-live-list]', root).forEach((e) => {
    const names = values[e.getAttribute('data-live-list')].slice(0, Number(e.getAttribute('data-most')) || 60);
    if (e.getAttribute('data-is') === names.join()) return;
    e.setAttribute('data-is', names.join());
    e.textContent = '';
    names.forEach((name) => { e.appendChild(document.createElement('li')).textContent = name; });
  });
  all('[data-show]', root).forEach((e) => {
    const rule = e.getAttribute('data-show').split(':');
    e.hidden = rule[1].split(',').indexOf(String(values[rule[0]])) < 0;
  });
}

// ---- Clocks: counted here between events.
const two = (n) => (n < 10 ? '0' : '') + n;
const minutes = (ms) => two(Math.floor(ms / 60000)) + ':' + two(Math.floor(ms / 1000) % 60);
function tick() {
  const wall = new Date(Date.now() + skew + 288e5).toISOString().slice(11, 19);
  all('[data-wall]').forEach((e) => { if (e.textContent !== wall) e.textContent = wall; });
  const clock = values && values.clock;
  if (!clock) return;
  const spoken = clock.spoken_ms + (clock.runs ? Math.max(0, performance.now() - seen) : 0), left = clock.limit_ms - spoken;
  all('[data-clock]').forEach((box) => {
    const over = left < 0, near = !over && left <= 60000 && clock.runs;
    box.className = box.className.replace(/ (over|near|stopped)\b/g, '') + (over ? ' over' : near ? ' near' : '') + (clock.runs ? '' : ' stopped');
    const put = (what, text) => all(what, box).forEach((e) => { if (e.textContent !== text) e.textContent = text; });
    put('[data-left]', minutes(over ? -left : left + 999 * (left % 1000 > 0)));
    put('[data-said]', over ? '◆ 已超时' : near ? '▲ 还剩不到一分钟' : clock.runs ? '剩余' : spoken > 0 ? '已停表' : '未开始计时');
  });
}

// ---- A press under way: between a finger's down and its click nothing on the page is replaced or moves, else the click
// falls beside what was pressed. What the room says meanwhile is shown when it is over.
const HELD = 10000, CLICK = 400; // ms: the longest press; a touch's click comes after its pointerup
let waiting = null, release = 0;
function hold() { clearTimeout(release); body.setAttribute('data-pressed', ''); release = setTimeout(free, HELD); }
function soon(ms) { if (!body.hasAttribute('data-pressed')) return; clearTimeout(release); release = setTimeout(free, ms); }
function free() {
  const view = waiting;
  clearTimeout(release);
  body.removeAttribute('data-pressed');
  waiting = null;
  if (view) take(view);
  document.dispatchEvent(new CustomEvent('wuze:free'));
}
const on = (names, job) => names.split(' ').forEach((name) => document.addEventListener(name, job, true));
on('pointerdown', hold);
on('keydown', (e) => { if (e.key === ' ' && e.target.matches('button, summary, [type=checkbox], [type=radio]')) hold(); });
on('pointerup pointercancel keyup', () => soon(CLICK));
on('click', () => soon(0));
window.addEventListener('blur', () => soon(0));

function take(view) {
  if (body.hasAttribute('data-pressed')) { waiting = view; return; }
  values = flat(view);
  seen = performance.now();
  write();
  tick();
  document.dispatchEvent(new CustomEvent('wuze:state', { detail: { view, values } }));
}
document.addEventListener('wuze:drawn', (e) => { write(e.detail); tick(); });

// ---- The line. fetch instead of EventSource: it hears the heartbeat, so a dead line is noticed.
function say(up) {
  if (up === (lost === 0)) return;
  lost = up ? 0 : Date.now();
  if (up) note();
  else setTimeout(note, BLINK + 20);
  document.dispatchEvent(new CustomEvent('wuze:line', { detail: up }));
}
function note() {
  const box = document.getElementById('offline');
  if (!box || gone || body.hasAttribute('data-pressed')) return; // asked again within a second
  const out = lost !== 0 && Date.now() - lost >= BLINK;
  if (out && box.hidden) all('[data-since]', box).forEach((e) => { e.textContent = new Date(lost + skew + 288e5).toISOString().slice(11, 16); });
  box.hidden = !out;
}
function broken() {
  say(false);
  clearTimeout(timer);
  timer = setTimeout(open, Math.min(LONGEST, FIRST * Math.pow(2, tries)) * (0.5 + Math.random()));
  tries += 1;
}
// 「手机试连」: the chair asks, this phone answers at once; nothing is kept.
function echo(number) {
  const to = base.replace(/\/stream.*/, '/echo');
  fetch(to, { method: 'POST', credentials: 'same-origin', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ number: Number(number) }) }).catch(() => 0);
}
// Opened elsewhere too often, or the seat was closed: this page stops for good, and says why in the words of the server.
function leave(words) {
  const box = document.getElementById('offline');
  gone = true;
  line = null;
  if (box) { box.textContent = words; box.hidden = false; }
  say(false);
}
function revoked(words) {
  leave(words);
  document.dispatchEvent(new CustomEvent('wuze:revoked'));
}
function event(text) {
  let id = '', kind = 'message', data = '';
  text.split('\n').forEach((row) => {
    if (row.slice(0, 4) === 'id: ') id = row.slice(4);
    else if (row.slice(0, 7) === 'event: ') kind = row.slice(7);
    else if (row.slice(0, 6) === 'data: ') data += row.slice(6);
  });
  if (kind === 'resync') { cursor = ''; return; }
  if (kind === 'echo') { echo(data); return; }
  if (kind === 'gone') { leave(JSON.parse(data).error); return; }
  if (kind === 'revoked') { revoked(JSON.parse(data).error); return; }
  if (kind !== 'state' || !data) return;
  // The same epoch never goes back.
  const old = cursor.split('.'), now = id.split('.');
  if (id && cursor && old[0] === now[0] && Number(now[1]) < Number(old[1])) return;
  if (id) cursor = id;
  take(JSON.parse(data));
}
function open() {
  clearTimeout(timer);
  if (gone) return;
  if (line) line.abort();
  const mine = line = new AbortController(), decoder = new TextDecoder();
  const failed = () => { if (mine === line) { line = null; broken(); } };
  let rest = '';
  fetch(base + (cursor ? '&after=' + encodeURIComponent(cursor) : ''), { credentials: 'same-origin', cache: 'no-store', signal: mine.signal })
    .then((r) => {
      if (!r.ok || !r.body) {
        // Signed out, or no longer of this meeting: asking faster does not help.
        if (r.status >= 400 && r.status < 500) tries = Math.max(tries, 5);
        // A phone without a seat: coming back does not help either.
        if (r.status === 403 && /role=rater/.test(base)) return r.json().then((no) => { if (mine === line) revoked(no.error); });
        throw new Error(r.status);
      }
      heard = Date.now();
      tries = 0;
      say(true);
      const reader = r.body.getReader();
      const more = () => reader.read().then((part) => {
        if (mine !== line) return;
        if (part.done) { failed(); return; }
        heard = Date.now();
        rest += decoder.decode(part.value, { stream: true });
        const pieces = rest.split('\n\n');
        rest = pieces.pop();
        pieces.forEach(event);
        more();
      }).catch(failed);
      more();
    })
    .catch(failed);
}
function wake() {
  if (document.visibilityState === 'hidden') return;
  if (!line || Date.now() - heard > 20000) { tries = 0; open(); }
}
if (base && window.ReadableStream && window.AbortController && window.TextDecoder) {
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('pageshow', (e) => { if (e.persisted) { tries = 0; open(); } });
  window.addEventListener('online', () => { tries = 0; open(); });
  window.addEventListener('offline', () => { if (line) line.abort(); line = null; broken(); });
  setInterval(() => { if (line && Date.now() - heard > SILENT) { line.abort(); line = null; broken(); } note(); }, 1000);
  setTimeout(note, BLINK + 20);
  open();
}
setInterval(tick, 200);
tick();

// ---- The code on the big screen.
function renew() {
  const box = document.getElementById('code');
  if (!box) { if (body.className === 'screen') setTimeout(renew, 9000); return; } // gone at 收回, back where it is reopened
  if (!box.getAttribute('data-from')) return;
  setTimeout(() => {
    fetch(box.getAttribute('data-from'), { credentials: 'same-origin', cache: 'no-store' })
      .then((r) => { if (!r.ok) throw new Error(r.status); return r.text(); })
      .then((text) => {
        const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('code'), old = document.getElementById('code');
        if (!fresh || !old) return;
        old.innerHTML = fresh.innerHTML;
        old.setAttribute('data-next', fresh.getAttribute('data-next'));
      })
      .catch(() => { const old = document.getElementById('code'); if (old) old.setAttribute('data-next', '3000'); })
      .then(renew);
  }, Math.max(1000, Number(box.getAttribute('data-next')) || 0));
}
renew();

// ---- Before the meeting: how fast this phone reaches the server. Three short requests, nothing is kept.
function probe() {
  const box = document.getElementById('probe');
  if (!box || !window.fetch || !window.performance) return;
  const word = box.querySelector('[data-word]'), button = box.querySelector('button'), took = [];
  const once = () => {
    const start = performance.now();
    return fetch('/healthz?' + Math.random(), { cache: 'no-store' }).then((r) => { if (!r.ok) throw new Error(); took.push(performance.now() - start); });
  };
  const run = () => {
    took.length = 0;
    button.disabled = true;
    word.textContent = '正在试…';
    once().then(once).then(once).then(() => {
      const ms = Math.round(Math.max.apply(null, took));
      word.textContent = '连接正常，' + ms + ' 毫秒';
    }).catch(() => { word.textContent = '没有连上，请换一个网络或告诉工作人员'; }).then(() => { button.disabled = false; });
  };
  button.addEventListener('click', run);
  // Not all phones of a hall in the same second.
  setTimeout(run, 500 + 4000 * Math.random());
}

probe();

// A second press of a button that is on its way changes nothing; say so instead of sending it.
document.addEventListener('submit', (e) => {
  const form = e.target;
  if (e.defaultPrevented || form.id === 'ballot') return;
  if (form.hasAttribute('data-sent')) { e.preventDefault(); return; }
  form.setAttribute('data-sent', '');
  setTimeout(() => form.removeAttribute('data-sent'), 4000);
});
window.addEventListener('pageshow', () => all('form[data-sent]').forEach((f) => f.removeAttribute('data-sent')));
})();
