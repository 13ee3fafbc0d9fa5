// Makes snapshots: JSON text of any JavaScript value, in the encoding of session
// files. It never throws, calls no method of the value but its getters, each
// once, and stays within the bounds. What it needs from the page's globals it
// takes before the page can replace it.
//
// A value is first mirrored: copied into objects of our own, in which tags stand
// for what JSON cannot say. JSON.stringify then writes the mirror. Reading once and
// leaving the text to the engine is what makes it fast, also on its first calls.
//
// bounds: nodes, string (UTF-16 units), size (units over all), depth, time (ms).
(function (bounds) {
  'use strict';
  const G = globalThis;
  const { Object: O, Reflect: R, String: S, Number: N } = G;
  const { apply, getPrototypeOf, getOwnPropertyDescriptor: describe, defineProperty: define, isExtensible, ownKeys } = R;
  const { keys } = O;
  const quote = G.JSON.stringify;
  const isArray = G.Array.isArray;
  const now = G.performance ? G.performance.now.bind(G.performance) : G.Date.now;
  const objectProto = O.prototype;
  const arrayProto = G.Array.prototype;
  const inherited = ownKeys(objectProto).length; // what objects inherit before the page adds to it
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
  const includes = method(S.prototype, 'includes');
  // Older browsers do not know well-formedness; their JSON text says \udxxx, which readers replace.
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

  const lookEvery = 32;

  // Of the snapshot being made:
  let nodes, size, started, exhausted;
  let look; // the count of nodes at which to look at the bounds again
  let depth = 0; // how many objects are around the value
  let ancestors = [], path = []; // those objects, and the keys that lead to it
  let bent; // the page changed what all objects inherit

  const short = (text, n) => (text.length > n ? slice(text, 0, n) : text);

  // ours keeps a toJSON that the page gave to all objects from one of a mirror.
  function ours(m) {
    if (bent) define(m, 'toJSON', { __proto__: null, configurable: true, value: undefined });
    return m;
  }

  // put sets a key, past what objects inherit: that may be a setter, which __proto__
  // always is, or frozen.
  function put(m, key, value) {
    if (bent || key === '__proto__') define(m, key, { __proto__: null, configurable: true, enumerable: true, writable: true, value });
    else m[key] = value;
  }

  function tagged(tag, key, value) {
    const t = ours({});
    put(t, '$', tag);
    if (key) put(t, key, value);
    return t;
  }

  const threw = (error) => tagged('threw', 'message', message(error));

  function truncated(kind, full, kept) {
    const t = tagged('truncated', 'kind', kind);
    put(t, 'size', full);
    if (kept !== undefined) put(t, 'value', kept);
    return t;
  }

  function message(error) {
    try {
      if (typeof error !== 'object' || error === null) return short(S(error), 300);
      const own = describe(error, 'message');
      return short(own && typeof own.value === 'string' ? own.value : className(error), 300);
    } catch {
      return '';
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

  // spent says whether the bounds leave no room for another value. It is asked now
  // and then only, and not at all for a small message: reading the clock costs.
  function spent() {
    if (!started) started = now();
    if (!exhausted) exhausted = nodes > bounds.nodes || size >= bounds.size || now() - started > bounds.time;
    look = exhausted ? 0 : nodes + lookEvery;
    return exhausted;
  }

  // full takes account of one more value, and says whether there is no room for it.
  const full = () => (++nodes > look || size >= bounds.size) && spent();

  function mirror(v) {
    return typeof v === 'object' && v !== null ? nested(v) : scalar(v);
  }

  function scalar(v) {
    switch (typeof v) {
      case 'string':
        size += v.length;
        return size <= bounds.size && v.length <= bounds.string ? v : cut(v);
      case 'number':
        if (v - v === 0 && (v !== 0 || 1 / v > 0)) return v;
        return tagged('number', 'value', v === 0 ? '-0' : '' + v);
      case 'undefined': return tagged('undefined');
      case 'bigint': return bigint(v);
      case 'symbol': return tagged('symbol', 'value', short(symbolText(v) || '', 300));
      case 'function': return named(v);
    }
    return v; // null, true or false
  }

  // cut shortens a string of which the size is counted already.
  function cut(text) {
    size -= text.length;
    const room = bounds.string < bounds.size - size ? bounds.string : bounds.size - size;
    const kept = slice(text, 0, room > 0 ? room : 0);
    size += kept.length;
    return truncated('string', text.length, kept);
  }

  function bigint(v) {
    const hex = bigText(v, 16); // in linear time, which the decimal digits are not
    if (hex.length <= 1000) return tagged('bigint', 'value', bigText(v, 10));
    return truncated('string', hex.length, '0x' + slice(hex, 0, 1000));
  }

  function named(f) {
    let name;
    try { name = describe(f, 'name'); } catch { /* a proxy's trap */ }
    return tagged('function', 'name', short(name && typeof name.value === 'string' ? name.value : '', 100));
  }

  function nested(v) {
    for (let i = depth - 1; i >= 0; i--) {
      if (ancestors[i] === v) return tagged('cycle', 'path', pathTo(i));
    }
    if (depth >= bounds.depth) return truncated('depth', attempt((o) => keys(o).length, v) || 0);
    const outer = depth;
    ancestors[depth++] = v;
    try {
      return object(v);
    } catch (error) {
      return threw(error);
    } finally {
      depth = outer;
      ancestors[outer] = undefined;
    }
  }

  function pathTo(ancestor) {
    let text = '$';
    for (let i = 0; i < ancestor; i++) {
      const key = path[i];
      if (typeof key === 'number') text += '[' + key + ']';
      else text += matches(identifier, key) ? '.' + key : '[' + quote(key) + ']';
    }
    return text;
  }

  function object(v) {
    if (isArray(v)) return items(v, v.length);
    const proto = getPrototypeOf(v);
    if (proto === null || proto === objectProto && !('length' in v)) {
      return bent ? listed(v, keys(v), ours({}), 0) : fields(v);
    }
    const tag = tagOf(v);
    if (tag === '[object Arguments]') return items(v, v.length >>> 0);
    if (proto === objectProto) return listed(v, keys(v), ours({}), 0);
    if (v === G || tag === '[object Window]') return tagged('window');
    return builtin(v, tag) || foreign(v, proto);
  }

  // builtin knows the classes that the page did not make.
  function builtin(v, tag) {
    const node = attempt(nodeType, v);
    if (node) return element(v, node);
    const time = attempt(dateTime, v);
    if (time !== undefined) return tagged('date', 'value', time === time ? dateISO(v) : 'Invalid Date');
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
    return null;
  }

  function attempt(read, v) {
    try { return read(v); } catch { return undefined; }
  }

  function regexp(v) {
    const source = attempt(regexpSource, v);
    return source === undefined ? null : tagged('regexp', 'value', short('/' + source + '/' + regexpFlags(v), 1000));
  }

  function error(v) {
    const own = attempt((e) => describe(e, 'message'), v);
    const t = tagged('error', 'name', className(v));
    put(t, 'message', short(own ? S(own.value) : '', 1000));
    return t;
  }

  function boxed(v) {
    for (let i = 0; i < unbox.length; i++) {
      const inner = attempt(unbox[i], v);
      if (inner !== undefined) return instance(className(v), 'value', scalar(inner));
    }
    return null;
  }

  function typed(v) {
    const n = typedLength(v);
    if (n > 64) return instance(typedName(v), 'length', n);
    const t = instance(typedName(v));
    for (let i = 0; i < n; i++) put(t.value, i, scalar(v[i]));
    return t;
  }

  function collection(v, tag, key, n, each) {
    if (n === undefined) return null;
    const out = ours([]);
    const level = depth - 1;
    let kept = 0;
    each(v, (b, a) => {
      if (full()) return;
      path[level] = kept;
      if (tag === 'set') {
        out[kept++] = mirror(b);
        return;
      }
      const entry = out[kept++] = ours([]);
      entry[0] = mirror(a);
      entry[1] = mirror(b);
    });
    const t = tagged(tag, key, out);
    return kept < n ? truncated('array', n, t) : t;
  }

  // element names a node as a person would look for it.
  function element(v, type) {
    if (type !== 1) return tagged('element', 'value', short(S(nodeName(v)), 100));
    const t = tagged('element', 'value', selector(v));
    const content = isField(v) ? '' : trim(replace(slice(textContent(v) || '', 0, 400), /\s+/g, ' '));
    const href = attempt(anchorHref, v) || attribute(v, 'href') || '';
    if (content) put(t, 'text', short(content, 80));
    if (href) put(t, 'href', short(S(href), 1000));
    return t;
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
    const out = ours([]);
    const level = depth - 1;
    for (let i = 0; i < n; i++) {
      if (full()) return truncated('array', n, out);
      try {
        const x = v[i];
        if (typeof x === 'object' && x !== null) {
          path[level] = i;
          out[i] = nested(x);
        } else {
          out[i] = x === undefined && !hasOwn(v, i) ? tagged('hole') : scalar(x);
        }
      } catch (error) {
        out[i] = threw(error);
      }
    }
    return out;
  }

  // fields mirrors the own enumerable keys, which are those that are merged. It is
  // for objects that inherit no others.
  function fields(v) {
    const out = ours({});
    const level = depth - 1;
    let name, dollar = false;
    try {
      for (name in v) {
        size += name.length;
        if (full()) return truncated('object', keys(v).length, wrapped(out, dollar));
        if (name === '$') dollar = true;
        const x = v[name];
        if (typeof x === 'object' && x !== null) {
          path[level] = name;
          put(out, name, nested(x));
        } else if (name === '__proto__') {
          put(out, name, scalar(x));
        } else {
          out[name] = scalar(x);
        }
      }
    } catch (error) {
      if (name === undefined) throw error; // a proxy's trap
      put(out, name, threw(error));
      const names = keys(v);
      return listed(v, names, out, after(names, name));
    }
    return wrapped(out, dollar);
  }

  function after(names, name) {
    let i = 0;
    while (i < names.length && names[i] !== name) i++;
    return i + 1;
  }

  // listed goes on with mirroring keys, from the i-th of names on.
  function listed(v, names, out, i) {
    const level = depth - 1;
    for (; i < names.length; i++) {
      const name = names[i];
      size += name.length;
      if (full()) return truncated('object', names.length, wrapped(out, hasOwn(out, '$')));
      path[level] = name;
      try {
        put(out, name, mirror(v[name]));
      } catch (error) {
        put(out, name, threw(error));
      }
    }
    return wrapped(out, hasOwn(out, '$'));
  }

  const wrapped = (out, dollar) => (dollar ? tagged('object', 'value', out) : out);

  // foreign is an object of a class, or a plain object of another frame.
  function foreign(v, proto) {
    const out = listed(v, keys(v), ours({}), 0);
    if (getPrototypeOf(proto) === null && className(v) === 'Object') return out;
    const t = tagged('instance', 'class', className(v));
    put(t, 'value', out);
    return t;
  }

  // instance is an object of a class with what is to be said of it.
  function instance(name, key, value) {
    const t = tagged('instance', 'class', name);
    put(t, 'value', ours({}));
    if (key) put(t.value, key, value);
    return t;
  }

  // wellFormed mirrors a mirror without lone surrogates, which are no text.
  function wellFormed(m) {
    if (typeof m === 'string') return toWellFormed(m);
    if (typeof m !== 'object' || m === null) return m;
    if (isArray(m)) {
      for (let i = 0; i < m.length; i++) m[i] = wellFormed(m[i]);
      return m;
    }
    const out = ours({});
    const names = keys(m);
    for (let i = 0; i < names.length; i++) put(out, toWellFormed(names[i]), wellFormed(m[names[i]]));
    return out;
  }

  function write(v) {
    nodes = size = started = depth = 0;
    look = lookEvery;
    exhausted = false;
    bent = !isExtensible(objectProto) || ownKeys(objectProto).length !== inherited || 'toJSON' in arrayProto;
    const m = mirror(v);
    const text = quote(m);
    return includes(text, '\\ud') ? quote(wellFormed(m)) : text;
  }

  function snapshot(v) {
    if (depth) return within(v);
    try {
      return write(v);
    } catch (error) {
      depth = 0;
      return quote(threw(error));
    }
  }

  // within makes a snapshot for a getter that pushes while it is read.
  function within(v) {
    const outer = { nodes, size, started, exhausted, look, depth, ancestors, path };
    depth = 0;
    ancestors = [];
    path = [];
    const text = snapshot(v);
    ({ nodes, size, started, exhausted, look, depth, ancestors, path } = outer);
    return text;
  }

  return snapshot;
})
