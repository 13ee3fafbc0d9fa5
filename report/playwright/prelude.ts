import { expect, test, type Page } from "@playwright/test";

type Message = { event?: string; taken?: boolean; value: any };

// Collects what the pages push, from before their first script on. The parameters
// of gtag("event", name, parameters) stand beside its name.
async function collect(page: Page): Promise<Message[]> {
  const pushed: Message[] = [];
  await page.exposeBinding("noteMessage", (_source, text: string) => {
    let value = JSON.parse(text);
    if (Array.isArray(value) && value[0] === "event") value = { ...value[2], event: value[1] };
    pushed.push({ event: value?.event, value });
  });
  await page.addInitScript((names) => {
    const note = (message: any) => {
      const plain = Object.prototype.toString.call(message) === "[object Arguments]" ? Array.from(message) : message;
      try {
        (window as any).noteMessage(JSON.stringify(plain ?? null));
      } catch {
        // What JSON cannot say is not compared.
      }
    };
    const noted = new WeakSet();
    // A page may assign an array with messages in it, also later, and another one.
    const watch = (layer: any) => {
      if (!Array.isArray(layer) || noted.has(layer)) return layer;
      noted.add(layer);
      const take = (message: any) => {
        if (Object(message) === message) noted.add(message);
        note(message);
      };
      layer.filter((message) => Object(message) !== message || !noted.has(message)).forEach(take);
      const push = layer.push;
      layer.push = function (...messages: any[]) {
        messages.forEach(take);
        return push.apply(this, messages);
      };
      return layer;
    };
    for (const name of names) {
      let layer = watch((window as any)[name]);
      Object.defineProperty(window, name, {
        configurable: true,
        enumerable: true,
        get: () => layer,
        set: (value) => (layer = watch(value)),
      });
    }
  }, layers);
  return pushed;
}

// Waits for the next message with the event's name, and compares it.
async function expectPushed(pushed: Message[], event: string, value: object) {
  const next = () => pushed.find((message) => message.event === event && !message.taken);
  await expect.poll(() => next() !== undefined, { message: `${event} is pushed` }).toBe(true);
  const message = next()!;
  message.taken = true;
  expect(message.value).toMatchObject(value);
}

// Waits until the page is the one at a path.
async function arrive(page: Page, path: string) {
  await page.waitForURL((url) => url.pathname === path);
}

// Finds an element by the text, or the label, that the visitor read on it.
function find(page: Page, selector: string, text?: string) {
  const all = page.locator(selector);
  if (!text) return all.first();
  return all.filter({ hasText: text }).or(all.and(page.getByLabel(text))).first();
}

// Changes a field. What the visitor typed or chose was not recorded.
async function change(page: Page, selector: string) {
  const field = find(page, selector);
  const kind = await field.evaluate((e: any) => (e.localName === "input" ? e.type : e.localName));
  if (kind === "select") await field.selectOption({ index: 1 });
  else if (kind === "checkbox" || kind === "radio") await field.click();
  else {
    await field.fill(kind === "email" ? "visitor@shop.example" : "1");
    await field.blur();
  }
}

