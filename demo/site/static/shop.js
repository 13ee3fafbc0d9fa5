// The shop: the cart, the colours, and the pushes about them in the form that GA4
// documents for ecommerce.
import { addLine, cartLines, emptyCart, showCart, showCount } from './cart.js';
import { keep, recall } from './memory.js';

const one = (selector) => document.querySelector(selector);
const items = JSON.parse(one('#items')?.textContent ?? '[]');

export function startShop() {
  showCount();
  window.addEventListener('pageshow', showCount); // it may come back from the browser's cache
  ({ category: listPage, product: productPage, cart: cartPage, checkout: checkoutPage, thanks: thanksPage })[
    document.body.dataset.page
  ]?.();
}

function pushEcommerce(event, ecommerce) {
  window.dataLayer.push({ ecommerce: null }); // so that nothing of the last one stays
  window.dataLayer.push({ event, ecommerce });
}

function pushCart(event, more = {}) {
  const lines = cartLines(items);
  if (lines.length === 0) return;
  pushEcommerce(event, { currency: 'EUR', value: total(lines), ...more, items: lines.map(itemOf) });
}

function total(lines) {
  return lines.reduce((sum, line) => sum + line.price * line.quantity, 0);
}

function itemOf({ slug, name, category, price, colour, quantity = 1 }) {
  return { item_id: slug, item_name: name, item_category: category, item_variant: colour, price, quantity };
}

function listPage() {
  const name = one('[data-list]').dataset.list;
  pushEcommerce('view_item_list', { item_list_name: name, items: items.map(itemOf) });
}

function productPage() {
  const section = one('[data-product]');
  const product = items.find((item) => item.slug === section.dataset.product);
  const view = () => pushEcommerce('view_item', { currency: 'EUR', value: product.price, items: [itemOf(product)] });

  const show = (name) => {
    const swatches = [...document.querySelectorAll('[data-colour]')];
    const chosen = swatches.find((swatch) => swatch.dataset.colour === name) ?? swatches[0];
    swatches.forEach((swatch) => swatch.setAttribute('aria-pressed', swatch === chosen));
    section.style.setProperty('--tint', chosen.dataset.hex);
    one('[data-colour-name]').textContent = product.colour = chosen.dataset.colour;
  };
  const shown = () => new URLSearchParams(location.search).get('colour');

  section.addEventListener('click', ({ target }) => {
    const { colour } = target.dataset;
    if (!colour || colour === product.colour) return;
    const from = location.href;
    history.pushState(null, '', '?colour=' + encodeURIComponent(colour));
    window.dataLayer.push({
      event: 'gtm.historyChange-v2',
      'gtm.historyChangeSource': 'pushState',
      'gtm.oldUrl': from,
      'gtm.newUrl': location.href,
    });
    show(colour);
    view();
  });
  window.addEventListener('popstate', () => show(shown()));
  one('[data-add-to-cart]').addEventListener('click', ({ target }) => {
    addLine(product);
    pushEcommerce('add_to_cart', { currency: 'EUR', value: product.price, items: [itemOf(product)] });
    target.textContent = 'It is in your cart';
    setTimeout(() => (target.textContent = 'Add to cart'), 2000);
  });

  show(shown());
  view();
}

function cartPage() {
  showCart(items);
  pushCart('view_cart');
}

function checkoutPage() {
  showCart(items);
  pushCart('begin_checkout');
}

function thanksPage() {
  const orders = recall('orders', 0) + 1;
  keep('orders', orders);
  pushCart('purchase', { transaction_id: 'N-' + Date.now().toString(36) + '-' + orders });
  emptyCart();
}
