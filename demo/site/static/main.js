import { playTour, prepareTour, tempo } from './tour/tour.js';
import { startChat } from './widget/chat.js';
import { startFaultSwitch } from './widget/faults.js';
import { startShop } from './shop.js';

prepareTour(); // first: a tour begins with an empty memory
startShop();
startFaultSwitch();
startChat(tempo());
playTour(); // last: what it clicks has to be there
