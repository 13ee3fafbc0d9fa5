// The widget on the page: the bubble, the panel, what can be clicked in it.
import { keep, recall } from '../memory.js';
import { archive, askForHuman, busy, conversation, rate, remove, resumeConversation, send, startConversation } from './conversation.js';
import { emit } from './emit.js';
import { humanAgent, questions } from './words.js';

const root = document.querySelector('#chat');
const one = (selector) => root.querySelector(selector);
const panel = one('#chat-panel');

// What the tab remembers of the widget: whether it is open, what it shows, and
// whether the visitor agreed that the conversation is kept.
let state = { open: false, view: 'home', agreed: false };

// startChat shows the widget as the tab remembers it, also on a page that comes back
// with the browser's back button. The conversation went on elsewhere meanwhile.
export function startChat(agentsTempo) {
  const remember = () => {
    state = recall('chat', state);
    resumeConversation(draw, agentsTempo);
    draw();
  };
  remember();
  window.addEventListener('pageshow', ({ persisted }) => persisted && remember());
  root.addEventListener('click', clicked);
  one('[data-form]').addEventListener('submit', submitted);
  document.addEventListener('keydown', ({ key }) => key === 'Escape' && state.open && close());
  document.querySelector('[data-ask]')?.addEventListener('click', open);
  window.addEventListener('load', () => emit('widget_loaded', { widget_id: 'nordlys-demo' }));
}

// What a click on an element with data-do does.
const actions = {
  toggle: () => (state.open ? close() : open()),
  close,
  menu: () => showMenu(one('[data-menu]').hidden),
  home: () => show('home'),
  resume: () => show('talk'),
  start() {
    startConversation();
    show(state.agreed ? 'talk' : 'consent');
  },
  accept() {
    state.agreed = true;
    emit('widget_gdpr_accepted');
    show('talk');
  },
  decline() {
    emit('widget_gdpr_declined');
    show('declined');
  },
  reconsider: () => show('consent'),
  human: askForHuman,
  archive,
  delete() {
    remove();
    show('home');
  },
};

function clicked(click) {
  const { target } = click;
  const link = target.closest('[data-link]');
  if (link) return follow(link, click);
  const question = target.closest('[data-question]');
  if (question) return send(question.textContent);
  const thumb = target.closest('[data-rate]');
  if (thumb) return rate(Number(thumb.closest('li').dataset.index), thumb.dataset.rate);
  const does = target.closest('[data-do]')?.dataset.do;
  if (does !== 'menu') showMenu(false);
  actions[does]?.();
}

function submitted(submit) {
  submit.preventDefault();
  const text = one('[data-text]').value.trim();
  if (!text) return;
  one('[data-text]').value = '';
  send(text);
}

function open() {
  if (state.open) return;
  state.open = true;
  emit('widget_opened');
  draw();
}

function close() {
  state.open = false;
  emit('widget_closed');
  draw();
}

function show(view) {
  state.view = view;
  draw();
}

function showMenu(shown) {
  one('[data-menu]').hidden = !shown;
  one('[data-do="menu"]').setAttribute('aria-expanded', shown);
}

// follow reports a click on a sitelink, push first. A link out of the shop leads
// nowhere: the demo stays on this machine.
function follow(link, click) {
  emit(`widget_${link.dataset.link}_clicked`, {
    link_url: link.href,
    link_type: link.dataset.link,
    link_text: link.textContent.trim(),
  });
  if (link.dataset.link === 'chat') {
    click.preventDefault();
    show(conversation() && state.agreed ? 'talk' : 'intro');
  } else if (link.origin !== location.origin) {
    click.preventDefault();
    toast(`The demo stays offline. This leads to ${link.href}`);
  } else {
    window.addEventListener('pagehide', () => state.open && close(), { once: true });
  }
}

function toast(text) {
  const box = one('[data-toast]');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => (box.hidden = true), 2600);
}

function draw() {
  keep('chat', state);
  const talk = conversation();
  panel.hidden = !state.open;
  one('.chat-bubble').setAttribute('aria-expanded', state.open);
  const view = state.view === 'talk' && !talk ? 'home' : state.view;
  Object.assign(root.dataset, { view, agent: talk?.agent ?? 'ai', busy: busy() });
  const inHuman = view === 'talk' && talk.agent === 'human';
  one('[data-who]').textContent = inHuman ? humanAgent : view === 'talk' ? 'AI agent' : 'Nordlys';
  one('[data-status]').textContent = inHuman ? 'From the workshop' : 'Answers at once';
  const running = Boolean(talk && state.agreed);
  one('[data-do="resume"]').hidden = !running;
  one('.chat-view[data-for="home"] [data-do="start"]').hidden = running;
  if (talk) drawTalk(talk);
}

function drawTalk(talk) {
  const spoken = talk.messages.map(drawMessage);
  if (talk.typing) spoken.push(drawTyping(talk.typing));
  const log = one('[data-log]');
  log.replaceChildren(...spoken);
  log.scrollTop = log.scrollHeight;
  one('[data-last]').textContent = talk.messages.at(-1)?.text ?? 'You have not said anything yet';
  one('[data-over]').hidden = !talk.archived;
  one('[data-form]').hidden = one('[data-do="archive"]').disabled = talk.archived;
  one('[data-asides]').replaceChildren(...asides(talk));
}

function drawMessage({ from, text, rated }, index) {
  const item = one('#chat-message').content.firstElementChild.cloneNode(true);
  item.className = 'from-' + from;
  item.dataset.index = index;
  item.querySelector('p').textContent = text;
  const rateable = from === 'ai' || from === 'human';
  if (!rateable) item.querySelector('.chat-rate').remove();
  item.querySelector(`[data-rate="${rated}"]`)?.setAttribute('aria-pressed', true);
  item.querySelectorAll('[data-rate]').forEach((thumb) => (thumb.disabled = Boolean(rated)));
  return item;
}

function drawTyping(who) {
  const item = document.createElement('li');
  item.className = `from-${who} typing`;
  item.innerHTML = '<p aria-label="Typing"><i></i><i></i><i></i></p>';
  return item;
}

// asides are what can be clicked in place of typing.
function asides(talk) {
  if (talk.archived || talk.agent !== 'ai' || busy()) return [];
  const chip = (text, data) => Object.assign(document.createElement('button'), { type: 'button', className: 'chat-chip', textContent: text, ...data });
  const chips = questions.slice(0, talk.total ? 1 : 3).map((text) => chip(text));
  chips.forEach((button) => (button.dataset.question = ''));
  if (talk.total) {
    const ask = chip('Talk to a person');
    ask.dataset.do = 'human';
    chips.unshift(ask);
  }
  return chips;
}
