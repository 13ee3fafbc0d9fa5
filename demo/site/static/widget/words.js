// What the agents say.

export const aiAgent = 'AI agent';
export const humanAgent = 'Maja';

export const questions = ['When would it arrive?', 'Which bulb does it need?', 'May I send it back?'];

const answers = [
  [/arriv|deliver|ship|when/i, 'In three working days. Above € 100 delivery is free, and we tell you the hour in the morning.'],
  [/bulb|dim|light|watt/i, 'The page of each lamp says it. Most take an E27, the Alba an E14, and all of them can be dimmed.'],
  [/back|return|refund/i, 'Yes, for sixty days, used or not. What is heavier than ten kilos we fetch at your door.'],
  [/colour|color|fabric/i, 'Choose a colour on the product page to see it there. We send samples of fabric for free.'],
  [/hello|hi\b|hey/i, 'Hello! Ask me anything about our lamps, seats and stoneware.'],
];
const noAnswer = 'I am not sure about that one. Shall I fetch a person? They know the workshop inside out.';

export function answer(text) {
  return answers.find(([about]) => about.test(text))?.[1] ?? noAnswer;
}

export const human = {
  hello: 'Hello, Maja here, from the workshop. I have read along. What would you like to know?',
  goodbye: 'Gladly, I have put a note on your order. I leave you to my colleague now. Have a slow day!',
};
export const aiAgain = 'I am back. Is there anything else that I can do for you?';
