// It makes a message by hand: it pushes into a data layer as the page would.
(layer, message) => {
  if (typeof message !== 'object' || message === null) throw new TypeError('a message is an object, such as {event: "test"}');
  const target = window[layer];
  if (typeof target?.push !== 'function') throw new TypeError(`the page has no data layer ${layer}`);
  target.push(message);
}
