// Every page has an address.

const enc = encodeURIComponent;

export const to = {
  glance: () => '#/',
  groups: () => '#/groups',
  group: (group) => `#/group/${enc(group)}`,
  target: (group, target) => `#/target/${enc(group)}/${enc(target)}`,
  attempt: (message) => `#/attempt/${enc(message)}`,
  plan: () => '#/plan',
  record: (query = {}) => {
    const text = new URLSearchParams(Object.entries(query).filter(([, v]) => v)).toString();
    return `#/record${text ? `?${text}` : ''}`;
  },
};
