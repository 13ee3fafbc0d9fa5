import {onTTFB, onFCP} from 'web-vitals';
window.dataLayer = window.dataLayer || [];
const say = ({name}) => dataLayer.push({event: 'web_vital', name});
window.ready = new Promise((done) => onTTFB((first) => {
  say(first);
  onFCP((second) => { say(second); done(); }); // after it, since either may be first
}));
