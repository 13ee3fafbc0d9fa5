// The cart: how many of what, kept in the tab.
import { forget, keep, recall } from './memory.js';

const one = (selector, root = document) => root.querySelector(selector);
const euros = (amount) => '€ ' + amount;

// cartLines returns the products in the cart, each with its colour and quantity.
export function cartLines(items) {
  return recall('cart', [])
    .map((line) => ({ ...items.find((item) => item.slug === line.slug), ...line }))
    .filter((line) => line.name);
}

export function addLine({ slug, colour }) {
  const lines = recall('cart', []);
  const same = lines.find((line) => line.slug === slug && line.colour === colour);
  if (same) same.quantity += 1;
  else lines.push({ slug, colour, quantity: 1 });
  keep('cart', lines);
  showCount();
}

export function emptyCart() {
  forget('cart');
  showCount();
}

export function showCount() {
  const count = recall('cart', []).reduce((sum, line) => sum + line.quantity, 0);
  const badge = one('[data-cart-count]');
  badge.textContent = count;
  badge.hidden = count === 0;
}

// showCart fills in whatever the page shows of the cart: its lines, its sums.
export function showCart(items) {
  const lines = cartLines(items);
  const sum = lines.reduce((all, line) => all + line.price * line.quantity, 0);
  const delivery = sum === 0 || sum >= 100 ? 0 : 9;
  const fill = (selector, text) => one(selector) && (one(selector).textContent = text);
  fill('[data-subtotal]', euros(sum));
  fill('[data-delivery]', delivery ? euros(delivery) : 'free');
  fill('[data-total]', euros(sum + delivery));

  const list = one('[data-cart-lines]');
  if (!list) return;
  one('[data-cart-sum]').hidden = lines.length === 0;
  one('[data-cart-empty]').hidden = lines.length > 0;
  list.replaceChildren(...lines.map((line, index) => lineOf(line, () => removeLine(index, items))));
}

function removeLine(index, items) {
  keep('cart', recall('cart', []).toSpliced(index, 1));
  showCount();
  showCart(items);
}

function lineOf(line, remove) {
  const row = one('#cart-line').content.cloneNode(true);
  const art = one(`[data-art="${line.slug}"]`);
  const picture = one('.picture', row);
  picture.append(art.firstElementChild.cloneNode(true));
  picture.style.setProperty('--tint', new RegExp(line.colour + '=(\\S+)').exec(art.dataset.colours)?.[1]);
  one('.card-name', row).textContent = line.name;
  one('.card-line', row).textContent = `${line.colour} · ${line.quantity}`;
  one('.price', row).textContent = euros(line.price * line.quantity);
  one('button', row).addEventListener('click', remove);
  return row;
}
