// What a visitor's tab remembers from page to page.

export function recall(key, fallback) {
  return JSON.parse(sessionStorage.getItem(key)) ?? fallback;
}

export function keep(key, value) {
  sessionStorage.setItem(key, JSON.stringify(value));
}

export function forget(...keys) {
  keys.forEach((key) => sessionStorage.removeItem(key));
}
