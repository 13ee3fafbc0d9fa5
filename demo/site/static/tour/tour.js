// The tour: an autopilot that plays a visitor. It moves a pointer that can be seen
// and clicks what a person would click. /?auto starts it; &pace=fast hurries, and &fixed plays
// it without the faults.
import { forget, keep, recall } from '../memory.js';
import { movePointer, pressPointer, removePointer, showPointer } from './pointer.js';
import { steps } from './steps.js';

// In milliseconds, but for agents: the part of their usual time that agents take.
const paces = {
  calm: { move: 620, pause: 600, key: 45, agents: 1 },
  fast: { move: 0, pause: 10, key: 0, agents: 0.02 },
};

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const pace = () => paces[recall('tour', null)?.pace] ?? paces.calm;

export const tempo = () => (recall('tour', null) ? pace().agents : 1);

// prepareTour forgets what the tab remembers where a tour is about to begin.
export function prepareTour() {
  const asked = new URLSearchParams(location.search);
  if (document.body.dataset.page === 'home' && asked.has('auto')) {
    forget('cart', 'chat', 'conversation', 'orders');
    keep('tour', { step: 0, pace: asked.get('pace') });
    if (asked.has('fixed')) keep('faults', false);
  }
  document
    .querySelectorAll('[data-tour-start]')
    .forEach((button) => button.addEventListener('click', () => location.assign('/?auto')));
}

// playTour continues the tour, if there is one, when the page has loaded.
export function playTour() {
  if (!recall('tour', null)) return;
  showPointer();
  window.addEventListener('load', async () => {
    await sleep(pace().pause); // widget_loaded comes first
    await play();
  });
}

async function play() {
  for (let tour = recall('tour', null); tour; tour = recall('tour', null)) {
    const step = steps[tour.step];
    if (!step) return finish();
    keep('tour', { ...tour, step: tour.step + 1 });
    caption(`The visitor ${step.says}`, tour.step);
    await take(step);
    if (step.leaves) return;
    await sleep(pace().pause);
  }
}

async function take(step) {
  const target = await ready(step.on);
  target.scrollIntoView({ block: 'nearest' });
  await movePointer(target, pace().move);
  if (step.text) return type(target, step.text);
  pressPointer();
  target.click();
}

// ready waits until an element can be clicked and no agent is at work.
async function ready(selector) {
  for (;;) {
    const idle = document.querySelector('#chat').dataset.busy === 'false';
    const target = [...document.querySelectorAll(selector)].find((found) => found.checkVisibility() && !found.disabled);
    if (idle && target) return target;
    await sleep(10);
  }
}

async function type(field, text) {
  field.focus({ preventScroll: true });
  for (const letter of pace().key ? text : [text]) {
    field.value += letter;
    await sleep(pace().key);
  }
}

function finish() {
  forget('tour');
  removePointer();
  caption('The tour is over', steps.length);
  document.querySelector('.tour').dataset.over = '';
  window.dataLayer.push({ event: 'tour_finished' });
}

function caption(text, done) {
  const bar = document.querySelector('.tour') ?? document.body.appendChild(newCaption());
  bar.querySelector('p').textContent = text;
  bar.style.setProperty('--done', done / steps.length);
}

function newCaption() {
  const bar = document.createElement('aside');
  bar.className = 'tour';
  bar.setAttribute('aria-live', 'polite');
  bar.innerHTML = '<p></p><button type="button">Stop</button>';
  bar.querySelector('button').addEventListener('click', () => {
    forget('tour');
    removePointer();
    bar.remove();
  });
  return bar;
}
