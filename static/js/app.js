/* Small helps for every page; everything works without them, and old browsers too read this file.
   data-confirm      ask before a form, a link or a button does something
   data-copy         copy the text of the element it names (#id), or data-copy-text as it stands
   data-select-all   tick every box of that name; data-selected-count, data-needs-selection follow
   data-autopoll     fetch a part again and again until the answer is 286
   data-find="url"   suggest people while a name is typed; data-find-many: the last of several
   data-filter="id"  hide what does not fit in the list or the choice of that id
   data-print, data-back, data-reveal="id", data-wechat-hint */
(function () {
  'use strict';
  var BUSY = '处理中…';

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function closest(node, selector) {
    while (node && node.nodeType === 1) {
      if ((node.matches || node.msMatchesSelector).call(node, selector)) { return node; }
      node = node.parentNode;
    }
    return null;
  }

  /* One sending is enough */
  function release(form) {
    form.removeAttribute('data-busy');
    each(document.querySelectorAll('[data-was]'), function (button) {
      if (button.form !== form) { return; }
      button.disabled = false;
      if (button.getAttribute('data-was')) { button.innerHTML = button.getAttribute('data-was'); }
      button.removeAttribute('data-was');
    });
  }
  function hold(form, pressed) {
    form.setAttribute('data-busy', '1');
    window.setTimeout(function () {
      each(form.elements, function (button) {
        if (button.type !== 'submit' || button.disabled) { return; }
        var told = button === pressed && button.tagName === 'BUTTON';
        button.setAttribute('data-was', told ? button.innerHTML : '');
        button.disabled = true;
        if (told) { button.textContent = BUSY; }
      });
      if (form.hasAttribute('data-download')) { window.setTimeout(function () { release(form); }, 4000); }
    }, 0);
  }
  document.addEventListener('submit', function (event) {
    var form = event.target;
    if (form.hasAttribute('data-busy')) { event.preventDefault(); return; }
    if (event.defaultPrevented) { return; }
    if (form.hasAttribute('data-confirm') && !window.confirm(form.getAttribute('data-confirm'))) {
      event.preventDefault();
      return;
    }
    if (form.method !== 'post' || form.target === '_blank') { return; }
    var pressed = event.submitter || document.activeElement;
    if (!pressed || pressed.form !== form || pressed.type !== 'submit') {
      pressed = form.querySelector('button[type=submit], button:not([type])');
    }
    hold(form, pressed);
  });
  window.addEventListener('pageshow', function () { each(document.querySelectorAll('form[data-busy]'), release); });

  /* Ask first */
  document.addEventListener('click', function (event) {
    var asked = closest(event.target, 'a[data-confirm], button[data-confirm], input[data-confirm]');
    if (asked && !window.confirm(asked.getAttribute('data-confirm'))) {
      event.preventDefault();
      event.stopPropagation();
    }
  }, true);

  /* Copy */
  function copyOld(text) {
    var area = document.createElement('textarea');
    area.value = text;
    area.setAttribute('readonly', '');
    area.className = 'visually-hidden';
    document.body.appendChild(area);
    area.select();
    area.setSelectionRange(0, text.length);
    var done = false;
    try { done = document.execCommand('copy'); } catch (error) { done = false; }
    document.body.removeChild(area);
    return done;
  }
  function told(button, word) {
    if (!button.hasAttribute('data-label-was')) { button.setAttribute('data-label-was', button.textContent); }
    button.textContent = word;
    button.setAttribute('aria-live', 'polite');
    window.setTimeout(function () {
      button.textContent = button.getAttribute('data-label-was');
      button.removeAttribute('data-label-was');
    }, 2500);
  }
  function copy(button) {
    var source = button.getAttribute('data-copy') && document.querySelector(button.getAttribute('data-copy'));
    var text = source ? (source.value === undefined ? source.textContent : source.value).trim() : button.getAttribute('data-copy-text') || '';
    function finish(done) { told(button, done ? '已复制' : '请长按文字复制'); }
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(function () { finish(true); }, function () { finish(copyOld(text)); });
    } else { finish(copyOld(text)); }
  }

  document.addEventListener('click', function (event) {
    var button = closest(event.target, '[data-copy], [data-copy-text], [data-print], [data-back]');
    each(document.querySelectorAll('details.user-menu[open]'), function (menu) {
      if (!menu.contains(event.target)) { menu.removeAttribute('open'); }
    });
    if (!button || event.defaultPrevented) { return; }
    if (button.hasAttribute('data-print')) { window.print(); }
    else if (button.hasAttribute('data-back')) { window.history.back(); }
    else { copy(button); }
  });
  document.addEventListener('keydown', function (event) {
    if (event.key !== 'Escape') { return; }
    each(document.querySelectorAll('details.user-menu[open]'), function (menu) { menu.removeAttribute('open'); });
  });

  /* Select all */
  function boxes(master) {
    var root = closest(master, 'form, table') || document;
    return root.querySelectorAll('input[type=checkbox][name="' + master.getAttribute('data-select-all') + '"]:not(:disabled)');
  }
  function count(master) {
    var all = boxes(master), ticked = 0;
    each(all, function (box) { ticked += box.checked ? 1 : 0; });
    master.checked = all.length > 0 && ticked === all.length;
    master.indeterminate = ticked > 0 && ticked < all.length;
    var root = closest(master, 'form') || document;
    each(root.querySelectorAll('[data-selected-count]'), function (place) { place.textContent = ticked; });
    each(root.querySelectorAll('[data-needs-selection]'), function (button) {
      if (!button.hasAttribute('data-was')) { button.disabled = ticked === 0; }
    });
  }
  function countAll() { each(document.querySelectorAll('[data-select-all]'), count); }
  document.addEventListener('change', function (event) {
    var target = event.target;
    if (target.hasAttribute('data-select-all')) { each(boxes(target), function (box) { box.checked = target.checked; }); }
    if (target.type === 'checkbox') { countAll(); }
    if (target.hasAttribute('data-reveal')) {
      each(target.getAttribute('data-reveal').split(' '), function (id) {
        var field = document.getElementById(id);
        if (field) { field.type = target.checked ? 'text' : 'password'; }
      });
    }
  });

  /* Progress of long work */
  function poll(place) {
    var seconds = Number(place.getAttribute('data-autopoll-seconds')) || 2, failed = 0;
    function later() { window.setTimeout(ask, seconds * 1000 * (failed + 1)); }
    function ask() {
      if (!document.body.contains(place)) { return; }
      if (document.hidden) { later(); return; }
      var request = new XMLHttpRequest();
      request.open('GET', place.getAttribute('data-autopoll'));
      request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
      request.setRequestHeader('HX-Request', 'true');
      request.onloadend = function () {
        var status = request.status;
        if (status === 200 || status === 286) {
          failed = 0;
          place.innerHTML = request.responseText;
          if (status === 286) {
            if (place.getAttribute('data-autopoll-then')) { window.location.assign(place.getAttribute('data-autopoll-then')); }
            return;
          }
        } else if (status !== 204) {
          failed += 1;
          if (failed > 5 || status === 403 || status === 404) {
            place.insertAdjacentHTML('beforeend', '<p class="note note-warning">暂时取不到进度，请刷新页面查看。</p>');
            return;
          }
        }
        later();
      };
      request.send();
    }
    later();
  }

  /* Suggest people while a name is typed: arrows move, Enter takes, Escape closes */
  function finder(field, number) {
    var many = field.hasAttribute('data-find-many'), box = document.createElement('ul');
    var timer, asked = 0, at = -1;
    box.id = 'find-' + number;
    box.className = 'find';
    box.hidden = true;
    box.setAttribute('role', 'listbox');
    box.setAttribute('aria-label', '符合的人员');
    field.parentNode.insertBefore(box, field.nextSibling);
    field.setAttribute('role', 'combobox');
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-expanded', 'false');
    field.setAttribute('aria-controls', box.id);
    function parts() { return many ? /^([\s\S]*[、，,；;\n])?([\s\S]*)$/.exec(field.value) : [0, '', field.value]; }
    function close() {
      box.hidden = true;
      at = -1;
      field.setAttribute('aria-expanded', 'false');
      field.removeAttribute('aria-activedescendant');
    }
    function mark(next) {
      if (box.hidden || !box.children.length) { return; }
      at = (next + box.children.length) % box.children.length;
      each(box.children, function (line, index) { line.setAttribute('aria-selected', index === at ? 'true' : 'false'); });
      field.setAttribute('aria-activedescendant', box.children[at].id);
    }
    function take(line) {
      field.value = (parts()[1] || '') + line.getAttribute('data-value') + (many ? '、' : '');
      close();
      field.focus();
    }
    function show(results) {
      box.textContent = '';
      each(results, function (one, index) {
        var line = document.createElement('li'), place = document.createElement('small');
        line.id = box.id + '-' + index;
        line.setAttribute('role', 'option');
        line.setAttribute('aria-selected', 'false');
        line.setAttribute('data-value', one.value);
        line.textContent = one.value;
        place.textContent = one.place;
        line.appendChild(place);
        box.appendChild(line);
      });
      at = -1;
      box.hidden = !results.length;
      field.setAttribute('aria-expanded', results.length ? 'true' : 'false');
    }
    function ask() {
      var typed = (parts()[2] || '').trim(), mine = asked += 1, request = new XMLHttpRequest();
      if (!/[^\x00-\x7f]|../.test(typed)) { close(); return; }
      request.open('GET', field.getAttribute('data-find') + '?q=' + encodeURIComponent(typed));
      request.setRequestHeader('X-Requested-With', 'XMLHttpRequest');
      request.onload = function () {
        if (mine !== asked || request.status !== 200) { return; }
        try { show(JSON.parse(request.responseText).results); } catch (error) { close(); }
      };
      request.send();
    }
    field.addEventListener('input', function () { window.clearTimeout(timer); timer = window.setTimeout(ask, 200); });
    field.addEventListener('keydown', function (event) {
      if (box.hidden || event.isComposing) { return; }
      if (event.key === 'ArrowDown') { mark(at + 1); event.preventDefault(); }
      else if (event.key === 'ArrowUp') { mark(at - 1); event.preventDefault(); }
      else if (event.key === 'Escape') { close(); }
      else if (event.key === 'Enter' && at >= 0) { take(box.children[at]); event.preventDefault(); }
    });
    field.addEventListener('blur', function () { window.setTimeout(close, 150); });
    box.addEventListener('mousedown', function (event) {
      var line = closest(event.target, 'li');
      event.preventDefault();
      if (line) { take(line); }
    });
  }

  /* Of a long list only what fits what was typed */
  function filter(field) {
    var list = document.getElementById(field.getAttribute('data-filter'));
    if (!list) { return; }
    field.parentNode.hidden = false;
    field.addEventListener('keydown', function (event) { if (event.key === 'Enter') { event.preventDefault(); } });
    field.addEventListener('input', function () {
      var typed = field.value.trim().toLowerCase();
      function fits(item) {
        return (item.textContent + ' ' + (item.getAttribute('data-spelled') || '')).toLowerCase().indexOf(typed) >= 0;
      }
      each(list.querySelectorAll('[data-spelled]'), function (item) {
        item.hidden = Boolean(typed) && !fits(item) && !item.querySelector(':checked');
      });
      each(list.querySelectorAll('details'), function (group) {
        var head = typed && fits(group.querySelector('summary')), some = group.querySelector('[data-spelled]:not([hidden])');
        if (head) { each(group.querySelectorAll('[data-spelled]'), function (item) { item.hidden = false; }); }
        group.hidden = Boolean(typed) && !head && !some;
        group.open = Boolean(typed) && !group.hidden || Boolean(group.querySelector(':checked'));
      });
    });
  }

  /* Where one is stays in sight in a strip that scrolls sideways */
  function intoView(here) {
    var strip = here.parentNode, over = here.getBoundingClientRect().right - strip.getBoundingClientRect().right;
    if (over > -24) { strip.scrollLeft += over + 24; }
  }

  function start() {
    countAll();
    each(document.querySelectorAll('.site-nav a.active, .tabs a.active'), intoView);
    each(document.querySelectorAll('[data-autopoll]'), poll);
    each(document.querySelectorAll('[data-find]'), finder);
    each(document.querySelectorAll('[data-filter]'), filter);
    if (/MicroMessenger|wxwork/i.test(navigator.userAgent)) {
      each(document.querySelectorAll('[data-wechat-hint]'), function (hint) { hint.hidden = false; });
    }
  }
  if (document.readyState === 'loading') { document.addEventListener('DOMContentLoaded', start); } else { start(); }
})();
