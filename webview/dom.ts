type Handlers = { readonly [K in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[K]) => void };

/** Attributes as they stand in markup; `true` writes an empty one, `false` and `undefined` none. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

export type Child = Node | string | undefined;

/**
 * Makes an element. Strings become text, never markup. There is no `style` attribute: the page's content security
 * policy drops it; set `element.style` instead.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes?: Attributes,
  children?: readonly Child[],
  on?: Handlers,
): HTMLElementTagNameMap[K];
export function el(
  tag: string,
  attributes?: Attributes,
  children?: readonly Child[],
  on?: Handlers,
): HTMLElement;
export function el(
  tag: string,
  attributes: Attributes = {},
  children: readonly Child[] = [],
  on: Handlers = {},
): HTMLElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  for (const child of children) if (child !== undefined) element.append(child);
  for (const [type, handler] of Object.entries(on)) {
    // `Handlers` pairs each event type with a handler of that type; the pair is lost by `Object.entries`.
    element.addEventListener(type, handler as EventListener);
  }
  return element;
}

/** Touches the document only where something differs, so that a live page is not laid out again for nothing. */
export const setAttribute = (element: Element, name: string, value: Attributes[string]): void => {
  const text = value === true ? '' : value === false || value === undefined ? undefined : String(value);
  if (text === undefined) {
    if (element.hasAttribute(name)) element.removeAttribute(name);
  } else if (element.getAttribute(name) !== text) element.setAttribute(name, text);
};

export const setText = (element: Element, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/** Makes `children` the element's children in that order, moving as few as possible (a moved element loses focus). */
export const setChildren = (parent: Element, children: readonly Node[]): void => {
  const wanted = new Set(children);
  for (const node of [...parent.childNodes]) if (!wanted.has(node)) node.remove();
  let next = parent.firstChild;
  for (const child of children) {
    if (child === next) next = next.nextSibling;
    else parent.insertBefore(child, next);
  }
};
