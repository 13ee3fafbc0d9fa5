// A conversation: who said what, and what the agents do next. It is kept in the tab
// after every step, so that it continues on the next page.
import { keep, recall } from '../memory.js';
import { emit } from './emit.js';
import { aiAgain, aiAgent, answer, human, humanAgent } from './words.js';

let talk = null;
let changed = () => {};
let tempo = 1;

// resumeConversation continues the conversation that the tab remembers, if any.
// From then on it calls back after every step. tempo is the part of their usual
// time that the agents take.
export function resumeConversation(callback, agentsTempo) {
  talk = recall('conversation', null);
  changed = callback;
  tempo = agentsTempo;
  work();
}

export const conversation = () => talk;
export const busy = () => Boolean(talk?.plan.length);

// startConversation starts a new conversation. The visitor has said nothing yet.
export function startConversation() {
  talk = { id: newID(), total: 0, agent: 'ai', archived: false, messages: [], plan: [], typing: '' };
  tell('widget_start_conversation_clicked');
  save();
}

export function send(text) {
  if (talk.total === 0) emit('widget_conversation_started');
  say('visitor', text);
  tell('widget_message_sent');
  const leaving = talk.plan.some((step) => step.does === 'leave');
  if (talk.agent === 'ai') plan({ does: 'answer', text: answer(text) });
  else if (leaving) save();
  else plan({ does: 'write', text: human.goodbye }, { does: 'leave' }, { does: 'handOver' }, { does: 'answer', text: aiAgain });
}

export function askForHuman() {
  talk.agent = 'nobody';
  note('You asked for a person');
  tell('widget_handoff_requested');
  plan({ does: 'join' }, { does: 'write', text: human.hello });
}

export function rate(index, verdict) {
  const message = talk.messages[index];
  message.rated = verdict;
  emit('widget_feedback_submitted', {
    widget_conversation_id: talk.id,
    agent_name: message.from === 'human' ? humanAgent : aiAgent,
  });
  save();
}

export function archive() {
  talk.archived = true;
  talk.plan = [];
  tell('widget_conversation_archived');
  save();
}

export function remove() {
  tell('widget_conversation_deleted');
  talk = null;
  save();
}

// What an agent can do, and how long it takes in milliseconds. Some show that they
// type meanwhile.
const deeds = {
  answer: {
    takes: 1300,
    typing: 'ai',
    end({ text }) {
      say('ai', text);
      tell('widget_agent_message_sent');
    },
  },
  join: {
    takes: 1500,
    end() {
      talk.agent = 'human';
      note(humanAgent + ' has joined');
      tell('widget_user_joined');
    },
  },
  write: {
    takes: 1900,
    typing: 'human',
    begin: () => tell('widget_user_typing'),
    end({ text }) {
      say('human', text);
      tell('widget_message_user_sent');
    },
  },
  leave: {
    takes: 1000,
    end() {
      talk.agent = 'nobody';
      note(humanAgent + ' has left');
      tell('widget_user_left');
    },
  },
  handOver: {
    takes: 500,
    end() {
      talk.agent = 'ai';
      tell('widget_handover_agent');
    },
  },
};

function plan(...steps) {
  const idle = !busy();
  talk.plan.push(...steps);
  save();
  if (idle) work();
}

// work does the next step of the plan, and then the one after it.
function work() {
  if (!busy()) return;
  const mine = talk;
  const step = talk.plan[0];
  const deed = deeds[step.does];
  deed.begin?.();
  talk.typing = deed.typing ?? '';
  save();
  setTimeout(() => {
    if (talk !== mine || !busy()) return; // it was deleted or archived meanwhile
    talk.typing = '';
    deed.end(step);
    talk.plan.shift();
    save();
    work();
  }, deed.takes * tempo);
}

function say(from, text) {
  talk.total += 1;
  talk.messages.push({ from, text });
}

function note(text) {
  talk.messages.push({ from: 'note', text });
}

function tell(event) {
  emit(event, { widget_conversation_id: talk.id, total_messages: talk.total });
}

function save() {
  keep('conversation', talk);
  changed();
}

function newID() {
  return 'c-' + crypto.randomUUID().slice(0, 13);
}
