// Sets the value of a field that can't be typed into. It returns "typed" for one that
// can, after focusing it and selecting its text, and otherwise "done" or an error
// message.
function (value, guess) {
  const told = (...names) => names.forEach((name) => this.dispatchEvent(new Event(name, { bubbles: true })));
  if (this instanceof HTMLSelectElement) {
    const options = [...this.options];
    const chosen = options.find((o) => o.value === value) || options.find((o) => o.text === value) || (guess && (options[1] || options[0]));
    if (!chosen) return 'no option of the list has the value ' + JSON.stringify(value);
    this.focus();
    this.value = chosen.value;
    told('input', 'change');
    return 'done';
  }
  const typed = ['text', 'search', 'url', 'tel', 'email', 'password', 'number'];
  if (this instanceof HTMLInputElement && !typed.includes(this.type)) {
    if (this.type === 'checkbox' || this.type === 'radio') return 'done'; // the preceding click has set it
    if (this.type === 'file') return 'files cannot be chosen';
    this.focus();
    this.value = value;
    told('input', 'change');
    return 'done';
  }
  this.focus();
  if (this instanceof HTMLInputElement || this instanceof HTMLTextAreaElement) {
    this.select();
  } else if (this.isContentEditable) {
    getSelection().selectAllChildren(this);
  } else {
    return 'it is not a field';
  }
  if (guess && this.type === 'email') return 'email';
  if (guess && this.type === 'number') return 'number';
  return 'typed';
}
