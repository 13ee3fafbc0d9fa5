// The widget's events, as its vendor documents them, on their way into the page's
// data layer.
import { spoil } from './faults.js';

export function emit(event, parameters = {}) {
  const message = { event, widget_platform: 'web', ...parameters, timestamp: Date.now() };
  spoil(message).forEach((pushed) => window.dataLayer.push(pushed));
}
