// Finds elements by the selectors of Chrome's Recorder panel.
({
  // find returns the elements below a root that match one part of a selector.
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

  // trees returns a root and all shadow trees below it, including nested ones.
  trees(root) {
    const trees = [root];
    for (let i = 0; i < trees.length && trees.length < 1000; i++) {
      for (const e of trees[i].querySelectorAll('*')) {
        if (e.shadowRoot) trees.push(e.shadowRoot);
      }
    }
    return trees;
  },

  // withText returns the innermost elements below a root that contain a text.
  withText(root, text) {
    return [...root.children].flatMap((e) => {
      if (!this.textOf(e).includes(text)) return [];
      const within = this.withText(e, text);
      return within.length > 0 ? within : [e];
    });
  },

  // textOf returns the text of an element, without that of scripts and similar
  // elements.
  textOf(e) {
    if (e.matches('script,style,noscript,template,head')) return '';
    if (e instanceof HTMLInputElement) return ['submit', 'button', 'reset'].includes(e.type) ? e.value : '';
    return [...e.childNodes].map((node) => (node instanceof Element ? this.textOf(node) : node instanceof Text ? node.data : '')).join('');
  },

  // shown reports whether an element is visible.
  shown(e) {
    const box = e.getBoundingClientRect();
    return e.isConnected && box.width > 0 && box.height > 0 && getComputedStyle(e).visibility === 'visible';
  },
})
