// The core modules of jco, compiled, by name: the page has them.
export const given = {};
