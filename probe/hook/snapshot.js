// Makes snapshots: JSON text that represents any JavaScript value, in the encoding of
// session files. It never throws, calls no method of the value except its getters, each
// once, and stays within the bounds. It saves the page's globals that it needs before
// the page can replace them.
//
// A value is first made compact: copied into our own arrays, which JSON.stringify then
// writes. An array begins with 0. An object begins with the number of its shape, which
// is its keys in order, followed by their values. What JSON cannot represent is an
// object with a tag. Most objects have the shape of the one before them, so that the
// keys are neither copied nor sent: every byte costs the page time.
//
// bounds: nodes, string (UTF-16 units), size (units over all), depth, time (ms).
(function (bounds) {
  'use strict';
  const G = globalThis;
  const { Object: O, Reflect: R, String: S, Number: N } = G;
  const { apply, getPrototypeOf, getOwnPropertyDescriptor: describe, defineProperty: define, ownKeys } = R;
  const { keys } = O;
  const quote = G.JSON.stringify;
  const isArray = G.Array.isArray;
  const now = G.performance ? G.performance.now.bind(G.performance) : G.Date.now;
  const objectProto = O.prototype;
  const arrayProto = G.Array.prototype;
  // A method as a function of its receiver, independent of changes to
  // Function.prototype.
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
  const lower = method(S.prototype, 'toLowerCase');
  const bigText = method(G.BigInt.prototype, 'toString');
  const dateTime = method(G.Date.prototype, 'getTime');
  const dateISO = method(G.Date.prototype, 'toISOString');
  const symbolText = getter(G.Symbol.prototype, 'description');
  const regexpSource = getter(G.RegExp.prototype, 'source');
  const regexpFlags = getter(G.RegExp.prototype, 'flags');
  const lookUp = method(G.Map.prototype, 'get');
  const keep = method(G.Map.prototype, 'set');
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
  const typedInto = '[contenteditable],[role=textbox],[role=searchbox],[role=combobox]';
  const editable = getter(G.HTMLElement && G.HTMLElement.prototype, 'isContentEditable');
  const exceptionName = getter(G.DOMException && G.DOMException.prototype, 'name');
  const windowOf = getter(G, 'window');

  const lookEvery = 32;

  // State of the current snapshot:
  let nodes, size, started, exhausted;
  let look; // the count of nodes at which to check the bounds again
  let depth = 0; // number of objects around the value
  let ancestors = [], path = []; // those objects, and the path of keys to the value
  let last; // the shape of the object that was made compact last
  let bent; // the page gave all objects a toJSON, or enumerable keys

  let defining = false; // arrays inherit accessors that assignments to elements would call

  const short = (text, n) => (text.length > n ? slice(text, 0, n) : text);

  // ---- Shapes.

  const { Map } = G;
  const shapeMemory = 1000, longestShape = 4000; // UTF-16 units of its text
  let shapes = new Map(), shapeCount = 0, recent; // the shape of the previous message
  let batch = 1, numbers = 0, used = ''; // the shapes that the batch uses, as text

  // shapeOf returns the shape with the given keys.
  function shapeOf(names) {
    bent = bent || 'toJSON' in arrayProto; // by a getter
    const key = quote(ours(names));
    const known = lookUp(shapes, key);
    if (known) return known;
    let dollar = false;
    for (let i = 0; i < names.length; i++) dollar = dollar || names[i] === '$';
    const shape = { names, text: key, dollar, next: [], batch: 0, number: 0 }; // next: the last shapes of its values
    if (key.length > longestShape) return shape;
    shape.next = blank(names.length);
    if (++shapeCount % shapeMemory === 0) forgetShapes();
    keep(shapes, key, shape);
    return shape;
  }

  // forgetShapes also clears the links between shapes, which may form a cycle.
  function forgetShapes() {
    mapEach(shapes, (shape) => { shape.next = blank(shape.names.length); });
    shapes = new Map();
  }

  // blank returns an array whose elements are all its own, not inherited.
  function blank(n) {
    const list = [];
    for (let i = 0; i < n; i++) put(list, i, undefined);
    return list;
  }

  // numberOf numbers the shapes of a batch when they are first used.
  function numberOf(shape) {
    if (shape.batch !== batch) {
      shape.batch = batch;
      shape.number = ++numbers;
      used += (used && ',') + shape.text;
    }
    return shape.number;
  }

  // takeShapes ends a batch and returns its shapes.
  function takeShapes() {
    const text = used;
    used = '';
    numbers = 0;
    batch++;
    return text;
  }

  // ---- The compact form.

  // ours hides a toJSON that the page gave to all objects from one of our arrays.
  function ours(list) {
    if (bent) define(list, 'toJSON', { __proto__: null, configurable: true, value: undefined });
    return list;
  }

  function put(list, i, value) {
    if (defining) define(list, i, { __proto__: null, configurable: true, enumerable: true, writable: true, value });
    else list[i] = value;
  }

  const tagOnly = shapeOf(['$']);

  // tagged returns an object with a tag, and with the given pairs of keys and values in
  // compact form. Pairs without a key are omitted.
  function tagged(tag, ...pairs) {
    if (pairs.length === 0) return shaped([0, tag], tagOnly);
    const names = ['$'], m = [0, tag];
    for (let i = 0, n = 0; i < pairs.length; i += 2) {
      if (!pairs[i]) continue;
      put(names, ++n, pairs[i]);
      put(m, n + 1, pairs[i + 1]);
    }
    return shaped(m, shapeOf(names));
  }

  function shaped(m, shape) {
    last = shape.text.length <= longestShape ? shape : undefined;
    m[0] = numberOf(shape);
    return ours(m);
  }

  const threw = (error) => tagged('threw', 'message', message(error));

  function truncated(kind, full, kept) {
    if (kept === undefined) return tagged('truncated', 'kind', kind, 'size', full);
    return tagged('truncated', 'kind', kind, 'size', full, 'value', kept);
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

  // className returns the constructor's name without running the page's code.
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

  // spent reports whether the bounds leave no room for another value. It is called at
  // intervals, and not at all for a small message, because reading the clock is
  // expensive.
  function spent() {
    if (!started) started = now();
    if (!exhausted) exhausted = nodes > bounds.nodes || size >= bounds.size || now() - started > bounds.time;
    look = exhausted ? 0 : nodes + lookEvery;
    return exhausted;
  }

  // full counts one more value, and reports whether there is no room for it.
  const full = () => (++nodes > look || size >= bounds.size) && spent();

  // compact returns v in compact form. It tries shape, the last one in this place,
  // first.
  function compact(v, shape) {
    return typeof v === 'object' && v !== null ? nested(v, shape) : scalar(v);
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

  // cut shortens a string whose size has been counted.
  function cut(text) {
    size -= text.length;
    const room = bounds.string < bounds.size - size ? bounds.string : bounds.size - size;
    const kept = slice(text, 0, room > 0 ? room : 0);
    size += kept.length;
    return truncated('string', text.length, kept);
  }

  function bigint(v) {
    const hex = bigText(v, 16); // in linear time, unlike decimal digits
    if (hex.length <= 1000) return tagged('bigint', 'value', bigText(v, 10));
    return truncated('string', hex.length, '0x' + slice(hex, 0, 1000));
  }

  function named(f) {
    let name;
    try { name = describe(f, 'name'); } catch { /* a proxy's trap */ }
    return tagged('function', 'name', short(name && typeof name.value === 'string' ? name.value : '', 100));
  }

  function nested(v, shape) {
    for (let i = depth - 1; i >= 0; i--) {
      if (ancestors[i] === v) return tagged('cycle', 'path', pathTo(i));
    }
    if (depth >= bounds.depth) return truncated('depth', attempt((o) => keys(o).length, v) || 0);
    const outer = depth;
    put(ancestors, depth++, v);
    try {
      return object(v, shape);
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
      else text += isName(key) ? '.' + key : '[' + quote(key) + ']';
    }
    return text;
  }

  // isName reports whether a key can be written after a dot. It uses no regular
  // expression, because a page can see the last match.
  function isName(key) {
    for (let i = 0; i < key.length; i++) {
      const c = key[i];
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c === '_' || c === '$' || i > 0 && c >= '0' && c <= '9')) return false;
    }
    return key !== '';
  }

  // squeeze replaces each run of white space with by, and trims both ends.
  function squeeze(text, by) {
    let out = '', wide = false;
    for (let i = 0; i < text.length; i++) {
      const c = text[i];
      if ((c <= ' ' || c > '~') && trim(c) === '') {
        wide = out !== '';
      } else {
        out += wide ? by + c : c;
        wide = false;
      }
    }
    return out;
  }

  function object(v, shape) {
    if (isArray(v)) return items(v, v.length >>> 0, shape); // a proxy may return anything
    const proto = getPrototypeOf(v);
    if (proto === null && attempt(windowOf, v)) return tagged('window'); // from another site
    if (proto === null || proto === objectProto && !('length' in v)) {
      return bent ? listed(v, keys(v), 0, [0]) : fields(v, shape);
    }
    const tag = tagOf(v);
    if (tag === '[object Arguments]') return items(v, v.length >>> 0, shape);
    if (proto === objectProto) return listed(v, keys(v), 0, [0]);
    if (v === G || attempt(windowOf, v)) return tagged('window');
    return builtin(v, tag) || foreign(v, proto);
  }

  // builtin returns the compact form of an instance of a built-in class.
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
    const own = attempt((e) => describe(e, 'name'), v);
    const name = own && own.value || attempt(exceptionName, v);
    const text = v.message;
    return tagged('error', 'name', typeof name === 'string' ? short(name, 100) : className(v),
      'message', typeof text === 'object' || typeof text === 'function' || text === undefined ? '' : short(S(text), 1000));
  }

  function boxed(v) {
    for (let i = 0; i < unbox.length; i++) {
      const inner = attempt(unbox[i], v);
      if (inner !== undefined) return instance(className(v), scalar(inner), ['value']);
    }
    return null;
  }

  function typed(v) {
    const n = typedLength(v);
    if (n > 64) return instance(typedName(v), n, ['length']);
    const names = [], values = [0];
    for (let i = 0; i < n; i++) {
      put(names, i, '' + i);
      put(values, i + 1, scalar(v[i]));
    }
    return tagged('instance', 'class', typedName(v), 'value', shaped(values, shapeOf(names)));
  }

  function collection(v, tag, key, n, each) {
    if (n === undefined) return null;
    const out = ours([0]);
    const level = depth - 1;
    let kept = 0, cut = false;
    each(v, (b, a) => {
      if ((cut = full())) return;
      put(path, level, kept++);
      put(out, kept, tag === 'set' ? compact(b) : ours([0, compact(a), compact(b)]));
    });
    const t = tagged(tag, key, out);
    return cut ? truncated('array', n, t) : t;
  }

  // element describes a node by the properties that identify it to a person.
  function element(v, type) {
    if (type !== 1) return tagged('element', 'value', short(S(nodeName(v)), 100));
    const content = isField(v) ? '' : squeeze(slice(textContent(v) || '', 0, 400), ' ');
    const href = attempt(anchorHref, v) || attribute(v, 'href') || '';
    return tagged('element', 'value', selector(v), content && 'text', short(content, 80), href && 'href', short(S(href), 1000));
  }

  function selector(v) {
    const name = lower(slice(S(nodeName(v)), 0, 60));
    const id = attribute(v, 'id');
    const classes = squeeze(slice(attribute(v, 'class') || '', 0, 200), '.');
    return name + (id ? '#' + slice(id, 0, 100) : '') + (classes && '.' + classes);
  }

  // isField reports whether the user may have typed the content of an element, or part
  // of it.
  function isField(v) {
    const name = nodeName(v);
    return name === 'INPUT' || name === 'TEXTAREA' || name === 'SELECT' ||
      attempt(editable, v) || closest(v, typedInto) !== null || find(v, 'textarea,select,' + typedInto) !== null;
  }

  function items(v, n, shape) {
    const m = ours([0]);
    const level = depth - 1;
    last = shape;
    for (let i = 0; i < n; i++) {
      if (full()) return truncated('array', n, m);
      let item;
      try {
        const x = v[i];
        if (typeof x === 'object' && x !== null) {
          put(path, level, i);
          item = nested(x, last);
        } else {
          item = x === undefined && !hasOwn(v, i) ? tagged('hole') : scalar(x);
        }
      } catch (error) {
        item = threw(error);
      }
      put(m, i + 1, item);
    }
    return m;
  }

  // fields compacts the own enumerable keys, which are those that tag managers merge.
  // It is for objects that inherit no others. The keys are compared with those of
  // shape, and collected from the first difference on.
  function fields(v, shape) {
    const m = [0];
    const level = depth - 1;
    const expected = shape ? shape.names : [];
    let name, names = null, n = 0, read = 0;
    try {
      for (name in v) {
        size += name.length;
        if (full()) return truncated('object', keys(v).length, closed(m, shapeOf(names || first(expected, n))));
        if (names === null && (n >= expected.length || name !== expected[n])) names = first(expected, n);
        if (names !== null) put(names, n, name);
        read = n + 1;
        const x = v[name];
        let value;
        if (typeof x === 'object' && x !== null) {
          put(path, level, name);
          if (names === null) {
            const known = shape.next[n];
            value = nested(x, known);
            if (last !== known) put(shape.next, n, last);
          } else {
            value = nested(x);
          }
        } else {
          value = scalar(x);
        }
        put(m, ++n, value);
      }
    } catch (error) {
      if (read === 0) throw error; // a proxy's trap
      if (read > n) put(m, ++n, threw(error));
      return goOn(v, keys(v), m, names || first(expected, n));
    }
    return closed(m, names === null && n === expected.length && shape || shapeOf(names || first(expected, n)));
  }

  function first(names, n) {
    const list = [];
    for (let i = 0; i < n; i++) put(list, i, names[i]);
    return list;
  }

  // goOn continues after a getter threw, with the keys after its own, or after an
  // earlier key if the getter removed itself.
  function goOn(v, all, m, names) {
    for (let n = names.length - 1; n >= 0; n--) {
      for (let i = 0; i < all.length; i++) if (all[i] === names[n]) return listed(v, all, i + 1, m, names);
    }
    return listed(v, all, 0, m, names);
  }

  // listed continues with the i-th of all keys. The compact form so far contains the
  // keys in names.
  function listed(v, all, i, m, names = []) {
    const level = depth - 1;
    for (let n = names.length; i < all.length; i++, n++) {
      const name = all[i];
      size += name.length;
      if (full()) return truncated('object', all.length, closed(m, shapeOf(names)));
      put(path, level, name);
      put(names, n, name);
      let value;
      try {
        value = compact(v[name]);
      } catch (error) {
        value = threw(error);
      }
      put(m, n + 1, value);
    }
    return closed(m, shapeOf(names));
  }

  // closed adds a tag to an object with an own key "$", to distinguish it from tagged
  // objects.
  const closed = (m, shape) => (shape.dollar ? tagged('object', 'value', shaped(m, shape)) : shaped(m, shape));

  // foreign compacts an instance of a class, or a plain object of another frame.
  function foreign(v, proto) {
    const m = listed(v, keys(v), 0, [0]);
    if (getPrototypeOf(proto) === null && className(v) === 'Object') return m;
    return tagged('instance', 'class', className(v), 'value', m);
  }

  // instance represents an instance of a class by a single value.
  const instance = (name, value, key) => tagged('instance', 'class', name, 'value', shaped([0, value], shapeOf(key)));

  // inherited reports whether arrays inherit elements from Array.prototype, which is an
  // array, too.
  const inherited = () => arrayProto.length !== 0;

  // inspect checks whether they inherit elements from Object.prototype, whose first
  // keys those are. Hardly any script works in such a page, so this isn't checked for
  // every message.
  function inspect() {
    const some = ownKeys(objectProto)[0];
    defining = inherited() || typeof some === 'string' && some < ':';
  }

  const nothing = {};

  function write(v) {
    const began = batch;
    nodes = size = started = depth = 0;
    look = lookEvery;
    exhausted = false;
    bent = 'toJSON' in arrayProto;
    for (const key in nothing) bent = bent || key !== undefined;
    defining = defining || inherited();
    const straight = !bent, assigning = !defining;
    let m = compact(v, recent);
    recent = last;
    if (began !== batch) m = threw('a getter pushed more than can be told');
    if (assigning && inherited()) {
      defining = true;
      m = threw('a getter changed what arrays inherit');
    }
    if (straight && (bent || 'toJSON' in arrayProto)) shield(m);
    return quote(m);
  }

  // shield applies ours to a compact form after a getter changed what arrays inherit.
  function shield(m) {
    bent = true;
    ours(m);
    for (let i = 0; i < m.length; i++) if (isArray(m[i])) shield(m[i]);
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

  // within makes a snapshot for a getter that pushes while it is being read.
  function within(v) {
    const outer = { nodes, size, started, exhausted, look, depth, ancestors, path, last, bent };
    depth = 0;
    ancestors = [];
    path = [];
    const text = snapshot(v);
    ({ nodes, size, started, exhausted, look, depth, ancestors, path, last, bent } = outer);
    return text;
  }

  const reading = () => depth !== 0;
  const weigh = () => used.length;

  inspect();
  return { snapshot, takeShapes, weigh, reading, inspect };
})
