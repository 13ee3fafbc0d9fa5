// Watches data layers: global variables that hold arrays. It records each message at
// the moment at which it is added to the array.
//
// Nothing that a script may depend on is changed. A prototype of ours is inserted
// between the array and its own prototype. It has no properties of its own and inherits
// all others: the array's push is the native one. The engine calls that prototype's
// trap whenever an element is added, by push, unshift, splice or an index, from any
// frame and through any wrappers. Wrappers that the page puts on the array are left
// alone.
//
// The global stays an ordinary variable, too. It is read when it may have changed:
// before each script of the document, after each message, on a timer.
//
// The caller provides: snapshot(value), in compact form; emit(fields) and
// emitPush(layer, compact, fields), which return the record's number (each of
// emitPush's fields begins with a comma); stackAbove(functions) and way(), which return
// what led to a message; cause(); noteAddress(), which is called before a message if
// the browser does not report new URLs; settleSoon(), which makes the caller call
// settle in a microtask; sendPromptly(), which is called after a message whose record is
// final; key, a name that no page knows.
(function (hook) {
  'use strict';
  const { snapshot, emit, emitPush, stackAbove, isOnStack, way, cause, noteAddress, settleSoon, sendPromptly, guard, key, now, untaken, objects } = hook;
  const G = globalThis;
  const { Reflect: R, WeakSet, WeakMap, Proxy } = G;
  const { defineProperty: define, getOwnPropertyDescriptor: describe, getPrototypeOf: prototypeOf, setPrototypeOf: setPrototype } = R;
  const reflectSet = R.set;
  const { isArray } = G.Array;
  const { keys, create } = G.Object;
  const quote = G.JSON.stringify;
  const method = (f) => G.Function.prototype.call.bind(f);
  const tagOf = method(G.Object.prototype.toString);
  const sourceOf = method(G.Function.prototype.toString);
  const indexOf = method(G.String.prototype.indexOf);
  const lower = method(G.String.prototype.toLowerCase);
  const has = method(WeakSet.prototype.has);
  const add = method(WeakSet.prototype.add);
  const lookUp = method(WeakMap.prototype.get);
  const keep = method(WeakMap.prototype.set);
  const isObject = (v) => (typeof v === 'object' && v !== null) || typeof v === 'function';
  const isArguments = (v) => {
    try { return !isArray(v) && 'length' in v && tagOf(v) === '[object Arguments]'; } catch { return false; }
  };

  let idle = false; // the hook has stepped aside, or left
  let asked = false; // on request

  // ---- Messages.

  // A message from a tag manager template is wrapped; the message inside is used.
  function unwrap(v) {
    try {
      if (isObject(v) && typeof v.getUntrustedMessageValue === 'function') return v.getUntrustedMessageValue();
    } catch { /* use the wrapper */ }
    return v;
  }

  // report emits a message and returns the number of its record.
  function report(layer, via, v, rest) {
    if (isObject(v)) add(layer.seen, v);
    const message = unwrap(v);
    const gtag = isObject(message) && isArguments(message) ? ',"gtag":true' : '';
    return emitPush(layer.label, snapshot(message), via + gtag + rest + cause());
  }

  // ---- Lists: the arrays of layers.

  const lists = new WeakMap(); // by the array, or the page's proxy of one, and by our prototypes
  const touched = []; // those with something to settle

  const newList = (value, layer) => ({
    value, layer,
    below: null, proto: null, set: null, // our prototype's target, itself, and its trap
    length: 0, last: undefined, // its end when it was last checked
    push: undefined, // its own push
    takers: [], // the push functions of the layer's tag managers
    doubt: null, // messages that may have been moved, not added
    claims: [], // arguments of push that ended up as another element
    several: [], // calls of push with several arguments, since the last settle
    dirty: false, way: '', stack: '', // elements moved, by which method and from where
    waits: false, // is in touched
    bypassed: false, displaced: 0, shared: false,
  });

  function touch(list) {
    if (list.waits) return;
    list.waits = true;
    put(touched, list);
    settleSoon();
  }

  // mount inserts our prototype below a list and reports whether it could.
  function mount(list) {
    const below = create(prototypeOf(list.value));
    define(below, key, { __proto__: null, configurable: true, value: mark });
    list.set = function (target, name, v, receiver) {
      if (idle || typeof name !== 'string') return reflectSet(target, name, v, receiver);
      const index = +name;
      const before = index === index ? lengthOf(list, receiver) : -1;
      const done = reflectSet(target, name, v, receiver);
      if (done && before >= 0) landed(list, index, before, v, receiver);
      else if (done && name === 'push') noticePush(list);
      return done;
    };
    const proto = new Proxy(below, { __proto__: null, set: list.set, ownKeys: hide });
    if (!setPrototype(list.value, proto)) return false;
    list.below = below;
    list.proto = proto;
    keep(lists, proto, list);
    return true;
  }

  // isMounted reports whether our prototype is still in the prototype chain of a list.
  function isMounted(list) {
    let proto = list.value;
    for (let i = 0; i < 10 && isObject(proto); i++) {
      proto = prototypeOf(proto);
      if (proto === list.proto) return true;
    }
    return false;
  }

  const hide = () => [];
  const mark = { __proto__: null, mark: true };

  // lengthOf returns a list's length, or -1 if the receiver only inherits from it.
  function lengthOf(list, receiver) {
    try {
      if (receiver === list.value) return receiver.length;
      return isArray(receiver) && prototypeOf(receiver) === list.proto ? receiver.length : -1;
    } catch {
      return -1;
    }
  }

  // landed handles an added element. Messages are added at the end; unshift and splice
  // also write to the end first, with the elements that they move.
  function landed(list, index, before, v, receiver) {
    busy++;
    const final = land(list, index, before, v, receiver);
    busy--;
    if (final) sendPromptly();
  }

  let busy = 0; // calls of land in progress, during which settle must wait

  // land reports whether it has recorded a message that settle can't correct.
  const land = guard((list, index, before, v, receiver) => {
    if (awaited > 0) noticeAwaited();
    if (index !== before) {
      disturb(list);
      return false;
    }
    const end = before > 0 ? receiver[before - 1] : undefined;
    if (list.doubt) resolve(list);
    if (before > 0 && (list.dirty || before > list.length || end !== list.last)) sweep(list, before);
    noteAddress();
    const { layer } = list;
    const handed = handedTo(list);
    const stack = stackAbove(list.push, list.set);
    list.length = before + 1;
    list.last = v;
    const n = report(layer, viaOf(way()), v, stack + received(list) + argumentOf(list, handed, v));
    if (before > 0 && end === v) list.doubt = { index, v, n, next: list.doubt };
    if (handed && !isTaker(list, list.push)) claim(list, handed, v, n);
    touch(list);
    return !list.doubt && list.claims.length === 0 && !(handed && handed.length > 1);
  });

  const viaOf = (name) => (name === 'unshift' ? ',"via":"unshift"' : name === 'splice' ? ',"via":"splice"' : name === 'index' ? ',"via":"index"' : '');

  // disturb notes that elements have moved.
  function disturb(list) {
    if (!list.dirty) {
      list.dirty = true;
      list.stack = stackAbove(list.push, list.set);
      list.way = way(list.set);
    }
    touch(list);
  }

  // received reports whether a tag manager's own push is being called.
  function received(list) {
    const { takers } = list;
    if (takers.length === 0) return list.layer.taken ? ',"received":false' : '';
    for (let i = 0; i < takers.length; i++) if (isOnStack(takers[i])) return ',"received":true';
    if (!list.bypassed) {
      list.bypassed = true;
      emit('"is":"layer","what":"bypassed",' + list.layer.label);
    }
    return ',"received":false';
  }

  // handedTo returns the arguments of the call of the array's own push that is in
  // progress, or null if unknown: the engine exposes them for sloppy functions only.
  function handedTo(list) {
    const f = list.push;
    if (!f) return null;
    try {
      return isObject(f.arguments) ? f.arguments : null;
    } catch {
      return null; // it is strict
    }
  }

  // argumentOf returns which argument of which call a message is, if the call has
  // several. The engine creates a new arguments object on each access.
  function argumentOf(list, handed, v) {
    if (!handed || handed.length < 2) return '';
    const { several } = list;
    for (let i = several.length - 1; i >= 0; i--) {
      const index = sameAs(several[i].args, handed) ? indexIn(several[i], v) : -1;
      if (index >= 0) return ',"call":' + several[i].number + ',"arg":' + index;
    }
    const call = { args: handed, came: [], number: numbered + 1 };
    const index = indexIn(call, v);
    if (index < 0) return '';
    numbered++;
    if (several.length === maxSeveral) several.length = 0;
    put(several, call);
    return ',"call":' + call.number + ',"arg":' + index;
  }

  let numbered = 0;
  const maxSeveral = 16; // nested calls

  function sameAs(a, b) {
    if (a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
    return true;
  }

  // indexIn returns which argument of a call has become v, out of those not yet added;
  // -1 if none has, or if it is ambiguous.
  function indexIn(call, v) {
    const { args, came } = call;
    const plain = unwrap(v);
    let index = -1;
    for (let i = args.length - 1; i >= 0; i--) if (!came[i] && (args[i] === v || args[i] === plain)) index = i;
    if (index < 0) index = onlyAlike(args, v);
    if (index < 0 || came[index]) return -1;
    put(came, true, index);
    return index;
  }

  // onlyAlike returns the index of the only argument with the event of a message, or
  // -1.
  function onlyAlike(args, v) {
    let index = -1;
    for (let i = 0; i < args.length; i++) {
      if (!alike(args[i], v)) continue;
      if (index >= 0) return -1;
      index = i;
    }
    return index;
  }

  // put sets an element of our own array, even if Array.prototype has setters.
  const put = (list, value, at = list.length) =>
    define(list, at, { __proto__: null, configurable: true, enumerable: true, writable: true, value });

  function isTaker(list, f) {
    for (let i = 0; i < list.takers.length; i++) if (list.takers[i] === f) return true;
    return false;
  }

  // claim notes that the page passed another value to push, which became the message of
  // record n.
  function claim(list, handed, v, n) {
    const { claims } = list;
    let given, count = 0;
    const plain = unwrap(v);
    for (let i = 0; i < handed.length; i++) {
      if (handed[i] === v || handed[i] === plain) {
        for (let k = 0; k < claims.length; k++) if (claims[k].given === handed[i]) claims[k].given = claims;
        return;
      }
      if (handed.length === 1 || alike(handed[i], v)) {
        given = handed[i];
        count++;
      }
    }
    if (count === 1) put(claims, { given, n, compact: snapshot(given) });
  }

  // alike reports whether two messages have the same event.
  function alike(a, b) {
    const event = eventOf(a);
    return event !== '' && event === eventOf(b);
  }

  function eventOf(v) {
    const own = isObject(v) && describe(v, 'event');
    return own && typeof own.value === 'string' ? own.value : '';
  }

  // settle finishes what could not be determined while an array method was running.
  const settle = guard(() => {
    if (settling || touched.length === 0) return;
    settling = true;
    for (let i = 0; i < touched.length; i++) settleList(touched[i]);
    touched.length = 0;
    settling = false;
    noticeAll();
  });
  let settling = false;

  // resolve determines which of the last messages were not added but moved.
  function resolve(list) {
    const { value } = list;
    for (let d = list.doubt; d !== null; d = d.next) {
      if (value[d.index] !== d.v || value[d.index - 1] === d.v) continue;
      emit('"is":"moved","of":' + d.n);
      list.dirty = true;
      list.way = list.way || 'unshift';
    }
    list.doubt = null;
  }

  const settleList = guard((list) => {
    list.waits = false;
    const { value, claims } = list;
    resolve(list);
    for (let i = 0; i < claims.length; i++) {
      if (claims[i].given !== claims) emitCalled(claims[i]);
    }
    if (claims.length > 0) list.claims = [];
    list.several.length = 0;
    if (list.dirty || value.length > list.length) sweep(list, value.length);
    list.dirty = false;
    list.way = list.stack = '';
    measure(list);
  });

  const emitCalled = (c) => emit('"is":"called","of":' + c.n, c.compact);

  // measure records the end of a list.
  function measure(list) {
    const { value } = list;
    list.length = value.length;
    list.last = isArray(value) ? value[list.length - 1] : undefined;
  }

  // sweep reports messages that were added unobserved among the first count elements.
  // If the last known element is in its place, all elements after it are new, even if
  // reported before.
  function sweep(list, count) {
    const { value, layer, length, last } = list;
    if (!isArray(value)) return;
    const via = viaOf(list.way || 'index');
    const end = length === 0 || isObject(last) && value[length - 1] === last ? length : Infinity;
    for (let i = 0; i < count; i++) {
      const v = value[i];
      if (i >= end || isObject(v) && !has(layer.seen, v)) report(layer, via, v, list.stack + (list.takers.length > 0 || layer.taken ? ',"received":false' : ''));
    }
    list.length = count;
    list.last = count > 0 ? value[count - 1] : undefined;
  }

  // ---- The page's own push.
  //
  // The array keeps the page's function, because scripts compare it to check whether
  // theirs is still in place, or whether a tag manager has loaded. What such a wrapper
  // passes on is recorded when it is added to the array. What it doesn't pass on isn't
  // recorded; if its source has no way of calling another method with an array as the
  // receiver, that is reported.

  function swallows(f) {
    const text = sourceOf(f);
    for (let i = 0; i < passes.length; i++) {
      const at = indexOf(text, passes[i]);
      if (at >= 0 && !(passes[i] === '.call' && endsWith(slice(text, 0, at), 'slice') && lastIndexOf(text, '.call') === at)) return false;
    }
    return true;
  }

  const passes = ['.apply', '.call', '.bind', 'Reflect', 'super', '[native code]']; // except slice.call(arguments)

  // noticePush checks whether a list's push has changed.
  const noticePush = guard((list) => {
    const own = describe(list.value, 'push');
    const f = own && own.value;
    if (f === list.push) return;
    list.push = typeof f === 'function' ? f : undefined;
    if (!list.push || lookForManagers(list) || !swallows(f)) return;
    if (!list.layer.swallows) emit('"is":"layer","what":"overridden",' + list.layer.label);
    warn(list.layer, 'swallows');
  });

  // warn reports once per layer that pushes to it may not be recorded.
  function warn(layer, trouble) {
    if (layer[trouble]) return;
    layer[trouble] = true;
    emit('"is":"' + trouble + '",' + layer.label);
  }

  // ---- Tag managers, by the properties of their global variable.

  const managersNow = () => {
    const own = describe(G, 'google_tag_manager');
    return own && isObject(own.value) ? own.value : null;
  };

  const isContainer = (name) => {
    const at = indexOf(name, '-');
    return at > 0 && at < 5 && name !== lower(name);
  };

  // layerOf returns the name of the layer that a container uses, or ''.
  function layerOf(container) {
    const own = isObject(container) && describe(container, 'dataLayer');
    const name = own && isObject(own.value) && describe(own.value, 'name');
    return name && typeof name.value === 'string' ? name.value : '';
  }

  // lookForManagers reports whether a list's push belongs to a tag manager that has
  // loaded since the last call, and emits a record if so.
  const lookForManagers = guard((list) => {
    const managers = managersNow();
    if (!managers || !list.push || isTaker(list, list.push)) return false;
    const { layer } = list;
    const names = keys(managers);
    let found = false;
    for (let i = 0; i < names.length && names.length < 200; i++) {
      const own = describe(managers, names[i]);
      const known = lookUp(layer.containers, managers) || '';
      if (!own || !isContainer(names[i]) || indexOf(known, ' ' + names[i] + ' ') >= 0) continue;
      const uses = layerOf(own.value);
      if (uses && uses !== layer.name) continue;
      keep(layer.containers, managers, known + ' ' + names[i] + ' ');
      emit('"is":"layer","what":"taken","container":' + quote(names[i]) + ',' + layer.label);
      found = true;
    }
    const own = describe(managers, layer.name);
    if (!found && !layer.taken && own && isObject(own.value) && !isContainer(layer.name)) {
      emit('"is":"layer","what":"taken",' + layer.label);
      found = true;
    }
    if (!found) return false;
    layer.taken = true;
    put(list.takers, list.push);
    return true;
  });

  // ---- Layers: global variables.

  const layers = { __proto__: null };
  let awaited = 0; // number of layers that don't exist yet

  const newLayer = (name, optional) => {
    if (!optional) awaited++;
    return {
      optional,
      name, path: pathOf(name), label: '"layer":' + quote(name), list: null, seen: new WeakSet(), swallows: false, unwatchable: false,
      containers: new WeakMap(), taken: false, displaced: 0, rested: 0, lexical: false,
      since: 0, told: optional,
    };
  };

  const split = method(G.String.prototype.split);
  const slice = method(G.String.prototype.slice);
  const lastIndexOf = method(G.String.prototype.lastIndexOf);
  const endsWith = method(G.String.prototype.endsWith);
  const trimStart = method(G.String.prototype.trimStart);
  const trimEnd = method(G.String.prototype.trimEnd);
  const pathOf = (name) => split(name, '.');

  // valueOf returns the value of a layer's variable. A getter of the page is only
  // called until it has returned a value, because the call may have side effects.
  function valueOf(layer) {
    let owner = G, value;
    for (let i = 0; i < layer.path.length; i++) {
      if (!isObject(owner)) return undefined;
      const own = describe(owner, layer.path[i]);
      if (!own) return undefined;
      if (own.get && layer.list) return layer.list.value;
      value = own.get ? owner[layer.path[i]] : own.value;
      owner = value;
    }
    return value;
  }

  // adopt makes a list the layer's current one and reports its messages.
  const adopt = guard((layer, value, via, above) => {
    if (!isObject(value)) return;
    const previous = layer.list;
    const proto = prototypeOf(value);
    let list = lookUp(lists, value) || lookUp(lists, proto);
    if (list === previous && list) return;
    if (via === 'assign') noteAddress(); // the opener's array was the empty page's, this is the page's
    const fresh = !list;
    if (fresh) list = newList(value, layer);
    if (!previous && !layer.optional) awaited--;
    layer.list = list;
    layer.since = layer.since || now();
    if (!previous && layer.optional) emit('"is":"layer","what":"found",' + layer.label);
    if (previous && layer.taken) emit('"is":"layer","what":"replaced",' + layer.label);
    const theirs = fresh && isObject(proto) && describe(proto, key);
    if (theirs && join(layer, list, theirs.value)) return;
    if (isArray(value)) {
      for (let i = 0; i < value.length; i++) {
        const v = value[i];
        const carriedOver = isObject(v) ? has(layer.seen, v) : previous && i in previous.value && previous.value[i] === v;
        if (!carriedOver) report(layer, ',"via":"' + via + '"', v, stackAbove(above) + received(list));
      }
      measure(list);
      sendPromptly();
    }
    if (!fresh) return;
    keep(lists, value, list);
    if (isArray(value) && !mount(list)) emit('"is":"unhookable",' + layer.label);
    if (isArray(value)) noticePush(list);
    else if (typeof value.push === 'function') warn(layer, 'unwatchable');
  });

  // join shares a list with another frame's hook, which reports its messages.
  function join(layer, list, theirs) {
    if (!isObject(theirs)) return false;
    list.shared = true;
    keep(lists, list.value, list);
    emit('"is":"layer","what":"found",' + layer.label);
    sendPromptly(); // before the messages that the other hook reports
    return true;
  }

  const watch = guard((name, since) => {
    if (!layers[name]) layers[name] = newLayer(name, since === 'optional');
    notice(layers[name], 'initial');
  });

  // notice checks whether a variable holds a different array than before, and whether
  // the array's push has changed.
  const notice = guard((layer, via) => {
    if (layer.lexical) return;
    const value = valueOf(layer);
    const { list } = layer;
    if (isObject(value) && (!list || list.value !== value)) adopt(layer, value, via || (list ? 'assign' : 'found'));
    if (!layer.list || layer.list.shared) return;
    if (!isArray(layer.list.value)) return;
    noticePush(layer.list);
    lookForManagers(layer.list);
  });

  const noticeAwaited = () => {
    for (const name in layers) if (!layers[name].list && !layers[name].optional) notice(layers[name]);
  };

  // look is called between scripts.
  const look = guard(() => {
    disarm();
    noticeAll();
  });

  const noticeAll = guard(() => {
    if (idle) return;
    for (const name in layers) notice(layers[name]);
  });

  // check restores what the page displaced.
  const check = guard((layer) => {
    notice(layer);
    const { list } = layer;
    if (!list || list.shared) return;
    sweep(list, list.value.length);
    if (!list.proto || isMounted(list) || list.displaced >= maxDisplaced) return;
    if (!idle) list.displaced++;
    if (!mount(list) || asked) return;
    const trouble = idle ? 'rested' : 'displaced';
    layer[trouble]++;
    emit('"is":"' + trouble + '",' + layer.label);
  });

  const maxDisplaced = 5;

  // discover finds the layers that tag managers on the page use, by their state for
  // each.
  const discover = guard(() => {
    const managers = managersNow();
    if (!managers) return;
    const names = keys(managers);
    for (let i = 0; i < names.length; i++) {
      const own = describe(managers, names[i]);
      if (!layers[names[i]] && own && isObject(own.value) && 'gtmDom' in own.value) watch(names[i]);
    }
  });

  // lookAround finds arrays in variables with nearly the name of a data layer, into
  // which messages may have been pushed by mistake.
  const lookAround = guard(() => {
    const names = keys(G);
    for (let i = 0; i < names.length; i++) {
      const name = names[i];
      if (name.length < 8 || name.length > 11 || layers[name] || alikes[name] || !isLookalike(name)) continue;
      const own = describe(G, name);
      if (!own || !isArray(own.value)) continue;
      alikes[name] = true;
      emit('"is":"layer","what":"lookalike","layer":' + quote(name));
    }
  });
  const alikes = { __proto__: null };

  // lookForObjects finds the data layers of other managers that are objects. They are
  // not watched, unless they contain an array that is.
  const lookForObjects = guard(() => {
    for (let i = 0; i < objects.length; i++) {
      const name = objects[i], own = describe(G, name);
      if (alikes[name] || layers[name] || !own || !isObject(own.value) || isArray(own.value) || isWatchedIn(name)) continue;
      alikes[name] = true;
      emit('"is":"layer","what":"object","layer":' + quote(name));
    }
  });

  function isWatchedIn(name) {
    for (const watched in layers) if (layers[watched].list && layers[watched].path[0] === name) return true;
    return false;
  }

  // isLookalike reports whether a name differs from "dataLayer" in one letter or in
  // case only.
  function isLookalike(name) {
    const text = lower(name), right = 'datalayer';
    if (name === 'dataLayer' || text[0] !== 'd') return false;
    let i = 0, k = 0;
    while (i < text.length && text[i] === right[i]) i++;
    while (k < text.length - i && k < right.length - i && text[text.length - 1 - k] === right[right.length - 1 - k]) k++;
    const odd = text.length - i - k, missing = right.length - i - k;
    if (odd === 1 && text[i] >= '0' && text[i] <= '9') return false; // a second layer
    return odd <= 1 && missing <= 1 || odd === 2 && missing === 2 && text[i] === right[i + 1] && text[i + 1] === right[i];
  }

  const checkAll = guard(() => {
    discover();
    lookAround();
    lookForObjects();
    for (const name in layers) check(layers[name]);
    settle();
    idle = asked = false;
  });

  // ---- A layer's array is unknown until its first use. Two things are installed
  // before a script that names a layer, until the layer is found, and at most until the
  // script ends: an accessor on the variable, if the first thing that the script does
  // to it is to assign it, so that nothing can notice the accessor; and accessors on
  // Array.prototype that look for the layer when push, unshift or splice is read. They
  // return the native methods.

  const arrayProto = G.Array.prototype;
  const names = ['push', 'unshift', 'splice'];
  const reads = [null, null, null], natives = [null, null, null];
  let armed = false;
  const traps = []; // the variables with accessors

  for (let i = 0; i < names.length; i++) {
    const name = names[i], native = arrayProto[name];
    natives[i] = describe(arrayProto, name);
    reads[i] = describe({
      get read() {
        findAwaited(reads[i].get);
        return native;
      },
      set read(v) {
        const list = this;
        findAwaited(reads[i].set);
        disarm();
        reflectSet(arrayProto, name, v, list);
      },
    }, 'read');
  }

  const findAwaited = guard((above) => {
    for (const name in layers) {
      const layer = layers[name];
      if (layer.list || layer.lexical) continue;
      const value = valueOf(layer);
      if (!isObject(value)) continue;
      disarm();
      adopt(layer, value, 'assign', above);
    }
  });

  // arm is called before a script with the given text runs.
  const arm = guard((text) => {
    if (armed || idle) return;
    for (const name in layers) {
      const layer = layers[name];
      if (layer.list || layer.lexical || indexOf(text, layer.path[0]) < 0) continue;
      if (layer.path.length === 1 && assignsFirst(text, name)) trapAssignment(layer);
      armed = true;
    }
    if (!armed || indexOf(text, 'PropertyDescriptor') >= 0 || indexOf(text, 'freeze') >= 0) return;
    for (let i = 0; i < names.length; i++) {
      const own = describe(arrayProto, names[i]);
      if (!own || own.value !== natives[i].value || !own.configurable) continue;
      define(arrayProto, names[i], { __proto__: null, configurable: true, enumerable: false, get: reads[i].get, set: reads[i].set });
    }
  });

  const disarm = guard(() => {
    if (!armed) return;
    armed = false;
    for (let i = 0; i < names.length; i++) {
      const own = describe(arrayProto, names[i]);
      if (!own || own.get !== reads[i].get) continue;
      define(arrayProto, names[i], { __proto__: null, configurable: true, enumerable: false, writable: true, value: natives[i].value });
    }
    for (let i = 0; i < traps.length; i++) {
      const own = describe(G, traps[i].name);
      if (own && own.set === traps[i].assign) delete G[traps[i].name];
    }
    traps.length = 0;
  });

  // trapAssignment calls adopt at the first assignment to a variable that does not
  // exist.
  function trapAssignment(layer) {
    if (describe(G, layer.name)) return;
    layer.assign = (v) => {
      disarm();
      reflectSet(G, layer.name, v, G);
      adopt(layer, v, 'assign', layer.assign);
    };
    if (define(G, layer.name, { __proto__: null, configurable: true, enumerable: true, get: () => undefined, set: layer.assign })) {
      put(traps, layer);
    }
  }

  // assignsFirst reports whether the first thing that a script does to a variable is to
  // assign it, not to inspect it. Reading it as a property of window as part of that is
  // allowed.
  function assignsFirst(text, name) {
    const at = indexOf(text, name);
    let bare = true, before = trimEnd(slice(text, 0, at)), after = trimStart(slice(text, at + name.length));
    if (before.length === at && at > 0 && indexOf(';{}(,\n.', text[at - 1]) < 0) return false;
    for (let i = 0; i < owners.length; i++) {
      if (!endsWith(before, owners[i])) continue;
      bare = false;
      before = trimEnd(slice(before, 0, before.length - owners[i].length));
    }
    if (bare && indexOf(text, 'use strict') >= 0) return false; // that would throw
    if (before !== '' && indexOf(';{}(,>', before[before.length - 1]) < 0) return false;
    if (after[0] !== '=' || after[1] === '=' || after[1] === '>') return false;
    after = trimStart(slice(after, 1));
    return indexOf(after, name) !== 0 && indexOf(after, 'typeof') !== 0 && indexOf(after, '(') !== 0;
  }

  const owners = ['window.', 'self.', 'globalThis.'];

  // lexical adopts the current value of a layer that was declared with let or const.
  const lexical = guard((name, value) => {
    const id = 'let ' + name;
    if (!isObject(value)) return;
    const known = layers[id];
    if (known) {
      adopt(known, value, 'assign');
      return;
    }
    layers[id] = newLayer(name);
    layers[id].lexical = true;
    emit('"is":"layer","what":"lexical",' + layers[id].label);
    adopt(layers[id], value, 'initial');
  });

  // noteUntaken reports the layers that have had no tag manager for a while.
  const noteUntaken = guard(() => {
    for (const name in layers) {
      const layer = layers[name];
      if (!layer.list || layer.told || now() - layer.since < untaken) continue;
      layer.told = true;
      if (!layer.taken && !layer.lexical && !layer.list.shared) emit('"is":"layer","what":"found",' + layer.label);
    }
  });

  // states returns the state of the hook on each layer.
  const maxStates = 50;
  const states = guard(() => {
    let text = '', n = 0;
    for (const name in layers) if ((!layers[name].optional || layers[name].list) && n++ < maxStates) text += (text && ',') + '{' + state(layers[name]) + '}';
    return text;
  });

  const state = (layer) =>
    layer.label + ',"hook":"' + (holdOn(layer.list) || 'none') +
    '","lexical":' + layer.lexical + ',"displaced":' + layer.displaced + ',"rested":' + layer.rested;

  const holdOn = guard((list) => {
    if (!list) return 'awaited';
    if (list.shared) return 'held';
    if (!isArray(list.value)) return list.layer.unwatchable ? 'object' : 'none';
    return list.proto && isMounted(list) ? 'held' : 'frozen';
  });

  // stepAside removes the hook from the page's layers; checkAll installs it again.
  function stepAside(onRequest) {
    idle = true;
    asked = !!onRequest;
    disarm();
    for (const name in layers) release(layers[name]);
  }

  const release = guard((layer) => {
    const { list } = layer;
    if (list && !list.shared && list.proto && prototypeOf(list.value) === list.proto) setPrototype(list.value, prototypeOf(list.below));
  });

  return {
    watch, lexical, isBusy: () => busy > 0, checkAll, look, settle, arm, states, noteUntaken, stepAside,
  };
})
