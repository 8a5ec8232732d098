/** Finds an element of `index.html`. @throws Error when page and script do not belong together. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`console page: no element "${id}"`);
  return found as T;
}

/** Makes an element. Text goes in as text, never as markup: what the show or a tracker says cannot become HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function button(label: string, className: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', className, label);
  made.type = 'button';
  made.addEventListener('click', onClick);
  return made;
}

/** Writes only what changed: at ten statuses a second, needless writes cost a tablet its battery. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** Keeps one child per key, in order: makes new ones, drops those gone, leaves the rest alone (their focus, their state). */
export function syncChildren<T>(
  parent: Element,
  items: readonly T[],
  keyOf: (item: T) => string,
  make: (item: T) => HTMLElement,
  update: (child: HTMLElement, item: T) => void,
): void {
  const present = new Map([...parent.children].map((child) => [(child as HTMLElement).dataset['key'], child as HTMLElement]));
  items.forEach((item, index) => {
    const key = keyOf(item);
    let child = present.get(key);
    present.delete(key);
    if (!child) {
      child = make(item);
      child.dataset['key'] = key;
    }
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
    update(child, item);
  });
  for (const gone of present.values()) gone.remove();
}
