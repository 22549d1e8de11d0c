/* The signing page: the text is read to its end, then signed by hand.
   Strokes go out in the hidden field as [[[x, y, t], …], …]: whole numbers, the pad being 1000 wide. */
(function () {
  'use strict';
  var WIDE = 1000, LIMIT = 19500, MOST = 200, HOUR = 3600000, TALL = 0.5, SHORTEST = 120;
  var form = document.querySelector('[data-sign]');
  if (!form) { return; }
  var end = document.querySelector('[data-read-end]');
  var area = document.querySelector('[data-sign-area]');
  var canvas = area.querySelector('canvas');
  var place = area.querySelector('[data-pad]');
  var hint = document.querySelector('[data-bar-hint]');
  var inside = area.querySelector('[data-pad-hint]');
  var undo = area.querySelector('[data-pad-undo]');
  var clear = area.querySelector('[data-pad-clear]');
  var send = document.querySelector('[data-sign-send]');
  var field = form.querySelector('input[name=strokes]');
  var readField = form.querySelector('input[name=read_to_end]');
  var pad = null, drawnAt = 0, read = false;

  function say(text, warn) {
    hint.textContent = text;
    hint.className = warn ? 'bar-hint warn' : 'bar-hint';
  }
  function refresh() {
    var empty = !pad || pad.toData().length === 0;
    inside.hidden = !empty;
    undo.disabled = clear.disabled = empty;
    if (!empty) { say('签好后请点击“确认签署”'); }
  }

  /* The drawing keeps its place when the phone is turned: all points are scaled with the pad */
  function fit() {
    if (!pad) { return; }
    var width = place.clientWidth;
    if (!width || width === drawnAt) { return; }
    var kept = pad.toData(), by = drawnAt ? width / drawnAt : 1, ratio = Math.max(window.devicePixelRatio || 1, 1);
    kept.forEach(function (stroke) {
      stroke.points.forEach(function (point) { point.x *= by; point.y *= by; });
    });
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(width * TALL * ratio);
    canvas.getContext('2d').scale(ratio, ratio);
    drawnAt = width;
    pad.minWidth = width / 320;
    pad.maxWidth = width / 120;
    pad.clear();
    pad.fromData(kept);
  }

  function open() {
    if (read) { return; }
    read = true;
    area.hidden = false;
    if (typeof window.SignaturePad !== 'function') {
      say('浏览器版本较旧，无法手写签名。请升级微信或换用手机浏览器，或在电脑上办理。', true);
      inside.hidden = true;
      return;
    }
    pad = new window.SignaturePad(canvas, { penColor: '#10213f', minDistance: 2, throttle: 8 });
    fit();
    pad.addEventListener('endStroke', refresh);
    pad.addEventListener('beginStroke', function () { inside.hidden = true; });
    send.disabled = false;
    say('已读到文末，请在上方签名框内手写签名');
    refresh();
  }

  function seen() {
    var box = end.getBoundingClientRect();
    return box.top < (window.innerHeight || document.documentElement.clientHeight) - 90;
  }
  function look() {
    if (!read && seen()) { open(); }
    if (read) {
      window.removeEventListener('scroll', look);
    }
  }
  if (window.IntersectionObserver) {
    var watch = new window.IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { open(); watch.disconnect(); }
      });
    }, { rootMargin: '0px 0px -90px 0px' });
    watch.observe(end);
  } else {
    window.addEventListener('scroll', look);
  }
  window.addEventListener('load', look);
  window.addEventListener('resize', function () { fit(); look(); });
  window.addEventListener('orientationchange', function () { window.setTimeout(fit, 250); });

  undo.addEventListener('click', function () {
    var kept = pad.toData();
    kept.pop();
    pad.fromData(kept);
    refresh();
  });
  clear.addEventListener('click', function () {
    pad.clear();
    refresh();
    say('请在上方签名框内手写签名');
  });

  function strokes() {
    var data = pad.toData(), from = null, by = WIDE / drawnAt;
    return data.map(function (stroke) {
      return stroke.points.map(function (point) {
        if (from === null) { from = point.time || 0; }
        return [
          Math.max(0, Math.min(WIDE, Math.round(point.x * by))),
          Math.max(0, Math.round(point.y * by)),
          Math.max(0, Math.min(HOUR, Math.round((point.time || 0) - from)))
        ];
      });
    });
  }
  function thinned(stroke) {
    return stroke.filter(function (point, at) { return at % 2 === 0 || at === stroke.length - 1; });
  }
  function ink(list) {
    var sum = 0;
    list.forEach(function (stroke) {
      for (var at = 1; at < stroke.length; at += 1) {
        var x = stroke[at][0] - stroke[at - 1][0], y = stroke[at][1] - stroke[at - 1][1];
        sum += Math.sqrt(x * x + y * y);
      }
    });
    return sum;
  }

  form.addEventListener('submit', function (event) {
    var problem = '';
    if (!read) { problem = '请先把全文读到文末，再签名'; }
    else if (!pad || pad.toData().length === 0) { problem = '还没有签名，请在签名框内手写您的姓名'; }
    var list = problem ? [] : strokes();
    if (!problem && ink(list) < SHORTEST) { problem = '签名太短，请一笔一画写下完整姓名'; }
    if (problem) {
      event.preventDefault();
      say(problem, true);
      if (read) { area.scrollIntoView({ block: 'center' }); }
      return;
    }
    var text = JSON.stringify(list);
    while (text.length > LIMIT && list.some(function (stroke) { return stroke.length > 2; })) {
      list = list.map(thinned);
      text = JSON.stringify(list);
    }
    if (text.length > LIMIT || list.length > MOST) {
      event.preventDefault();
      say('签名笔画太多，请清除后重新签写', true);
      return;
    }
    field.value = text;
    if (readField) { readField.value = 'on'; }
  });
})();
