// The tour: what its visitor does, in order. Between two steps the visitor waits
// until the chat's agents have nothing left to do.

const click = (on, says) => ({ on, says });
const leave = (on, says) => ({ on, says, leaves: true }); // a click that leads to another page
const write = (text, says) => ({ on: '[data-text]', text, says });
const submit = click('[data-form] button', 'sends it');
const link = (name) => `[data-link="${name}"]`;

export const steps = [
  click('.chat-bubble', 'opens the chat'),
  click(link('instagram'), 'clicks Instagram'),
  click(link('facebook'), 'clicks Facebook'),
  click(link('whatsapp'), 'clicks WhatsApp'),
  click('[data-do="close"]', 'closes the chat'),
  leave('.menu a[href="/category/lighting"]', 'looks at the lamps'),

  leave('.card[href="/product/alba"]', 'chooses the Alba'),

  click('[data-colour="Forest"]', 'tries another colour'),
  click('[data-add-to-cart]', 'puts it into the cart'),
  click('[data-ask]', 'asks about the lamp'),
  click(link('chat'), 'clicks Chat'),
  click('.chat-view[data-for="intro"] [data-do="start"]', 'starts a conversation'),
  click('[data-do="decline"]', 'does not agree'),
  click('[data-do="reconsider"]', 'has second thoughts'),
  click('[data-do="accept"]', 'agrees'),
  write('When would the lamp arrive?', 'writes to the AI agent'),
  submit,
  leave('.cart-link', 'goes to the cart, the chat stays open'),

  write('Could you wrap it as a present?', 'writes again'),
  submit,
  click('[data-do="human"]', 'asks for a person'),
  write('A dark green ribbon would be lovely.', 'answers the person'),
  submit,
  click('.from-human [data-rate="up"]', 'rates the person'),
  click('.from-ai [data-rate="down"]', 'rates the AI agent'),
  click('[data-do="menu"]', 'opens the menu'),
  click('[data-do="archive"]', 'archives the conversation'),
  click('.chat-over [data-do="delete"]', 'deletes it'),
  click(link('email'), 'clicks E-mail'),
  click(link('phone'), 'clicks Phone'),
  leave(link('custom_link'), 'clicks Delivery and returns, and leaves'),

  leave('.cart-link', 'goes back to the cart'),

  leave('[data-cart-sum] a', 'checks out'),

  leave('[data-order]', 'places the order'),
];
