// A view is a function of the state that returns a tree of `h`; `render` makes the document like it, touching only what
// differs, so that focus and the reader's place stay. Text becomes text nodes and nothing else: no markup comes from data.

const SVG = 'http://www.w3.org/2000/svg';

/** A component is called at once: it is a pure function of its properties. */
export function h(tag, props, ...children) {
  const all = props || {};
  if (typeof tag === 'function') {
    const made = tag({ ...all, children });
    if (made && typeof made === 'object' && !Array.isArray(made) && made.key === undefined) made.key = all.key;
    return made;
  }
  return { tag, props: all, key: all.key, children: flatten(children) };
}

export const Fragment = ({ children }) => flatten(children);

function flatten(children) {
  const flat = [];
  for (const child of children) {
    if (Array.isArray(child)) flat.push(...flatten(child));
    else if (child !== null && child !== undefined && child !== false && child !== true) flat.push(child);
  }
  return flat;
}

/** Makes `root` hold exactly `tree`. */
export function render(tree, root) {
  const focused = document.activeElement;
  patchChildren(root, flatten([tree]), false);
  const isLost = focused && focused !== document.body && focused !== document.activeElement;
  if (isLost && focused.isConnected) focused.focus({ preventScroll: true });
}

const isText = (v) => typeof v !== 'object';

function isLike(node, v) {
  if (isText(v)) return node.nodeType === 3;
  return node.made !== undefined && node.made.tag === v.tag && node.made.key === v.key;
}

function create(v, svg) {
  if (isText(v)) return document.createTextNode(String(v));
  const inside = svg || v.tag === 'svg';
  const node = inside ? document.createElementNS(SVG, v.tag) : document.createElement(v.tag);
  node.made = { tag: v.tag, key: v.key, props: {}, children: [] };
  update(node, v, inside);
  return node;
}

function update(node, v, svg) {
  if (isText(v)) {
    if (node.data !== String(v)) node.data = String(v);
    return;
  }
  const before = node.made.props;
  for (const name in before) if (!(name in v.props)) set(node, name, undefined, before[name]);
  for (const name in v.props) if (v.props[name] !== before[name]) set(node, name, v.props[name], before[name]);
  patchChildren(node, v.children, svg && v.tag !== 'foreignObject');
  node.made = v;
}

function set(node, name, value, before) {
  if (name === 'key' || name === 'mounted') return;
  if (name.startsWith('on')) {
    const event = name.slice(2);
    if (before) node.removeEventListener(event, before);
    if (value) node.addEventListener(event, value);
  } else if (name === 'value') {
    if (node.value !== value) node.value = value ?? '';
  } else if (name === 'checked' || name === 'disabled') {
    node[name] = Boolean(value);
  } else if (value === undefined || value === null || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? '' : value);
  }
}

function patchChildren(node, wanted, svg) {
  const keyed = new Map();
  const others = [];
  for (const child of node.childNodes) {
    if (child.made && child.made.key !== undefined) keyed.set(child.made.key, child);
    else others.push(child);
  }
  let next = 0;
  const found = wanted.map((v) => {
    if (!isText(v) && v.key !== undefined) {
      const known = keyed.get(v.key);
      return known && isLike(known, v) ? known : null;
    }
    return next < others.length && isLike(others[next], v) ? others[next++] : skipTo(v);
  });
  function skipTo(v) {
    for (let i = next + 1; i < others.length; ++i) {
      if (isLike(others[i], v)) {
        next = i + 1;
        return others[i];
      }
    }
    return null;
  }
  const kept = new Set(found);
  for (const child of [...node.childNodes]) if (!kept.has(child)) child.remove();
  let at = node.firstChild;
  wanted.forEach((v, i) => {
    let child = found[i];
    const isNew = child === null;
    if (isNew) child = create(v, svg);
    else update(child, v, svg || v.tag === 'svg');
    if (child === at) at = at.nextSibling;
    else node.insertBefore(child, at);
    if (isNew && v.props && v.props.mounted) v.props.mounted(child);
  });
}
