// Makes snapshots: JSON text of any JavaScript value, in the encoding of session
// files. It never throws, calls no method of the value but its getters, each
// once, and stays within the bounds. What it needs from the page's globals it
// takes before the page can replace it.
//
// bounds: nodes, string (UTF-16 units), size (units over all), depth, time (ms).
(function (bounds) {
  'use strict';
  const G = globalThis;
  const { Object: O, Reflect: R, String: S, Number: N } = G;
  const { apply, getPrototypeOf, getOwnPropertyDescriptor: describe } = R;
  const { keys, is } = O;
  const quote = G.JSON.stringify;
  const isArray = G.Array.isArray;
  const now = G.performance ? G.performance.now.bind(G.performance) : G.Date.now;
  const objectProto = O.prototype;
  const arrayProto = G.Array.prototype;
  // A method as a function of its receiver, whatever becomes of Function.prototype.
  const method = (owner, name) => {
    const f = owner && owner[name];
    return (self, a, b) => apply(f, self, [a, b]);
  };
  const getter = (owner, name) => {
    const f = owner && describe(owner, name);
    return f && f.get ? (self) => apply(f.get, self, []) : () => undefined;
  };
  const hasOwn = method(objectProto, 'hasOwnProperty');
  const tagOf = method(objectProto, 'toString');
  const slice = method(S.prototype, 'slice');
  const trim = method(S.prototype, 'trim');
  const replace = method(S.prototype, 'replace');
  const lower = method(S.prototype, 'toLowerCase');
  // Older browsers do not know well-formedness; their JSON text says \udxxx, which readers replace.
  const isWellFormed = S.prototype.isWellFormed ? method(S.prototype, 'isWellFormed') : () => true;
  const toWellFormed = S.prototype.toWellFormed ? method(S.prototype, 'toWellFormed') : (s) => s;
  const bigText = method(G.BigInt.prototype, 'toString');
  const dateTime = method(G.Date.prototype, 'getTime');
  const dateISO = method(G.Date.prototype, 'toISOString');
  const symbolText = getter(G.Symbol.prototype, 'description');
  const regexpSource = getter(G.RegExp.prototype, 'source');
  const regexpFlags = getter(G.RegExp.prototype, 'flags');
  const mapSize = getter(G.Map.prototype, 'size');
  const mapEach = method(G.Map.prototype, 'forEach');
  const setSize = getter(G.Set.prototype, 'size');
  const setEach = method(G.Set.prototype, 'forEach');
  const unbox = [S, N, G.Boolean, G.Symbol, G.BigInt].map((c) => method(c.prototype, 'valueOf'));
  const typedProto = getPrototypeOf(G.Int8Array.prototype);
  const typedName = getter(typedProto, G.Symbol.toStringTag);
  const typedLength = getter(typedProto, 'length');
  const nodeProto = G.Node && G.Node.prototype;
  const nodeType = getter(nodeProto, 'nodeType');
  const nodeName = getter(nodeProto, 'nodeName');
  const textContent = getter(nodeProto, 'textContent');
  const attribute = method(G.Element && G.Element.prototype, 'getAttribute');
  const closest = method(G.Element && G.Element.prototype, 'closest');
  const find = method(G.Element && G.Element.prototype, 'querySelector');
  const anchorHref = getter(G.HTMLAnchorElement && G.HTMLAnchorElement.prototype, 'href');
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const matches = method(G.RegExp.prototype, 'exec');

  let nodes, size, started, exhausted; // of the snapshot being made
  let ancestors, path; // the objects around the value, and the keys that lead to it

  const string = (text) => quote(isWellFormed(text) ? text : toWellFormed(text));
  const short = (text, n) => string(text.length > n ? slice(text, 0, n) : text);
  const tagged = (tag, rest) => '{"$":"' + tag + '"' + (rest ? ',' + rest : '') + '}';
  const threw = (error) => tagged('threw', '"message":' + message(error));

  const truncated = (kind, full, kept) =>
    tagged('truncated', '"kind":"' + kind + '","size":' + full + (kept === undefined ? '' : ',"value":' + kept));

  function message(error) {
    try {
      if (typeof error !== 'object' || error === null) return short(S(error), 300);
      const own = describe(error, 'message');
      return short(own && typeof own.value === 'string' ? own.value : className(error), 300);
    } catch {
      return '""';
    }
  }

  // className finds the constructor's name without running code of the page's.
  function className(object) {
    try {
      for (let p = getPrototypeOf(object), i = 0; p && i < 8; p = getPrototypeOf(p), i++) {
        const c = describe(p, 'constructor');
        if (!c || typeof c.value !== 'function') continue;
        const name = describe(c.value, 'name');
        if (name && typeof name.value === 'string') return slice(name.value, 0, 100);
      }
    } catch { /* a proxy's trap */ }
    return '';
  }

  // spent says whether the bounds leave no room for another value.
  function spent() {
    if (!exhausted) {
      exhausted = nodes > bounds.nodes || size >= bounds.size || ((nodes & 31) === 0 && now() - started > bounds.time);
    }
    return exhausted;
  }

  function value(v) {
    nodes++;
    switch (typeof v) {
      case 'string': return bounded(v);
      case 'number': return number(v);
      case 'boolean': return v ? 'true' : 'false';
      case 'undefined': return tagged('undefined');
      case 'bigint': return bigint(v);
      case 'symbol': return tagged('symbol', '"value":' + short(symbolText(v) || '', 300));
      case 'function': return named(v);
    }
    return v === null ? 'null' : nested(v);
  }

  function bounded(text) {
    const room = bounds.string < bounds.size - size ? bounds.string : bounds.size - size;
    if (text.length <= room) {
      size += text.length;
      return string(text);
    }
    const kept = slice(text, 0, room > 0 ? room : 0);
    size += kept.length;
    return truncated('string', text.length, string(kept));
  }

  function number(v) {
    if (v - v !== 0) return tagged('number', '"value":"' + v + '"');
    return is(v, -0) ? tagged('number', '"value":"-0"') : '' + v;
  }

  function bigint(v) {
    const hex = bigText(v, 16); // in linear time, which the decimal digits are not
    if (hex.length <= 1000) return tagged('bigint', '"value":"' + bigText(v, 10) + '"');
    return truncated('string', hex.length, quote('0x' + slice(hex, 0, 1000)));
  }

  function named(f) {
    let name;
    try { name = describe(f, 'name'); } catch { /* a proxy's trap */ }
    return tagged('function', '"name":' + short(name && typeof name.value === 'string' ? name.value : '', 100));
  }

  function nested(v) {
    for (let i = ancestors.length - 1; i >= 0; i--) {
      if (ancestors[i] === v) return tagged('cycle', '"path":' + pathTo(i));
    }
    if (ancestors.length >= bounds.depth) return truncated('depth', attempt((o) => keys(o).length, v) || 0);
    ancestors[ancestors.length] = v;
    const depth = path.length;
    try {
      return object(v);
    } catch (error) {
      return threw(error);
    } finally {
      ancestors.length--;
      path.length = depth;
    }
  }

  function pathTo(ancestor) {
    let text = '$';
    for (let i = 0; i < ancestor; i++) {
      const key = path[i];
      if (typeof key === 'number') text += '[' + key + ']';
      else text += matches(identifier, key) ? '.' + key : '[' + quote(key) + ']';
    }
    return string(text);
  }

  function object(v) {
    const proto = getPrototypeOf(v);
    if (isArray(v)) return items(v, v.length);
    if (proto === null) return fields(v);
    const tag = tagOf(v);
    if (tag === '[object Arguments]') return items(v, v.length >>> 0);
    if (proto === objectProto) return fields(v);
    if (v === G || tag === '[object Window]') return tagged('window');
    return builtin(v, tag) || foreign(v, proto);
  }

  // builtin knows the classes that the page did not make.
  function builtin(v, tag) {
    const node = attempt(nodeType, v);
    if (node) return element(v, node);
    const time = attempt(dateTime, v);
    if (time !== undefined) return tagged('date', '"value":' + (time === time ? quote(dateISO(v)) : '"Invalid Date"'));
    if (attempt(typedLength, v) !== undefined) return typed(v);
    switch (tag) {
      case '[object RegExp]': return regexp(v);
      case '[object Map]': return collection(v, 'map', 'entries', attempt(mapSize, v), mapEach);
      case '[object Set]': return collection(v, 'set', 'values', attempt(setSize, v), setEach);
      case '[object Error]':
      case '[object DOMException]': return error(v);
      case '[object String]':
      case '[object Number]':
      case '[object Boolean]':
      case '[object Symbol]':
      case '[object BigInt]': return boxed(v);
    }
    return '';
  }

  function attempt(read, v) {
    try { return read(v); } catch { return undefined; }
  }

  function regexp(v) {
    const source = attempt(regexpSource, v);
    return source === undefined ? '' : tagged('regexp', '"value":' + short('/' + source + '/' + regexpFlags(v), 1000));
  }

  function error(v) {
    const own = attempt((e) => describe(e, 'message'), v);
    return tagged('error', '"name":' + string(className(v)) + ',"message":' + short(own ? S(own.value) : '', 1000));
  }

  function boxed(v) {
    for (let i = 0; i < unbox.length; i++) {
      const inner = attempt(unbox[i], v);
      if (inner !== undefined) return instance(v, '{"value":' + value(inner) + '}');
    }
    return '';
  }

  function typed(v) {
    const n = typedLength(v);
    let text = '';
    for (let i = 0; i < n && i < 64; i++) text += (i ? ',' : '') + '"' + i + '":' + value(v[i]);
    text = '{' + text + '}';
    return tagged('instance', '"class":' + quote(typedName(v)) + ',"value":' + (n > 64 ? '{"length":' + n + '}' : text));
  }

  function collection(v, tag, key, n, each) {
    if (n === undefined) return '';
    let text = '', kept = 0;
    const slot = path.length;
    each(v, (b, a) => {
      if (spent()) return;
      path[slot] = kept;
      text += (kept++ ? ',' : '') + (tag === 'map' ? '[' + value(a) + ',' + value(b) + ']' : value(b));
    });
    text = tagged(tag, '"' + key + '":[' + text + ']');
    return kept < n ? truncated('array', n, text) : text;
  }

  // element names a node as a person would look for it.
  function element(v, type) {
    if (type !== 1) return tagged('element', '"value":' + short(S(nodeName(v)), 100));
    let text = tagged('element', '"value":' + string(selector(v)));
    const content = isField(v) ? '' : trim(replace(slice(textContent(v) || '', 0, 400), /\s+/g, ' '));
    const href = attempt(anchorHref, v) || attribute(v, 'href') || '';
    if (content) text = slice(text, 0, -1) + ',"text":' + short(content, 80) + '}';
    if (href) text = slice(text, 0, -1) + ',"href":' + short(S(href), 1000) + '}';
    return text;
  }

  function selector(v) {
    const name = lower(slice(S(nodeName(v)), 0, 60));
    const id = attribute(v, 'id');
    const classes = trim(slice(attribute(v, 'class') || '', 0, 200));
    return name + (id ? '#' + slice(id, 0, 100) : '') + (classes ? '.' + replace(classes, /\s+/g, '.') : '');
  }

  // isField tells elements whose content somebody may have typed, wholly or in part.
  function isField(v) {
    const name = nodeName(v);
    return name === 'INPUT' || name === 'TEXTAREA' || name === 'SELECT' ||
      closest(v, '[contenteditable]') !== null || find(v, 'textarea,select,[contenteditable]') !== null;
  }

  function items(v, n) {
    let text = '', kept = 0;
    const slot = path.length;
    for (; kept < n; kept++) {
      if (spent()) return truncated('array', n, '[' + text + ']');
      path[slot] = kept;
      let item;
      try {
        const x = v[kept];
        item = x === undefined && !hasOwn(v, kept) ? hole() : value(x);
      } catch (error) {
        item = threw(error);
      }
      text += (kept ? ',' : '') + item;
    }
    return '[' + text + ']';
  }

  function hole() {
    nodes++;
    return '{"$":"hole"}';
  }

  // fields writes the own enumerable keys, which are those that are merged.
  function fields(v) {
    const names = keys(v);
    const slot = path.length;
    let text = '', dollar = false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      size += name.length;
      if (spent()) return truncated('object', names.length, wrapped(text, dollar));
      if (name === '$') dollar = true;
      path[slot] = name;
      text += (i ? ',' : '') + string(name) + ':' + field(v, name);
    }
    return wrapped(text, dollar);
  }

  function field(v, name) {
    let x;
    try {
      x = v[name];
    } catch (error) {
      nodes++;
      return threw(error);
    }
    return value(x);
  }

  const wrapped = (text, dollar) => (dollar ? tagged('object', '"value":{' + text + '}') : '{' + text + '}');

  // foreign is an object of a class, or a plain object of another frame.
  function foreign(v, proto) {
    if (getPrototypeOf(proto) === null && className(v) === 'Object') return fields(v);
    return instance(v, fields(v));
  }

  const instance = (v, body) => tagged('instance', '"class":' + string(className(v)) + ',"value":' + body);

  // plain says whether JSON.stringify writes v as value() would: then it is used,
  // being several times faster. Reading descriptors keeps it from calling getters,
  // which would be called a second time.
  function plain(v, depth) {
    const proto = getPrototypeOf(v);
    if (depth > 40) return false;
    if (proto === arrayProto && isArray(v)) return plainItems(v, depth);
    if (proto !== objectProto || v.length !== undefined) return false; // it may be an arguments object
    const names = keys(v);
    nodes += names.length;
    if (nodes > bounds.nodes) return false;
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name === '$') return false;
      const own = describe(v, name);
      if (!own || own.get || own.set) return false;
      size += name.length;
      if (!isWellFormed(name) || !plainValue(own.value, depth)) return false;
    }
    return true;
  }

  function plainItems(v, depth) {
    const n = v.length;
    nodes += n;
    if (nodes > bounds.nodes) return false;
    for (let i = 0; i < n; i++) {
      const own = describe(v, i);
      if (!own || own.get || own.set || !plainValue(own.value, depth)) return false;
    }
    return true;
  }

  function plainValue(x, depth) {
    switch (typeof x) {
      case 'string':
        size += x.length;
        return x.length <= bounds.string && size <= bounds.size && isWellFormed(x);
      case 'number': return x - x === 0 && !is(x, -0);
      case 'boolean': return true;
      case 'object': return x === null || plain(x, depth + 1);
    }
    return false;
  }

  // The page may have given every object a toJSON or an enumerable key.
  const untouched = () =>
    objectProto.toJSON === undefined && arrayProto.toJSON === undefined && S.prototype.toJSON === undefined &&
    N.prototype.toJSON === undefined && G.Boolean.prototype.toJSON === undefined;

  return function snapshot(v) {
    try {
      nodes = size = 0;
      if (typeof v === 'object' && v !== null && untouched() && plain(v, 0)) {
        const text = quote(v);
        if (typeof text === 'string') return text;
      }
    } catch { /* a proxy's trap, or a cycle that is too long: the careful way tells */ }
    try {
      nodes = size = 0;
      exhausted = false;
      started = now();
      ancestors = [];
      path = [];
      return value(v);
    } catch (error) {
      return threw(error);
    }
  };
})
