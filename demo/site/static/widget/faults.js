// The widget's faults. The widget itself is right; what goes wrong goes wrong here,
// between it and the data layer. demo/faults.yaml describes each fault.
import { keep, recall } from '../memory.js';

const onProductPage = () => document.body.dataset.page === 'product';

// By the event that it spoils: what is pushed in place of the message.
const faults = {
  widget_whatsapp_clicked: ({ link_text, ...rest }) => [rest],
  widget_opened: (message) => [onProductPage() ? { ...message, event: 'widget_opend' } : message],
  widget_start_conversation_clicked: (message) => [{ ...message, widget_conversation_id: 'undefined' }],
  widget_handoff_requested: ({ event, widget_platform, widget_conversation_id, ...rest }) => [
    { event, widget_platform, widet_conversation_id: widget_conversation_id, ...rest },
  ],
  widget_user_left: (message) => [{ ...message, total_messages: String(message.total_messages) }],
  widget_feedback_submitted: (message) => [message.agent_name === 'AI agent' ? { ...message, agent_name: '' } : message],
  widget_phone_clicked: (message) => [message, { ...message }],
};

// spoil returns what is pushed for a message of the widget.
export function spoil(message) {
  const fault = faults[message.event];
  return fault && recall('faults', true) ? fault(message) : [message];
}

// startFaultSwitch brings the switch on the page about the demo to life.
export function startFaultSwitch() {
  const button = document.querySelector('[data-faults]');
  if (!button) return;
  const note = document.querySelector('[data-faults-note]');
  const show = () => {
    const faulty = recall('faults', true);
    button.textContent = faulty ? 'Fix the widget' : 'Bring the faults back';
    note.textContent = faulty
      ? 'The widget has its faults. Fix it and play the tour again: nothing is found then.'
      : 'The widget is fixed in this tab: every event is pushed as documented.';
  };
  button.addEventListener('click', () => {
    keep('faults', !recall('faults', true));
    show();
  });
  show();
}
