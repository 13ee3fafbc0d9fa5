// Makes random values of every kind, and their representation in the encoding of
// session files. It was written from the format's description, independently of the
// hook: it builds the text while it builds the value, which it never reads.
//
// values(seed) returns a function that returns the next value and its text. frame is a
// window of the same site.
(frame) => {
  'use strict';
  const quote = JSON.stringify;
  const strings = ['', 'x', 'undefined', '"', '\\', '\\ud', '\n\u0001\u007f', '\u2028', '\u00e9', '\ud83d\ude00', '\ud800', 'a\udfffb', '[0,1]', '{"$":"hole"}', 'y'.repeat(5000)];
  const keys = ['a', 'b', 'c', 'event', '$', '$$', 'value', '__proto__', 'constructor', 'hasOwnProperty', 'toString', 'toJSON', 'length', 'then', '', '0', '1', '10', '4294967295', '-1', 'a b', '"', '\\', '\u2028', '\ud800', '\ud83d\ude00', 'k'.repeat(300)];
  const numbers = [0, -1, 0.1, 1e21, 1e-7, 5e-324, 2 ** 53, 1.7976931348623157e308];

  class Cart { constructor() { this.total = 7; } get computed() { return 1; } }
  class Basket extends Cart { constructor() { super(); this.$ = 1; } }

  // tag returns an object with a tag, and with pairs of a key and a text.
  const tag = (name, ...pairs) => {
    let text = '{"$":' + quote(name);
    for (let i = 0; i < pairs.length; i += 2) text += ',' + quote(pairs[i]) + ':' + pairs[i + 1];
    return text + '}';
  };
  const number = (name) => tag('number', 'value', quote(name));
  const plain = (names, texts) => {
    const text = '{' + names.map((name) => quote(name) + ':' + texts.get(name)).join() + '}';
    return names.includes('$') ? tag('object', 'value', text) : text;
  };
  const step = (key) => (typeof key === 'number' ? '[' + key + ']' : /^[A-Za-z_$][\w$]*$/.test(key) ? '.' + key : '[' + quote(key) + ']');
  const own = (object, key, value) => Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  const failing = (object, key, what) => Object.defineProperty(object, key, { get() { throw what; }, configurable: true, enumerable: true });

  return (seed) => {
    let state = seed * 2654435761 >>> 0 || 1;
    const chance = () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) / 4294967296;
    };
    const upTo = (n) => Math.floor(chance() * n);
    const one = (list) => list[upTo(list.length)];

    let around, path, shared; // of the value that is being made

    const scalars = [
      () => [undefined, tag('undefined')],
      () => [null, 'null'],
      () => { const b = chance() < 0.5; return [b, quote(b)]; },
      () => { const n = one(numbers); return [n, quote(n)]; },
      () => one([[NaN, number('NaN')], [Infinity, number('Infinity')], [-Infinity, number('-Infinity')], [-0, number('-0')]]),
      () => { const n = BigInt(upTo(1e15)) ** 3n; return [n, tag('bigint', 'value', quote(String(n)))]; },
      () => { const s = one(strings).slice(0, 300); return [Symbol(s), tag('symbol', 'value', quote(s))]; },
      () => [function cb() {}, tag('function', 'name', '"cb"')],
      () => { const s = one(strings); return [s, quote(s)]; },
      () => { const s = one(strings); return [s, quote(s)]; },
    ];

    // inside makes the part of a value that is at a key of object.
    const inside = (object, key, deep) => {
      around.push(object);
      path.push(step(key));
      const made = any(deep);
      around.pop();
      path.pop();
      return made;
    };

    const object = (deep, names) => {
      const o = chance() < 0.1 ? Object.create(null) : {}, texts = new Map();
      for (const name of names) {
        if (texts.has(name)) continue;
        const way = chance();
        if (way < 0.06) {
          failing(o, name, one([new Error('no'), 'no']));
          texts.set(name, tag('threw', 'message', '"no"'));
          continue;
        }
        const [value, text] = inside(o, name, deep - 1);
        texts.set(name, text);
        let reads = 0; // a getter must be read once only; the second result is wrong
        if (way < 0.12) Object.defineProperty(o, name, { get: () => (++reads > 1 ? 'again' : value), enumerable: true });
        else own(o, name, value);
        if (way < 0.12) shared = null;
      }
      Object.defineProperty(o, 'hidden', { value: 1, enumerable: false });
      o[Symbol('s')] = 1;
      return [chance() < 0.1 ? Object.freeze(o) : o, plain(Object.keys(o), texts)];
    };

    const list = (deep, n, item) => {
      const a = [], texts = [];
      for (let i = 0; i < n; i++) {
        const way = chance();
        if (way < 0.06) {
          a.length = i + 1;
          texts.push(tag('hole'));
        } else if (way < 0.1) {
          failing(a, i, new Error('no'));
          texts.push(tag('threw', 'message', '"no"'));
        } else {
          around.push(a);
          path.push(step(i));
          const [value, text] = item(deep - 1);
          around.pop();
          path.pop();
          a[i] = value;
          texts.push(text);
        }
      }
      return [a, '[' + texts.join() + ']'];
    };

    const someKeys = () => Array.from({ length: upTo(chance() < 0.1 ? 40 : 6) }, () => (chance() < 0.7 ? one(keys) : 'k' + upTo(1000)));

    const builtins = [
      () => [new Date(0), tag('date', 'value', '"1970-01-01T00:00:00.000Z"')],
      () => [/a"\//gi, tag('regexp', 'value', quote('/a"\\//gi'))],
      () => [new RangeError('m\ud800'), tag('error', 'name', '"RangeError"', 'message', quote('m\ud800'))],
      () => [window, tag('window')],
      () => [frame, tag('window')],
      () => [document, tag('element', 'value', '"#document"')],
      () => [new Cart(), tag('instance', 'class', '"Cart"', 'value', '{"total":7}')],
      () => [new Basket(), tag('instance', 'class', '"Basket"', 'value', tag('object', 'value', '{"total":7,"$":1}'))],
      () => [new Float64Array([0.5, -0]), tag('instance', 'class', '"Float64Array"', 'value', '{"0":0.5,"1":' + number('-0') + '}')],
      () => [Object('s'), tag('instance', 'class', '"String"', 'value', '{"value":"s"}')],
      () => [(function () { return arguments; })(1, undefined), '[1,' + tag('undefined') + ']'],
      () => [frame.eval('({a: [1, {$: undefined}]})'), '{"a":[1,' + tag('object', 'value', '{"$":' + tag('undefined') + '}') + ']}'],
      () => [frame.eval('new Map([[1, new Date(0)]])'), tag('map', 'entries', '[[1,' + tag('date', 'value', '"1970-01-01T00:00:00.000Z"') + ']]')],
      () => [{ a: 1, toJSON() { throw new Error('toJSON was called'); } }, '{"a":1,"toJSON":' + tag('function', 'name', '"toJSON"') + '}'],
      () => [new Proxy({ a: 1, b: [2] }, {}), '{"a":1,"b":[2]}'],
      () => [new Proxy([1, 2, 3], { __proto__: null, get: (l, k) => { if (k === '1') throw new Error('no'); return l[k]; } }), '[1,' + tag('threw', 'message', '"no"') + ',3]'],
      () => [new Proxy({ a: 1, b: 2, c: 3 }, { __proto__: null, get: (o, k) => { if (k === 'b') throw new Error('no'); return o[k]; } }), '{"a":1,"b":' + tag('threw', 'message', '"no"') + ',"c":3}'],
    ];

    const collections = (deep) => {
      const map = new Map(), set = new Set(), entries = [], values = [];
      const many = upTo(4);
      if (chance() < 0.5) {
        for (let i = 0; i < many; i++) {
          const [value, text] = inside(map, i, deep - 1);
          map.set('k' + i, value);
          entries.push('["k' + i + '",' + text + ']');
        }
        return [map, tag('map', 'entries', '[' + entries.join() + ']')];
      }
      for (let i = 0; i < many; i++) {
        const [value, text] = inside(set, values.length, deep - 1);
        if (set.has(value)) continue;
        set.add(value);
        values.push(Object.is(value, -0) ? '0' : text);
      }
      return [set, tag('set', 'values', '[' + values.join() + ']')];
    };

    function any(deep) {
      const kind = chance();
      if (deep <= 0 || kind < 0.35) return one(scalars)();
      if (kind < 0.4 && around.length > 0) {
        const i = upTo(around.length);
        return [around[i], tag('cycle', 'path', quote('$' + path.slice(0, i).join('')))];
      }
      if (kind < 0.43 && shared && shared.length > 0) return one(shared);
      const made = composite(kind, deep);
      if (shared && !made[1].includes('"cycle"')) shared.push(made);
      return made;
    }

    function composite(kind, deep) {
      if (kind < 0.66) return object(deep, someKeys());
      if (kind < 0.76) return list(deep, upTo(chance() < 0.1 ? 40 : 5), any);
      if (kind < 0.86) {
        const names = someKeys();
        return list(deep, 6, (left) => object(left, one([names, names, names.slice(1), names.slice().reverse()])));
      }
      return kind < 0.92 ? collections(deep) : one(builtins)();
    }

    return () => {
      around = [];
      path = [];
      shared = [];
      return any(1 + upTo(5));
    };
  };
}
