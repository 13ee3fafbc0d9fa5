// The tour's pointer. It moves by a timer's clock and not by that of animations,
// which don't run in a window that nobody sees.
import { keep, recall } from '../memory.js';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
let pointer;

// showPointer puts the pointer where it was on the page before.
export function showPointer() {
  pointer = document.createElement('div');
  pointer.className = 'pointer';
  pointer.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 3v16l4.4-4 2.800 6.200 3.100-1.400-2.800-6.100H18.500z"/></svg>';
  document.body.append(pointer);
  place(recall('pointer', { x: innerWidth * 0.6, y: innerHeight * 0.5 }));
}

export function removePointer() {
  pointer?.remove();
}

// movePointer takes the pointer to the middle of an element within so many
// milliseconds.
export async function movePointer(target, ms) {
  const box = target.getBoundingClientRect();
  const spot = { x: box.x + Math.min(box.width / 2, 90), y: box.y + box.height / 2 };
  pointer.style.transitionDuration = `${ms}ms`;
  place(spot);
  keep('pointer', spot);
  await sleep(ms);
}

// pressPointer shows a click.
export function pressPointer() {
  pointer.classList.remove('pressed');
  void pointer.offsetWidth; // so that the animation restarts
  pointer.classList.add('pressed');
}

function place({ x, y }) {
  pointer.style.transform = `translate(${x}px, ${y}px)`;
}
