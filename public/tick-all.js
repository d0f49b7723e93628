// A box `input[data-all=NAME]` ticks every box NAME of its form in sight. Without scripts it asks the server for all of
// them by its own name; here it keeps that name only while nothing hidden is left out.
// ES2017, at most 15 KB.
(function () {
'use strict';
document.addEventListener('change', (e) => {
  const box = e.target, form = box.form;
  if (!form || box.type !== 'checkbox') return;
  const all = Array.from(form.elements).filter((el) => el.dataset.all).find((el) => el === box || el.dataset.all === box.name);
  if (!all) return;
  const every = Array.from(form.elements).filter((el) => el.type === 'checkbox' && el.name === all.dataset.all);
  const seen = every.filter((el) => !el.closest('[hidden]'));
  if (box === all) seen.forEach((el) => { el.checked = all.checked; });
  all.checked = seen.length > 0 && seen.every((el) => el.checked);
  all.name = every.every((el) => el.checked) ? 'all' : '';
});
})();
