// Records user actions: clicks, submits, changes and the Enter key. It calls
// report(fields) with the JSON text of each, and never includes what was typed.
(function (report) {
  'use strict';
  const G = globalThis;
  const { apply } = G.Reflect;
  const quote = G.JSON.stringify;
  const element = G.Element.prototype;
  const call = (f) => (self, ...args) => apply(f, self, args);
  const closest = call(element.closest);
  const find = call(element.querySelector);
  const attribute = call(element.getAttribute);
  const path = call(G.Event.prototype.composedPath);
  const slice = call(G.String.prototype.slice);
  const { escape } = G.CSS;
  const styleOf = G.getComputedStyle.bind(G);
  const control = 'a,button,input,select,textarea,label,summary,option,[role=button],[role=link],[onclick]';
  const drawn = '[role=textbox],[role=searchbox],[role=combobox]'; // fields implemented by scripts
  const fields = 'textarea,select,[contenteditable],' + drawn; // whose text the user may have typed
  const buttons = { __proto__: null, submit: true, button: true, reset: true, image: true };
  const activation = G.navigator.userActivation;

  // byScript reports whether a script made the event in a page that a person uses.
  // Without a person, scripts act as the user (as test runners do).
  const byScript = (event) => !event.isTrusted && activation && activation.hasBeenActive;

  function targetOf(event) {
    const target = path(event)[0];
    return target instanceof G.Element ? closest(target, control) || target : null;
  }

  // textOf returns the element's text as the user sees it.
  function textOf(e) {
    const name = e.localName;
    if (name === 'input' && buttons[e.type]) return e.value || attribute(e, 'alt') || '';
    if (name === 'input' || name === 'textarea' || name === 'select') {
      return attribute(e, 'aria-label') || attribute(e, 'placeholder') || attribute(e, 'name') || '';
    }
    if (isEditable(e) || closest(e, drawn) || find(e, fields)) return attribute(e, 'aria-label') || '';
    const text = isOne(e) ? e.textContent : ownText(e);
    return slice(text || '', 0, 400).replace(/\s+/g, ' ').trim() || attribute(e, 'aria-label') || '';
  }

  // isOne reports whether an element is a single thing to the user: a control, or an
  // element without others inside. A click next to everything hits an element that
  // contains the whole page.
  const isOne = (e) => closest(e, control) === e || e.childElementCount <= 5 && !find(e, control + ',h1,h2,h3,p,ul,ol,table,form,script,style');

  // ownText returns an element's text without that of its child elements.
  function ownText(e) {
    let text = '';
    for (let n = e.firstChild, i = 0; n && i < 50; n = n.nextSibling, i++) if (n.nodeType === 3) text += ' ' + n.data;
    return text;
  }

  // isEditable also checks the style that makes an element editable.
  const isEditable = (e) => e.isContentEditable || /write/.test(styleOf(e).webkitUserModify);

  // selectorOf returns a selector for the element, from the nearest ID in at most four
  // steps.
  const longest = 300;

  function selectorOf(e) {
    let steps = '';
    for (let i = 0; e && i < 4; i++, e = e.parentElement) {
      const id = attribute(e, 'id');
      const step = escape(e.localName) + (id ? '#' + escape(id) : classesOf(e));
      if (steps && steps.length + step.length > longest) break;
      steps = steps ? step + ' > ' + steps : step;
      if (id) break;
    }
    return slice(steps, 0, longest);
  }

  function classesOf(e) {
    const names = (attribute(e, 'class') || '').trim().split(/\s+/);
    let classes = '';
    for (let i = 0; i < 3 && names[i]; i++) classes += '.' + escape(names[i]);
    return classes;
  }

  function note(event, action) {
    try {
      if (byScript(event)) return;
      const e = targetOf(event);
      if (!e) return;
      const link = closest(e, 'a[href]');
      report('"action":"' + action + '","selector":' + quote(selectorOf(e)) +
        ',"text":' + quote(slice(textOf(e), 0, 80)) + ',"href":' + quote(link ? slice('' + link.href, 0, 2000) : ''));
    } catch { /* a page may override properties of its elements */ }
  }

  const listeners = {
    click: (event) => note(event, 'click'),
    submit: (event) => note(event, 'submit'),
    change: (event) => note(event, 'change'),
    keydown: (event) => { if (event.key === 'Enter') note(event, 'key'); },
  };
  return listeners;
})
