// Keeps the wall right: reads its stream, puts each whole state into #live, says when the line is broken, counts the clock.
// Owns: the connection (back-off, wake-up) and the two notes in the head. Refuses: to compute anything; the server draws.
//
//   <body data-stream="/api/v1/wall/stream?names=0" data-id="EPOCH.SEQ" data-now="MS">
//   [data-clock]      the time of day         [data-at]   the time of the data
//   #wall-at / #wall-off    shown while connected / while not (three seconds or longer). ES2017.
(function () {
'use strict';
const body = document.body, base = body.getAttribute('data-stream');
const FIRST = 500, LONGEST = 20000; // ms between tries, doubling, each with jitter
const SILENT = 40000; // the server says something every 15 s; after this the line is dead
const BLINK = 3000; // a shorter break is nobody's business
const skew = Number(body.getAttribute('data-now') || Date.now()) - Date.now();
const all = (selector) => Array.prototype.slice.call(document.querySelectorAll(selector));
const put = (selector, text) => all(selector).forEach((e) => { if (e.textContent !== text) e.textContent = text; });
const time = (ms) => new Date(ms + 288e5).toISOString().slice(11, 19); // Asia/Shanghai, everywhere
let tries = 0, timer = 0, line = null, heard = 0, lost = Date.now(), ended = false, shown = body.getAttribute('data-id');

function note() {
  const on = document.getElementById('wall-at'), off = document.getElementById('wall-off');
  const out = ended || (lost !== 0 && Date.now() - lost >= BLINK);
  body.className = out ? 'stale' : '';
  on.hidden = out;
  off.hidden = !out;
}
function say(up) {
  if (up) lost = 0;
  else if (lost === 0) lost = Date.now();
  note();
}
function take(id, state) {
  if (id !== shown) document.getElementById('live').innerHTML = state.html; // drawn and escaped by the server
  shown = id;
  body.setAttribute('data-id', id);
  put('[data-at]', time(state.at));
}
// The session is over: asking again does not help, signing in does.
function over() {
  ended = true;
  line = null;
  clearTimeout(timer);
  document.getElementById('wall-off').textContent = '连接中断：登录已结束，请重新登录后打开大屏';
  note();
}
function broken() {
  say(false);
  clearTimeout(timer);
  timer = setTimeout(open, Math.min(LONGEST, FIRST * Math.pow(2, tries)) * (0.5 + Math.random()));
  tries += 1;
}
function event(text) {
  let id = '', kind = 'message', data = '';
  text.split('\n').forEach((row) => {
    if (row.slice(0, 4) === 'id: ') id = row.slice(4);
    else if (row.slice(0, 7) === 'event: ') kind = row.slice(7);
    else if (row.slice(0, 6) === 'data: ') data += row.slice(6);
  });
  if (kind === 'ended') over();
  else if (kind === 'state' && data) take(id, JSON.parse(data));
}
function open() {
  clearTimeout(timer);
  if (ended) return;
  if (line) line.abort();
  const mine = line = new AbortController(), decoder = new TextDecoder();
  const failed = () => { if (mine === line) { line = null; broken(); } };
  let rest = '';
  fetch(base, { credentials: 'same-origin', cache: 'no-store', signal: mine.signal })
    .then((r) => {
      if (r.status === 401 || r.status === 404) { if (mine === line) over(); return; }
      if (!r.ok || !r.body) throw new Error(r.status);
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
function again() { tries = 0; open(); }
setInterval(() => {
  put('[data-clock]', time(Date.now() + skew));
  if (line && heard && Date.now() - heard > SILENT) { line.abort(); line = null; broken(); }
  note();
}, 500);
if (base && window.ReadableStream && window.AbortController && window.TextDecoder) {
  window.addEventListener('online', again);
  window.addEventListener('offline', () => { if (line) line.abort(); line = null; broken(); });
  window.addEventListener('pageshow', (e) => { if (e.persisted) again(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState !== 'hidden' && !line) again(); });
  open();
} else {
  // No streams here: the page asks again as a whole.
  lost = 0;
  setTimeout(() => location.reload(), 20000);
}
})();
