// Watches data layers: global variables that hold arrays. It calls emit with what
// each message is, before anybody else handles the message.
//
// Each is reported once. WeakSets remember objects, and a call that passes through
// several wrappers of push (the tag manager's is one) counts where it enters.
//
// The caller gives: snapshot(value), a mirror; emit(fields); emitPush(layer, mirror,
// fields), where each of the fields begins with a comma; stackAbove(function) and
// cause(), which return fields of what led to a message; and noteAddress(), which is
// called before a message where the browser does not tell of new addresses.
(function (hook) {
  'use strict';
  const { snapshot, emit, emitPush, stackAbove, cause, noteAddress, guard } = hook;
  const G = globalThis;
  const { Reflect: R, WeakSet, WeakMap } = G;
  const { defineProperty: define, getOwnPropertyDescriptor: describe, getPrototypeOf: prototypeOf, apply } = R;
  const { isArray } = G.Array;
  const { keys } = G.Object;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const tagOf = method(G.Object.prototype.toString);
  const has = method(WeakSet.prototype.has);
  const add = method(WeakSet.prototype.add);
  const forget = method(WeakSet.prototype.delete);
  const stateOf = method(WeakMap.prototype.get);
  const setState = method(WeakMap.prototype.set);
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  const isArguments = (v) => {
    try { return !isArray(v) && 'length' in v && tagOf(v) === '[object Arguments]'; } catch { return false; }
  };

  let idle = false; // the hook has stepped aside, or left
  let asked = false; // and was asked to

  // ---- Messages.

  let calls = 0;

  // A tag manager template's message is wrapped; what counts is inside.
  function unwrap(v) {
    try {
      if (isObject(v) && typeof v.getUntrustedMessageValue === 'function') return v.getUntrustedMessageValue();
    } catch { /* then the wrapper is the message */ }
    return v;
  }

  function report(layer, via, v, rest) {
    if (isObject(v)) add(layer.seen, v);
    const message = unwrap(v);
    const gtag = isObject(message) && isArguments(message) ? ',"gtag":true' : '';
    emitPush(layer.label, snapshot(message), via + gtag + rest + cause());
  }

  function reportCall(layer, via, args, from, above) {
    noteAddress();
    const stack = stackAbove(above);
    const call = args.length - from > 1 ? ++calls : 0;
    for (let i = from; i < args.length; i++) {
      report(layer, via, args[i], call ? stack + ',"call":' + call + ',"arg":' + (i - from) : stack);
    }
  }

  // ---- Arrays: push, unshift and splice become accessors, so that a wrapper that
  // somebody sets is itself wrapped. Wrappers have levels: 0 calls the native one.

  const lists = new WeakMap();
  const ways = [
    { index: 0, name: 'push', via: '', from: 0 },
    { index: 1, name: 'unshift', via: ',"via":"unshift"', from: 0 },
    { index: 2, name: 'splice', via: ',"via":"splice"', from: 2 },
  ];

  // wrap makes the method that reports and then calls inner; with none, the one
  // that the list inherits at that time.
  function wrap(list, way, level, inner) {
    const wrapper = ({
      [way.name]() {
        const original = inner || prototypeOf(list.value)[way.name];
        if (idle || this !== list.value) return apply(original, this, arguments);
        const call = enter(list, way, level, arguments, wrapper);
        try {
          return apply(original, this, arguments);
        } finally {
          leave(list, call);
        }
      },
    })[way.name];
    return wrapper;
  }

  // enter reports the messages of a call, unless they were on their way already.
  function enter(list, way, level, args, wrapper) {
    try {
      if (list.value.length !== list.length) sweep(list);
      const { layer, call: outer } = list;
      if (outer && outer.way === way && level < outer.reached && same(outer.args, args)) {
        outer.reached = level;
        markSeen(layer, args, way.from);
        return null;
      }
      if (level < list.tops[way.index].level && args.length === 1 && isObject(args[0]) && has(layer.awaited, args[0])) {
        forget(layer.awaited, args[0]);
        return null;
      }
      reportCall(layer, way.via, args, way.from, wrapper);
      return list.call = { way, args, reached: level, outer };
    } catch {
      return null;
    }
  }

  function leave(list, call) {
    try {
      list.length = list.value.length;
      if (!call) return;
      list.call = call.outer;
      if (call.reached === 0) return;
      for (let i = call.way.from; i < call.args.length; i++) { // it may land later
        if (isObject(call.args[i])) add(list.layer.awaited, call.args[i]);
      }
    } catch { /* a proxy's trap */ }
  }

  // same tells whether a wrapper handed on what it was given: the very values, or
  // copies of the same event.
  function same(given, handed) {
    if (given.length !== handed.length) return false;
    for (let i = 0; i < given.length; i++) {
      if (given[i] === handed[i] || unwrap(handed[i]) === given[i]) continue;
      const event = eventOf(given[i]);
      if (!event || event !== eventOf(handed[i])) return false;
    }
    return true;
  }

  function eventOf(v) {
    const own = isObject(v) && describe(v, 'event');
    return own && typeof own.value === 'string' ? own.value : '';
  }

  function markSeen(layer, args, from) {
    for (let i = from; i < args.length; i++) if (isObject(args[i])) add(layer.seen, args[i]);
  }

  // intercept makes a method of the list an accessor. It says whether it could.
  function intercept(list, way) {
    const own = describe(list.value, way.name);
    if (typeof (own && 'value' in own ? own.value : list.value[way.name]) !== 'function') return true; // no layer of this kind
    const original = own && own.value;
    const before = list.tops[way.index];
    const top = list.tops[way.index] = { level: before ? before.level + 1 : 0 };
    top.wrapper = wrap(list, way, top.level, original);
    top.inner = original;
    top.get = () => top.wrapper;
    const set = guard((f) => {
      if (f === top.wrapper) return;
      top.inner = f;
      top.wrapper = typeof f === 'function' ? wrap(list, way, ++top.level, f) : f;
    });
    return define(list.value, way.name, {
      __proto__: null, configurable: true, enumerable: !!own && own.enumerable, get: top.get, set,
    });
  }

  // sweep reports what came neither by push nor by unshift or splice.
  function sweep(list) {
    if (!isArray(list.value)) return;
    const { value, layer } = list;
    for (let i = 0; i < value.length; i++) {
      const v = value[i];
      if (isObject(v) && !has(layer.seen, v)) report(layer, ',"via":"index"', v, '');
    }
    list.length = value.length;
  }

  // ---- Layers: global variables, watched by accessors.

  const layers = { __proto__: null };

  // adopt takes a list as the layer's from now on, and reports what is in it.
  const adopt = guard((layer, value, via, above) => {
    if (!isObject(value)) return;
    const previous = layer.list;
    let list = stateOf(lists, value);
    if (list === previous && list) return;
    const fresh = !list;
    if (fresh) list = { value, layer, tops: [null, null, null], call: null, length: 0 };
    layer.list = list;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        const carriedOver = isObject(v) ? has(layer.seen, v) : previous && i in previous.value && previous.value[i] === v;
        if (!carriedOver) report(layer, ',"via":"' + via + '"', v, stackAbove(above));
      }
      list.length = value.length;
    }
    if (!fresh) return;
    setState(lists, value, list);
    for (let i = 0; i < ways.length; i++) {
      if (!intercept(list, ways[i]) && i === 0) emit('"is":"unhookable",' + layer.label);
    }
  });

  const newLayer = (name) => ({
    name, label: '"layer":' + quote(name), value: undefined, list: null, seen: new WeakSet(), awaited: new WeakSet(),
    displaced: 0, rested: 0,
  });

  const watch = guard((name) => {
    if (layers[name]) return check(layers[name]);
    const layer = layers[name] = newLayer(name);
    layer.get = () => layer.value;
    layer.set = (v) => {
      layer.value = v;
      adopt(layer, v, 'assign', layer.set);
    };
    const there = G[name];
    place(layer, there);
    adopt(layer, there, 'initial');
  });

  // place puts the accessor on the global, where a page's var or own accessor does
  // not forbid it; check finds out about those.
  const place = guard((layer, value) => {
    const own = describe(G, layer.name);
    if (own && (!own.configurable || own.get)) return;
    layer.value = value;
    define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, get: layer.get, set: layer.set });
  });

  // check makes good what the page displaced.
  const check = guard((layer) => {
    if (layer.get) {
      const value = G[layer.name];
      const own = describe(G, layer.name);
      if (!own || own.get !== layer.get) place(layer, value);
      if (isObject(value) && (!layer.list || layer.list.value !== value)) adopt(layer, value, 'assign');
    }
    if (!layer.list) return;
    sweep(layer.list);
    const { tops } = layer.list;
    for (let i = 0; i < ways.length; i++) {
      const top = tops[i];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!top || there && there.get === top.get) continue;
      if (!intercept(layer.list, ways[i]) || i !== 0 || asked) continue;
      const trouble = idle ? 'rested' : 'displaced';
      layer[trouble]++;
      emit('"is":"' + trouble + '",' + layer.label);
    }
  });

  // discover finds the layers that tag managers on the page use, by what they
  // note about each.
  const discover = guard(() => {
    const managers = G.google_tag_manager;
    if (!isObject(managers)) return;
    const names = keys(managers);
    for (let i = 0; i < names.length; i++) {
      const own = describe(managers, names[i]);
      if (!layers[names[i]] && own && isObject(own.value) && 'gtmDom' in own.value) watch(names[i]);
    }
  });

  const checkAll = guard(() => {
    discover();
    for (const name in layers) check(layers[name]);
    idle = asked = false;
  });

  // lexical takes a layer that was declared with let or const.
  const lexical = guard((name, value) => {
    const key = 'let ' + name;
    if (layers[key] || !isObject(value)) return;
    layers[key] = newLayer(name);
    emit('"is":"lexical",' + layers[key].label);
    adopt(layers[key], value, 'initial');
  });

  // states says of each layer how the hook stands on it.
  const maxStates = 50;
  const states = guard(() => {
    let text = '', n = 0;
    for (const name in layers) if (n++ < maxStates) text += (text && ',') + '{' + state(name, layers[name]) + '}';
    return text;
  });

  const state = (name, layer) =>
    layer.label + ',"hook":"' + (holdOn(layer.list) || 'none') +
    '","lexical":' + (name !== layer.name) + ',"displaced":' + layer.displaced + ',"rested":' + layer.rested;

  const holdOn = guard((list) => {
    if (!list) return 'awaited';
    const push = list.tops[0];
    if (!push) return 'none';
    const there = describe(list.value, 'push');
    if (!there || there.get !== push.get) return 'frozen';
    return isArray(list.value) ? 'held' : 'object';
  });

  // stepAside gives the page its layers back. What remains of a wrapper hands calls
  // on; checkAll takes the layers up again.
  function stepAside(onRequest) {
    idle = true;
    asked = !!onRequest;
    for (const name in layers) release(layers[name]);
  }

  const release = guard((layer) => {
    const own = describe(G, layer.name);
    if (own && layer.get && own.get === layer.get) {
      if (layer.value === undefined) delete G[layer.name];
      else define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, writable: true, value: layer.value });
    }
    if (!layer.list) return;
    for (let i = 0; i < ways.length; i++) {
      const top = layer.list.tops[i];
      const there = top && describe(layer.list.value, ways[i].name);
      if (!there || there.get !== top.get) continue;
      if (!top.inner) delete layer.list.value[ways[i].name];
      else define(layer.list.value, ways[i].name, { __proto__: null, configurable: true, enumerable: there.enumerable, writable: true, value: top.inner });
    }
  });

  return { watch, lexical, checkAll, states, stepAside };
})
