// Finds elements by what selectors of Chrome's Recorder panel say.
({
  // find returns the elements below a root that a part of a selector leads to.
  find(root, kind, text) {
    const within = root.shadowRoot || root;
    switch (kind) {
      case 'xpath': {
        const result = document.evaluate(text, within, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        const found = [];
        for (let i = 0; i < result.snapshotLength; i++) found.push(result.snapshotItem(i));
        return found.filter((node) => node instanceof Element);
      }
      case 'pierce':
        return this.trees(within).flatMap((tree) => [...tree.querySelectorAll(text)]);
      case 'text':
        return this.trees(within).flatMap((tree) => this.withText(tree, text));
      default:
        return [...within.querySelectorAll(text)];
    }
  },

  // trees returns a root and the shadow trees below it, with those in them.
  trees(root) {
    const trees = [root];
    for (let i = 0; i < trees.length && trees.length < 1000; i++) {
      for (const e of trees[i].querySelectorAll('*')) {
        if (e.shadowRoot) trees.push(e.shadowRoot);
      }
    }
    return trees;
  },

  // withText returns the innermost elements below a root that have a text.
  withText(root, text) {
    return [...root.children].flatMap((e) => {
      if (!this.textOf(e).includes(text)) return [];
      const within = this.withText(e, text);
      return within.length > 0 ? within : [e];
    });
  },

  // textOf is the text of an element, without that of scripts and the like.
  textOf(e) {
    if (e.matches('script,style,noscript,template,head')) return '';
    if (e instanceof HTMLInputElement) return ['submit', 'button', 'reset'].includes(e.type) ? e.value : '';
    return [...e.childNodes].map((node) => (node instanceof Element ? this.textOf(node) : node instanceof Text ? node.data : '')).join('');
  },

  // shown reports whether somebody could see an element.
  shown(e) {
    const box = e.getBoundingClientRect();
    return e.isConnected && box.width > 0 && box.height > 0 && getComputedStyle(e).visibility === 'visible';
  },
})
