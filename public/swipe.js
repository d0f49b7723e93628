// A finger drawn sideways turns the page: leaves of the book where they stand one below the other, months of the calendar,
// the month's card. Owns: telling a turn from everything else a finger does. Refuses: moving anything before the finger is
// lifted, so scrolling is never held up; what begins at the screen's edge, which is the system's way back; a page that is
// zoomed in. The buttons and links beside it do the same. ES2017, at most 15 KB.
(function () {
  'use strict';
  const FAR = 60, LONG = 800; // CSS pixels sideways at least, ms at most
  const EDGE = 48; // CSS pixels; browsers and systems take what begins nearer to the edge
  const STEEP = 2; // so many times further sideways than up or down
  let from = null;
  const one = (what) => document.querySelector(what);
  const still = () => window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const zoomed = () => !!window.visualViewport && window.visualViewport.scale > 1.01;
  const show = (el) => el.scrollIntoView({ block: 'start', behavior: still() ? 'auto' : 'smooth' });
  const wider = (el) => el.scrollWidth > el.clientWidth + 1;
  /** Does something below the page scroll sideways by itself under the finger? */
  function slides(el, page) {
    for (; el && el !== page; el = el.parentElement) {
      if (el.tagName === 'INPUT' || el.tagName === 'TEXTAREA' || el.tagName === 'SELECT') return true;
      if (wider(el) && /auto|scroll/.test(getComputedStyle(el).overflowX)) return true;
    }
    return false;
  }
  const follow = (nav, forward) => {
    const link = one(nav + ' a[rel=' + (forward ? 'next' : 'prev') + ']');
    if (link) link.click();
  };

  /** The leaves. Side by side they are turned by the browser's own scrolling: only beyond the drawn ones there is work. */
  function leaves(book, forward, was) {
    if (wider(book)) {
      const end = book.scrollWidth - book.clientWidth;
      if (forward ? was >= end - 4 : was <= 4) follow('.book-turn', forward);
      return;
    }
    const all = Array.from(book.children);
    // The leaf under the head of the screen is the one that is open.
    let at = all.findIndex((leaf) => leaf.getBoundingClientRect().bottom > 120);
    if (at < 0) at = all.length - 1;
    const next = all[at + (forward ? 1 : -1)];
    if (next) show(next); else follow('.book-turn', forward);
  }
  /** The twelve months: the open one closes, the one beside it opens. */
  function months(list, forward, touched) {
    const open = touched && touched.open ? touched : list.querySelector('.book-month[open]');
    const next = open && (forward ? open.nextElementSibling : open.previousElementSibling);
    if (!next) return;
    open.open = false;
    next.open = true;
    show(next);
  }

  /** Browsers go back where a page that does not move is drawn to the right: not where that turns a leaf. */
  const hold = () => {
    const turns = one('.book, .book-months, .pager[aria-label="月份"]');
    document.documentElement.style.overscrollBehaviorX = turns ? 'none' : '';
  };
  const listen = (type, act) => document.addEventListener(type, act, { passive: true });
  hold();
  listen('touchstart', (e) => {
    from = null;
    hold();
    const t = e.touches[0], main = one('#main');
    if (e.touches.length !== 1 || !main || !main.contains(e.target) || zoomed()) return;
    if (t.clientX < EDGE || t.clientX > window.innerWidth - EDGE) return;
    const book = e.target.closest('.book'), list = e.target.closest('.book-months');
    // The map is moved and zoomed by fingers of its own.
    if (e.target.closest('.map-live') || slides(e.target, book || main)) return;
    from = { x: t.clientX, y: t.clientY, at: e.timeStamp, book, list, month: e.target.closest('.book-month'), was: book ? book.scrollLeft : 0 };
  });
  listen('touchcancel', () => { from = null; });
  listen('touchend', (e) => {
    const is = from, t = e.changedTouches[0];
    from = null;
    if (!is || e.touches.length || zoomed() || e.timeStamp - is.at > LONG || String(window.getSelection())) return;
    const x = t.clientX - is.x, y = t.clientY - is.y, forward = x < 0;
    if (Math.abs(x) < FAR || Math.abs(x) < STEEP * Math.abs(y)) return;
    if (is.book) leaves(is.book, forward, is.was);
    else if (is.list) months(is.list, forward, is.month);
    else follow('.pager[aria-label="月份"]', forward);
  });
})();
