// Returns the page's URL and a value, as a line each; the value in the form of a session
// file. It throws a TypeError for a value that can't be kept.
(read, limit) => {
  const refuse = (why) => { throw new TypeError('its value ' + why); };
  function checked(key) {
    const v = this[key];
    switch (typeof v) {
      case 'number':
        if (!Number.isFinite(v) || Object.is(v, -0)) refuse('has a number that JSON lacks');
        break;
      case 'string': case 'boolean':
        break;
      case 'object': {
        if (v === null || Array.isArray(v)) break;
        const proto = Object.getPrototypeOf(v);
        if (proto !== null && Object.getPrototypeOf(proto) !== null) refuse('has an object that is not plain data');
        if (Object.keys(v)[0] === '$') refuse('has a key $');
        break;
      }
      default:
        refuse('has a member that is ' + typeof v);
    }
    return v;
  }
  const value = read();
  let text;
  if (value === undefined) text = '{"$":"undefined"}';
  else if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))) {
    text = '{"$":"number","value":"' + (Object.is(value, -0) ? '-0' : value) + '"}';
  } else if (typeof value === 'function') refuse('is a function');
  else text = JSON.stringify(value, checked);
  if (text.length > limit) refuse('is too large');
  return location.href + '\n' + text;
}
